# shellcheck shell=bash
# Makes the folder that is wanted the first of PATH, in the place of the one before; nothing only takes that out. While it stands anywhere
# in PATH it stays there, as the user may have put others before it.
__gv_enter() {
  if [[ -n $__gv_want && $__gv_want == "$__gv_entry" && :$PATH: == *":$__gv_want:"* ]]; then
    __gv_path=$PATH
  else
    if [[ -n $__gv_entry && $PATH == "$__gv_entry":* ]]; then PATH=${PATH#"$__gv_entry":}; else __gv_leave; fi
    __gv_entry=$__gv_want __gv_path=$PATH
    if [[ -n $__gv_want ]]; then
      PATH=$__gv_want${PATH:+:$PATH} __gv_path=$__gv_want
      [[ $__gv_past == *":$__gv_want:"* ]] || __gv_past=$__gv_past$__gv_want:
    fi
    # By this a shell in this one knows which entry is not the user's.
    export PATH _GV_ENTRY="$__gv_want"
  fi
  __gv_go=${__gv_want:+$__gv_want/go}
  [[ -z $__gv_want || -z ${GOROOT-} ]] || __gv_free
}

# Takes the entry out. If it is not there, somebody put an older PATH back (direnv does, on leaving), which may hold an older entry.
__gv_leave() {
  local __gv_rest=$__gv_past
  if [[ -n $__gv_entry && :$PATH: == *":$__gv_entry:"* ]]; then
    __gv_cut "$__gv_entry"
    return
  fi
  while [[ $__gv_rest == :?* ]]; do
    __gv_rest=${__gv_rest#:}
    __gv_cut "${__gv_rest%%:*}"
    __gv_rest=:${__gv_rest#*:}
  done
}

# Takes a folder out of PATH where it comes first, and leaves every other byte.
__gv_cut() {
  case $PATH in
    "$1") PATH='' ;;
    "$1":*) PATH=${PATH#"$1":} ;;
    *:"$1":*) PATH=${PATH%%:"$1":*}:${PATH#*:"$1":} ;;
    *:"$1") PATH=${PATH%:"$1"} ;;
  esac
}

# A GOROOT that was set for another Go would mislead this one. It is taken away once, with a word; who sets it again means it.
__gv_free() {
  [[ -z $__gv_freed ]] || return 0
  __gv_freed=yes
  unset GOROOT
  printf 'gv: GOROOT was set, and is not any more: each go knows its own\n' >&2
}

# What the hook of an outer shell put into PATH is taken out, so that PATH does not grow from shell to shell.
[[ -z ${_GV_ENTRY-} ]] || __gv_cut "$_GV_ENTRY"
