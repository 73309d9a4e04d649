# shellcheck shell=bash
# The hook of bash and zsh: at each prompt the bin of the right Go comes first in PATH. src/shell/init.ts puts it together: this,
# what differs between the two shells, and the parts of the resolver as functions (_gv_part_pin for resolve-pin.sh).
#
# What it does not decide it leaves to the shim: then nothing of gv's stands before the shims in PATH. It runs no program, and asks
# no more of the disk than it must: at a prompt, whether the files that decided say what they said, and none came beside them or
# into the working directory; in another folder, what lies between it and those that are known. A file that comes further
# up is seen when the user comes from elsewhere.
_gv_entry='' _gv_key='' _gv_pwd='' _gv_top='' _gv_default='' _gv_now='' _gv_why='' _gv_shown='' _gv_told='' _gv_is_on=''
_gv_a='' _gv_b='' _gv_c='' _gv_d='' _gv_e='' _gv_f='' _gv_g='' _gv_h='' _gv_files=() _gv_counts=() _gv_texts=() _gv_reply=''

# Runs at each prompt, and leaves $? as it was.
_gv_hook() {
  local _gv_status=$?
  _gv_look
  [[ $_gv_now == "$_gv_shown" ]] || _gv_say
  return "$_gv_status"
}

# Finds out whether anything that counts is other than it was, and acts on it.
_gv_look() {
  if [[ ${GV_VERSION-}:${GOWORK-}:${GO111MODULE-}:${GOENV-}:${TMPDIR-}:${HOME-}:${GV_ROOT-} == "$_gv_key" ]] &&
    { [[ $PWD == "$_gv_pwd" ]] || _gv_is_beside; } && _gv_is_same; then
    return 0
  fi
  _gv_update
}

# Whether no file came, and those that were read say what they said. A name that does not matter is empty.
_gv_is_same() {
  [[ -e $_gv_a || -e $_gv_b || -e $_gv_c || -e $_gv_d || -e $_gv_e || -e $_gv_f || -e $_gv_g || -e $_gv_h ]] && return 1
  [[ -z $_gv_entry || $PATH == "$_gv_entry":* || :$PATH: == *":$_gv_entry:"* ]] || return 1
  [[ -z $_gv_default || ${_gv_entry%/bin} -ef $_gv_root/current ]] || return 1
  local _gv_i=0
  while ((_gv_i < ${#_gv_files[@]})); do
    _gv_snapshot "${_gv_files[_gv_i]}" "${_gv_counts[_gv_i]}"
    [[ $_gv_reply == "${_gv_texts[_gv_i]}" ]] || return 1
    ((_gv_i += 1))
  done
}

# Whether nothing lies between $PWD and a folder that the last answer came through, and what decided lies above both.
_gv_is_beside() {
  local _gv_up=$PWD
  while [[ $_gv_pwd/ != "$_gv_up"/* ]]; do
    [[ -e $_gv_up/.tool-versions || -e $_gv_up/.go-version || -e $_gv_up/go.mod || -e $_gv_up/go.work || $_gv_up -ef $HOME ]] && return 1
    _gv_up=${_gv_up%/*}
  done
  [[ $_gv_up/ == "$_gv_top"* && ! -L .tool-versions && ! -L .go-version ]] || return 1
  _gv_pwd=$PWD
  if [[ $PWD/ == "$_gv_top" ]]; then
    _gv_a='' _gv_b='' _gv_c='' _gv_d=''
  else
    _gv_a=.tool-versions _gv_b=.go-version _gv_c=go.mod _gv_d=go.work
  fi
}

# Finds the Go that is meant here, and puts it first; called by _gv_update, with the shell's options as they should be.
_gv_find() {
  local IFS='' _gv_name=go
  _gv_key=${GV_VERSION-}:${GOWORK-}:${GO111MODULE-}:${GOENV-}:${TMPDIR-}:${HOME-}:${GV_ROOT-} _gv_pwd=$PWD _gv_top=''
  _gv_root=${GV_ROOT:-$_gv_own_root} _gv_root=${_gv_root%/} _gv_files=() _gv_counts=() _gv_texts=() _gv_default=''
  _gv_part
  if [[ -n $_gv_spec ]] && [[ ! -d $_gv_goroot || -L $_gv_goroot ]]; then _gv_part_choice; fi
  _gv_watch
  case $_gv_spec in
    '') _gv_find_default ;;
    '?') _gv_goroot=/dev/null _gv_files=() ;;
  esac
  if [[ $_gv_goroot != /dev/null ]]; then
    _gv_now=${_gv_goroot##*/}
    _gv_enter "$_gv_goroot/bin"
    return
  fi
  _gv_now=''
  case $_gv_spec in
    '' | '?') ;;
    *) _gv_now="no $_gv_spec" _gv_h=$_gv_root/versions/go$_gv_spec ;;
  esac
  _gv_enter ''
}

# Notes which names would count more if they came: here, and where the decision was made.
_gv_watch() {
  _gv_a=.tool-versions _gv_b=.go-version _gv_c=go.mod _gv_d=go.work _gv_e='' _gv_f='' _gv_g='' _gv_h=''
  _gv_why=GV_VERSION
  if [[ -n $_gv_file && $_gv_spec != '' ]]; then
    _gv_why=${_gv_file##*/}:$_gv_line _gv_top=${_gv_file%/*}/
    _gv_e=${_gv_top}.tool-versions _gv_f=${_gv_top}.go-version _gv_g=${_gv_top}go.work
    # What is there was read, or does not count.
    [[ -e $_gv_e ]] && _gv_e=''
    [[ -e $_gv_f || $_gv_file == "${_gv_top}.tool-versions" ]] && _gv_f=''
    [[ -e $_gv_g || $_gv_file == */.* ]] && _gv_g=''
  fi
  [[ -e .tool-versions ]] && _gv_a=''
  [[ -e .go-version ]] && _gv_b=''
  [[ -e go.mod ]] && _gv_c=''
  [[ -e go.work ]] && _gv_d=''
  return 0
}

# The walk up from $PWD, as in resolve-walk.sh, in half the time.
_gv_part_walk() {
  [[ -L .tool-versions || -L .go-version ]] && _gv_part_link
  while :; do
    if [[ -e $_gv_at.tool-versions || -e $_gv_at.go-version || -e ${_gv_at}go.work || -e ${_gv_at}go.mod ]]; then
      if [[ -e $_gv_at.tool-versions || -e $_gv_at.go-version ]]; then
        _gv_part_pin
        [[ -n $_gv_spec ]] && break
      fi
      [[ -z $_gv_mod && -e ${_gv_at}go.mod ]] && _gv_mod=$_gv_dir/go.mod
      [[ -z $_gv_work && -e ${_gv_at}go.work ]] && _gv_work=$_gv_dir/go.work
    fi
    [[ -n $_gv_dir ]] || break
    _gv_dir=${_gv_dir%/*}
    _gv_at=$_gv_dir/
  done
}

# Has a file taken apart, and keeps what was read of it.
_gv_recall() {
  if ! _gv_is_readable "$_gv_file"; then
    _gv_spec='?'
    return
  fi
  "$1"
  _gv_snapshot "$_gv_file" "$_gv_n"
  _gv_files+=("$_gv_file") _gv_counts+=("$_gv_n") _gv_texts+=("$_gv_reply")
}

# Nobody asks for a version: the toolchain that `current` leads to.
_gv_find_default() {
  local _gv_folder
  _gv_why=default _gv_goroot=/dev/null
  if [[ ! -L $_gv_root/current ]]; then
    _gv_h=$_gv_root/current
    return
  fi
  for _gv_folder in "${_gv_entry%/bin}" "$_gv_root"/versions/go1*; do
    if [[ $_gv_folder -ef $_gv_root/current && $_gv_folder == "$_gv_root"/versions/* && $_gv_folder != *-* && ! -L $_gv_folder ]]; then
      _gv_goroot=$_gv_folder _gv_default=yes
      return
    fi
  done
}

# Makes an entry the first of PATH in the place of the one before; an empty one only takes that out. Other programs that change PATH may
# have brought back older ones.
_gv_enter() {
  [[ -n $_gv_entry ]] && PATH=${PATH#"$_gv_entry":}
  [[ :$PATH == *":$_gv_root/versions/"* ]] && _gv_strip
  _gv_entry=$1
  [[ -n $1 ]] || return 0
  PATH=$1${PATH:+:$PATH}
  export PATH
  [[ -z ${GOROOT-} ]] || _gv_free
}

# Takes every toolchain of this store out of PATH.
_gv_strip() {
  local _gv_left=$PATH: _gv_kept='' _gv_one
  while [[ -n $_gv_left ]]; do
    _gv_one=${_gv_left%%:*} _gv_left=${_gv_left#*:}
    [[ $_gv_one == "$_gv_root"/versions/*/bin ]] || _gv_kept+=$_gv_one:
  done
  PATH=${_gv_kept%:}
}

# A GOROOT that was set for another Go would mislead this one. It is taken away once, with a word; who sets it again means it.
_gv_free() {
  if [[ $GOROOT == "$_gv_root"/versions/* ]]; then
    unset GOROOT
  elif [[ -z ${_gv_freed-} ]]; then
    unset GOROOT
    printf 'gv: GOROOT was set, and is not any more: each go knows its own\n' >&2
  fi
  _gv_freed=yes
}

# Says what came of it: another version, or one that is missing, each once. Silent when the shell starts.
_gv_say() {
  case $_gv_now in
    no\ *)
      if [[ $_gv_told != *":$_gv_now@$_gv_why:"* ]]; then
        printf 'gv: go%s is not installed, and %s asks for it: gv install %s\n' "${_gv_now#no }" "$_gv_why" "${_gv_now#no }" >&2
        _gv_told+=":$_gv_now@$_gv_why:"
      fi
      ;;
    ?*) [[ -z $_gv_is_on ]] || printf 'gv: %s (%s)\n' "$_gv_now" "$_gv_why" >&2 ;;
  esac
  _gv_shown=$_gv_now _gv_is_on=yes
}

# `gv use --shell 1.22` is for this shell, which no program can change; after any other call all is looked at anew.
gv() {
  local _gv_word
  _gv_pwd=''
  if [[ ${1-} == use ]]; then
    for _gv_word in "$@"; do
      if [[ $_gv_word == --shell ]]; then
        _gv_word=$(GV_SHELL_HOOK=1 command gv "$@") || return
        if [[ -n $_gv_word ]]; then export GV_VERSION="$_gv_word"; else unset GV_VERSION; fi
        return
      fi
    done
  fi
  command gv "$@"
}

# What an outer shell put into PATH is taken out, so that PATH does not grow from shell to shell.
_gv_start() {
  _gv_root=${GV_ROOT:-$_gv_own_root} _gv_root=${_gv_root%/}
  [[ :$PATH == *":$_gv_root/versions/"* ]] && _gv_strip
  [[ :$PATH: != *":$_gv_root/shims:"* ]] && PATH=$_gv_root/shims${PATH:+:$PATH}
  [[ :$PATH: != *":$_gv_root/bin:"* ]] && PATH=$_gv_root/bin:$PATH
  export PATH
}
_gv_start
