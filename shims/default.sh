# Nobody asks for a version: the user's default, else the Go of this machine: the system's link, else the first in PATH.
if test -h "$_gv_root/current" && test -d "$_gv_root/current" && test "$PWD" -ef .; then
  # The folder itself, not the link to it: a build that runs while the default changes keeps its compiler. Only `cd` can
  # follow a link here.
  _gv_here=$PWD _gv_old=${OLDPWD-} _gv_had=${OLDPWD+yes}
  if CDPATH='' cd -P "$_gv_root/current"; then
    _gv_goroot=$_gv_root/versions/${PWD##*/}
    CDPATH='' cd "$_gv_here" || exit 126
  fi
  OLDPWD=$_gv_old
  case $_gv_had in '') unset OLDPWD ;; esac
  if test -h "$_gv_goroot" || test ! "$_gv_goroot" -ef "$_gv_root/current"; then _gv_goroot=/dev/null; fi
  # Another platform's is no default, and what the link means otherwise is Node's to say.
  case ${_gv_goroot##*/} in *-*) _gv_goroot=/dev/null ;; esac
  return
fi
# A link in its place that leads nowhere, or a folder of another's making: Node says what it is.
if test -h "$_gv_root/current"; then return; fi
_gv_system=${GV_SYSTEM_LINK:-/usr/local/go}
if test -h "$_gv_system" && test -x "$_gv_system/bin/go"; then
  _gv_goroot=$_gv_system
  return
fi
. "$_gv_lib/other-go.sh"
