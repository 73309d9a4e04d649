import type { Answer } from './fault-server.ts'

/** A copy in which one bit differs. */
export function altered(data: Buffer, at = Math.floor(data.length / 2)): Buffer {
  const copy = Buffer.from(data)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

/** What a captive portal answers to everything. */
export const webPage: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Welcome to the hotel</title>\n')
}

/** Sends bytes without end, as fast as they are taken. */
export const endless: Answer = (_, response) => {
  const block = Buffer.alloc(1 << 16, '[')
  const send = () => {
    while (response.write(block));
  }
  response.on('drain', send)
  send()
}
