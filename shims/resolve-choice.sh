# The toolchain for what was asked for, where that is not simply a release: a line, fall-backs, a minimum that is missing.
#
# A line first. gv notes the newest release of each; the note counts while nothing came or went since it was made.
_gv_goroot=/dev/null _gv_text=$_gv_root/cache/newest/$_gv_spec _gv_system=${GV_SYSTEM_ROOT:-/opt/go}
case $_gv_spec in
  1.2[123456789] | 1.[3456789][0123456789])
    if test "$_gv_text" -nt "$_gv_root/versions" && test ! -e "$_gv_system"; then
      read -r _gv_text <"$_gv_text"
      case $_gv_text in
        go"$_gv_spec".[0123456789] | go"$_gv_spec".[123456789][0123456789])
          if test -d "$_gv_root/versions/$_gv_text" && test ! -h "$_gv_root/versions/$_gv_text"; then
            _gv_goroot=$_gv_root/versions/$_gv_text
            return
          fi
          ;;
      esac
    fi
    ;;
  '?') return ;;
  '='*)
    # What is not here may be in the system store, whose owner only Node can tell.
    if test -d "$_gv_root/versions/${_gv_spec#=}" && test ! -h "$_gv_root/versions/${_gv_spec#=}"; then
      _gv_goroot=$_gv_root/versions/${_gv_spec#=}
    fi
    return
    ;;
esac
# Every word has to be well formed, also those behind the one that is met. Whoever declines leaves by `return`.
_gv_rest=$_gv_spec' ' _gv_spec='?' _gv_first='' _gv_found=''
while :; do
  case $_gv_rest in
    ' '*)
      _gv_rest=${_gv_rest# }
      continue
      ;;
    '' | '#'*) break ;;
  esac
  _gv_word=${_gv_rest%% *} _gv_rest=${_gv_rest#* } _gv_of='' _gv_least=0
  case $_gv_file:$_gv_first in
    *.mod: | *.work:) ;;
    *.tool-versions:* | *.go-version: | :) _gv_word=${_gv_word#go} _gv_word=${_gv_word%.x} ;;
    *) return ;;
  esac
  case $_gv_word in
    1.1[0123456789].0 | 1.20.0) return ;;
    1.[123456789][0123456789].[0123456789] | 1.[123456789][0123456789].[123456789][0123456789])
      if test -d "$_gv_root/versions/go$_gv_word" && test ! -h "$_gv_root/versions/go$_gv_word"; then
        _gv_found=${_gv_found:-$_gv_root/versions/go$_gv_word}
      elif test -e "$_gv_system/go$_gv_word"; then
        return
      else
        # Of a requirement the patch is the least that will do.
        case $_gv_file in *.mod | *.work) _gv_of=${_gv_word%.*} _gv_least=${_gv_word##*.} ;; esac
      fi
      ;;
    1.[123456789][0123456789]) _gv_of=$_gv_word ;;
    *) return ;;
  esac
  _gv_first=${_gv_first:-$_gv_word}
  case $_gv_found:$_gv_of in
    :?*) . "$_gv_lib/resolve-line.sh" || return ;;
  esac
done
_gv_spec=${_gv_first:-'?'} _gv_goroot=${_gv_found:-/dev/null}
