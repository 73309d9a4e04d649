// Preloaded into a gv under test (NODE_OPTIONS=--import): notes in the file GV_TEST_CONNECTIONS every connection that the process opens or tries to.
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'

const path = process.env.GV_TEST_CONNECTIONS
if (path) subscribe('net.client.socket', () => appendFileSync(path, 'connection\n'))
