# What go.work, else go.mod, asks for, as far as the directive that follows its `go` line: dash reads byte by byte.
_gv_file=${_gv_work:-$_gv_mod} _gv_kind=m _gv_n=0
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
  while read -r _gv_text || test "$_gv_text"; do
    case $((_gv_n += 1)) in 100) _gv_kind=x ;; esac
    case $_gv_kind$_gv_text in
      [mg] | [mg]//*) ;;
      mmodule' '*[!a-zA-Z0-9./_~-]*)
        _gv_spec='?'
        break
        ;;
      mmodule' '?*) ;;
      mgo' '?*) _gv_spec=${_gv_text#go } _gv_line=$_gv_n _gv_kind=g ;;
      gtoolchain*)
        . "$_gv_lib/resolve-toolchain.sh"
        break
        ;;
      g[abcdefghijklmnopqrstuvwxyz]*) break ;;
      *)
        _gv_spec='?'
        break
        ;;
    esac
  done <"$_gv_file"
else
  case $_gv_file in ?*) _gv_spec='?' ;; esac
fi
