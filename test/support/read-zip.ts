import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'

/** The files of a zip, by name, read by a program that is not ours. */
export async function readZip(zip: Buffer): Promise<Map<string, Buffer>> {
  const file = await fromBufferPromise(zip)
  const read = new Map<string, Buffer>()
  for await (const entry of file.eachEntry()) {
    read.set(entry.fileName, await buffer(await file.openReadStreamPromise(entry)))
  }
  return read
}
