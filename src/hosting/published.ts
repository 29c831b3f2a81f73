import { parseDocument, unreadDocument } from '../core/document.js'
import { type Answer, type Hosting, headersOf, isIdentity, type Link } from '../core/hosting.js'
import { quote } from '../core/printable.js'
import type { Exchange, MetadataDocument, RuleDocument, Source } from '../core/types.js'
import { freshnessOf } from './freshness.js'

/** What came of a request. */
export interface Observed {
  readonly exchange: number
  readonly answer: Answer | undefined
  /** Why there is no answer, or no document in it, as a clause. */
  readonly reason: string | undefined
}

/** Takes out of an exchange what rules ask of it; `index` is its place in the report. */
export function toObserved(
  url: string,
  exchange: Exchange,
  body: Uint8Array,
  index: number,
): Observed {
  const { address, error, response, timings, tls } = exchange
  // A body that is too long is an answer all the same.
  const isAnswer = response !== undefined && (!error || error.code === 'too-large')
  return {
    exchange: index,
    reason: error?.message,
    answer: isAnswer
      ? {
          exchange: index,
          url,
          status: response.status,
          headers: response.headers,
          body,
          bytes: body.length,
          address,
          daysLeft: tls?.daysLeft,
          milliseconds: timings.total,
          freshness: freshnessOf(response.status, response.headers),
        }
      : undefined,
  }
}

/** Reads what came as the document, or says why it is none. */
export function readPublished(
  url: string | undefined,
  source: Source,
  { answer, reason }: Observed,
): MetadataDocument {
  const options = { clientId: url, source }
  const absence = answer ? (explainAbsence(answer) ?? reason) : reason
  if (!answer || absence !== undefined) return unreadDocument(options, absence)
  return parseDocument(answer.body, options)
}

function explainAbsence(answer: Answer): string | undefined {
  const { status } = answer
  if (status < 200 || status > 299) return `the URL answers ${status} and sends no document`
  if (isIdentity(answer)) return undefined
  const encodings = headersOf(answer, 'content-encoding').join(', ')
  return `the document was sent encoded (${quote(encodings)}), which nobody asked for`
}

/** Puts the JWK Set at `jwks_uri` where the rules about keys look for it. */
export function readKeys(document: MetadataDocument, links: readonly Link[]): Hosting['keys'] {
  const link = links.find(({ member }) => member === 'jwks_uri')
  if (link?.answer?.status !== 200) return undefined
  const { stage, value } = parseDocument(link.answer.body)
  if (stage !== 'object') return undefined
  const jwks = value as RuleDocument['value']
  // As if they stood in the document, in place of the URL.
  const { jwks_uri: _, ...members } = document.value as RuleDocument['value']
  const { jwks_uri: __, ...metadata } = document.metadata
  return {
    exchange: link.exchange,
    document: {
      ...document,
      value: { ...members, jwks },
      metadata: { ...metadata, jwks },
    },
  }
}
