import { showPointer } from '../core/engine.js'
import { readMetadata } from '../core/metadata.js'
import { nameMember, quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import type { Change, Client } from '../core/server.js'
import { quoteSome } from '../core/server-facts.js'
import type { Acceptance, Pointer } from '../core/types.js'
import {
  type Found,
  isAccepting,
  type Judged,
  judgeBy,
  MAX_SIGN_INS,
  objectionsOf,
} from './judge.js'

/** The changes that are tried. */
const MAX_CHANGES = 20

/** Finds the one change of the document after which the most servers accept it, and none less. */
export function findChange(judged: readonly Judged[], client: Client): Acceptance['change'] {
  const accepting = judged.filter(isAccepting)
  const refusing = judged.filter((one) => !isAccepting(one))
  const changes = new Map<string, { readonly at: Pointer; readonly change: Change }>()
  for (const { objection } of refusing.flatMap(objectionsOf)) {
    const { at, change } = objection
    if (!change || changes.size === MAX_CHANGES || isHarmful(change, client)) continue
    changes.set(JSON.stringify([change.member, change.value]), { at, change })
  }
  let best: { at: Pointer; change: Change; accepted: number } | undefined
  for (const { at, change } of changes.values()) {
    // No more can come to accept it than those that are against nothing else.
    const hopeful = refusing.filter((one) =>
      objectionsOf(one).every((found) => isAbout(change, found)),
    )
    if (accepting.length + hopeful.length <= (best?.accepted ?? accepting.length)) continue
    const changed = withChange(client, change)
    const accepts = ({ server }: Judged) => isAccepting(judgeBy(server, changed))
    if (!accepting.every(accepts)) continue
    const after = accepting.length + hopeful.filter(accepts).length
    if (after <= (best?.accepted ?? accepting.length)) continue
    best = { change, at, accepted: after }
  }
  if (!best) return undefined
  const { change, at } = best
  const changed = withChange(client, change)
  return {
    pointer: showPointer(at),
    suggestion: describeChange(change, client),
    accepted: judged.filter(({ server }) => isAccepting(judgeBy(server, changed))).length,
  }
}

/** Members that nobody should leave out to please a server: what a client may do depends on them. */
const KEPT = ['client_uri', 'jwks', 'jwks_uri', 'scope', 'token_endpoint_auth_method']

/** Whether a change takes more from the client than the servers that it wins are worth. */
function isHarmful({ member, value }: Change, { redirects }: Client): boolean {
  if (value === undefined) return KEPT.includes(member)
  if (member !== 'redirect_uris') return false
  // Whoever signs in there would have no other way of that kind.
  const kept = redirects.filter(({ text }) => (value as readonly string[]).includes(text))
  return redirects.some((one) => !kept.some((other) => kindOf(one) === kindOf(other)))
}

const kindOf = ({ scheme, isOnLoopback }: RedirectUri): string => `${scheme} ${isOnLoopback}`

/** Says what to do, as an imperative. */
function describeChange({ member, value }: Change, { value: before }: Client): string {
  const name = nameMember(member)
  if (value === undefined) return `leave out ${name}`
  if (!Array.isArray(value)) {
    return `write "${name}": ${typeof value === 'string' ? quote(value) : String(value)}`
  }
  const held = new Set<string>([before[member] ?? []].flat() as string[])
  const wanted = new Set<string>(value)
  const lost = [...held].filter((item) => !wanted.has(item))
  const added = [...wanted].filter((item) => !held.has(item))
  const said = [
    ...(lost.length > 0 ? [`leave ${quoteSome(lost)} out of ${name}`] : []),
    ...(added.length > 0 ? [`add ${quoteSome(added)} to ${name}`] : []),
  ]
  return said.join(', and ') || `name each item of ${name} once`
}

/** Whether a change may answer an objection: one to that member, or that asks for a change of it. */
const isAbout = ({ member }: Change, { objection: { at, change } }: Found): boolean =>
  change?.member === member || at === `/${member}` || at.startsWith(`/${member}/`)

function withChange(client: Client, { member, value }: Change): Client {
  const { [member]: _, ...rest } = client.value
  const changed = Object.assign(
    Object.create(null) as Record<string, unknown>,
    rest,
    value === undefined ? {} : { [member]: value },
  )
  const read = readMetadata(changed)
  return { ...client, ...read, value: changed, redirects: read.redirects.slice(0, MAX_SIGN_INS) }
}
