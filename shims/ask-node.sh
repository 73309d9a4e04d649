# What sh leaves to Node: `gv shim-resolve NAME [+SPEC]` installs what is missing, or explains, on stderr; on stdout it answers
# with one line, `goroot /…/.` or `program /…/.`, and its exit status is the shim's if it has no answer.
if test ! -x "$_gv_root/bin/gv"; then
  printf 'gv: %s cannot be run: there is no gv in %s\nhint: gv setup\n' "${_gv_release:-$_gv_name}" "$_gv_root" >&2
  exit 127
fi
# An interrupt is for gv to clean up after; this shell waits for it.
trap : INT
if test -t 0; then
  _gv_text=$(GV_ROOT=$_gv_root "$_gv_root/bin/gv" shim-resolve "${_gv_release:-$_gv_name}" ${_gv_plus:+"$_gv_plus"})
else
  _gv_text=$(GV_ROOT=$_gv_root "$_gv_root/bin/gv" shim-resolve "${_gv_release:-$_gv_name}" ${_gv_plus:+"$_gv_plus"} </dev/null)
fi
_gv_status=$?
trap - INT
case $_gv_status:$_gv_text in
  0:goroot\ /*/.) _gv_goroot=${_gv_text#goroot } _gv_goroot=${_gv_goroot%/.} ;;
  0:program\ /*/.)
    _gv_text=${_gv_text#program } _gv_text=${_gv_text%/.}
    _gv_program=${_gv_text%/*}/$_gv_name
    case ${_GV_TRIED-} in
      "$$":*:"$_gv_program":*)
        printf 'gv: %s hands back to gv, and there is no other Go\nhint: gv current\n' "$_gv_program" >&2
        exit 127
        ;;
      "$$":*) ;;
      *) _GV_TRIED=$$:: ;;
    esac
    unset GOROOT
    export _GV_TRIED="$_GV_TRIED$_gv_program:"
    exec "$_gv_program" "$@"
    ;;
  0:*)
    printf 'gv: %s did not say which Go is meant\nhint: gv setup\n' "$_gv_root/bin/gv" >&2
    exit 127
    ;;
  130:* | 129:* | 143:*)
    # What started this program is to know that it was interrupted.
    kill -"$((_gv_status - 128))" $$
    exit "$_gv_status"
    ;;
  126:* | 127:*) exit "$_gv_status" ;;
  *) exit 127 ;;
esac
