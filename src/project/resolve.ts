/**
 * Which Go is meant here: the one rule of precedence (DESIGN.md, "Which Go").
 *
 * The decision table. `shims/resolve.sh` follows it too: it may decline (ask this code), never differ.
 *
 * FOLDERS   The working directory is $PWD where that is absolute and the same file as `.`, else what getcwd says;
 *           cleaned as text (`//`, `/./`, `/x/..`). Walking up goes by that text to `/`. $HOME is in the chain
 *           where a folder of it is the same file (device and inode) as $HOME. A $HOME that is not absolute is none.
 * ORDER     1. the spec of this call (`+SPEC`); else GV_VERSION, unless empty
 *           2. the nearest pin in the folders before $HOME in the chain; in all of them where $HOME is not in it
 *           3. the requirement of go.work or go.mod, if they ask for anything
 *           4. the nearest pin from $HOME upwards; in $HOME alone where it is not in the chain
 *           5. `current`, if it leads to a toolchain; else the system's Go: the system store's link; else the first
 *              `go` in an absolute folder of PATH that is neither a shim of any gv nor inside the user's store
 * PIN       In each folder `.tool-versions`, then `.go-version`. A file is there if lstat finds it. There, but not a
 *           regular file behind its links, unreadable, with a NUL or a UTF-16 mark: an error, never the next file.
 *           A UTF-8 mark is dropped. Lines end at LF, CR before it dropped; `#` begins a comment; blanks are
 *           space and tab. At most 64 KiB are read.
 *           .tool-versions: the first line whose first word is `golang` or `go`; its other words are specs, the first
 *           is meant, the others are fall-backs; without one, or with a malformed one (fall-backs too): an error.
 *           Without such a line the file is no pin; but an error if it is longer than what is read.
 *           .go-version: its only line that is not blank, trimmed; a second one, or more than 64 KiB: an error. None: no pin.
 * SHARED    A pin in a folder that is neither the working directory nor $HOME nor below $HOME is passed over with a
 *           warning (unless the configuration allows it) when its owner is not the user, root or the owner of the
 *           working directory; or when anyone may write it and no go.mod, go.work or .git lies beside it.
 *           (sh: `[ -O ]` and one beside it, else decline.)
 * MODULES   GO111MODULE empty or `on`: on; `auto`: on if a go.mod is found; anything else: off, no requirement.
 *           GOWORK `off`: no go.work; empty or `auto`: the nearest one upwards; an absolute path: that one, if stat finds
 *           it; relative: an error. Where a go.work is found, go.mod is not read, whatever it says.
 *           go.mod and go.work are found by stat and passed over if they are folders, as by `go`. The nearest go.mod
 *           counts as none if its folder is $TMPDIR (empty: /tmp). At most 1 MiB; broken syntax is an error.
 * ASKING    The first `go` line, the first `toolchain` line outside blocks; `toolchain` counts if it is not `default`
 *           and newer than the `go` line (or alone); what follows a `-` in it does not count.
 * CHOOSING  Among the user's store and then the system store, toolchains of this platform; of equal versions the first.
 *           Exact: that release. Line, latest, range: the newest that matches, pre-releases only for a range that
 *           names one. Several specs: the first that anything installed meets; none: the first is to be installed.
 *           Requirement of a release: it; else the newest of its line that is not older. Of a line: the newest release
 *           of it, no pre-release. None: what was asked is to be installed (of a line its newest patch).
 *           gomod = "minimum": where `current` is not older than the requirement, `current`.
 *           `system`: the system's Go of ORDER 5. `path:` (call and GV_VERSION only): that GOROOT.
 */
export {}
