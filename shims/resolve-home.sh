# Nobody below $HOME asks for a version: the pin of $HOME, or above it when it was met on the way up.
#
# `go env -w GOWORK=…` may name a file that nobody came past.
case $_gv_mod$_gv_work${GOWORK-} in
  '') if test -e @goenv@; then . "$_gv_lib/resolve-settings.sh"; fi ;;
esac
case $_gv_spec in ?*) return ;; esac
case $_gv_home in
  '')
    _gv_dir=${HOME%/} _gv_more=''
    if test ! -e "$HOME/.tool-versions" && test ! -e "$HOME/.go-version" &&
      test ! -h "$HOME/.tool-versions" && test ! -h "$HOME/.go-version"; then return; fi
    ;;
  *) _gv_dir=${_gv_home%/} ;;
esac
_gv_home=now _gv_at=$_gv_dir/
. "$_gv_lib/resolve-pin.sh"
case $_gv_spec in '') _gv_spec=${_gv_more:+'?'} ;; esac
