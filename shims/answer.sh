# What the hook of fish asks, which cannot read the resolver itself: the answer, and what it hangs on. Fields end in NUL: the folder
# of the toolchain, or nothing; what was asked for, or `?` where the shims have to do; by whom; _gv_top and _gv_level as in watch.sh; whether the choice
# among what is installed counted; whether it is the default; how many files were read, each with the number of its bytes
# that count; then names of which none is there.
IFS='' _gv_lib=@lib@ _gv_root=${GV_ROOT:-@root@} _gv_name=go _gv_system='' _gv_n=0 _gv_default='' _gv_met='*' _gv_notes='' _gv_count=0
_gv_root=${_gv_root%/}
set --
if test "$PWD" -ef .; then . "$_gv_lib/resolve.sh"; else _gv_spec='?'; fi
_gv_lines=$_gv_n
case $_gv_spec in
  '')
    _gv_goroot=/dev/null _gv_file='' _gv_spec=''
    if test -h "$_gv_root/current"; then
      _gv_spec='?'
      for _gv_text in "$_gv_root"/versions/go1*; do
        if test "$_gv_text" -ef "$_gv_root/current" && test ! -h "$_gv_text"; then
          case ${_gv_text##*/} in
            *-*) ;;
            *) _gv_goroot=$_gv_text _gv_default=yes _gv_spec='' ;;
          esac
        fi
      done
    fi
    ;;
  *)
    if test ! -d "$_gv_goroot" || test -h "$_gv_goroot"; then
      case $_gv_system in '') . "$_gv_lib/resolve-choice.sh" ;; esac
    fi
    ;;
esac
_gv_why=GV_VERSION
case $_gv_default$_gv_file in
  yes) _gv_why=default ;;
  "${HOME-}"/.[tg]*) _gv_why=\~/${_gv_file##*/}:$_gv_line ;;
  ?*) _gv_why=${_gv_file##*/}:$_gv_line ;;
esac
case $_gv_goroot in
  /dev/null) _gv_goroot='' ;;
  *:*) _gv_goroot='' _gv_spec='?' ;;
  *)
    if test ! -x "$_gv_goroot/bin/go"; then
      set -- "$_gv_goroot/bin/go"
      _gv_goroot=''
    fi
    ;;
esac
case $_gv_spec in
  '?')
    printf '%s\0' '' '?' '' - '' '' '' 0
    exit
    ;;
esac
case $_gv_spec$_gv_default in '') set -- "$@" "$_gv_root/current" ;; esac
__gv_note() {
  # So many bytes: of a whole file 4 KiB, where no more is read of it.
  _gv_size=4096
  case $2 in
    0) ;;
    *)
      _gv_size=0 _gv_n=0
      while test "$_gv_n" -lt "$2" && read -r _gv_line; do _gv_size=$((_gv_size + ${#_gv_line} + 1)) _gv_n=$((_gv_n + 1)); done <"$1"
      ;;
  esac
  _gv_count=$((_gv_count + 1)) _gv_notes=$_gv_notes$1//$_gv_size//
}
. "$_gv_lib/watch.sh"
printf '%s\0' "$_gv_goroot" "$_gv_spec" "$_gv_why" "$_gv_top" "$_gv_level" "$_gv_system" "$_gv_default" "$_gv_count"
while :; do
  case $_gv_notes in '') break ;; esac
  printf '%s\0' "${_gv_notes%%//*}"
  _gv_notes=${_gv_notes#*//}
done
for _gv_text in "$@"; do printf '%s\0' "$_gv_text"; done
