import { setMaxListeners } from 'node:events'

/** The exit status of a process that one of these signals ended. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type InterruptName = keyof typeof statuses

const names: readonly InterruptName[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** How long work may take to clean up after an interrupt before the process ends all the same, in milliseconds. */
const graceMs = 1500

export interface InterruptWatch {
  /** Aborted at the first interrupt. */
  readonly signal: AbortSignal
  /** The exit status that the interrupt asks for; undefined while there was none. */
  exitStatus(): number | undefined
}

/** Who gets what comes in, once there is a child. One listener for all the time: a signal that comes while listeners change is lost. */
let receiver: ((name: NodeJS.Signals) => void) | undefined

/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal for this process, and ends it if work does not stop in time. */
export function watchInterrupts(): InterruptWatch {
  const controller = new AbortController()
  // Any number of installs side by side may heed it; Node warns of more than ten as if they had been forgotten.
  setMaxListeners(0, controller.signal)
  let status: number | undefined
  for (const name of names) {
    process.on(name, () => {
      if (receiver) return receiver(name)
      status ??= statuses[name]
      controller.abort()
      setTimeout(() => process.exit(status), graceMs).unref()
    })
  }
  return { signal: controller.signal, exitStatus: () => status }
}

/**
 * From now on interrupts belong to the child: this process outlives them and hands SIGTERM and SIGHUP on.
 * SIGINT and SIGQUIT reach the child from the terminal itself, and must not reach it twice, unless they
 * were sent to this process alone; a shell has the same doubt, and waits.
 */
export function handInterruptsTo(send: (name: NodeJS.Signals) => void): void {
  receiver = (name) => {
    if (name !== 'SIGINT') send(name)
  }
  process.on('SIGQUIT', () => {})
  for (const name of ['SIGUSR2', 'SIGCONT'] as const) process.on(name, () => send(name))
}
