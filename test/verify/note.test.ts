import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openNote, parseNoteKey } from '../../src/verify/note.ts'
import { gvErrorOf } from '../support/expect-error.ts'
import { corrupted } from '../support/log-cases.ts'
import { SumLog } from '../support/sumlog.ts'

const goKey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
/** A head that sum.golang.org signed. */
const goNote = `go.sum database tree
66398721
5oXTdOltbW8oy+WAHSPYkUE7FskIY/5ZJCYGy+buJ3g=

— sum.golang.org Az3grkwAPWdf0j0QaqFdZ3Hg/pDusO9we04GR+upDAujfj+kau8VzeyO7Xqw0j0qZNnwMvwiV98DluG2iyB8t4v4WQU=
`

const open = (note: string | Uint8Array, key = parseNoteKey(goKey)) => openNote(Buffer.from(note), key)

describe('a note', () => {
  test('of the real log', () => {
    expect(open(goNote)).toBe(`${goNote.split('\n\n')[0]}\n`)
  })

  test('with signatures by others', () => {
    const own = new SumLog()
    const line = (note: string) => `${note.trimEnd().split('\n').at(-1)}\n`
    const other = line(new SumLog('other.example').sign('something else\n'))
    const [text, signature] = ['text\n\nmore text\n', line(own.sign('text\n\nmore text\n'))]
    expect(open(`${text}\n${other}${signature}${other}`, own.key)).toBe(text)
    expect(open(`${text}\n${other.repeat(99)}${signature}`, own.key)).toBe(text)
    // Of several signatures by one key the first counts, as for Go: a note cannot be made good by adding to it.
    const wrong = line(own.sign('another text\n'))
    expect(open(`${text}\n${signature}${wrong}`, own.key)).toBe(text)
    expect(() => open(`${text}\n${wrong}${signature}`, own.key)).toThrow()
    expect(() => open(`${text}\n${other.repeat(100)}${signature}`, own.key)).toThrow()
    expect(() => open(`${text}\n${other}`, own.key)).toThrow()
  })

  test.each([
    ['a cut line end', goNote.slice(0, -1)],
    ['no blank line', goNote.replace('\n\n', '\n')],
    ['a hyphen for the dash', goNote.replace('—', '-')],
    ['two spaces', goNote.replace('— ', '—  ')],
    ['a no-break space', goNote.replace('— sum', '—\u00a0sum')],
    ['CRLF', goNote.replaceAll('\n', '\r\n')],
    ['a NUL', goNote.replace('tree', 'tr\0ee')],
    ['another name', goNote.replace('— sum.golang.org', '— sum.golang.net')],
    ['a plus in the name', goNote.replace('— sum.golang.org', '— sum+golang.org')],
    ['junk within the base64', goNote.replace('Az3grk', 'Az3!grk')],
    ['base64 without padding', goNote.replace('WQU=', 'WQU')],
    ['base64 for URLs', goNote.replace('/pDus', '_pDus')],
    ['a signature of 63 bytes', goNote.replace('v4WQU=', 'v4WQ==')],
    ['only a key hash', goNote.replace(/Az3grk.*=/, 'Az3grg==')],
  ])('with %s is refused', async (_, note) => {
    expect(note).not.toBe(goNote)
    await gvErrorOf('verification', () => open(note))
  })

  test('that is no UTF-8, or larger than a megabyte, is refused', async () => {
    const own = new SumLog()
    await gvErrorOf('verification', () => open(Buffer.concat([Buffer.of(0xc0, 0x80), Buffer.from(goNote)])))
    expect(open(own.sign(`${'x'.repeat(900_000)}\n`), own.key)).toHaveLength(900_001)
    await gvErrorOf('verification', () => open(own.sign(`${'x'.repeat(1_000_000)}\n`), own.key))
  })

  test('is refused when any bit is flipped', async () => {
    const bytes = Buffer.from(goNote)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await gvErrorOf('verification', () => open(flipped))
    }
  })

  test('of any kind ends in its text or in a GvError', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 300 }), corrupted(goNote).map(Buffer.from)),
        async (note) => {
          try {
            expect(Buffer.from(note).toString().startsWith(open(note))).toBe(true)
          } catch {
            await gvErrorOf('verification', () => open(note))
          }
        },
      ),
    )
  })
})

describe('a key', () => {
  test('is read', () => {
    expect(parseNoteKey(goKey)).toMatchObject({ name: 'sum.golang.org', hash: '033de0ae', text: goKey })
  })

  test.each([
    ['', 'a', '+', '++', 'sum.golang.org', 'sum.golang.org+033de0ae', 'sum.golang.org+033de0ae+'],
    [goKey.replace('033de0ae', '033de0af'), goKey.replace('sum', 'Sum'), goKey.replace('033de0ae', '33de0ae')],
    [`${goKey}=`, goKey.slice(0, -1), goKey.replace('Ac4z', 'Bc4z'), goKey.replace('sum.', 'sum .'), ` ${goKey}`],
  ])('that is none is a usage error (%s …)', async (...texts) => {
    for (const text of texts) await gvErrorOf('usage', () => parseNoteKey(text))
  })

  test('of any kind ends in a key or in a GvError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), corrupted(goKey)), async (text) => {
        try {
          expect(parseNoteKey(text).text).toBe(text)
        } catch {
          await gvErrorOf('usage', () => parseNoteKey(text))
        }
      }),
    )
  })
})
