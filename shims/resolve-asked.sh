# The version of this call alone: by the shim's name, by `go +1.22 …`, by GV_VERSION. Sets _gv_plus for `+1.22`.
case ${GV_AUTO_INSTALL-} in
  '' | automatic | ask | never) ;;
  *) _gv_spec='?' ;;
esac
case $_gv_name:${1-} in
  go1*)
    # That release and no other, whatever `1.20` would mean elsewhere.
    _gv_release=$_gv_name _gv_name=go
    case $_gv_release in
      *[!abcdefghijklmnopqrstuvwxyz0123456789.]*) _gv_spec='?' ;;
      *) _gv_spec=${_gv_spec:-=$_gv_release} ;;
    esac
    ;;
  *:+*)
    _gv_plus=$1
    shift
    case ${_gv_plus#+} in
      '' | *[!abcdefghijklmnopqrstuvwxyz0123456789.]*) _gv_spec='?' ;;
      *) _gv_spec=${_gv_spec:-${_gv_plus#+}} ;;
    esac
    ;;
  *)
    case ${GV_VERSION-} in
      *[!abcdefghijklmnopqrstuvwxyz0123456789.]*) _gv_spec='?' ;;
      *) _gv_spec=${_gv_spec:-${GV_VERSION-}} ;;
    esac
    ;;
esac
