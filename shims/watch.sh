# What would have to change for the answer of resolve.sh to be another. It stands in the hooks of bash and zsh, and is read by
# answer.sh for that of fish.
#
# in:  what resolve.sh left; _gv_lines, as many as it read of a go.mod or go.work; _gv_met, the folders on the way in which
#      one of the files lies, each between colons, or `*` where that was not noted
# out: "$@", names of which none is there now; _gv_top, the folder of the file that decided, or `-`; _gv_level, where $HOME is on
#      the way up, or nothing. __gv_note is called with each file that was read, and the lines of it that count.
_gv_dir=${PWD%/} _gv_kinds=tgmw _gv_top=- _gv_level=''
case $PWD/ in
  "${HOME%/}"/*) _gv_level=${HOME%/} ;;
  *) case $_gv_home in now) ;; *) _gv_level=${_gv_home%/} ;; esac ;;
esac
case $_gv_spec:$_gv_file in
  :*) ;;
  *:) _gv_kinds='' ;;
  */go.mod) _gv_top=${_gv_file%/*} ;;
  */go.work) _gv_top=${_gv_file%/*} _gv_kinds=tgw ;;
  *) case $_gv_home in now) ;; *) _gv_top=${_gv_file%/*} _gv_kinds=tg ;; esac ;;
esac
while :; do
  # t, g, m, w: the kinds of files that count in this folder. In $HOME and above it pins come after go.mod and go.work.
  case $_gv_top:$_gv_kinds:$_gv_dir in
    -:*) ;;
    *:"$_gv_level") case $_gv_level in ?*) _gv_kinds=${_gv_kinds#tg} ;; esac ;;
  esac
  case $_gv_dir in
    "$_gv_top")
      case $_gv_file in
        */go.*)
          __gv_note "$_gv_file" "$_gv_lines"
          case $_gv_file:$_gv_kinds in
            */go.work:*) _gv_kinds=${_gv_kinds%w} ;;
            *:tg*) _gv_kinds=tgw ;;
            *) _gv_kinds=w ;;
          esac
          ;;
        *)
          __gv_note "$_gv_file" 0
          case $_gv_file in */.tool-versions) break ;; esac
          _gv_kinds=t
          ;;
      esac
      ;;
  esac
  case $_gv_met in
    '*' | *":$_gv_dir:"*)
      for _gv_text in .tool-versions .go-version go.mod go.work; do
        case $_gv_text:$_gv_kinds in
          .t*:*t* | .g*:*g* | *mod:*m* | *work:*w*)
            if test -e "$_gv_dir/$_gv_text"; then __gv_note "$_gv_dir/$_gv_text" 0; else set -- "$@" "$_gv_dir/$_gv_text"; fi
            ;;
        esac
      done
      ;;
    *)
      case $_gv_kinds in t*) set -- "$@" "$_gv_dir/.tool-versions" ;; esac
      case $_gv_kinds in *g*) set -- "$@" "$_gv_dir/.go-version" ;; esac
      case $_gv_kinds in *m*) set -- "$@" "$_gv_dir/go.mod" ;; esac
      case $_gv_kinds in *w) set -- "$@" "$_gv_dir/go.work" ;; esac
      ;;
  esac
  case $_gv_kinds:$_gv_dir in : | t:* | :* | *:) break ;; esac
  _gv_dir=${_gv_dir%/*}
done
case $_gv_top:$_gv_kinds:$_gv_level in
  -:?*:)
    # Nobody asks on the way up, which does not come through $HOME: its pins are the last.
    for _gv_text in "${HOME%/}/.tool-versions" "${HOME%/}/.go-version"; do
      if test -e "$_gv_text"; then __gv_note "$_gv_text" 0; else set -- "$@" "$_gv_text"; fi
    done
    ;;
esac
case $_gv_file:$_gv_top:$_gv_kinds in
  */go.*:* | *:-:?*) if test -e @goenv@; then __gv_note @goenv@ 0; else set -- "$@" @goenv@; fi ;;
esac
if test -e "$_gv_root/config.toml"; then __gv_note "$_gv_root/config.toml" 0; else set -- "$@" "$_gv_root/config.toml"; fi
