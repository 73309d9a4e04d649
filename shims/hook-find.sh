# shellcheck shell=bash
# Finds the Go that is meant here, and puts it first; called by __gv_safely, with the shell's options as they should be.
__gv_find() {
  local IFS=''
  _gv_name=go _gv_n=0 _gv_root=${GV_ROOT:-$__gv_own_root} _gv_root=${_gv_root%/} _gv_file='' _gv_line='' __gv_met=: __gv_key='' __gv_default='' __gv_now='' __gv_want=''
  __gv_asked='' __gv_file='' __gv_files=() __gv_sizes=() __gv_texts=()
  # A folder that is not where its name says is Node's to find.
  if [[ $PWD -ef . ]]; then __gv_part 2>/dev/null; else _gv_spec='?'; fi
  _gv_lines=$_gv_n
  if [[ -n $_gv_spec && -z $__gv_asked ]] && [[ ! -d $_gv_goroot || -L $_gv_goroot ]]; then
    __gv_asked=$_gv_spec
    __gv_part_choice
  fi
  [[ -z $__gv_asked ]] || __gv_list
  __gv_listing=$__gv_reply
  [[ -n $_gv_spec ]] || __gv_find_default
  if [[ $_gv_spec == '?' || $_gv_goroot == *:* ]]; then
    __gv_enter
    return
  fi
  case $_gv_file in
    '') [[ -z $_gv_spec ]] || __gv_why=GV_VERSION ;;
    "$HOME"/.[tg]*) __gv_why=\~/${_gv_file##*/}:$_gv_line ;;
    *) __gv_why=${_gv_file##*/}:$_gv_line ;;
  esac
  if [[ $_gv_goroot != /dev/null && -x $_gv_goroot/bin/go ]]; then
    __gv_now=${_gv_goroot##*/} __gv_want=$_gv_goroot/bin
  else
    [[ -z $_gv_spec ]] || __gv_now="no $_gv_spec"
  fi
  __gv_enter
  __gv_watch
}

# Nobody asks for a version: the toolchain that `current` leads to.
__gv_find_default() {
  local __gv_folder
  __gv_why=default _gv_goroot=/dev/null _gv_file='' __gv_current=$_gv_root/current
  [[ -L $__gv_current ]] || return 0
  for __gv_folder in "${__gv_entry%/bin}" "$_gv_root"/versions/go1*; do
    if [[ $__gv_folder -ef $__gv_current && $__gv_folder == "$_gv_root"/versions/* && ${__gv_folder##*/} != *-* && ! -L $__gv_folder ]]; then
      _gv_goroot=$__gv_folder __gv_default=$__gv_folder
      return
    fi
  done
  # It leads elsewhere: that is for Node to say.
  _gv_spec='?'
}

# The walk up from $PWD, as in resolve-walk.sh, in half the time; it notes in which folders something lies.
__gv_part_walk() {
  if [[ -L .tool-versions || -L .go-version ]]; then __gv_part_link; fi
  while :; do
    if [[ -e $_gv_at.tool-versions || -e $_gv_at.go-version || -e ${_gv_at}go.mod || -e ${_gv_at}go.work ]]; then
      __gv_met=$__gv_met$_gv_dir:
      if [[ -e $_gv_at.tool-versions || -e $_gv_at.go-version ]]; then
        __gv_part_pin
        [[ -z $_gv_spec ]] || break
      fi
      [[ -n $_gv_mod || ! -e ${_gv_at}go.mod ]] || _gv_mod=$_gv_dir/go.mod
      [[ -n $_gv_work || ! -e ${_gv_at}go.work ]] || _gv_work=$_gv_dir/go.work
    fi
    [[ -n $_gv_dir ]] || break
    _gv_dir=${_gv_dir%/*}
    _gv_at=$_gv_dir/
  done
}

# Has the text of _gv_file taken apart by a part of the resolver, which takes its lines from __gv_left, and remembers it. A few
# hundred bytes do for most; more than 4 KiB are left to Node.
__gv_recall() {
  local __gv_limit __gv_all __gv_of_kind=$_gv_kind
  for __gv_limit in 400 4097; do
    _gv_kind=$__gv_of_kind
    __gv_head "$_gv_file" "$__gv_limit" || break
    __gv_all=$__gv_reply __gv_left=$__gv_reply
    "$1"
    if [[ -n $__gv_left ]]; then
      __gv_all=${__gv_all%"$__gv_left"}
      __gv_remember "$_gv_file" "${#__gv_all}" "$__gv_all"
      return
    fi
    if [[ ${#__gv_all} -lt $__gv_limit ]]; then
      # One more than there are tells when it grows.
      __gv_remember "$_gv_file" "$((${#__gv_all} + 1))" "$__gv_all"
      return
    fi
    _gv_spec='' _gv_line=''
  done
  _gv_spec='?'
}

# Keeps a text to compare with.
__gv_remember() {
  if [[ -z $__gv_file ]]; then
    __gv_file=$1 __gv_size=$2 __gv_text=$3
  else
    __gv_files+=("$1") __gv_sizes+=("$2") __gv_texts+=("$3")
  fi
}
