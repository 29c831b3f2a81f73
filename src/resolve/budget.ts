import { LRUCache } from 'lru-cache'

/** What a resolver may ask for: at a time, and in a minute. */
export interface BudgetLimits {
  readonly concurrency: number
  readonly concurrencyPerOrigin: number
  readonly fetchesPerMinute: number
  readonly fetchesPerMinutePerOrigin: number
}

/** How many origins are remembered; whoever needs more starts with a full allowance. */
const MAX_ORIGINS = 1000

const MINUTE = 60_000

/** Fetches under way, and an allowance that fills up again with time. */
interface Account {
  active: number
  allowance: number
  /** When the allowance was that, in milliseconds. */
  asOf: number
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

/** Makes a budget for all fetches of a resolver. */
export function createBudget(limits: BudgetLimits): Budget {
  const total: Account = { active: 0, allowance: limits.fetchesPerMinute, asOf: Date.now() }
  const origins = new LRUCache<string, Account>({ max: MAX_ORIGINS })
  return {
    take(origin) {
      const own = origins.get(origin) ?? {
        active: 0,
        allowance: limits.fetchesPerMinutePerOrigin,
        asOf: Date.now(),
      }
      origins.set(origin, own)
      refill(total, limits.fetchesPerMinute)
      refill(own, limits.fetchesPerMinutePerOrigin)
      const isFree = total.active < limits.concurrency && own.active < limits.concurrencyPerOrigin
      if (!isFree || total.allowance < 1 || own.allowance < 1) return undefined
      for (const account of [total, own]) {
        account.active++
        account.allowance--
      }
      return () => {
        total.active--
        own.active--
      }
    },
  }
}

function refill(account: Account, perMinute: number): void {
  const now = Date.now()
  const gained = ((now - account.asOf) / MINUTE) * perMinute
  account.allowance = Math.min(perMinute, account.allowance + Math.max(0, gained))
  account.asOf = now
}
