import CachePolicy from 'http-cache-semantics'
import type { Freshness } from '../core/hosting.js'

/**
 * Says what a shared cache, such as that of an authorization server, makes of an answer to GET.
 *
 * @param headers As they were sent. Where one that must be alone is there twice, nothing is kept.
 *
 * @see [RFC 9111 - HTTP Caching](https://www.rfc-editor.org/rfc/rfc9111.html)
 */
export function freshnessOf(
  status: number,
  headers: readonly (readonly [name: string, value: string])[],
): Freshness {
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const before = joined[key]
    // RFC 9110 section 5.3: several lines of a list are one list.
    joined[key] = before === undefined ? value : `${before}, ${value}`
  }
  const policy = new CachePolicy(
    { method: 'GET', url: '/', headers: {} },
    { status, headers: joined },
    { shared: true, cacheHeuristic: 0 },
  )
  return {
    isStorable: policy.storable() && joined.vary?.trim() !== '*',
    seconds: Math.max(0, policy.maxAge()),
    remaining: Math.max(0, policy.timeToLive() / 1000),
  }
}
