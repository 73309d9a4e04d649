# What go.work, else go.mod, asks for.
_gv_file=${_gv_work:-$_gv_mod}
# What `go env -w` keeps, and a go.mod in the folder for temporary files, may make that another file or none.
if test -e @goenv@ || test "${_gv_file%/*}" -ef "${TMPDIR:-/tmp}"; then
  . "$_gv_lib/resolve-settings.sh"
else
  case ${GO111MODULE-}:${GOWORK-}:${GOENV-} in
    :: | on::) ;;
    *) . "$_gv_lib/resolve-settings.sh" ;;
  esac
fi
if test -f "$_gv_file" && test -r "$_gv_file"; then
  . "$_gv_lib/resolve-module-text.sh"
else
  case $_gv_file in ?*) _gv_spec='?' ;; esac
fi
