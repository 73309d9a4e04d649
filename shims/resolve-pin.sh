# The pin in _gv_dir, `.tool-versions` or `.go-version`: its words into _gv_spec; nothing, if they do not speak of Go.
#
# Pins count after go.work and go.mod from $HOME upwards, $HOME being a file, whatever its name here.
case $_gv_spec$_gv_home in
  '')
    _gv_up=${PWD%/}
    while :; do
      if test "${_gv_up:-/}" -ef "$HOME"; then
        _gv_home=$_gv_dir/ _gv_more=''
        return
      fi
      case $_gv_up in "$_gv_dir") break ;; esac
      _gv_up=${_gv_up%/*}
    done
    ;;
  now) ;;
  *)
    _gv_more=yes
    return
    ;;
esac
for _gv_kind in t g; do
  case $_gv_kind in
    t) _gv_text=.tool-versions ;;
    *) _gv_text=.go-version ;;
  esac
  _gv_file=$_gv_at$_gv_text
  if test ! -f "$_gv_file" || test ! -r "$_gv_file"; then
    if test ! -e "$_gv_file" && test ! -h "$_gv_file"; then continue; fi
    _gv_kind=x
  fi
  # Where others may have put it, it has to be the user's own, and beside a project: else what its mode allows others counts,
  # which sh cannot see.
  case $_gv_at in
    '' | "$HOME"/*) ;;
    *)
      if test ! -O "$_gv_file" || test -h "$_gv_file" ||
        { test ! -e "${_gv_at}go.mod" && test ! -e "${_gv_at}go.work" && test ! -e "$_gv_at.git"; }; then _gv_kind=x; fi
      ;;
  esac
  case $_gv_kind in
    x)
      _gv_spec='?'
      return
      ;;
  esac
  _gv_file=$_gv_dir/$_gv_text
  . "$_gv_lib/resolve-pin-text.sh"
  case $_gv_spec in ?*) return ;; esac
done
_gv_file=''
