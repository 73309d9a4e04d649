// undici has no types for its parts. gv loads two of them instead of the whole, which costs 60 ms of CPU more at
// the first request (fetch, WebSocket, caches), twice the start of Node.
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici'

  export = Agent
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici'

  export = buildConnector
}
