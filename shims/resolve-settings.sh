# Settings of the go command about which module file counts. Most people who have the file set nothing of the kind in it.
_gv_text=@goenv@ _gv_n=0
case ${GOENV-} in
  '') ;;
  off) _gv_text='' ;;
  *) _gv_spec='?' ;;
esac
if test -f "$_gv_text" && test -r "$_gv_text"; then
  # shellcheck disable=SC2094 # The file is open before its first line takes the place of its name.
  while read -r _gv_text || test "$_gv_text"; do
    case $((_gv_n += 1)):$_gv_text in
      100:* | *:GOWORK=* | *:GO111MODULE=*)
        _gv_spec='?'
        break
        ;;
    esac
  done <"$_gv_text"
  _gv_n=0
fi
case ${GO111MODULE-}:${GOWORK-} in
  : | on: | :auto | on:auto) ;;
  :off | on:off) _gv_file=$_gv_mod ;;
  *) _gv_spec='?' ;;
esac
# Whether go.mod is in the folder for temporary files, Node tells for sure.
test "${_gv_mod%/*}" -ef "${TMPDIR:-/tmp}" && _gv_spec='?'
# Nothing is read where Node has to say.
case $_gv_spec in ?*) _gv_file='' ;; esac
