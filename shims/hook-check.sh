# shellcheck shell=bash disable=SC2050,SC2078
# Whether the answer that was noted still holds here, by what the shell can see itself: settings, names that did not come, the program
# that is still there, the text of what was read. If not, all is looked at anew. (With nocasematch of bash a is A, and no comparison
# is to be relied on.) In zsh it stands in its place twice, as calling a function costs that 10 µs.
[[ $PWD == "$__gv_anchor" || $__gv_index != *"|$PWD|"* ]] || __gv_load
[[ a != A && $PATH == "$__gv_path"* && "$__gv_settings" == "$__gv_key" && (-z $__gv_go || -x $__gv_go) && (-z $__gv_file || -f $__gv_file) && ! -e $__gv_n1 ]] &&
  { [[ -z $__gv_n2 || (@gone@) ]] && { [[ -z $__gv_more_names ]] || __gv_are_more_gone; }; } &&
  { [[ $PWD == "$__gv_anchor" ]] || __gv_is_beside; } &&
  { [[ -z $__gv_file ]] || @is-text-same@; } &&
  { [[ -z $__gv_default$__gv_more && $__gv_want == "$__gv_entry" ]] || __gv_settle; } || __gv_safely __gv_find || :
