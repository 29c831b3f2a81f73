import type { Stage } from './document.js'
import type { Link } from './hosting.js'
import type { PreparedPolicy } from './policy.js'
import { nameMember } from './printable.js'
import { escapeToken, unescapeToken } from './scan.js'
import { maskCredentials, redact } from './secrets.js'
import { type Cite, keywordOf, resolveCite } from './spec.js'
import type {
  Diagnostic,
  Finding,
  Keyword,
  Location,
  MetadataDocument,
  Need,
  Neighbours,
  Pointer,
  Profile,
  Report,
  Result,
  Rule,
  Severity,
  Suppression,
} from './types.js'
import { type RawUrl, splitUrl } from './url.js'

/**
 * Which requirements are asked: `required` is what `validate` asks (MUST now or in a later CIMD
 * edition, and everything with a floor), `all` is everything, `client-id` everything about the
 * client identifier alone.
 */
export type Scope = 'required' | 'all' | 'client-id'

/** A rule under a profile. */
interface Standing {
  readonly rule: Rule
  readonly order: number
  readonly level: Keyword
  readonly severity: Severity
}

/** The rules that wait for one need. */
interface Group {
  readonly needs: Need
  readonly all: readonly Standing[]
  readonly always: readonly Standing[]
  /** Those that read one member. */
  readonly byMember: ReadonlyMap<string, readonly Standing[]>
  /** Those that read more than one. */
  readonly several: readonly Standing[]
}

/** The rules of one profile and scope, ready to be asked. */
export interface Ruleset {
  readonly profile: Profile
  readonly groups: readonly Group[]
}

/** The diagnostics that one requirement may give; what is more is counted in the last. */
const MAX_DIAGNOSTICS = 50

/** The findings of one requirement that are counted at all. */
const MAX_FINDINGS = 1000

const SEVERITIES = ['info', 'warning', 'error'] as const satisfies readonly Severity[]

/**
 * Works out how a rule stands under a profile.
 *
 * @returns Keyword and severity, or undefined when the rule comes from a specification that the
 * profile does not contain.
 */
export function standingOf(
  rule: Rule,
  profile: Profile,
): { level: Keyword; severity: Severity; isLater: boolean } | undefined {
  const own = profile.levels[rule.id]
  if (own) return { level: own, isLater: false, severity: severityOf(rule, own, false) }
  const [first] = rule.cites
  const written = first && keywordOf(first, profile.editions)
  if (first && !written) return undefined
  const level = written?.keyword ?? rule.level
  const isLater = written?.isLater ?? false
  return { level, isLater, severity: severityOf(rule, level, isLater) }
}

function severityOf(rule: Rule, level: Keyword, isLater: boolean): Severity {
  // What an organisation wants of itself binds it.
  if (rule.needs === 'policy') return 'error'
  const base = level === 'MUST' && !isLater ? 'error' : isBinding(level) ? 'warning' : 'info'
  const floor = SEVERITIES.indexOf(rule.floor ?? 'info')
  const cap = SEVERITIES.indexOf(rule.cap ?? 'error')
  return SEVERITIES[Math.min(cap, Math.max(floor, SEVERITIES.indexOf(base)))] ?? base
}

const isBinding = (level: Keyword): boolean => level === 'MUST' || level === 'SHOULD'

/** Prepares the rules of a profile, to be used for any number of documents. */
export function prepare(rules: readonly Rule[], profile: Profile, scope: Scope): Ruleset {
  const groups = new Map<Need, Standing[]>()
  for (const [order, rule] of rules.entries()) {
    const standing = standingOf(rule, profile)
    if (!standing || !isInScope(rule, standing.level, scope)) continue
    const group = groups.get(rule.needs) ?? []
    groups.set(rule.needs, group)
    group.push({ rule, order, level: standing.level, severity: standing.severity })
  }
  return { profile, groups: Array.from(groups, ([needs, all]) => toGroup(needs, all)) }
}

/** What is observed because somebody asked for it is reported, however little it weighs. */
const isOnRequest = (needs: Need): boolean =>
  needs === 'copy' || needs === 'probes' || needs === 'links'

type ClientIdNeed = 'client-id' | 'client-id-url' | 'development-client'

const isAboutClientId = (needs: Need): needs is ClientIdNeed =>
  needs === 'client-id' || needs === 'client-id-url' || needs === 'development-client'

function isInScope(rule: Rule, level: Keyword, scope: Scope): boolean {
  switch (scope) {
    case 'all':
      return true
    case 'required':
      // A server that is shown one document knows no other.
      if (rule.needs === 'estate') return false
      return level === 'MUST' || rule.floor !== undefined || isOnRequest(rule.needs)
    case 'client-id':
      return isAboutClientId(rule.needs)
  }
}

function toGroup(needs: Need, all: readonly Standing[]): Group {
  const byMember = new Map<string, Standing[]>()
  const always: Standing[] = []
  const several: Standing[] = []
  for (const standing of all) {
    const [member, more] = standing.rule.reads ?? []
    if (member === undefined) always.push(standing)
    else if (more !== undefined) several.push(standing)
    else {
      const readers = byMember.get(member) ?? []
      byMember.set(member, readers)
      readers.push(standing)
    }
  }
  return { needs, all, always, byMember, several }
}

/** How an evaluation is reported. */
export interface EvaluateOptions {
  /** Results of passed and not applicable requirements too. */
  readonly all?: boolean
  /** Whether a host that leads to this machine is a warning. */
  readonly allowLoopback?: boolean
  /** Severities by id of a requirement, where somebody decided on another than the keyword's. */
  readonly severities?: ReadonlyMap<string, Severity> | undefined
  /** What an organisation wants of the document. */
  readonly policy?: PreparedPolicy | undefined
  /** What it has in common with documents before it; undefined when there is no other in the run. */
  readonly neighbours?: Neighbours | 'none-before' | undefined
  /** Says which diagnostics do not count; it may also make one graver, and say why. */
  readonly suppress?:
    | ((
        diagnostic: Diagnostic,
        /** Whether it stands for others too, which may be elsewhere. */
        isFolded: boolean,
      ) => Suppression | undefined)
    | undefined
  /** Is handed what a rule found, and what is said of it: of many findings only the first. */
  readonly onFound?: (findings: readonly Finding[], diagnostics: readonly Diagnostic[]) => void
}

/** Judges a document by a ruleset. */
export function evaluate(
  document: MetadataDocument,
  { profile, groups }: Ruleset,
  options: EvaluateOptions = {},
): Report {
  const results: { order: number; result: Result }[] = []
  const evaluated = { passed: 0, failed: 0, notApplicable: 0, couldNotRun: 0 }
  const counts = { error: 0, warning: 0, info: 0, suppressed: 0 }
  const clientIdUrl = document.clientId === undefined ? undefined : splitUrl(document.clientId)

  const add = (
    standing: Standing,
    status: Result['status'],
    reason?: string,
    diagnostics: Diagnostic[] = [],
  ) => {
    evaluated[COUNTERS[status]]++
    if (!options.all && (status === 'passed' || status === 'not-applicable')) return
    results.push({
      order: standing.order,
      result: toResult(standing, profile, status, reason, diagnostics),
    })
  }

  for (const group of groups) {
    const input = provide(group.needs, document, clientIdUrl, profile, options)
    if ('status' in input) {
      if (input.status === 'not-applicable' && !options.all) {
        evaluated.notApplicable += group.all.length
        continue
      }
      for (const standing of group.all) add(standing, input.status, input.reason)
      continue
    }
    const called = selectReaders(group, document)
    const isRead = document.mistyped.length === 0 && group.needs !== 'links'
    if (options.all) {
      const asked = new Set(called)
      for (const standing of group.all) if (!asked.has(standing)) add(standing, 'passed')
    } else {
      evaluated.passed += group.all.length - called.length
    }
    for (const standing of called) {
      const findings = collectFrom(standing.rule, input.given, document)
      if (findings === undefined) {
        const reason = isRead ? undefined : whyUnread(standing.rule, document)
        if (reason !== undefined) add(standing, 'could-not-run', reason)
        else if (options.all) add(standing, 'passed')
        else evaluated.passed++
        continue
      }
      const diagnostics = toDiagnostics(findings, standing, document, options)
      for (const [index, diagnostic] of diagnostics.entries()) {
        const isFolded = index === MAX_DIAGNOSTICS - 1 && findings.length > MAX_DIAGNOSTICS
        const suppressed = options.suppress?.(diagnostic, isFolded)
        if (suppressed) diagnostic.suppressed = suppressed
        counts[suppressed ? 'suppressed' : diagnostic.severity]++
      }
      options.onFound?.(findings, diagnostics)
      add(standing, 'failed', undefined, diagnostics)
    }
  }

  return {
    version: 1,
    target: document.source.name,
    source: document.source.kind,
    clientId: document.clientId === undefined ? null : redact(document.clientId),
    profile: profile.id,
    outcome: counts.error > 0 ? 'failed' : evaluated.couldNotRun > 0 ? 'incomplete' : 'passed',
    counts,
    evaluated,
    results: results.sort((a, b) => a.order - b.order).map(({ result }) => result),
    steps: [],
    exchanges: document.hosting?.exchanges.slice() ?? [],
    ...(document.hosting && {
      checkedAt: document.hosting.checkedAt,
      durationMs: document.hosting.durationMs,
    }),
  }
}

/** Why a rule that found nothing could not look at all it reads. */
function whyUnread(
  { needs, reads }: Rule,
  { hosting, mistyped }: MetadataDocument,
): string | undefined {
  if (!reads) return undefined
  if (mistyped.length > 0) {
    const name = reads.find((name) => mistyped.some((member) => member.name === name))
    if (name !== undefined) return `${name} is not of its type`
  }
  const link = linkOf(needs, reads, hosting)
  return link && !link.answer ? `${link.member} gave no answer: ${link.reason}` : undefined
}

/** What the one member that a rule on links reads leads to. */
const linkOf = (
  needs: Need,
  [member]: readonly string[],
  hosting: MetadataDocument['hosting'],
): Link | undefined =>
  needs === 'links' ? hosting?.links?.find((link) => link.member === member) : undefined

/** What a rule finds in a document; one about keys looks into the JWK Set at `jwks_uri` too. */
function collectFrom(
  rule: Rule,
  input: never,
  document: MetadataDocument,
): readonly Finding[] | undefined {
  const { hosting, value } = document
  if (!hosting) return collect(rule, input)
  if (rule.needs === 'links') {
    const link = linkOf(rule.needs, rule.reads ?? [], hosting)
    return link?.answer && collect(rule, { ...document, link } as never)
  }
  if (!hosting.keys || !readsKeys(rule)) return collect(rule, input)
  const own = 'jwks' in (value as object) ? collect(rule, input) : undefined
  const { exchange, document: keys } = hosting.keys
  const linked = collect(rule, keys as never)?.map((finding) => ({ ...finding, exchange }))
  return own && linked ? [...own, ...linked] : (own ?? linked)
}

const readsKeys = ({ needs, reads }: Rule): boolean =>
  needs === 'object' && reads?.length === 1 && reads[0] === 'jwks'

/** The findings of a rule; nearly always there are none, and nothing is made for them. */
function collect(rule: Rule, input: never): readonly Finding[] | undefined {
  let found: Finding[] | undefined
  try {
    for (const finding of rule.check(input)) found = gather(found, finding)
    return found
  } catch (error) {
    if (isEnough(error)) return error.found
    throw error
  }
}

/** Ends a rule that finds more than anyone counts. */
class Enough extends Error {
  override readonly name = 'Enough'
  constructor(readonly found: readonly Finding[]) {
    super()
  }
}

/** By name and not by class: rules that are loaded later have a class of their own. */
const isEnough = (error: unknown): error is Enough =>
  error instanceof Error && error.name === 'Enough'

/**
 * What a rule that holds gives.
 *
 * @usedWhenBuilt By what generators of rules become, see `scripts/lean-rules.ts`.
 */
export const NOTHING: readonly Finding[] = []

/**
 * Adds a finding to those of a rule; the first makes the list.
 *
 * @usedWhenBuilt What generators of rules become, see `scripts/lean-rules.ts`.
 */
export function gather(found: Finding[] | undefined, finding: Finding): Finding[] {
  if (found === undefined) return [finding]
  found.push(finding)
  if (found.length > MAX_FINDINGS) throw new Enough(found)
  return found
}

const COUNTERS = {
  passed: 'passed',
  failed: 'failed',
  'not-applicable': 'notApplicable',
  'could-not-run': 'couldNotRun',
} as const satisfies Record<Result['status'], string>

/** The rules of a group to be called: those that read no member, and those with a member to read. */
function selectReaders(
  { needs, always, byMember, several }: Group,
  { value, hosting }: MetadataDocument,
): readonly Standing[] {
  if (byMember.size === 0 && several.length === 0) return always
  const called = [...always]
  for (const member of Object.keys(value as object)) {
    const readers = byMember.get(member)
    if (readers) for (const standing of readers) called.push(standing)
  }
  if (needs === 'object' && hosting?.keys && !('jwks' in (value as object))) {
    for (const standing of byMember.get('jwks') ?? []) called.push(standing)
  }
  for (const standing of several) {
    for (const member of standing.rule.reads ?? []) {
      if (!(member in (value as object))) continue
      called.push(standing)
      break
    }
  }
  return called
}

type Provided =
  | { readonly given: never }
  | { readonly status: 'not-applicable' | 'could-not-run'; readonly reason: string }

const STAGES = ['nothing', 'bytes', 'text', 'json', 'object'] as const satisfies readonly Stage[]

const MISSING = {
  bytes: 'the document could not be read',
  text: 'the document is not readable as text',
  json: 'the document could not be parsed',
  object: 'the document is not a JSON object',
} as const satisfies Record<Exclude<Stage, 'nothing'>, string>

/** Gives a rule what it needs, or says why it cannot be asked. */
function provide(
  needs: Need,
  document: MetadataDocument,
  clientIdUrl: RawUrl | undefined,
  profile: Profile,
  { neighbours, policy }: EvaluateOptions,
): Provided {
  if (isAboutClientId(needs)) return provideClientId(needs, document, clientIdUrl, profile)
  switch (needs) {
    case 'url':
      if (document.url === undefined) {
        return { status: 'not-applicable', reason: 'the URL of the document was not given' }
      }
      if (document.stage === 'object' && !document.metadata.client_id) {
        return { status: 'could-not-run', reason: 'there is no client_id to compare with the URL' }
      }
      return provideStage('object', document)
    case 'response':
    case 'copy':
    case 'probes':
    case 'links':
      return provideHosting(needs, document)
    case 'estate':
      return provideEstate(document, neighbours)
    case 'policy': {
      if (!policy) return { status: 'not-applicable', reason: 'there is no policy' }
      const provided = provideStage('object', document)
      return 'given' in provided ? given({ ...document, policy }) : provided
    }
    case 'server':
      return provideStage('object', document)
    default:
      return provideStage(needs, document)
  }
}

const NOT_ASKED = {
  response: 'the document was not fetched',
  copy: 'no file was compared with its hosted copy; --hosted does that where the URL is known',
  probes: 'no further requests were made; --probe makes them for a URL',
  links: 'the URLs in the document were not fetched; --linked does that',
} as const

/** Gives a rule what was observed of the hosting. */
function provideHosting(needs: keyof typeof NOT_ASKED, document: MetadataDocument): Provided {
  const { hosting } = document
  if (!hosting || (needs !== 'response' && !hosting[needs])) {
    return { status: 'not-applicable', reason: NOT_ASKED[needs] }
  }
  const { answer, reason, copy } = hosting
  if (needs === 'links') return provideStage('object', document)
  if (reason !== undefined && (!answer || needs !== 'response')) {
    return { status: 'could-not-run', reason }
  }
  if (!answer) return { status: 'not-applicable', reason: NOT_ASKED.response }
  if (needs !== 'copy') return given(hosting)
  const provided = provideStage('object', document)
  return 'given' in provided ? given({ ...document, copy, answer }) : provided
}

/** Gives a rule what is known of the documents before this one. */
function provideEstate(
  document: MetadataDocument,
  neighbours: EvaluateOptions['neighbours'],
): Provided {
  if (!neighbours) {
    return { status: 'not-applicable', reason: 'there is no other document in this run' }
  }
  const provided = provideStage('object', document)
  if (!('given' in provided)) return provided
  if (neighbours === 'none-before') {
    return { status: 'not-applicable', reason: 'no document that could be read is before it' }
  }
  if (document.clientId === undefined) return { status: 'not-applicable', reason: NO_CLIENT_ID }
  const { metadata, mistyped, redirects, text, urls, value } = document
  return given({ metadata, mistyped, redirects, text, urls, value, neighbours })
}

const NO_CLIENT_ID = 'there is no client_id'

function provideStage(needs: Exclude<Stage, 'nothing'>, document: MetadataDocument): Provided {
  const reached = STAGES.indexOf(document.stage)
  if (reached >= STAGES.indexOf(needs)) return given(document)
  const [missing = needs] = STAGES.slice(reached + 1) as Exclude<Stage, 'nothing'>[]
  return { status: 'could-not-run', reason: document.reason ?? MISSING[missing] }
}

function provideClientId(
  needs: ClientIdNeed,
  document: MetadataDocument,
  clientIdUrl: RawUrl | undefined,
  { editions }: Profile,
): Provided {
  const { clientId } = document
  if (clientId === undefined) {
    return document.stage === 'object'
      ? { status: 'not-applicable', reason: NO_CLIENT_ID }
      : provideStage('object', document)
  }
  if (needs === 'client-id') return given({ clientId })
  if (!clientIdUrl) {
    return { status: 'could-not-run', reason: 'the client_id is not a well-formed absolute URL' }
  }
  const isDevelopment = editions.atproto !== undefined && isOnLocalhost(clientIdUrl)
  if (isDevelopment === (needs === 'development-client')) return given({ clientIdUrl })
  const reason = isDevelopment
    ? 'the client_id is that of a development client, which has a rule of its own'
    : 'the client_id is not that of a development client'
  return { status: 'not-applicable', reason }
}

/** Development clients of atproto have no document: the server makes it from the client identifier. */
const isOnLocalhost = ({ scheme, host }: RawUrl): boolean =>
  scheme.text === 'http' && host.text === 'localhost'

/** The need of a rule decides what it is handed; the compiler holds rules to it in `defineRule`. */
const given = (input: object): Provided => ({ given: input as never })

function toResult(
  { rule, level }: Standing,
  profile: Profile,
  status: Result['status'],
  reason: string | undefined,
  diagnostics: Diagnostic[],
): Result {
  return {
    id: rule.id,
    title: rule.title,
    level,
    cites: citesOf(rule, profile),
    status,
    ...(reason !== undefined && { reason }),
    diagnostics,
  }
}

/**
 * The citations of a rule that the profile contains, in its editions. Where the profile has a keyword
 * of its own for the rule, the citation that says it comes first.
 */
export function citesOf(rule: Rule, profile: Profile): { text: string; url: string }[] {
  const own = profile.levels[rule.id]
  const says = (cite: Cite) => keywordOf(cite, profile.editions)?.keyword === own
  const cites = own
    ? [...rule.cites.filter(says), ...rule.cites.filter((cite) => !says(cite))]
    : rule.cites
  return cites.flatMap((cite) => resolveCite(cite, profile.editions) ?? [])
}

function toDiagnostics(
  findings: readonly Finding[],
  { rule, severity }: Standing,
  document: MetadataDocument,
  { allowLoopback, severities }: EvaluateOptions,
): Diagnostic[] {
  const decided = severities?.get(rule.id)
  const shown = findings.slice(0, MAX_DIAGNOSTICS)
  const rest = findings.length - shown.length
  const more = findings.length > MAX_FINDINGS ? `more than ${rest - 1} more` : `${rest} more`
  return shown.map((finding, index) => {
    const isLast = rest > 0 && index === MAX_DIAGNOSTICS - 1
    return {
      id: rule.id,
      severity:
        allowLoopback && finding.isLoopback ? 'warning' : (decided ?? finding.severity ?? severity),
      message: isLast ? `${finding.message}; and ${more} like it` : finding.message,
      ...(finding.suggestion !== undefined && { suggestion: finding.suggestion }),
      ...(finding.source && { source: finding.source }),
      location: locate(finding, rule, document),
    }
  })
}

/** Turns the pointer of a finding into a place in the text, or in the URL that was judged alone. */
function locate(finding: Finding, { needs }: Rule, document: MetadataDocument): Location {
  const { clientId } = document
  const isAboutAnswer = needs === 'response' || needs === 'probes'
  const exchange =
    finding.exchange ?? (isAboutAnswer ? document.hosting?.answer?.exchange : undefined)
  if (exchange !== undefined) return { kind: 'exchange', exchange }
  if (
    isAboutClientId(needs) &&
    clientId !== undefined &&
    clientId !== document.metadata.client_id
  ) {
    const { offset, length } = finding.part ?? { offset: 0, length: clientId.length }
    return { kind: 'url', url: maskCredentials(clientId), offset, length }
  }
  const { line, column, endLine, endColumn } = rangeOf(finding, document)
  return {
    kind: 'document',
    uri: document.source.within?.uri ?? document.source.name,
    pointer: showPointer(finding.at),
    line,
    column,
    endLine,
    endColumn,
  }
}

/**
 * Shows a JSON Pointer without the secrets that names may hold, and without the end of names that
 * nobody could read.
 */
export const showPointer = (pointer: Pointer): string =>
  pointer
    .split('/')
    .map((token) => escapeToken(nameMember(unescapeToken(token))))
    .join('/')

function rangeOf({ at, on, part, range }: Finding, document: MetadataDocument) {
  if (range) return document.rangeBetween(...range)
  const exact = part ? document.rangeWithin(at, part.offset, part.length) : document.rangeOf(at, on)
  if (exact) return exact
  // A missing member is shown at the brace of the object that lacks it.
  for (let parent = parentOf(at); parent !== undefined; parent = parentOf(parent)) {
    const enclosing = document.rangeOf(parent)
    if (enclosing) return document.rangeBetween(enclosing.start, enclosing.start + 1)
  }
  return document.rangeOf('') ?? document.rangeBetween(0, 0)
}

const parentOf = (pointer: Pointer): Pointer | undefined =>
  pointer === '' ? undefined : (pointer.slice(0, pointer.lastIndexOf('/')) as Pointer)
