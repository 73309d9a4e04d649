# The first program of that name in PATH that is no shim of any gv and not of this store. It takes this one's place.
#
# A wrapper in PATH may come back here, within the same process: what was tried by it is not tried again.
case ${_GV_TRIED-} in
  "$$":*) ;;
  *) _GV_TRIED=$$:: ;;
esac
_gv_rest=${PATH-}:
while :; do
  case $_gv_rest in '') break ;; esac
  _gv_dir=${_gv_rest%%:*} _gv_rest=${_gv_rest#*:}
  _gv_program=$_gv_dir/$_gv_name
  case $_gv_dir:$_GV_TRIED in
    "$_gv_root" | "$_gv_root"/* | [!/]* | :* | *:"$_gv_program":*) continue ;;
  esac
  if test ! -f "$_gv_program" || test ! -x "$_gv_program" || test "$_gv_program" -ef "$0"; then continue; fi
  _gv_first='' _gv_second=''
  {
    read -r _gv_first
    case $_gv_first in '#!'*) read -r _gv_second ;; esac
  } <"$_gv_program"
  case $_gv_first:$_gv_second in '#!'*'gv shim'*) continue ;; esac
  for _gv_text in "$_gv_root"/versions/*/bin/"$_gv_name"; do
    if test "$_gv_text" -ef "$_gv_program"; then continue 2; fi
  done
  # A GOROOT that was set for another Go would mislead this one, which knows its own. PATH stays as it is: a wrapper that looks for
  # its `go` there must not find itself.
  unset GOROOT
  export _GV_TRIED="$_GV_TRIED$_gv_program:"
  exec "$_gv_program" "$@"
done
