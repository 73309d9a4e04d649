# shellcheck shell=bash
# What is bash's own in the hook (hook-common.sh), for bash 3.2 and newer.

# The first so many characters of a file, in __gv_reply; status 1 if there is a NUL among them.
__gv_head() {
  __gv_reply=''
  [[ -f $1 && -r $1 ]] || return 0
  if IFS='' read -r -d '' -n "$2" __gv_reply <"$1"; then [[ ${#__gv_reply} -ge $2 ]]; fi
}

# The check of all.
__gv_check() {
  . "$_gv_lib/hook-check.sh"
}

# Whether the names that did not come are still not there.
__gv_are_gone() {
  # shellcheck disable=SC2078
  [[ @gone@ && -z $__gv_more_names ]]
}

# Calls a function with options in which patterns mean what they say; its status is that of the function.
__gv_safely() {
  case $-/${BASHOPTS-nocase} in
    *f*/* | *nocase* | *failglob* | *nullglob* | *dotglob*) ;;
    *)
      "$1"
      return
      ;;
  esac
  local __gv_undo='' __gv_option __gv_result
  for __gv_option in nocasematch nocaseglob failglob nullglob dotglob; do
    if shopt -q "$__gv_option"; then
      shopt -u "$__gv_option"
      __gv_undo=$__gv_undo:$__gv_option
    fi
  done
  if [[ $- == *f* ]]; then
    set +f
    __gv_undo=$__gv_undo:f
  fi
  "$1" && __gv_result=0 || __gv_result=1
  while [[ -n $__gv_undo ]]; do
    __gv_option=${__gv_undo##*:} __gv_undo=${__gv_undo%:*}
    if [[ $__gv_option == f ]]; then set -f; else shopt -s "$__gv_option"; fi
  done
  return "$__gv_result"
}

# Behind what others do at a prompt, who may change PATH or GV_VERSION. With its word $_ stays what it was for those after it.
if [[ $- == *i* && ${PROMPT_COMMAND[*]-} != *__gv_hook* ]]; then
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) && [[ -n ${PROMPT_COMMAND[*]+is} && ${PROMPT_COMMAND[*]@a} == *a* ]]; then
    # shellcheck disable=SC2016
    PROMPT_COMMAND+=('__gv_hook "$_"')
  else
    PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}__gv_hook \"\$_\""
  fi
fi
