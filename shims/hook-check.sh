# shellcheck shell=bash
# Whether the answer that was noted still holds here, by what the shell can see itself: settings, names that did not come, the program
# that is still there, the text of what was read. If not, all is looked at anew. (With nocasematch of bash a is A, and no comparison
# is to be relied on.) It stands in its place twice, as calling a function costs zsh 10 µs, and it is short, as bash copies it each time.
[[ $PWD == "$__gv_anchor" || $__gv_index != *"|$PWD|"* ]] || __gv_load
# shellcheck disable=SC2050
if [[ a != A && $PATH == "$__gv_path"* && "$__gv_settings" == "$__gv_key" && (-z $__gv_go || -x $__gv_go) && (-z $__gv_file || -f $__gv_file) ]]; then
  __gv_good=yes
  for __gv_name in "${__gv_names[@]}"; do
    [[ ! -e $__gv_name ]] || __gv_good=''
  done
else
  __gv_good=''
fi
[[ -n $__gv_good ]] && { [[ $PWD == "$__gv_anchor" ]] || __gv_is_beside; } &&
  { [[ -z $__gv_file ]] || { @read@ && [[ $__gv_reply == "$__gv_text" ]]; }; } &&
  { [[ -z $__gv_default$__gv_more && $__gv_want == "$__gv_entry" ]] || __gv_settle; } || __gv_safely __gv_find || :
