# Which Go is meant in $PWD: the fast subset of src/project/resolve.ts, whose decision table rules. It may decline, never
# differ; test/shim/differential.test.ts says what it does not see. What a file says is only ever compared with patterns.
#
# in:  _gv_root, the store; _gv_lib, the other parts; _gv_name and "$@", the call; IFS is empty
# out: _gv_goroot, the folder of the toolchain, if there is one (that it is there is not known); else /dev/null
#      _gv_spec, what was asked for: nothing, a plain version, or `?` where Node has to say; _gv_file and _gv_line, by whom
_gv_goroot=/dev/null _gv_spec='' _gv_file='' _gv_line='' _gv_mod='' _gv_work='' _gv_home='' _gv_plus='' _gv_release='' _gv_dir=${PWD%/} _gv_at=''
if test -e "$_gv_root/config.toml" || test ! -O "$_gv_root"; then . "$_gv_lib/resolve-store.sh"; fi
case ${GV_AUTO_INSTALL-}${GV_VERSION-}:$_gv_name:${1-} in
  [!:]* | :go1* | :*:+*) . "$_gv_lib/resolve-asked.sh" ;;
esac
case $_gv_root:${HOME-}:$PWD in
  [!/]* | *:[!/]* | *: | *//* | */./* | */../* | */. | */..) _gv_spec='?' ;;
esac
case $_gv_spec in
  '')
    . "$_gv_lib/resolve-walk.sh"
    case $_gv_spec:$_gv_mod$_gv_work${GOWORK-} in
      :?*) . "$_gv_lib/resolve-module.sh" ;;
    esac
    case $_gv_spec in
      '') . "$_gv_lib/resolve-home.sh" ;;
    esac
    ;;
esac
case $_gv_spec in
  1.2[1-9].[0-9] | 1.2[1-9].[1-9][0-9]) _gv_goroot=$_gv_root/versions/go$_gv_spec ;;
  ?*) . "$_gv_lib/resolve-choice.sh" ;;
esac
