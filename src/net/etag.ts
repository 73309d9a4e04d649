/** Whether text is an ETag as RFC 9110 (section 8.8.3) has it, of ASCII only: then it may stand in a header. */
export function isEtag(text: string | undefined): text is string {
  return text !== undefined && text.length <= 1000 && /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(text)
}

/** Whether an ETag stands for the same bytes, not just for the same content: only such a one can join two halves. */
export function isStrongEtag(text: string | undefined): text is string {
  return isEtag(text) && !text.startsWith('W/')
}
