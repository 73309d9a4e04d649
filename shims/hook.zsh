# What is zsh's own in the hook (hook-common.sh).

# The first so many bytes of a file, in __gv_reply; status 1 if there is a NUL among them.
__gv_head() {
  __gv_reply=''
  [[ -f $1 && -r $1 ]] || return 0
  sysread -s "$2" __gv_reply <"$1"
  [[ $__gv_reply != *"$__gv_nul"* ]]
}
# In sh's emulation $'…' would end there.
__gv_nul=$'\0'

# Calls a function with options in which patterns mean what they say, and texts are bytes; its status is that of the function.
__gv_safely() {
  emulate -L sh
  unsetopt err_exit err_return multibyte no_unset xtrace
  "$1"
}

# Without this module of zsh's files could not be read but byte by byte: then the shims do all.
if [[ -o interactive ]] && zmodload -F zsh/system b:sysread 2>/dev/null; then
  typeset -ga precmd_functions chpwd_functions
  # Behind what others do, who may change PATH or GV_VERSION.
  (( ${precmd_functions[(I)__gv_hook]} )) || precmd_functions+=(__gv_hook)
  # At once, also in `cd project && go test`.
  (( ${chpwd_functions[(I)__gv_look]} )) || chpwd_functions+=(__gv_look)
fi
