/** One piece of work for all who want it at the same time. */
export interface Sharing<T> {
  /**
   * Joins the work of this key, or begins it.
   *
   * @param signal Gives up waiting; the work itself ends when nobody waits for it any more.
   *
   * @throws What the work throws, and the reason of the signal.
   */
  join(
    key: string,
    signal: AbortSignal | undefined,
    begin: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>
}

interface Flight<T> {
  readonly work: Promise<T>
  readonly ending: AbortController
  waiting: number
}

/** Makes a place where callers meet. */
export function createSharing<T>(): Sharing<T> {
  const flights = new Map<string, Flight<T>>()
  const depart = (key: string, begin: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const ending = new AbortController()
    const flight: Flight<T> = { work: begin(ending.signal), ending, waiting: 0 }
    flights.set(key, flight)
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.work.then(land, land)
    return flight
  }
  return {
    async join(key, signal, begin) {
      signal?.throwIfAborted()
      const flight = flights.get(key) ?? depart(key, begin)
      flight.waiting++
      try {
        return await (signal ? unlessAborted(flight.work, signal) : flight.work)
      } finally {
        if (--flight.waiting === 0) {
          // Whoever comes now must not meet work that was given up.
          if (flights.get(key) === flight) flights.delete(key)
          flight.ending.abort()
        }
      }
    },
  }
}

/** Waits for work, or for a signal to be aborted; the work goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
