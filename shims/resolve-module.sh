# What go.work, else go.mod, asks for.
_gv_file=${_gv_work:-$_gv_mod}
# A go.work does not count for what lies in a GOROOT below it.
case ${_gv_work:+$PWD/} in
  "$_gv_root"/versions/* | "${GV_SYSTEM_ROOT:-/opt/go}"/*) _gv_spec='?' _gv_file='' ;;
esac
# What `go env -w` keeps, and a go.mod in the folder for temporary files, may make that another file or none.
case ${GO111MODULE-}:${GOWORK-}:${GOENV-} in
  :: | on::)
    if test -e @goenv@ || test -e "${TMPDIR:-/tmp}/go.mod"; then . "$_gv_lib/resolve-settings.sh"; fi
    ;;
  *) . "$_gv_lib/resolve-settings.sh" ;;
esac
if test -f "$_gv_file" && test -r "$_gv_file"; then
  . "$_gv_lib/resolve-module-text.sh"
else
  case $_gv_file in ?*) _gv_spec='?' ;; esac
fi
