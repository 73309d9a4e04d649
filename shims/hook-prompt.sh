# shellcheck shell=bash disable=SC2015,SC2050
# What most prompts of bash come to, which copies a function each time that it is called: hook-check.sh, if one file of one folder counts.
[[ $PWD == "$__gv_anchor" && -z $__gv_default$__gv_more && a != A && $PATH == "$__gv_path"* && "$__gv_settings" == "$__gv_key" && -x $__gv_go && -f $__gv_file && ! -e $__gv_n1 ]] &&
  { [[ -z $__gv_n2 ]] || __gv_are_gone; } && @is-text-same@ || __gv_check
