# What fish completes for gv. src/shell/completions-fish.ts puts in the launcher and the commands.
function __gv_words
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        string match -q -- '-*' $word; or echo $word
    end
end

function __gv_in
    set -l words (__gv_words)
    test "$words[1]" = "$argv[1]"
end

function __gv_nowhere
    test -z (__gv_words)[1]
end

function __gv_asked
    @gv@ complete-words $argv[1] (commandline -ct) 2>/dev/null
end

# gv exec 1.22 go build: a version, a program, and whatever that takes.
function __gv_run
    set -l words (__gv_words)
    set -e words[1]
    if test -z "$words[1]"
        __gv_asked specs
        __fish_complete_command
    else
        string match -qr '^[0-9^~]' -- $words[1]; and set -e words[1]
        complete -C "$words "(commandline -ct)
    end
end

complete -c gv -e
complete -c gv -f
@commands@
