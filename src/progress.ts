import ora from 'ora'
import { plural } from './core/printable.js'
import { type Io, say } from './io.js'

/** Says on stderr how far a run is. */
export interface Progress {
  update(done: number): void
  stop(): void
}

/** A time in seconds, in words. */
const describeTime = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`

/** The shortest and the longest time between two lines where there is no terminal, in milliseconds. */
const FIRST = 2000
const LONGEST = 60_000

/**
 * Begins to say how far a run is: a spinner on a terminal, a line now and then where there is none.
 *
 * @param done How many documents were judged.
 * @param count How many documents there will be; undefined when nobody knows.
 * @param isAlive Whether a line may be drawn over and over.
 */
export function startProgress(
  done: number,
  count: number | undefined,
  isAlive: boolean,
  io: Io,
): Progress {
  const began = io.now()
  const describe = (now: number) => {
    const whole = count === undefined ? '' : ` of ${count}`
    const rate = (now - done) / ((io.now() - began) / 1000)
    const left =
      count !== undefined && rate > 0 ? `, ${describeTime((count - now) / rate)} left` : ''
    const speed = rate >= 1 ? `, ${Math.round(rate)} a second` : ''
    return `judged ${now}${whole} ${plural(count ?? now, 'document')}${speed}${left}`
  }
  if (isAlive) {
    const spinner = ora({ text: describe(done), discardStdin: false }).start()
    // What is said meanwhile stands on lines of its own.
    io.stderr.overlay = spinner
    return {
      update(done) {
        spinner.text = describe(done)
      },
      stop() {
        spinner.stop()
        io.stderr.overlay = undefined
      },
    }
  }
  let pause = FIRST
  let next = io.now() + pause
  return {
    update(done) {
      if (io.now() < next) return
      say(io, describe(done))
      pause = Math.min(pause * 2, LONGEST)
      next = io.now() + pause
    },
    stop() {},
  }
}
