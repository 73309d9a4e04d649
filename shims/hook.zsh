# What is zsh's own in the hook (hook-common.sh).
zmodload -F zsh/system b:sysread 2>/dev/null
zmodload -F zsh/stat b:zstat 2>/dev/null

# The beginning of a file, in _gv_reply; the number of lines is bash's.
_gv_snapshot() {
  _gv_reply=''
  [[ -f $1 && -r $1 ]] && sysread -s 2048 _gv_reply <"$1"
  return 0
}

# zsh reads lines byte by byte, and keeps every NUL: a file that is too long for that, or holds one, is left to the shim.
_gv_is_readable() {
  local -A _gv_stat
  local _gv_bytes=''
  zstat -H _gv_stat +size -- "$1" || return
  case ${1##*/} in
    .*) (( _gv_stat[size] <= 2048 )) || return ;;
    *) (( _gv_stat[size] <= 524288 )) || return ;;
  esac
  (( _gv_stat[size] == 0 )) || sysread -s 2048 _gv_bytes <"$1"
  [[ $_gv_bytes != *$'\0'* ]]
}

_gv_update() {
  emulate -L sh
  unsetopt err_exit err_return no_unset xtrace
  _gv_find
}

if [[ -o interactive ]]; then
  autoload -Uz add-zsh-hook
  add-zsh-hook precmd _gv_hook
  # At once, also in `cd project && go test`.
  add-zsh-hook chpwd _gv_look
fi
