# Reads go.work or go.mod, from _gv_file, as far as the directive that follows its `go` line: dash reads byte by byte.
_gv_kind=m _gv_n=0
while read -r _gv_text || test "$_gv_text"; do
  # No pattern is matched with a text that is too long for it.
  case ${#_gv_text}:$((_gv_n += 1)) in ????*:* | *:100) _gv_kind=x _gv_text='' ;; esac
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
