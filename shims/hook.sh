# The hook of other shells (dash, busybox, ksh): they have nothing that runs at a prompt without forking, so the shims are all.
case :$PATH: in
  *:"$_gv_own_root/shims":*) ;;
  *) PATH=$_gv_own_root/shims:$PATH ;;
esac
case :$PATH: in
  *:"$_gv_own_root/bin":*) ;;
  *) PATH=$_gv_own_root/bin:$PATH ;;
esac
export PATH

# `gv use --shell 1.22` is for this shell, which no program can change.
gv() {
  case " $* " in
    ' use '*' --shell '*)
      _gv_word=$(GV_SHELL_HOOK=1 command gv "$@") || return
      case $_gv_word in
        '') unset GV_VERSION ;;
        *) export GV_VERSION="$_gv_word" ;;
      esac
      ;;
    *) command gv "$@" ;;
  esac
}
