# Walking up from $PWD to `/`: the pin that counts, else the nearest go.mod and go.work.
#
# The first folder is looked at by short names, which cost dash and the kernel less.
if test -h .tool-versions || test -h .go-version; then . "$_gv_lib/resolve-link.sh"; fi
while :; do
  # As long as there is nothing, as quickly as dash can.
  until test -e "$_gv_at.tool-versions" || test -e "$_gv_at.go-version" || test -e "${_gv_at}go.mod" || test -e "${_gv_at}go.work"; do
    case $_gv_dir in '') break 2 ;; esac
    _gv_dir=${_gv_dir%/*} _gv_at=$_gv_dir/
  done
  if test -e "$_gv_at.tool-versions" || test -e "$_gv_at.go-version"; then
    . "$_gv_lib/resolve-pin.sh"
    case $_gv_spec in ?*) break ;; esac
  fi
  case $_gv_mod in '') test -e "${_gv_at}go.mod" && _gv_mod=$_gv_dir/go.mod ;; esac
  test -e "${_gv_at}go.work" && _gv_work=${_gv_work:-$_gv_dir/go.work}
  case $_gv_dir in '') break ;; esac
  _gv_dir=${_gv_dir%/*} _gv_at=$_gv_dir/
done
