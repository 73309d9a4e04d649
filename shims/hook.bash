# shellcheck shell=bash
# What is bash's own in the hook (hook-common.sh), for bash 3.2 and newer.

# So many lines of a file, in _gv_reply.
if ((BASH_VERSINFO[0] >= 4)); then
  _gv_snapshot() {
    local IFS=''
    _gv_reply=''
    [[ -f $1 && -r $1 ]] || return 0
    mapfile -n "$2" _gv_reply <"$1"
    _gv_reply="${_gv_reply[*]}"
  }
else
  _gv_snapshot() {
    local IFS='' _gv_line _gv_i=0
    _gv_reply=''
    [[ -f $1 && -r $1 ]] || return 0
    while ((_gv_i++ < $2)) && { read -r _gv_line || [[ -n $_gv_line ]]; }; do _gv_reply+=$_gv_line$'\n'; done <"$1"
  }
fi

# bash reads lines of any length at once.
_gv_is_readable() { :; }

# Some options of the user's would change what patterns mean.
_gv_update() {
  local _gv_undo='' _gv_option
  case $BASH_VERSION:${BASHOPTS-}:$- in
    [12].* | 3.* | 4.0* | *nocase* | *failglob* | *nullglob* | *dotglob* | *:*f*)
      for _gv_option in nocasematch nocaseglob failglob nullglob dotglob; do
        if shopt -q "$_gv_option"; then
          shopt -u "$_gv_option"
          _gv_undo+=:$_gv_option
        fi
      done
      if [[ $- == *f* ]]; then
        set +f
        _gv_undo+=:f
      fi
      ;;
  esac
  _gv_find
  while [[ -n $_gv_undo ]]; do
    _gv_option=${_gv_undo##*:} _gv_undo=${_gv_undo%:*}
    if [[ $_gv_option == f ]]; then set -f; else shopt -s "$_gv_option"; fi
  done
}

if [[ $- == *i* ]]; then
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) && [[ ${PROMPT_COMMAND@a} == *a* ]]; then
    if [[ " ${PROMPT_COMMAND[*]} " != *_gv_hook* ]]; then PROMPT_COMMAND+=(_gv_hook); fi
  elif [[ ${PROMPT_COMMAND-} != *_gv_hook* ]]; then
    PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}_gv_hook"
  fi
fi
