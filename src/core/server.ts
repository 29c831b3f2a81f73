import type { Answer } from './hosting.js'
import type { RedirectUri } from './redirect-uri.js'
import type { MetadataDocument, Pointer, RuleDocument } from './types.js'
import type { RawUrl } from './url.js'

/** What facts are about, in the order of pages, and which part of a verdict they decide. */
export const TOPICS = {
  identifier: ['the client identifier', 'document'],
  size: ['size of the document', 'document'],
  status: ['status of the answer', 'hosting'],
  redirection: ['HTTP redirects', 'hosting'],
  type: ['media type', 'hosting'],
  timeout: ['time to answer', 'hosting'],
  caching: ['caching', 'hosting'],
  comparison: ['client_id in the document', 'document'],
  required: ['required members', 'document'],
  methods: ['client authentication', 'document'],
  keys: ['keys', 'document'],
  grants: ['grants and response types', 'document'],
  redirects: ['redirection URIs of the document', 'document'],
  matching: ['redirection URI of a sign-in', 'sign-in'],
  applicationType: ['application_type', 'document'],
  links: ['URLs of the document', 'document'],
  scope: ['scope', 'document'],
  others: ['other members', 'document'],
} as const satisfies Record<string, readonly [title: string, part: Part]>

/** A part of what a server decides: about the document, how it is hosted, or a redirection URI that is used. */
export type Part = 'document' | 'hosting' | 'sign-in'

/** What a fact is about. */
export type Topic = keyof typeof TOPICS

/** What a named authorization server makes of clients: its facts, each with its source. */
export interface Server<Id extends string = string> {
  readonly id: Id
  /** What people call it. */
  readonly title: string
  /** What the facts hold for: a release, or a commit. */
  readonly version: string
  /** When the facts were gathered: a month, as RFC 3339 has it. */
  readonly date: string
  /** Whether the facts were seen in a running server, read in its source, or on a page of its maker. */
  readonly verified: 'run' | 'source' | 'page'
  /** The clients it is for. */
  readonly serves: 'mcp' | 'atproto'
  /** What its operator must have set for any document to be accepted; empty for nothing. */
  readonly assumes: readonly string[]
  /** How those settings begin among what its facts say after "unless": they are taken as made. */
  readonly assumed?: string
  /** Where its sources begin. */
  readonly home: string
  /** What is known, by topic; what nobody found out is left out. */
  readonly facts: { readonly [T in Topic]?: Fact }
}

/** Something that a server does. */
export interface Fact {
  /** What it does, as a clause that follows a colon. */
  readonly says: string
  /** Where that is written: a path from the `home` of the server on, or a URL. */
  readonly source: string
  /** What it has against the document or its hosting. */
  check?(client: Client): readonly Objection[]
  /** What it has against a sign-in with this redirection URI, which the document registers. */
  signIn?(redirect: RedirectUri, requested: string, client: Client): readonly Objection[]
}

/** What a server sees of a client. */
export interface Client
  extends Pick<
    MetadataDocument,
    'bytes' | 'clientId' | 'metadata' | 'mistyped' | 'redirects' | 'url' | 'urls'
  > {
  readonly value: RuleDocument['value']
  /** The parts of the client identifier; undefined when it is no absolute URL. */
  readonly identifier: RawUrl | undefined
  /** What the URL of the document answered; undefined when it was not asked. */
  readonly answer: Answer | undefined
}

/** What a server has against a client. */
export interface Objection {
  readonly at: Pointer
  /** What is, as a clause that names no server. */
  readonly message: string
  /** What to do, as an imperative. */
  readonly suggestion?: string
  /** Under which setting the server has nothing against it, as a clause that follows "unless". */
  readonly unless?: string
  /** The change of the document that helps, where there is one. */
  readonly change?: Change
}

/** A change of one member of a document; undefined takes it out. */
export interface Change {
  readonly member: string
  readonly value: unknown
}

/** Defines a server: one file of `servers/`. */
export const defineServer = <const Id extends string>(server: Server<Id>): Server<Id> => server

/** Where a fact is written, as text and address. */
export function sourceOf({ home, title }: Server, { source }: Fact): { text: string; url: string } {
  const isOwn = !source.startsWith('https:')
  const url = isOwn ? `${home}${source}` : source
  const [path = ''] = source.split('#')
  const last = path.slice(path.lastIndexOf('/') + 1)
  const name = path.includes('/pull/') ? `pull request ${last}` : last
  return { text: name === '' ? title : `${title}, ${name}`, url }
}

/** What its facts rest on, for people. */
export const EVIDENCE = {
  run: 'seen in the running server',
  source: 'read in its source',
  page: 'read on a page of its maker',
} as const satisfies Record<Server['verified'], string>

/** The facts of a server in the order of the topics. */
export const topicsOf = (facts: Server['facts']): [topic: Topic, fact: Fact][] =>
  (Object.keys(TOPICS) as Topic[]).flatMap((topic): [Topic, Fact][] => {
    const fact = facts[topic]
    return fact ? [[topic, fact]] : []
  })
