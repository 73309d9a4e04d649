/** The netrc file, read as the go command reads it. Pure. */

export interface NetrcEntry {
  readonly machine: string
  readonly login: string
  readonly password: string
}

/** What Go's strings.Fields splits at (unicode.IsSpace); JavaScript's \s lacks U+0085 and has U+FEFF. */
const blanks = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

/**
 * The complete machine entries of a netrc file, in their order. Rules of cmd/go/internal/auth (netrc.go):
 * words come in pairs on one line, there is no quoting, a macro lasts until an empty line, and a
 * `default` entry gives nothing, so that a password never goes to a host that is not named.
 */
export function parseNetrc(text: string): NetrcEntry[] {
  const entries: NetrcEntry[] = []
  let entry = { machine: '', login: '', password: '' }
  let inMacro = false
  for (const line of text.split('\n')) {
    if (inMacro) {
      inMacro = line !== ''
      continue
    }
    const words = line.split(blanks).filter((word) => word !== '')
    let at = 0
    for (; at < words.length - 1; at += 2) {
      const value = words[at + 1] ?? ''
      const key = words[at]
      if (key === 'machine') entry = { machine: value, login: '', password: '' }
      else if (key === 'login') entry.login = value
      else if (key === 'password') entry.password = value
      else if (key === 'macdef') inMacro = true
      if (entry.machine && entry.login && entry.password) {
        entries.push(entry)
        entry = { machine: '', login: '', password: '' }
      }
    }
    if (words[at] === 'default') break
  }
  return entries
}

/** The entry for a URL's host (`example.com`, or with its port): the first one, as for the go command. */
export function netrcEntryFor(entries: readonly NetrcEntry[], url: URL): NetrcEntry | undefined {
  return entries.find(({ machine }) => machine === url.hostname || machine === url.host)
}
