import { preparePolicy } from './config/policy.js'
import { parseDocument } from './core/document.js'
import { citesOf, evaluate, prepare, standingOf } from './core/engine.js'
import type { Hosting, Link } from './core/hosting.js'
import type {
  Diagnostic,
  Example,
  ExampleAnswer,
  MetadataDocument,
  Profile,
  Rule,
} from './core/types.js'
import { createEstate } from './estate.js'
import { type Observed, readKeys, readPublished, toObserved } from './hosting/published.js'

/** Everything there is to say about a rule: what `explain` prints and the pages in docs/ show. */
export interface Explanation {
  readonly id: string
  readonly title: string
  readonly rationale: string
  /** Severity and citations by profile; a profile that does not contain the rule is left out. */
  readonly profiles: readonly {
    readonly id: string
    readonly level: string
    readonly severity: string
    readonly isLater: boolean
    readonly cites: readonly { readonly text: string; readonly url: string }[]
  }[]
  /** A document that holds the rule, and one that does not. */
  readonly good: string
  readonly bad: string
  /** What is reported of the bad one. */
  readonly found: readonly Diagnostic[]
  /** An example that is repaired, and what becomes of it; undefined where nothing ever is. */
  readonly repair: { readonly before: string; readonly after: string } | undefined
}

/**
 * Explains a rule from its own file: the bad example is really judged, so that what the page says is
 * what the tool says.
 */
export function explainRule(rule: Rule, profiles: readonly Profile[]): Explanation {
  const { valid = [], invalid = [] } = rule.examples ?? {}
  const [good] = valid
  const [bad] = invalid
  const repaired = invalid.find(({ fixed }) => fixed !== undefined)
  return {
    id: rule.id,
    title: rule.title,
    rationale: unwrap(rule.rationale ?? ''),
    profiles: profiles.flatMap((profile) => {
      const standing = standingOf(rule, profile)
      return standing ? [{ id: profile.id, ...standing, cites: citesOf(rule, profile) }] : []
    }),
    good: good ? renderExample(good) : '',
    bad: bad ? renderExample(bad) : '',
    found: bad ? judgeExample(rule, bad, profiles) : [],
    repair: repaired && {
      before: renderExample(repaired),
      after: typeof repaired.fixed === 'string' ? repaired.fixed : render(repaired.fixed),
    },
  }
}

/** Judges an example by its rule alone, in the first profile that contains it. */
export function judgeExample(
  rule: Rule,
  example: Example,
  profiles: readonly Profile[],
): Diagnostic[] {
  const profile = profiles.find((profile) => standingOf(rule, profile))
  if (!profile) return []
  const document = readExample(example)
  const estate = createEstate()
  const before = example.beside?.map((other, index) => {
    const source = { kind: 'file', name: nameBeside(index) } as const
    return estate.compare(parseDocument(JSON.stringify(other), { source }))
  })
  const { results } = evaluate(document, prepare([rule], profile, 'all'), {
    all: true,
    neighbours: before && estate.compare(document),
    policy: example.policy && preparePolicy(example.policy),
  })
  return results.flatMap(({ diagnostics }) => diagnostics)
}

/** What a document before the one of an example is called. */
const nameBeside = (index: number): string =>
  index === 0 ? 'other.json' : `other-${index + 1}.json`

/** Parses an example as if it had been published. */
export function readExample(example: Example): MetadataDocument {
  const document = readInput(example)
  const { links, probes, response } = example
  if (!response && !links) return document ?? parseDocument('')
  const url = example.url ?? EXAMPLE_URL
  const answered: Observed[] = []
  const observe = (from: string, answer: ExampleAnswer): Observed => {
    const observed = toExampleObserved(from, answer, answered.length)
    answered.push(observed)
    return observed
  }
  const observed = observe(url, response ?? {})
  const published = readPublished(url, { kind: 'url', name: url }, observed)
  const judged = document ?? published
  const followed =
    links &&
    Object.entries(links).map(([member, given]) => ({
      member,
      at: `/${member}` as const,
      ...observe(`https://client.example.com/${member}`, given),
    }))
  const hosting: Hosting = {
    exchanges: [],
    answer: observed.answer,
    reason: published.reason,
    minTlsDays: 14,
    isTlsAsked: false,
    copy: document && published,
    probes: probes?.map(({ response, url: to = url, ...probe }) => {
      const observed = observe(to, response)
      const { metadata } = parseDocument(observed.answer?.body ?? '')
      return { ...probe, ...observed, clientId: metadata.client_id }
    }),
    links: followed,
    keys: followed && readKeys(judged, followed as readonly Link[]),
    checkedAt: '',
    durationMs: 0,
  }
  return { ...judged, hosting }
}

/** The document of an example; undefined for one that is what its URL answers. */
function readInput(example: Example): MetadataDocument | undefined {
  const options = { clientId: example.url }
  if ('clientId' in example) return parseDocument('', { clientId: example.clientId })
  if ('bytes' in example) return parseDocument(Uint8Array.from(example.bytes), options)
  if ('text' in example) return parseDocument(example.text, options)
  if ('document' in example) return parseDocument(JSON.stringify(example.document), options)
  return undefined
}

const EXAMPLE_URL = 'https://client.example.com/cimd.json'

const EXAMPLE_BODY = JSON.stringify({
  client_id: EXAMPLE_URL,
  client_name: 'Example Client',
  redirect_uris: ['https://client.example.com/callback'],
})

const toExampleObserved = (url: string, given: ExampleAnswer, index: number): Observed => {
  const { status = 200, headers = [], body = EXAMPLE_BODY } = given
  const { address = '192.0.2.1', daysLeft = 60, milliseconds = 50 } = given
  const type = 'type' in given ? given.type : 'application/json'
  const bytes = Buffer.from(body)
  const all: [string, string][] = [
    ...(type === undefined ? [] : [['Content-Type', type] as [string, string]]),
    ...headers.map(([name, value]): [string, string] => [name, value]),
  ]
  return toObserved(
    url,
    {
      request: { method: 'GET', url, headers: [] },
      response: { status, headers: all, bytes: bytes.length, truncated: false },
      address,
      tls: { protocol: 'TLSv1.3', issuer: 'Example', daysLeft, authorized: true },
      timings: { total: milliseconds },
    },
    bytes,
    index,
  )
}

function renderExample(example: Example): string {
  if ('clientId' in example) return example.clientId
  if ('bytes' in example) {
    return example.bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  }
  const text = [...renderInput(example), ...renderObserved(example), ...renderBeside(example)].join(
    '\n',
  )
  return example.url === undefined ? text : `${text}\npublished at ${example.url}`
}

function renderInput(example: Example): string[] {
  if ('text' in example) return [shorten(example.text)]
  return 'document' in example ? [render(example.document)] : []
}

const render = (document: unknown): string => JSON.stringify(document, null, 2)

/** The documents before it in the run. */
const renderBeside = ({ beside = [] }: Example): string[] =>
  beside.map((other, index) => `in a run after ${nameBeside(index)}:\n${render(other)}`)

/** What was seen, as lines of answers, and what was wanted. */
const renderObserved = ({ links = {}, policy, probes = [], response }: Example): string[] => [
  ...(policy ? [`policy: ${JSON.stringify(policy)}`] : []),
  ...(response ? [renderAnswer('the URL answers', response)] : []),
  ...probes.map((probe) => renderAnswer(`asked ${probe.how} it answers`, probe.response)),
  ...Object.entries(links).map(([member, answer]) => renderAnswer(`${member} answers`, answer)),
]

function renderAnswer(subject: string, given: ExampleAnswer): string {
  const { status = 200, headers = [], body, address, daysLeft, milliseconds } = given
  const type = 'type' in given ? given.type : 'application/json'
  const facts = [
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`a body of ${Buffer.byteLength(body)} bytes: ${shorten(body)}`]),
    ...(address === undefined ? [] : [`from ${address}`]),
    ...(daysLeft === undefined ? [] : [`with a certificate for ${daysLeft} days more`]),
    ...(milliseconds === undefined ? [] : [`after ${milliseconds} ms`]),
  ]
  return [`${subject} ${status}`, ...facts.map((fact) => `  ${fact}`)].join('\n')
}

const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 120)}…` : text)

/** Joins the lines of an indented paragraph. */
const unwrap = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ')
