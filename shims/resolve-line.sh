# The newest release of the line _gv_of that is installed, from the patch _gv_least on, into _gv_found. Status 1 declines.
for _gv_text in "$_gv_system/go$_gv_of"*; do
  if test -e "$_gv_text"; then return 1; fi
done
_gv_one='' _gv_two=''
# They come sorted by their letters: of those with as many digits the last is the newest.
for _gv_text in "$_gv_root/versions/go$_gv_of".*; do
  _gv_text=${_gv_text##*/}
  case $_gv_text in
    go"$_gv_of".[123456789][0123456789]) _gv_two=$_gv_text ;;
    go"$_gv_of".[0123456789]) _gv_one=$_gv_text ;;
    go"$_gv_of".'*' | *-*) ;;
    *) return 1 ;;
  esac
done
_gv_two=${_gv_two:-$_gv_one}
case $_gv_two:$_gv_of:$_gv_least in
  *.0:1.1[0123456789]:* | *.0:1.20:*) return 1 ;;
  :1.1[0123456789]:0 | :1.20:0) _gv_two=go$_gv_of ;;
  :*) return 0 ;;
esac
if test "$_gv_two" != "go$_gv_of" && test "${_gv_two##*.}" -lt "$_gv_least"; then return 0; fi
if test ! -e "$_gv_root/versions/$_gv_two" && test ! -h "$_gv_root/versions/$_gv_two"; then return 0; fi
if test ! -d "$_gv_root/versions/$_gv_two" || test -h "$_gv_root/versions/$_gv_two"; then return 1; fi
_gv_found=$_gv_root/versions/$_gv_two
