/**
 * How long a Retry-After header asks to wait, in milliseconds from `now`; undefined if it says nothing
 * that can be understood. Seconds or an HTTP date (RFC 9110, section 10.2.3); a date that is past asks for no wait. Pure.
 */
export function parseRetryAfter(text: string | undefined, now: Date): number | undefined {
  const value = text?.trim() ?? ''
  if (/^\d{1,10}$/.test(value)) return Number(value) * 1000
  const at = parseHttpDate(value)
  return at === undefined ? undefined : Math.max(0, at - now.getTime())
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const imfFixdate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send since RFC 7231. */
function parseHttpDate(text: string): number | undefined {
  const match = imfFixdate.exec(text)
  if (!match) return undefined
  const [, day, name = '', year, hours, minutes, seconds] = match
  const month = months.indexOf(name)
  if (month < 0) return undefined
  const at = Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds))
  const back = new Date(at)
  // 31 February would otherwise be read as a day in March.
  const isReal =
    back.getUTCDate() === Number(day) && back.getUTCMonth() === month && back.getUTCHours() === Number(hours)
  return isReal && Number(minutes) < 60 && Number(seconds) <= 60 ? at : undefined
}
