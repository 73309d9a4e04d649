#compdef gv
# What zsh completes for gv. src/shell/completions-zsh.ts puts in the launcher and the commands.
_gv_asked() {
  local -a _gv_words
  _gv_words=(${(f)"$(@gv@ complete-words $1 "$PREFIX" 2>/dev/null)"})
  compadd -V versions -Q -a _gv_words
}

_gv_run() {
  if (( CURRENT == 1 )); then
    _gv_asked specs
    _command_names -e
  elif (( CURRENT == 2 )) && [[ $words[1] == [0-9^~]* ]]; then
    _command_names -e
  else
    [[ $words[1] == [0-9^~]* ]] && { shift words; (( CURRENT-- )) }
    _normal
  fi
}

_gv() {
  local curcontext=$curcontext state
  local -a line _gv_commands
  typeset -A opt_args
  _arguments -C \
    @flags@
    '1: :->command' \
    '*:: :->rest' && return
  case $state in
    command)
      _gv_commands=(
        @commands@
      )
      _describe -t commands command _gv_commands
      ;;
    rest)
      case $line[1] in
        @arguments@
      esac
      ;;
  esac
}

if [[ ${funcstack[1]-} == _gv ]]; then
  _gv "$@"
elif (( ${+functions[compdef]} )); then
  compdef _gv gv
fi
