import CachePolicy from 'http-cache-semantics'
import type { Freshness } from '../core/hosting.js'

type Headers = readonly (readonly [name: string, value: string])[]

/** What has one value: where it is there twice, nobody knows which one holds. */
const SINGLE = ['age', 'date', 'etag', 'expires', 'last-modified'] as const

/**
 * Says what a shared cache, such as that of an authorization server, makes of an answer to GET.
 *
 * @param headers As they were sent. Where one that must be alone is there twice, nothing is kept.
 *
 * @see [RFC 9111 - HTTP Caching](https://www.rfc-editor.org/rfc/rfc9111.html)
 */
export function freshnessOf(status: number, headers: Headers): Freshness {
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const before = joined[key]
    // RFC 9110 section 5.3: several lines of a list are one list.
    joined[key] = before === undefined ? value : `${before}, ${value}`
  }
  const directives = itemsOf(joined['cache-control'])
  if (isAmbiguous(headers, directives, joined)) {
    return { isStorable: false, seconds: 0, remaining: 0 }
  }
  // RFC 9111 section 5.2: directives are the same in any case, which the library does not know.
  if (directives.length > 0) joined['cache-control'] = directives.join(', ')
  const policy = new CachePolicy(
    { method: 'GET', url: '/', headers: {} },
    { status, headers: joined },
    { shared: true, cacheHeuristic: 0, immutableMinTimeToLive: 0 },
  )
  return {
    isStorable: policy.storable() && !itemsOf(joined.vary).includes('*'),
    seconds: Math.max(0, policy.maxAge()),
    remaining: Math.max(0, policy.timeToLive() / 1000),
  }
}

const itemsOf = (list = ''): string[] =>
  list
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** RFC 9111 section 4.2.1: what has more than one value, or none that can be read, is not relied upon. */
function isAmbiguous(
  headers: Headers,
  directives: readonly string[],
  { age = '0' }: Readonly<Record<string, string>>,
): boolean {
  const names = directives.map((directive) => directive.split('=', 1)[0]?.trim())
  return (
    SINGLE.some((name) => headers.filter(([other]) => other.toLowerCase() === name).length > 1) ||
    new Set(names).size < names.length ||
    directives.some(
      (directive) =>
        /^(?:max-age|s-maxage)\b/.test(directive) && !/=\s*(?:[0-9]+|"[0-9]+")$/.test(directive),
    ) ||
    !/^[0-9]+$/.test(age.trim())
  )
}
