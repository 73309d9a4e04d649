# The hook of fish, from 3.1 on: at each prompt, and when the directory changes, the bin of the right Go comes first in PATH.
#
# fish cannot read the resolver. Where an answer is new it asks one sh (answer.sh), which also says what the answer hangs on; as long as
# that is as it was, and in folders where the answer was found before, fish runs nothing but its own words.
set -g __gv_sh @interpreter@ @lib@/answer.sh
set -g __gv_own_root @root@
set -g __gv_entry ''
set -g __gv_want ''
set -g __gv_now ''
set -g __gv_why ''
set -g __gv_shown ''
set -g __gv_told
set -g __gv_past
set -g __gv_key ''
set -g __gv_anchor ''
set -g __gv_top ''
set -g __gv_level ''
set -g __gv_default ''
set -g __gv_listing ''
set -g __gv_names
set -g __gv_files
set -g __gv_sizes
set -g __gv_texts
set -g __gv_places
set -g __gv_turn 0
set -g __gv_any __gv_any_of
type -q path; and set -g __gv_any path is

# Says what came of it: another version, or one that is missing, each once. Silent when the shell starts.
function __gv_hook
    __gv_look
    test "$__gv_now" = "$__gv_shown"; and set -q __gv_is_on; and return
    switch $__gv_now
        case ''
        case 'no *'
            set -l missing (string sub -s 4 -- $__gv_now)
            if not contains -- "$__gv_now $__gv_why" $__gv_told
                set -ga __gv_told "$__gv_now $__gv_why"
                printf 'gv: go%s is not installed, and %s asks for it\nhint: gv install %s\n' $missing $__gv_why $missing >&2
            end
        case '*'
            set -q __gv_is_on; and printf 'gv: %s (%s)\n' $__gv_now $__gv_why >&2
    end
    set -g __gv_shown $__gv_now
    set -g __gv_is_on yes
end

# Makes the answer right for here, and PATH for the answer.
function __gv_look
    if test "$PWD" != "$__gv_anchor"
        contains -- $PWD $__gv_places; and __gv_load (contains -i -- $PWD $__gv_places)
    end
    if __gv_is_same
        test "$__gv_want" = "$__gv_entry"; or __gv_enter
    else
        __gv_find
    end
end

# Whether the answer that was noted still holds here: settings, names that did not come, the program that is still there, the text of
# what was read, and between here and a folder of that answer's nothing that counts.
function __gv_is_same
    if test -n "$__gv_entry"
        test "$PATH[1]" = "$__gv_entry"; or contains -- $__gv_entry $PATH; or return
    else
        test "$PATH" = "$__gv_path"; or return
    end
    test "$GV_VERSION|$GV_ROOT|$HOME|$GOWORK|$GO111MODULE|$GOENV|$TMPDIR|$XDG_CONFIG_HOME|$GV_SYSTEM_ROOT|$GV_AUTO_INSTALL" = "$__gv_key"; or return
    test -z "$__gv_want" -o -x "$__gv_want/go"; or return
    $__gv_any $__gv_names; and return 1
    test "$PWD" = "$__gv_anchor"; or __gv_is_beside; or return
    if set -q __gv_files[1]
        test -f $__gv_files[1]; or return
        read -z -l -n $__gv_sizes[1] text <$__gv_files[1]
        test "$text" = "$__gv_texts[1]"; or return
        if set -q __gv_files[2]
            __gv_are_rest_same; or return
        end
    end
    test -z "$__gv_default$__gv_listing"; and return
    if test -n "$__gv_default"
        test (builtin realpath $__gv_root/current) = "$__gv_default"; or return
    end
    test -z "$__gv_listing"; or test "$__gv_listing" = (__gv_list)
end

# The files behind the first.
function __gv_are_rest_same
    for i in (seq 2 (count $__gv_files))
        test -f $__gv_files[$i]; or return
        read -z -l -n $__gv_sizes[$i] text <$__gv_files[$i]
        test "$text" = "$__gv_texts[$i]"; or return
    end
end

# Whether one of the names is there: from fish 3.5 on `path is` says it.
if not type -q path
    function __gv_any_of
        for name in $argv
            test -e $name; and return
        end
        return 1
    end
end

# What is installed, where the answer was chosen from that.
function __gv_list
    set -l all $__gv_root/versions/go1* $__gv_system/go1*
    echo ":$all"
end

# Whether the folders that lead from here to a folder of the last answer's hold nothing that counts, and what decided lies above.
function __gv_is_beside
    # In a pattern these would mean more than themselves.
    string match -q -r '[][*?\\\\]' -- $PWD $__gv_anchor $__gv_top $__gv_level; and return 1
    test -L .tool-versions -o -L .go-version; and return 1
    # In a GOROOT a go.work above it does not count; a pin that lies above, outside $HOME, is looked at more closely than one here.
    if test "$__gv_anchor" = "$__gv_top"
        string match -q -- "$HOME/*" $__gv_top/; or return
    end
    string match -q -- '*/versions/go*' $PWD/; or string match -q -- "$__gv_system/*" $PWD/; and return 1
    set -l up $PWD
    test "$up" = /; and set up ''
    set -l anchor $__gv_anchor/
    test "$anchor" = //; and set anchor /
    # Each (…) takes as long as ten builtins.
    set -l real (builtin realpath -- "$HOME"; builtin realpath .)
    while not string match -q -- "$up/*" $anchor
        $__gv_any $up/.tool-versions $up/.go-version $up/go.mod $up/go.work; and return 1
        if test "$real[2]" = "$PWD"
            test "$up" = "$real[1]"; and return 1
        else
            test (builtin realpath -- "$up/") = "$real[1]"; and return 1
        end
        set up (string replace -r '/[^/]*$' '' -- $up)
    end
    if test "$__gv_top" != -
        string match -q -- "$__gv_top/*" $up/; or return
    end
    string match -q -- "$__gv_level/*" $up/
end

# Asks sh which Go is meant here, puts it first, and notes what the answer hangs on.
function __gv_find
    set -g __gv_key ''
    set -g __gv_root $__gv_own_root
    test -n "$GV_ROOT"; and set -g __gv_root (string replace -r '/$' '' -- $GV_ROOT)
    set -g __gv_system /opt/go
    test -n "$GV_SYSTEM_ROOT"; and set -g __gv_system $GV_SYSTEM_ROOT
    set -l answer (command $__gv_sh 2>/dev/null </dev/null | string split0)
    set -g __gv_want ''
    set -g __gv_now ''
    set -g __gv_why "$answer[3]"
    test -n "$answer[1]"; and set -g __gv_want $answer[1]/bin
    if test -n "$__gv_want"
        set -g __gv_now (string replace -r '.*/' '' -- $answer[1])
    else if test -n "$answer[2]" -a "$answer[2]" != '?'
        set -g __gv_now "no $answer[2]"
    end
    __gv_enter
    test "$answer[2]" = '?' -o (count $answer) -lt 8; and return
    set -g __gv_top $answer[4]
    set -g __gv_level "$answer[5]"
    set -g __gv_listing ''
    test -n "$answer[6]"; and set -g __gv_listing (__gv_list)
    set -g __gv_default ''
    test -n "$answer[7]"; and set -g __gv_default (builtin realpath $__gv_root/current)
    set -l i 9
    set -g __gv_files
    set -g __gv_sizes
    set -g __gv_texts
    while test $i -lt (math 9 + 2 x $answer[8])
        set -l size $answer[(math $i + 1)]
        read -z -l -n $size text <$answer[$i]
        set -ga __gv_files $answer[$i]
        set -ga __gv_sizes $size
        set -ga __gv_texts "$text"
        set i (math $i + 2)
    end
    set -g __gv_names $answer[$i..-1]
    test $i -gt (count $answer); and set -g __gv_names
    set -g __gv_anchor $PWD
    set -g __gv_key "$GV_VERSION|$GV_ROOT|$HOME|$GOWORK|$GO111MODULE|$GOENV|$TMPDIR|$XDG_CONFIG_HOME|$GV_SYSTEM_ROOT|$GV_AUTO_INSTALL"
    __gv_save
end

# The last answers, by the folder in which each was found.
function __gv_save
    set -l slot (contains -i -- $PWD $__gv_places)
    if test -z "$slot"
        set -g __gv_turn (math $__gv_turn % 8 + 1)
        set slot $__gv_turn
    end
    set -g __gv_places[$slot] $PWD
    set -g __gv_memory_$slot "$__gv_key" $__gv_top "$__gv_level" "$__gv_want" "$__gv_now" "$__gv_why" "$__gv_default" "$__gv_listing" \
        "$__gv_system" "$__gv_root"
    set -g __gv_memory_files_$slot $__gv_files
    set -g __gv_memory_sizes_$slot $__gv_sizes
    set -g __gv_memory_texts_$slot $__gv_texts
    set -g __gv_memory_names_$slot $__gv_names
end

function __gv_load
    set -l name __gv_memory_$argv[1]
    set -l all $$name
    set -g __gv_anchor $PWD
    set -g __gv_key "$all[1]"
    set -g __gv_top $all[2]
    set -g __gv_level "$all[3]"
    set -g __gv_want "$all[4]"
    set -g __gv_now "$all[5]"
    set -g __gv_why "$all[6]"
    set -g __gv_default "$all[7]"
    set -g __gv_listing "$all[8]"
    set -g __gv_system "$all[9]"
    set -g __gv_root $all[10]
    for list in files sizes texts names
        set name __gv_memory_{$list}_$argv[1]
        set -g __gv_$list $$name
    end
end

# Makes the folder that is wanted the first of PATH, in the place of the one before; nothing only takes that out. While it stands anywhere
# in PATH it stays there, as the user may have put others before it.
function __gv_enter
    if test -z "$__gv_want" -o "$__gv_want" != "$__gv_entry"; or not contains -- $__gv_want $PATH
        if test -n "$__gv_entry" -a "$PATH[1]" = "$__gv_entry"
            set -e PATH[1]
        else if test -n "$__gv_entry"; and contains -- $__gv_entry $PATH
            __gv_cut $__gv_entry
        else
            # Somebody put an older PATH back (direnv does, on leaving), which may hold an older entry.
            for old in $__gv_past
                __gv_cut $old
            end
        end
        set -g __gv_entry $__gv_want
        if test -n "$__gv_want"
            set PATH $__gv_want $PATH
            contains -- $__gv_want $__gv_past; or set -ga __gv_past $__gv_want
        end
        # By this a shell in this one knows which entry is not the user's.
        set -gx _GV_ENTRY $__gv_want
    end
    set -g __gv_path "$PATH"
    # A GOROOT that was set for another Go would mislead this one. It is taken away once, with a word; who sets it again means it.
    if test -n "$__gv_want" -a -n "$GOROOT"; and not set -q __gv_freed
        set -g __gv_freed yes
        set -e GOROOT
        printf 'gv: GOROOT was set, and is not any more: each go knows its own\n' >&2
    end
end

# Takes a folder out of PATH where it comes first.
function __gv_cut
    set -l i (contains -i -- $argv[1] $PATH); and set -e PATH[$i]
end

# `gv use --shell 1.22` is for this shell, which no program can change: gv says what to set.
function gv
    set -l words (string match -v -- '-*' $argv)
    if test "$words[1]" != use; or not contains -- --shell $argv
        command gv $argv
        return
    end
    set -l lines (GV_SHELL_HOOK=1 command gv $argv); or return
    switch "$lines[1]"
        case 'GV_VERSION='
            set -e GV_VERSION
        case 'GV_VERSION=*'
            set -gx GV_VERSION (string sub -s 12 -- $lines[1])
        case '*'
            test -z "$lines"; or printf '%s\n' $lines
    end
end

# What the hook of an outer shell put into PATH is taken out, so that PATH does not grow from shell to shell; then the shims come first.
set -q _GV_ENTRY[1]; and __gv_cut $_GV_ENTRY
test -n "$GV_ROOT"; and set -g __gv_root $GV_ROOT; or set -g __gv_root $__gv_own_root
if test "$PATH[1]" != $__gv_root/shims
    for place in $__gv_root/bin $__gv_root/shims
        while contains -- $place $PATH
            __gv_cut $place
        end
        set PATH $place $PATH
    end
end
if status is-interactive
    function __gv_at_prompt --on-event fish_prompt
        __gv_hook
    end
    # At once, also in `cd project; and go test`.
    function __gv_at_change --on-variable PWD
        __gv_look
    end
end
