import { quote } from './printable.js'
import type { Exchange, MetadataDocument, Pointer, RuleDocument } from './types.js'

/** How a document is published, as far as it was observed: the exchanges, and what rules ask of them. */
export interface Hosting {
  /** Every exchange about this document, in order. */
  readonly exchanges: readonly Exchange[]
  /** What the URL of the document answered; undefined when no answer came. */
  readonly answer: Answer | undefined
  /** Why no document came, as a clause. */
  readonly reason: string | undefined
  /** How long the certificate should be valid, in days. */
  readonly minTlsDays: number
  /** Whether somebody asked for that many days. */
  readonly isTlsAsked: boolean
  /** The document at the URL, where the one that is judged is a file. */
  readonly copy: MetadataDocument | undefined
  /** What further requests for the document brought, where they were asked for. */
  readonly probes: readonly Probe[] | undefined
  /** What the URLs in the document brought, where that was asked for. */
  readonly links: readonly Link[] | undefined
  /** The JWK Set at `jwks_uri`. */
  readonly keys: { readonly exchange: number; readonly document: RuleDocument } | undefined
  /** When the first request began, as RFC 3339 has it. */
  readonly checkedAt: string
  /** Milliseconds that all of it took. */
  readonly durationMs: number
}

/** An answer of a host. */
export interface Answer {
  /** The place of its exchange in the report. */
  readonly exchange: number
  readonly url: string
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** As it was sent; empty where nobody reads it. */
  readonly body: Uint8Array
  /** How long the body was, as far as it was read. */
  readonly bytes: number
  /** The address that answered; undefined behind a proxy. */
  readonly address: string | undefined
  /** Days until its certificate expires. */
  readonly daysLeft: number | undefined
  /** From the first question to the last byte. */
  readonly milliseconds: number
  readonly freshness: Freshness
}

/** What a shared cache makes of the headers of an answer: RFC 9111. */
export interface Freshness {
  /** Whether it may be kept at all. */
  readonly isStorable: boolean
  /** How long it says that it is fresh; 0 when it does not say. */
  readonly seconds: number
  /** How much of that is left, when caches on the way have kept it for a while. */
  readonly remaining: number
}

/** A further request for the document, and how it differed. */
export interface Probe {
  readonly kind: 'browser' | 'any-type' | 'no-agent' | 'conditional' | 'spelling'
  /** How it differed, as a clause that continues "asked …". */
  readonly how: string
  readonly exchange: number
  readonly answer: Answer | undefined
  /** The `client_id` of the JSON object that came. */
  readonly clientId: string | undefined
}

/** A member that holds a URL, and what is there. */
export interface Link {
  readonly member: string
  readonly at: Pointer
  readonly exchange: number
  readonly answer: Answer | undefined
  /** Why no answer came, or not all of it, as a clause. */
  readonly reason: string | undefined
}

/** The values of a header, each as it was sent. */
export const headersOf = ({ headers }: Pick<Answer, 'headers'>, name: string): string[] =>
  headers.flatMap(([other, value]) => (other.toLowerCase() === name ? [value] : []))

/**
 * The header that asks whether an answer changed since, with its value; undefined where it has nothing
 * to tell by: RFC 9110 sections 13.1.2 and 13.1.3.
 */
export function conditionOf(
  answer: Pick<Answer, 'headers'>,
): readonly [name: 'If-None-Match' | 'If-Modified-Since', value: string] | undefined {
  const [etag] = headersOf(answer, 'etag')
  if (etag !== undefined) return ['If-None-Match', etag]
  const [modified] = headersOf(answer, 'last-modified')
  return modified === undefined ? undefined : ['If-Modified-Since', modified]
}

/**
 * The media type of an answer in lower case, without parameters; empty when there is none, undefined
 * when there are several.
 *
 * @see [RFC 9110 - HTTP Semantics](https://www.rfc-editor.org/rfc/rfc9110.html#section-8.3)
 */
export function mediaTypeOf(answer: Pick<Answer, 'headers'>): string | undefined {
  const [type = '', ...others] = headersOf(answer, 'content-type')
  if (others.length > 0 || type.includes(',')) return undefined
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** Says of an answer that is not 200 what it is, as a clause after its subject. */
export function explainStatus(answer: Pick<Answer, 'status' | 'headers'>): string | undefined {
  const { status } = answer
  if (status === 200) return undefined
  return isRedirect(answer) ? explainRedirect(answer) : `answers ${status}, not 200`
}

/** Whether an answer sends its reader elsewhere: RFC 9110 section 15.4. */
export const isRedirect = ({ status }: Pick<Answer, 'status'>): boolean =>
  status >= 300 && status < 400 && status !== 304

function explainRedirect(answer: Pick<Answer, 'status' | 'headers'>): string {
  const targets = headersOf(answer, 'location').map(quote)
  const where = targets.length > 0 ? `to ${targets.join(' and to ')}` : 'without saying where'
  return `redirects (${answer.status}) ${where}, and servers do not follow`
}

/** Names what `mediaTypeOf` gives in a message. */
export const nameMediaType = (type: string | undefined): string =>
  type === undefined ? 'several media types' : type === '' ? 'no media type' : quote(type)

/** Whether a media type is that of JSON, or of something written in it: RFC 6839 section 3.1. */
export const isJsonType = (type: string | undefined): boolean =>
  type !== undefined && /^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json$/.test(type)

/** Whether an answer is sent as it is: RFC 9110 section 8.4. */
export const isIdentity = (answer: Pick<Answer, 'headers'>): boolean =>
  headersOf(answer, 'content-encoding').every((value) => /^\s*(?:identity)?\s*$/i.test(value))
