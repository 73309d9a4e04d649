# A `toolchain` line behind the `go` line in _gv_spec; it counts if it is newer. Those of before 1.21 do not exist.
_gv_text=${_gv_text#toolchain }
case $_gv_text in
  default) return ;;
  go1.2[123456789].[0123456789] | go1.2[123456789].[123456789][0123456789]) _gv_text=${_gv_text#go1.} ;;
  *)
    _gv_spec='?'
    return
    ;;
esac
case $_gv_spec in
  1.[123456789][0123456789].[0123456789] | 1.[123456789][0123456789].[123456789][0123456789]) _gv_old=${_gv_spec#1.} ;;
  1.[123456789][0123456789]) _gv_old=${_gv_spec#1.}.-1 ;;
  *)
    _gv_spec='?'
    return
    ;;
esac
if test "${_gv_text%.*}" -gt "${_gv_old%.*}" ||
  { test "${_gv_text%.*}" = "${_gv_old%.*}" && test "${_gv_text#*.}" -gt "${_gv_old#*.}"; }; then
  _gv_spec=1.$_gv_text _gv_line=$_gv_n
fi
