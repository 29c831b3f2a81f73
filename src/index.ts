import { type Acceptances, askServers } from './acceptance/ask.js'
import type { GivenPolicy } from './config/policy.js'
import { readPolicy } from './config/read-policy.js'
import { parseDocument } from './core/document.js'
import { evaluate, type Ruleset } from './core/engine.js'
import type { Diagnostic, Profile, Report, Source } from './core/types.js'
import { fix, wholeText } from './fix.js'
import { type ResolverOptions, settingsOf } from './resolve/options.js'
import type { Resolution } from './resolve/resolution.js'
import type { ClientResolver } from './resolve/resolver.js'
import { rules } from './rules/index.js'
import { createRulesets, findProfile, type ProfileName } from './rulesets.js'
import type { ServerId } from './servers/index.js'

export type { Fault, ParseOptions, Stage } from './core/document.js'
export { parseDocument } from './core/document.js'
export { UsageError } from './core/errors.js'
export type { Metadata } from './core/metadata.js'
export type { AllowedHosts, Choice, Policy } from './core/policy.js'
export { findRedirectUri, matchRedirectUri } from './core/redirect-uri.js'
export type { Change, Client, Fact, Objection, Server, Topic } from './core/server.js'
export type { Cite, Editions } from './core/spec.js'
export type * from './core/types.js'
export { profiles } from './profiles/index.js'
export type { Store } from './resolve/cache.js'
export type { ResolveLimits, ResolvePolicy } from './resolve/options.js'
export type { Resolution, Resolved, ResolvedKeys, Unresolved } from './resolve/resolution.js'
export type { CallOptions, ClientResolver } from './resolve/resolver.js'
export { type RuleId, rules } from './rules/index.js'
export type { ProfileName } from './rulesets.js'
export { type ServerId, servers } from './servers/index.js'

const requiredOf = createRulesets(rules, 'required')
const allOf = createRulesets(rules, 'all')
const aboutClientIdOf = createRulesets(rules, 'client-id')

/** How {@link validateDocument} judges. */
export interface ValidateOptions {
  /** The https URL the document is published at; without it nothing is compared with it. */
  readonly clientId?: string | undefined
  /** By default `mcp`. */
  readonly profile?: ProfileName | undefined
  /** Where the document came from: a name for locations, or name and kind. */
  readonly source?: string | Source | undefined
  /** Results of passed and not applicable requirements too, not only their number. */
  readonly all?: boolean | undefined
}

/**
 * Judges a client metadata document: would a conforming authorization server refuse it?
 *
 * Pure and synchronous, and never throws on a document, however broken.
 *
 * @param input The bytes or the text of the document.
 *
 * @throws UsageError when there is no such profile.
 *
 * @see [OAuth Client ID Metadata Document](https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-4)
 */
export function validateDocument(
  input: string | Uint8Array,
  { clientId, profile, source, all = false }: ValidateOptions = {},
): Report {
  const ruleset = requiredOf(findProfile(profile))
  return evaluate(parseDocument(input, { clientId, source }), ruleset, { all })
}

/** How {@link lintDocument} judges. */
export interface LintOptions extends ValidateOptions {
  /**
   * What an organisation wants of the document besides; `schema` is a JSON Schema. Checked once: give
   * the same object again for many documents.
   */
  readonly policy?: GivenPolicy | undefined
  /**
   * The named authorization servers that are asked whether they would accept the client; `all` is each
   * of them. What they say is the report's `acceptance`, and a result for each.
   */
  readonly servers?: 'all' | readonly (ServerId | 'all')[] | undefined
}

/**
 * Judges a client metadata document by everything that is mandatory, recommended or known to help.
 *
 * Pure and synchronous, and never throws on a document, however broken.
 *
 * @param input The bytes or the text of the document.
 *
 * @throws UsageError when there is no such profile or server, and TypeError when the policy is none.
 *
 * @see [OAuth Client ID Metadata Document](https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-4)
 */
export function lintDocument(
  input: string | Uint8Array,
  { clientId, policy, profile, servers: names = [], source, all = false }: LintOptions = {},
): Report {
  const { acceptances, rulesetOf } = askingOf([names ?? []].flat())
  const prepared = policy === undefined ? undefined : readPolicy(policy)
  const document = parseDocument(input, { clientId, source })
  const report = evaluate(document, rulesetOf(findProfile(profile)), { all, policy: prepared })
  const acceptance = acceptances?.of(document)
  return acceptance ? { ...report, acceptance } : report
}

interface Asking {
  readonly acceptances?: Acceptances
  readonly rulesetOf: (profile: Profile) => Ruleset
}

const USUAL: Asking = { rulesetOf: allOf }

/** What was prepared last, since the same servers are mostly asked of many documents. */
let lastAsked: { readonly names: string; readonly asking: Asking } | undefined

function askingOf(names: readonly string[]): Asking {
  if (names.length === 0) return USUAL
  const key = names.join()
  if (lastAsked?.names !== key) {
    const acceptances = askServers(names)
    const asking = {
      acceptances,
      rulesetOf: createRulesets([...rules, ...acceptances.rules], 'all'),
    }
    lastAsked = { names: key, asking }
  }
  return lastAsked.asking
}

/** How {@link fixDocument} judges and repairs. */
export interface FixOptions extends ValidateOptions {}

/** What {@link fixDocument} did. */
export interface FixedDocument {
  /** The text as it is now; undefined where nothing was repaired, and what was given stands. */
  readonly text: string | undefined
  /** What was found and is repaired, with its places before the repair. */
  readonly fixed: readonly Diagnostic[]
  /** What is to be said of the document as it is now. */
  readonly report: Report
}

/**
 * Repairs in a client metadata document what has one correction only, as `mcp-cimd lint --fix` does:
 * every other byte stays as it is.
 *
 * Pure and synchronous, and never throws on a document, however broken. What is not a JSON object is
 * not repaired, nor is anything whose repair would bring an error that was not there.
 *
 * @param input The bytes or the text of the document.
 *
 * @throws UsageError when there is no such profile.
 */
export function fixDocument(
  input: string | Uint8Array,
  { clientId, profile, source, all = false }: FixOptions = {},
): FixedDocument {
  const ruleset = allOf(findProfile(profile))
  const { document, found, count } = fix(parseDocument(input, { clientId, source }), [{ ruleset }])
  return {
    text: count === 0 ? undefined : wholeText(document),
    fixed: found,
    report: evaluate(document, ruleset, { all }),
  }
}

/**
 * Judges the string of a client identifier, everything that can be said without fetching it.
 *
 * @param url The `client_id` as it was received, not normalized in any way.
 *
 * @throws UsageError when there is no such profile.
 *
 * @see [OAuth Client ID Metadata Document](https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-3)
 */
export function validateClientIdUrl(
  url: string,
  { profile, all = false }: Pick<ValidateOptions, 'profile' | 'all'> = {},
): Report {
  const text = String(url ?? '')
  const document = parseDocument('', { clientId: text, source: text })
  return evaluate(document, aboutClientIdOf(findProfile(profile)), { all })
}

/** How {@link createClientResolver} fetches, judges and keeps. */
export interface ClientResolverOptions extends ResolverOptions {
  /** By default `mcp`. */
  readonly profile?: ProfileName | undefined
}

/** How {@link resolveClient} fetches and judges. */
export interface ResolveOptions extends Omit<ClientResolverOptions, 'cache' | 'limits'> {
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a resolver of client identifiers for an authorization server: it fetches documents, judges and
 * keeps them.
 *
 * Only public addresses are asked, over TLS that is verified whatever the environment says, without
 * following redirects and without decoding. What is kept is fresh as the headers say, within
 * `limits`, and revalidated afterwards; what failed and what is wrong is never kept. Callers who want
 * the same client at the same time share one fetch, and fetches have a budget, in total and for each
 * origin.
 *
 * @throws UsageError when there is no such profile, and TypeError when an option is not of its form.
 *
 * @see [OAuth Client ID Metadata Document](https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-5)
 */
export function createClientResolver({
  profile,
  ...options
}: ClientResolverOptions = {}): ClientResolver {
  const ruleset = requiredOf(findProfile(profile))
  const settings = settingsOf(options)
  let resolver: ClientResolver | undefined
  // Whoever only judges loads nothing to fetch with.
  const make = async (): Promise<ClientResolver> => {
    const { createResolver } = await import('./resolve/resolver.js')
    resolver ??= createResolver(ruleset, settings)
    return resolver
  }
  return {
    // Once it is there nothing is waited for: clients are mostly found in memory.
    resolve: (clientId, call) =>
      resolver
        ? resolver.resolve(clientId, call)
        : make().then(({ resolve }) => resolve(clientId, call)),
    jwks: async (clientId, call) => (resolver ?? (await make())).jwks(clientId, call),
  }
}

/** Keeps nothing. */
const NOWHERE = { get() {}, set() {}, delete() {} }

/**
 * Resolves a client identifier once, as {@link createClientResolver} does, and keeps nothing.
 *
 * @param clientId The `client_id` as it was received, not normalized in any way.
 *
 * @returns The client, or why there is none; in both cases with the report.
 *
 * @throws UsageError when there is no such profile, TypeError when an option is not of its form, the
 * reason of `signal` when it is aborted, and whatever `allow` and `deny` throw.
 */
export async function resolveClient(
  clientId: string,
  { signal, ...options }: ResolveOptions = {},
): Promise<Resolution> {
  return createClientResolver({ ...options, cache: NOWHERE }).resolve(clientId, { signal })
}
