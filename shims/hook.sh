# The hook of other shells (dash, busybox, ksh): they run nothing at a prompt without a fork, so that the shims are all, and choose at
# each call. What bash or zsh left in PATH is taken out.
case ${_GV_ENTRY:+$PATH} in
  '') ;;
  "$_GV_ENTRY") PATH='' ;;
  "$_GV_ENTRY":*) PATH=${PATH#"$_GV_ENTRY":} ;;
  *:"$_GV_ENTRY":*) PATH=${PATH%%:"$_GV_ENTRY":*}:${PATH#*:"$_GV_ENTRY":} ;;
  *:"$_GV_ENTRY") PATH=${PATH%:"$_GV_ENTRY"} ;;
esac
unset _GV_ENTRY
. @lib@/path.sh

# `gv use --shell 1.22` is for this shell, which no program can change: gv says what to set.
gv() {
  _gv_words=''
  for _gv_word in "$@"; do
    case $_gv_words:$_gv_word in
      :-* | use:[!-]*) ;;
      :*) _gv_words=$_gv_word ;;
      use:--shell) _gv_words=shell ;;
    esac
  done
  case $_gv_words in
    shell)
      unset _gv_words
      _gv_word=$(GV_SHELL_HOOK=1 command gv "$@") || return
      case $_gv_word in
        GV_VERSION=?*) export "${_gv_word?}" ;;
        GV_VERSION=) unset GV_VERSION ;;
        ?*) printf '%s\n' "$_gv_word" ;;
      esac
      unset _gv_word
      ;;
    *)
      unset _gv_word _gv_words
      command gv "$@"
      ;;
  esac
}
