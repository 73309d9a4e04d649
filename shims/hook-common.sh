# shellcheck shell=bash
# The hook of bash and zsh: at each prompt the bin of the right Go comes first in PATH. src/shell/init.ts puts it together: this, the
# other hook-*.sh, what differs between the two shells, and the parts of the resolver as functions (__gv_part_pin for resolve-pin.sh).
#
# It runs no program, and what it does not decide it leaves to the shim: then nothing of its own stands before the shims in PATH. With
# an answer it notes all that the answer hangs on (watch.sh), so that most prompts ask the disk for little more than that.
__gv_entry='' __gv_want='' __gv_now='' __gv_why='' __gv_shown=- __gv_told='' __gv_is_on='' __gv_key='' __gv_path='' __gv_past=:
__gv_go='' __gv_default='' __gv_current='' __gv_anchor='' __gv_top='' __gv_level='' __gv_more='' __gv_asked='' __gv_listing=''
__gv_left='' __gv_met='' __gv_reply='' __gv_file='' __gv_size=0 __gv_text='' __gv_freed='' __gv_index='' __gv_status=0 __gv_turn=0
__gv_files=() __gv_sizes=() __gv_texts=() __gv_names=() __gv_more_names=''

# Runs at each prompt, and leaves $? as it was; with `set -e` that would end the shell.
__gv_hook() {
  __gv_status=$?
  . "$_gv_lib/hook-prompt.sh"
  [[ $__gv_now == "$__gv_shown" ]] || __gv_say
  [[ $__gv_status == 0 || $- == *e* ]] || return "$__gv_status"
}

# The same without a word, where a directory is changed within a command.
__gv_look() {
  . "$_gv_lib/hook-prompt.sh"
}

# Whether those of the names that have no variable of their own are still not there.
__gv_are_more_gone() {
  local __gv_name
  for __gv_name in "${__gv_names[@]:24}"; do
    [[ ! -e $__gv_name ]] || return 1
  done
}

# Whether the folders that lead from here to a folder of the last answer's hold nothing that counts, and what decided lies above.
__gv_is_beside() {
  local __gv_up=${PWD%/}
  # In a GOROOT a go.work above it does not count; a pin that lies above, outside $HOME, is looked at more closely than one here.
  [[ ! -L .tool-versions && ! -L .go-version && $PWD/ != */versions/go* && $PWD/ != "${GV_SYSTEM_ROOT:-/opt/go}"/* ]] &&
    [[ $__gv_anchor != "$__gv_top" || $__gv_top/ == "$HOME"/* ]] || return 1
  while [[ ${__gv_anchor%/}/ != "$__gv_up"/* ]]; do
    [[ -e $__gv_up/.tool-versions || -e $__gv_up/.go-version || -e $__gv_up/go.mod || -e $__gv_up/go.work || $__gv_up -ef $HOME ]] && return 1
    __gv_up=${__gv_up%/*}
  done
  [[ ($__gv_top == - || $__gv_up/ == "$__gv_top"/*) && $__gv_up/ == "$__gv_level"/* ]]
}

# What not every answer hangs on; if it holds, PATH is made to be as it says.
__gv_settle() {
  [[ -z $__gv_default || $__gv_default -ef $__gv_current ]] || return 1
  [[ -z $__gv_more ]] || __gv_safely __gv_is_rest_same || return 1
  [[ $__gv_want == "$__gv_entry" ]] || __gv_enter
}

# Further files, and what is installed where a line such as 1.22 was asked for.
__gv_is_rest_same() {
  local IFS=' ' __gv_number=0 __gv_all
  while [[ -n ${__gv_files[__gv_number]-} ]]; do
    __gv_head "${__gv_files[__gv_number]}" "${__gv_sizes[__gv_number]}" || return 1
    [[ $__gv_reply == "${__gv_texts[__gv_number]}" ]] || return 1
    ((__gv_number += 1))
  done
  [[ -n $__gv_asked ]] || return 0
  __gv_list
  [[ $__gv_reply == "$__gv_listing" ]]
}

# The names of all toolchains that may be what was asked for, in __gv_reply.
__gv_list() {
  local IFS=' ' __gv_all
  case $__gv_asked in
    # Of one line; else it is anything.
    *[!0-9.]* | 1.[0-9] | *.*.*.*) __gv_reply=go1 ;;
    1.*.*) __gv_reply=go${__gv_asked%.*} ;;
    *) __gv_reply=go$__gv_asked ;;
  esac
  __gv_all=("${GV_ROOT:-$__gv_own_root}"/versions/"$__gv_reply"* "${GV_SYSTEM_ROOT:-/opt/go}"/"$__gv_reply"*)
  __gv_reply="${__gv_all[*]}"
}
