import type { Fault, Stage } from './document.js'
import type { Answer, Hosting, Link, Probe } from './hosting.js'
import type { Metadata, UrlMember } from './metadata.js'
import type { Policy, PreparedPolicy } from './policy.js'
import type { RedirectUri } from './redirect-uri.js'
import type { Cite, Editions } from './spec.js'
import type { RawUrl } from './url.js'

/** How strongly a sentence binds: RFC 2119 keywords, and ADVICE for conventions nobody wrote down. */
export type Keyword = 'MUST' | 'SHOULD' | 'MAY' | 'ADVICE'

/** How much a failed requirement matters under the profile. */
export type Severity = 'error' | 'warning' | 'info'

/** A JSON Pointer, RFC 6901: empty for the whole document. */
export type Pointer = '' | `/${string}`

/** A JSON Schema of a dialect that its user chooses. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** One testable sentence of a specification: what rules on documents and checks on servers share. */
export interface Requirement {
  readonly id: string
  /** The sentence, true of a document that holds it. */
  readonly title: string
  readonly level: Keyword
  /** The severity that no profile lowers. */
  readonly floor?: 'error' | 'warning'
  /** The severity that no profile exceeds. */
  readonly cap?: 'warning'
  /** The first citation is where the keyword is written; the others support it. */
  readonly cites: readonly Cite[]
  readonly rationale?: string
}

/**
 * What a rule wants to exist before it is asked. `bytes` to `object` say how far the document must
 * have been read; `url` is the place it is published at; `client-id` is the client identifier as a
 * string and `client-id-url` as a URL, given by the user or else by the document;
 * `development-client` is a client identifier on `http://localhost`, where the profile knows such.
 * `response` is an answer from that URL; `copy`, `probes` and `links` are what was observed besides,
 * because somebody asked for it. `estate` is what other documents of the run have in common with it,
 * `policy` what an organisation wants, where it said so; `server` is all that a named server sees.
 */
export type Need =
  | Exclude<Stage, 'nothing'>
  | 'url'
  | 'client-id'
  | 'client-id-url'
  | 'development-client'
  | 'response'
  | 'copy'
  | 'probes'
  | 'links'
  | 'estate'
  | 'policy'
  | 'server'

/** What a rule with the given need is handed. */
export type RuleInput<N extends Need> = N extends 'client-id'
  ? { readonly clientId: string }
  : N extends 'client-id-url' | 'development-client'
    ? { readonly clientIdUrl: RawUrl }
    : N extends 'bytes' | 'text' | 'json'
      ? Pick<MetadataDocument, 'bytes' | 'faults' | 'value'>
      : N extends 'response'
        ? ResponseInput
        : N extends 'probes'
          ? { readonly answer: Answer; readonly probes: readonly Probe[] }
          : N extends 'server'
            ? MetadataDocument
            : RuleDocument &
                (N extends 'url'
                  ? { readonly url: string }
                  : N extends 'copy'
                    ? { readonly copy: MetadataDocument; readonly answer: Answer }
                    : N extends 'links'
                      ? { readonly link: AnsweredLink }
                      : N extends 'estate'
                        ? { readonly neighbours: Neighbours }
                        : N extends 'policy'
                          ? PolicyInput
                          : unknown)

/** What a rule on an answer is handed. */
export type ResponseInput = Pick<Hosting, 'minTlsDays' | 'isTlsAsked'> & { readonly answer: Answer }

/** What a document has in common with documents before it in the run: each time the first of them. */
export interface Neighbours {
  /** A document with the same `client_id`. */
  readonly clientId: Neighbour | undefined
  /** A client on another host with the same name. */
  readonly name: Neighbour | undefined
  /** A client on another host with the same `software_id`. */
  readonly software: Neighbour | undefined
  /** Other clients with the same redirection URIs. */
  readonly redirects: readonly {
    readonly redirect: RedirectUri
    readonly neighbour: Neighbour
  }[]
}

/** A document before another in the run. */
export interface Neighbour {
  /** What reports call it. */
  readonly name: string
  /** The client identifier that it is known by; undefined when it has none. */
  readonly client: string | undefined
  /** The host of the client identifier, in lower case. */
  readonly host: string | undefined
}

/** What a rule on a policy is handed besides the document. */
export type PolicyInput = Pick<MetadataDocument, 'bytes' | 'clientId'> & {
  readonly policy: PreparedPolicy
}

/** A link whose URL answered; a rule on links is handed that of the one member it reads. */
export type AnsweredLink = Link & { readonly answer: Answer }

/** A document that is a JSON object. */
export interface RuleDocument
  extends Pick<MetadataDocument, 'metadata' | 'mistyped' | 'redirects' | 'urls' | 'text'> {
  /** Every member as it was parsed, without prototype. */
  readonly value: Readonly<Record<string, unknown>>
}

/** A sentence that does not hold, and where. */
export interface Finding {
  readonly at: Pointer
  /** Whether the name or the value of the member is meant; by default the value. */
  readonly on?: 'key' | 'value'
  /** The piece of the string at `at` that is meant, in UTF-16 units of the string. */
  readonly part?: { readonly offset: number; readonly length: number }
  /** Where in the text, for what has no JSON Pointer: offsets in UTF-16 units. */
  readonly range?: readonly [start: number, end: number]
  /** The exchange that is meant, by its place in the report; `at` then says which member led to it. */
  readonly exchange?: number
  /** Its severity, where that does not follow from the keyword alone. */
  readonly severity?: Severity
  /** Whether it is about a host that leads to this machine, which its user may allow. */
  readonly isLoopback?: boolean
  readonly message: string
  readonly suggestion?: string
  /** Where it is written, when that is not where the sentence is. */
  readonly source?: { readonly text: string; readonly url: string }
  /** The one correction there is, where no other can have been meant; undefined for none. */
  readonly fix?: Fix | undefined
}

/**
 * A repair, as data. `remove` takes out a member or an item; `unrepeat` all of a repeated member but
 * the first, if they say the same; `rename` gives a member another name; `set` gives a member or an
 * item a value, and adds the member where it is missing; `identify` does so with the URL of the
 * document, where that is known; `unmark` takes out the byte order mark. What is not there, or is
 * there more than once, is left.
 */
export type Fix =
  | { readonly remove: Pointer }
  | { readonly unrepeat: Pointer }
  | { readonly rename: Pointer; readonly to: string }
  | { readonly set: Pointer; readonly value: string | number | boolean | readonly string[] }
  | { readonly identify: Pointer }
  | { readonly unmark: true }

/** A document for an example of a rule: members, or a text or bytes that are no JSON object. */
export type ExampleInput =
  | { readonly document: Readonly<Record<string, unknown>> }
  | { readonly text: string }
  | { readonly bytes: readonly number[] }
  | { readonly clientId: string }
  | { readonly response: ExampleAnswer }

/** An answer in an example: status 200 and JSON, but for what is said here. */
export interface ExampleAnswer {
  readonly status?: number
  /** In place of the usual one; undefined for none. */
  readonly type?: string | undefined
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
  readonly address?: string
  readonly daysLeft?: number
  readonly milliseconds?: number
}

/** An example of a rule; `url` says where the document is published, and the rest what was seen there. */
export type Example = ExampleInput & {
  readonly url?: string
  /** What the URL answers; beside a document, which then is a file. */
  readonly response?: ExampleAnswer
  /** What further requests bring. */
  readonly probes?: readonly ExampleProbe[]
  /** What the URLs in the document answer, by member. */
  readonly links?: Readonly<Record<string, ExampleAnswer>>
  /** The documents before it in the run. */
  readonly beside?: readonly Readonly<Record<string, unknown>>[]
  /** The policy that holds; its JSON Schema is one, not the name of a file. */
  readonly policy?: ExamplePolicy
}

/** A policy in an example. */
type ExamplePolicy = Omit<Policy, 'schema'> & { readonly schema?: JsonSchema }

/** A further request in an example. */
export type ExampleProbe = Pick<Probe, 'kind' | 'how'> & {
  /** Where it went, when that is not the URL of the document. */
  readonly url?: string
  readonly response: ExampleAnswer
}

/**
 * An example that fails. `at` lists the places found, in order; beside it may stand what is said of
 * each, and which piece of the text each is about.
 */
export type BadExample = Example & {
  readonly at: readonly Pointer[]
  readonly messages?: readonly string[]
  readonly suggestions?: readonly string[]
  readonly parts?: readonly string[]
  /** What repairing makes of it: a document, or the text of one; absent where nothing is repaired. */
  readonly fixed?: Readonly<Record<string, unknown>> | string
}

/** A requirement, and how to test it on a document. */
export interface Rule<Id extends string = string, N extends Need = Need> extends Requirement {
  readonly id: Id
  /** What must exist before the rule is asked. */
  readonly needs: N
  /** The members without any of which the rule holds and is not called; absent: always called. */
  readonly reads?: readonly string[]
  /** As much of the sentence as JSON Schema can say: what it refuses, the rule refuses. */
  readonly schema?: JsonSchema
  readonly examples?: {
    readonly valid: readonly Example[]
    readonly invalid: readonly BadExample[]
  }
  check(input: RuleInput<N>): Iterable<Finding>
}

/** The editions that a name stands for, and the keywords that differ there. */
export interface Profile<Id extends string = string, RuleId extends string = string> {
  readonly id: Id
  readonly title: string
  readonly editions: Editions
  readonly levels: { readonly [R in RuleId]?: Keyword }
}

/** Where a document came from: `name` is a path, a URL, `<stdin>` or whatever the caller calls it. */
export interface Source {
  readonly kind: 'file' | 'stdin' | 'url' | 'text'
  readonly name: string
  /** Where its text begins, when it is one of several in a file; lines and columns count from 1. */
  readonly within?: { readonly uri: string; readonly line: number; readonly column: number }
  /** Which line of which list names it, for a URL. */
  readonly listed?: Listed
}

/** A line of a list of targets. */
export interface Listed {
  readonly uri: string
  readonly line: number
}

/** A stretch of the text: lines and columns count from 1, columns in UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** A client metadata document as it was read, however broken. */
export interface MetadataDocument {
  /** The members that are of their registered type, and those that nobody registered. */
  readonly metadata: Metadata
  /** The registered members of another type. */
  readonly mistyped: readonly Mistyped[]
  /** The redirection URIs, taken apart. */
  readonly redirects: readonly RedirectUri[]
  /** The members that hold http or https URLs, but for `client_id` and `jwks_uri`. */
  readonly urls: readonly UrlMember[]
  /** What `JSON.parse` gives; a top-level object has no prototype. Undefined when it is no JSON. */
  readonly value: unknown
  /** The text without byte order mark; what could not be decoded stands as U+FFFD. */
  readonly text: string
  /** Size in bytes, as far as it was read. */
  readonly bytes: number
  readonly source: Source
  /** Where the document is published, when the caller said so. */
  readonly url: string | undefined
  /** What was observed there. */
  readonly hosting: Hosting | undefined
  /** The client identifier: `url`, or else the document's own `client_id`. */
  readonly clientId: string | undefined
  /** How far reading got. */
  readonly stage: Stage
  /** Why nothing could be read, as a clause. */
  readonly reason: string | undefined
  /** What is wrong with the bytes and the text. */
  readonly faults: readonly Fault[]
  /**
   * The place of a value, or of a member's name. Undefined for a member that is not there and for
   * everything in a text that is not JSON.
   */
  rangeOf(pointer: Pointer, on?: 'key' | 'value'): Range | undefined
  /** The place between two offsets of the text, in UTF-16 units. */
  rangeBetween(start: number, end: number): Range
  /** The place of a piece of the string at `pointer`, counted in the string as parsed. */
  rangeWithin(pointer: Pointer, offset: number, length: number): Range | undefined
}

/** A registered member that is not of its registered type. */
export interface Mistyped {
  readonly at: Pointer
  readonly name: string
  readonly expected: string
  readonly actual: string
}

/** A place in a document, in a URL, or an HTTP exchange of the report. */
export type Location =
  | {
      kind: 'document'
      uri: string
      pointer: string
      line: number
      column: number
      endLine: number
      endColumn: number
    }
  | { kind: 'url'; url: string; offset: number; length: number }
  | { kind: 'exchange'; exchange: number }

/** A finding with its weight and its place. */
export interface Diagnostic {
  id: string
  severity: Severity
  message: string
  suggestion?: string
  /** Where it is written, when that is not where the requirement is. */
  source?: { text: string; url: string }
  location: Location
  suppressed?: Suppression
}

/** Why a diagnostic does not count. */
export interface Suppression {
  by: 'waiver' | 'baseline'
  reason: string
  until?: string
}

/** One requirement evaluated. */
export interface Result {
  id: string
  title: string
  level: Keyword
  cites: { text: string; url: string }[]
  status: 'passed' | 'failed' | 'not-applicable' | 'could-not-run'
  reason?: string
  diagnostics: Diagnostic[]
}

/** One step of an authorization flow. */
export interface FlowStep {
  id: string
  title: string
  outcome: Result['status']
  side: 'client' | 'document-host' | 'authorization-server' | 'resource-server' | null
  expected?: string
  got?: string
  exchanges: number[]
  results: string[]
}

/** One HTTP request and what came back, secrets redacted. */
export interface Exchange {
  request: { method: string; url: string; headers: [string, string][]; body?: string }
  response?: {
    status: number
    headers: [string, string][]
    body?: string
    bytes: number
    truncated: boolean
  }
  address?: string
  tls?: { protocol: string; issuer: string; daysLeft: number; authorized: boolean }
  /** Milliseconds. */
  timings: { dns?: number; connect?: number; tls?: number; firstByte?: number; total: number }
  error?: {
    code: string
    phase: 'url' | 'dns' | 'connect' | 'tls' | 'headers' | 'body' | 'parse'
    message: string
  }
}

/** What is to be said of one target under one profile: plain data, all that a reporter may know. */
export interface Report {
  version: 1
  target: string
  source: Source['kind'] | 'flow'
  clientId: string | null
  profile: string
  /** `failed` is an unsuppressed error, whatever `--fail-on` says. */
  outcome: 'passed' | 'failed' | 'incomplete'
  counts: { error: number; warning: number; info: number; suppressed: number }
  evaluated: { passed: number; failed: number; notApplicable: number; couldNotRun: number }
  results: Result[]
  /** What named servers make of the client, where some were asked. */
  acceptance?: Acceptance
  steps: FlowStep[]
  exchanges: Exchange[]
  checkedAt?: string
  /** Milliseconds. */
  durationMs?: number
}

/** Whether a server lets a client in; `depends` is on a setting that it does not have from the start. */
export type Verdict = 'accepted' | 'refused' | 'depends'

/** What named authorization servers make of a client. */
export interface Acceptance {
  servers: ServerVerdict[]
  /** How many accept the document, its hosting as far as that is known, and every sign-in. */
  accepted: number
  /** The one change after which most of them would, where one helps: how many those are. */
  change?: { pointer: string; suggestion: string; accepted: number }
}

/** What one named authorization server makes of a client. */
export interface ServerVerdict {
  id: string
  title: string
  version: string
  /** The month in which its facts were gathered. */
  date: string
  /** Whether they were seen in a running server, read in its source, or on a page of its maker. */
  verified: 'run' | 'source' | 'page'
  verdict: Verdict
  document: { verdict: Verdict; objections: ServerObjection[] }
  hosting: { verdict: Verdict | 'unknown'; objections: ServerObjection[] }
  /** A sign-in with each redirection URI; one on loopback without port is asked for at some port. */
  signIns: {
    pointer: string
    redirectUri: string
    verdict: Verdict
    objections: ServerObjection[]
  }[]
}

/** What a server has against a client, and where that fact is written. */
export interface ServerObjection {
  pointer: string
  message: string
  suggestion?: string
  /** The setting under which the server has nothing against it. */
  unless?: string
  source: { text: string; url: string }
}

/** The counts of a run. */
export interface Summary {
  targets: number
  reports: number
  passed: number
  failed: number
  incomplete: number
  errors: number
  warnings: number
  infos: number
  suppressed: number
}

/** What `--format json` writes. */
export interface ReportFile {
  $schema: string
  version: 1
  tool: { name: string; version: string }
  command: string
  reports: Report[]
  summary: Summary
}
