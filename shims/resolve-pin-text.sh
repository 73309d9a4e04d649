# Reads a pin to its end: from _gv_file, which is .tool-versions (_gv_kind is t) or .go-version (g), into _gv_spec and _gv_line.
_gv_n=0 _gv_size=0 _gv_end=1
while :; do
  read -r _gv_text || _gv_end=0
  # No pattern is matched with a text that is too long for it.
  case $((_gv_size += ${#_gv_text} + _gv_end)):$((_gv_n += 1)) in ?????*:* | *:200) _gv_kind=x _gv_text='' ;; esac
  # zsh alone keeps a NUL.
  case ${ZSH_VERSION:+$_gv_text} in *[![:print:][:blank:]]*) _gv_kind=x ;; esac
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
      # Other shells' `read` drops every NUL: there was none if as many bytes were read as came through. Without /proc (macOS)
      # nobody tells, and the text counts without it.
      if test -e /proc/self/fdinfo/0; then
        read -r _gv_text 3<&0 </proc/self/fdinfo/3
        case ${_gv_text#pos:?} in "$_gv_size") ;; *) _gv_kind=x ;; esac
      fi
      break
      ;;
  esac
done <"$_gv_file"
case $_gv_kind in x) _gv_spec='?' ;; esac
