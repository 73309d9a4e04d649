# shellcheck shell=bash
# Says what came of it: another version, or one that is missing, each once. Silent when the shell starts.
__gv_say() {
  case $__gv_now in
    no\ *)
      if [[ $__gv_told != *"|$__gv_now $__gv_why|"* ]]; then
        __gv_told="$__gv_told|$__gv_now $__gv_why|"
        printf 'gv: go%s is not installed, and %s asks for it\nhint: gv install %s\n' "${__gv_now#no }" "$__gv_why" "${__gv_now#no }" >&2
      fi
      ;;
    ?*) [[ -z $__gv_is_on ]] || printf 'gv: %s (%s)\n' "$__gv_now" "$__gv_why" >&2 ;;
  esac
  __gv_shown=$__gv_now __gv_is_on=yes
}

# `gv use --shell 1.22` is for this shell, which no program can change: gv says what to set.
gv() {
  local __gv_word __gv_words=''
  for __gv_word in "$@"; do
    case $__gv_words:$__gv_word in
      :-* | use:[!-]*) ;;
      :*) __gv_words=$__gv_word ;;
      use:--shell) __gv_words=shell ;;
    esac
  done
  if [[ $__gv_words != shell ]]; then
    command gv "$@"
    return
  fi
  __gv_word=$(GV_SHELL_HOOK=1 command gv "$@") || return
  case $__gv_word in
    GV_VERSION=?*) export GV_VERSION="${__gv_word#GV_VERSION=}" ;;
    GV_VERSION=) unset GV_VERSION ;;
    ?*) printf '%s\n' "$__gv_word" ;;
  esac
}
