# shellcheck shell=bash
# Notes what the answer hangs on.
__gv_watch() {
  set --
  [[ -n $_gv_spec || -n $__gv_default ]] || set -- "$_gv_root/current"
  [[ $_gv_goroot == /dev/null || -n $__gv_want ]] || set -- "$_gv_goroot/bin/go"
  _gv_met=$__gv_met __gv_key="$__gv_settings"
  . "$_gv_lib/watch.sh"
  __gv_anchor=$PWD __gv_top=$_gv_top __gv_level=$_gv_level __gv_more=$__gv_asked${__gv_files[0]-}
  @noted@
  [[ -z $__gv_key || -n ${__gv_files[0]-} ]] || __gv_save
}

# Remembers a file that counts, if the resolver has not read it by __gv_recall. One that is too long for that is looked at each time.
__gv_note() {
  [[ $1 != "$__gv_file" ]] || return 0
  case $1 in */.tool-versions | */.go-version | "$_gv_file") return ;; esac
  if __gv_head "$1" 4097 && [[ ${#__gv_reply} -le 4096 ]]; then
    __gv_remember "$1" 4097 "$__gv_reply"
  else
    __gv_key=''
  fi
}
