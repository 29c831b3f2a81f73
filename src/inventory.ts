import { differencesOf } from './core/difference.js'
import { isLoopbackHost } from './core/ip.js'
import { nameMember } from './core/printable.js'
import type { RedirectUri } from './core/redirect-uri.js'
import type { Entry, RedirectKind } from './core/reporter.js'
import type { MetadataDocument, RuleDocument } from './core/types.js'
import { splitUrl } from './core/url.js'

/**
 * Starts to describe the documents of a run for an inventory.
 *
 * @returns What describes a document, and gives the same object while it is asked for the same one.
 */
export function createDescription(): (document: MetadataDocument) => Entry {
  let last: { readonly document: MetadataDocument; readonly entry: Entry } | undefined
  return (document) => {
    if (last?.document !== document) last = { document, entry: describe(document) }
    return last.entry
  }
}

function describe(document: MetadataDocument): Entry {
  const { clientId, hosting, metadata, redirects, stage } = document
  const daysLeft = hosting?.answer?.daysLeft
  return {
    isRead: stage === 'object',
    clientId: show(metadata.client_id),
    host: clientId === undefined ? undefined : show(splitUrl(clientId)?.host.text.toLowerCase()),
    name: show(metadata.client_name),
    applicationType: show(metadata.application_type),
    authMethod: show(metadata.token_endpoint_auth_method),
    redirects: countKinds(redirects),
    grants: metadata.grant_types?.map(nameMember) ?? [],
    scope: show(metadata.scope),
    hosted: describeHosting(document),
    expiresIn:
      hosting && daysLeft !== undefined && daysLeft < hosting.minTlsDays ? daysLeft : undefined,
  }
}

const show = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : nameMember(text)

const KINDS = ['https', 'http', 'loopback', 'custom scheme', 'other'] as const

function countKinds(redirects: readonly RedirectUri[]): RedirectKind[] {
  const sorted = redirects.map((redirect) => ({ kind: kindOf(redirect), place: placeOf(redirect) }))
  return KINDS.flatMap((kind) => {
    const places = sorted.flatMap((redirect) => (redirect.kind === kind ? [redirect.place] : []))
    if (places.length === 0) return []
    return [{ kind, count: places.length, places: [...new Set(places)].filter(Boolean) }]
  })
}

function kindOf({ scheme, isPrivateUse, url }: RedirectUri): RedirectKind['kind'] {
  if (url && isLoopbackHost(url.host.text)) return 'loopback'
  if (url && (scheme === 'https' || scheme === 'http')) return scheme
  return isPrivateUse ? 'custom scheme' : 'other'
}

/** The host of a redirection URI, or else its scheme. */
const placeOf = ({ scheme, url }: RedirectUri): string =>
  nameMember(url ? url.host.text.toLowerCase() : scheme)

/** What the host of a document answered, as a clause. */
function describeHosting({
  hosting,
  metadata,
  value,
  stage,
}: MetadataDocument): string | undefined {
  const { answer, copy, reason } = hosting ?? {}
  if (!answer) return reason && `no answer: ${reason}`
  const where = answer.url === metadata.client_id ? '' : `${nameMember(answer.url)} `
  const facts = [`${where}answers ${answer.status}`]
  if (copy) {
    const members = [value, copy.value] as [RuleDocument['value'], RuleDocument['value']]
    const isCompared = stage === 'object' && copy.stage === 'object'
    const isSame = isCompared && differencesOf(...members).next().done
    facts.push(isSame ? 'with the members of the file' : 'with something else than the file')
  }
  if (answer.daysLeft !== undefined) facts.push(`its certificate valid for ${answer.daysLeft} days`)
  return facts.join(', ')
}
