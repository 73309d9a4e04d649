/**
 * A number as the log writes it: decimal digits without sign or leading zeros. Undefined for anything else and for what a
 * double cannot hold exactly (2^53 and more), so that every sum below stays exact.
 */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}
