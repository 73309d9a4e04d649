# There is nothing to run as it stands. What was asked for may be met by another release; nobody may have asked; else Node says.
case $_gv_spec in
  '') . "$_gv_lib/default.sh" ;;
  *) if test ! -d "$_gv_goroot" || test -h "$_gv_goroot"; then . "$_gv_lib/resolve-choice.sh"; fi ;;
esac
case $_gv_goroot in
  /dev/null) . "$_gv_lib/ask-node.sh" ;;
esac
if test ! -f "$_gv_goroot/bin/$_gv_name" || test ! -x "$_gv_goroot/bin/$_gv_name"; then
  printf 'gv: %s is not there\nreason: this Go has no such program, or the toolchain is damaged\nhint: gv verify, gv which %s\n' \
    "$_gv_goroot/bin/$_gv_name" "$_gv_name" >&2
  exit 127
fi
