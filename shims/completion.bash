# shellcheck shell=bash
# What bash completes for gv, from bash 3.2 on. src/shell/completions-bash.ts puts in the launcher, and what follows what
# in each command.
_gv_complete() {
  local _gv_word='' _gv_last='' _gv_command='' _gv_kind='' _gv_list='' _gv_i
  local -a _gv_words=()
  for ((_gv_i = 1; _gv_i <= COMP_CWORD; _gv_i++)); do
    _gv_word=${COMP_WORDS[_gv_i]-}
    # bash takes words apart at = and at :
    if ((_gv_i > 1)) && [[ $_gv_word == [=:]* || ${COMP_WORDS[_gv_i - 1]} == [=:] ]]; then
      _gv_words[${#_gv_words[@]} - 1]+=$_gv_word
    else
      _gv_words+=("$_gv_word")
    fi
  done
  for ((_gv_i = 0; _gv_i < ${#_gv_words[@]} - 1; _gv_i++)); do
    _gv_last=${_gv_words[_gv_i]}
    [[ -n $_gv_command || $_gv_last == -* ]] || _gv_command=$_gv_last
  done
  _gv_word=${_gv_words[${#_gv_words[@]} - 1]}
  COMPREPLY=()
  if [[ $_gv_word == --*=* ]]; then
    _gv_kind_of "$_gv_command:${_gv_word%%=*}"
    _gv_word=${_gv_word#*=}
  else
    [[ -z $_gv_last ]] || _gv_kind_of "$_gv_command:$_gv_last"
    if [[ -z $_gv_kind && $_gv_word == -* ]]; then
      _gv_kind_of "$_gv_command:--"
    elif [[ -z $_gv_kind ]]; then
      _gv_kind_of "$_gv_command:"
    fi
  fi
  _gv_offer
}

# Fills COMPREPLY with those words of a kind that begin as the word does; without what bash takes for a word of its own.
_gv_offer() {
  local _gv_one _gv_cut='' IFS=$'\n'
  case $_gv_kind in
    listed) _gv_list=${_gv_list// /$'\n'} ;;
    specs | versions | lines) _gv_list=$(@gv@ complete-words "$_gv_kind" "$_gv_word" 2>/dev/null) ;;
    files) _gv_list=$(compgen -f -- "$_gv_word") ;;
    program)
      if [[ $_gv_last == "$_gv_command" ]]; then
        _gv_list=$(@gv@ complete-words specs "$_gv_word" 2>/dev/null)
      fi
      if [[ -n $_gv_word && ($_gv_last == "$_gv_command" || $_gv_last == [0-9]*) ]]; then
        _gv_list+=$'\n'$(compgen -c -- "$_gv_word")
      else
        compopt -o default 2>/dev/null
      fi
      ;;
  esac
  [[ $_gv_word != *:* ]] || _gv_cut=${_gv_word%"${_gv_word##*:}"}
  while read -r _gv_one; do
    [[ -z $_gv_one || $_gv_one != "$_gv_word"* ]] || COMPREPLY+=("${_gv_one#"$_gv_cut"}")
  done <<<"$_gv_list"
}

# What follows in a command: the value of a flag (install:--os), a word (install:), or a flag (install:--).
_gv_kind_of() {
  case $1 in
    '@kinds@') ;;
    *) _gv_kind='' ;;
  esac
}

complete -F _gv_complete gv
