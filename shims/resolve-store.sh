# A store that is not the user's own is Node's to judge; of the user's settings those that bear on the choice.
test -O "$_gv_root" || _gv_spec='?'
_gv_n=0 _gv_kind=c
if test -f "$_gv_root/config.toml" && test -r "$_gv_root/config.toml"; then
  while read -r _gv_text || test "$_gv_text"; do
    case $((_gv_n += 1)) in 100) _gv_kind=x ;; esac
    case $_gv_kind$_gv_text in
      [cd] | [cd]'#'*) ;;
      c'auto_install = "automatic"' | c'auto_install = "ask"' | c'auto_install = "never"') _gv_kind=d ;;
      *)
        _gv_spec='?'
        break
        ;;
    esac
  done <"$_gv_root/config.toml"
elif test -e "$_gv_root/config.toml"; then
  _gv_spec='?'
fi
