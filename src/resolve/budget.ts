/** What a resolver may ask for: at a time, and in a minute. */
export interface BudgetLimits {
  readonly concurrency: number
  readonly concurrencyPerOrigin: number
  readonly fetchesPerMinute: number
  readonly fetchesPerMinutePerOrigin: number
}

const MINUTE = 60_000

/** The fetches of all, or of one origin. */
interface Account {
  /** Those under way. */
  active: number
  /** When those of the last minute began, in milliseconds, the first first. */
  readonly begun: number[]
}

/** Says whether something may be fetched now; what may not is refused at once, and never waits. */
export interface Budget {
  /**
   * Takes a fetch from the budget.
   *
   * @returns What gives its place back, or undefined when there is none.
   */
  take(origin: string): (() => void) | undefined
}

/** Milliseconds of a clock that nobody sets. */
const monotonic = (): number => Number(process.hrtime.bigint() / 1_000_000n)

/** Makes a budget for all fetches of a resolver: in no minute there are more than allowed. */
export function createBudget(limits: BudgetLimits, now: () => number = monotonic): Budget {
  const total: Account = { active: 0, begun: [] }
  /** Only origins with fetches under way or in the last minute, so no more than these may be. */
  const origins = new Map<string, Account>()
  return {
    take(origin) {
      const time = now()
      const own = origins.get(origin) ?? { active: 0, begun: [] }
      forget(total, time)
      forget(own, time)
      const isFree =
        total.active < limits.concurrency &&
        own.active < limits.concurrencyPerOrigin &&
        total.begun.length < limits.fetchesPerMinute &&
        own.begun.length < limits.fetchesPerMinutePerOrigin
      if (!isFree) return undefined
      for (const account of [total, own]) {
        account.active++
        account.begun.push(time)
      }
      // The last that took is the last in order.
      origins.delete(origin)
      origins.set(origin, own)
      forgetOrigins(origins, time)
      return () => {
        total.active--
        own.active--
      }
    },
  }
}

const isPast = (begun: number | undefined, time: number): boolean =>
  begun !== undefined && time - begun >= MINUTE

function forget({ begun }: Account, time: number): void {
  const current = begun.findIndex((begun) => !isPast(begun, time))
  begun.splice(0, current === -1 ? begun.length : current)
}

function forgetOrigins(origins: Map<string, Account>, time: number): void {
  for (const [origin, { active, begun }] of origins) {
    if (!isPast(begun.at(-1), time)) return
    if (active === 0) origins.delete(origin)
  }
}
