# Puts the shims and gv itself first in PATH, once: what start-up files read, in any shell of sh's family. src/shell/startup.ts has it read.
_gv_here=${GV_ROOT:-@root@} _gv_list=:${PATH:+$PATH:}
case $_gv_list in
  :"$_gv_here/shims":"$_gv_here/bin":*) ;;
  *)
    for _gv_place in "$_gv_here/bin" "$_gv_here/shims"; do
      while :; do
        case $_gv_list in
          *:"$_gv_place":*) _gv_list=${_gv_list%%:"$_gv_place":*}:${_gv_list#*:"$_gv_place":} ;;
          *) break ;;
        esac
      done
      _gv_list=:$_gv_place$_gv_list
    done
    _gv_list=${_gv_list#:}
    PATH=${_gv_list%:}
    export PATH
    unset _gv_place
    ;;
esac
unset _gv_here _gv_list
