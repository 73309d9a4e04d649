# The pin in _gv_dir, `.tool-versions` or `.go-version`: its words into _gv_spec; nothing, if they do not speak of Go.
#
# Pins count after go.work and go.mod from $HOME upwards, $HOME being a file, whatever its name here.
case $_gv_spec$_gv_home in
  '')
    _gv_up=${PWD%/}
    while :; do
      if test "${_gv_up:-/}" -ef "$HOME"; then
        _gv_home=$_gv_dir/ _gv_more=''
        return
      fi
      case $_gv_up in "$_gv_dir") break ;; esac
      _gv_up=${_gv_up%/*}
    done
    ;;
  now) ;;
  *)
    _gv_more=yes
    return
    ;;
esac
for _gv_kind in t g; do
  case $_gv_kind in
    t) _gv_text=.tool-versions ;;
    *) _gv_text=.go-version ;;
  esac
  _gv_file=$_gv_at$_gv_text
  if test ! -f "$_gv_file" || test ! -r "$_gv_file"; then
    if test ! -e "$_gv_file" && test ! -h "$_gv_file"; then continue; fi
    _gv_kind=x
  fi
  # Where others than the user may write it has to be the user's own; what its mode allows others, sh cannot see.
  case $_gv_at in
    '' | "$HOME"/*) ;;
    *) if test ! -O "$_gv_file" || test -h "$_gv_file"; then _gv_kind=x; fi ;;
  esac
  case $_gv_kind in
    x)
      _gv_spec='?'
      return
      ;;
  esac
  _gv_file=$_gv_dir/$_gv_text _gv_n=0 _gv_size=0 _gv_end=1
  while :; do
    read -r _gv_text || _gv_end=0
    case $((_gv_size += ${#_gv_text} + _gv_end)):$((_gv_n += 1)) in *:200) _gv_kind=x ;; esac
    case $_gv_kind$_gv_text in
      # t: no line about Go yet; f: found; g: no version yet; d: done; x: not for sh.
      [tgd] | [tgd]'#'* | f*) ;;
      tgolang' '?* | tgo' '?*) _gv_spec=${_gv_text#go* } _gv_line=$_gv_n _gv_kind=f ;;
      g*' '* | tgo | tgo[!a-z0-9_-]* | tgolang | tgolang[!a-z0-9_-]*) _gv_kind=x ;;
      t[a-z]*) ;;
      g*) _gv_spec=$_gv_text _gv_line=$_gv_n _gv_kind=d ;;
      *) _gv_kind=x ;;
    esac
    case $_gv_kind$_gv_end in
      x?) break ;;
      ?0)
        # `read` drops every NUL: there was none if as many bytes were read as came through. (Without /proc nobody tells.)
        if test -e /proc/self/fdinfo/0; then
          read -r _gv_text 3<&0 </proc/self/fdinfo/3
          case ${_gv_text#pos:?} in "$_gv_size") ;; *) _gv_kind=x ;; esac
        fi
        break
        ;;
    esac
  done <"$_gv_file"
  case $_gv_kind in x) _gv_spec='?' ;; esac
  case $_gv_spec in ?*) return ;; esac
done
_gv_file=''
