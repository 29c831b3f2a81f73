import { createHash } from 'node:crypto'
import { isLoopbackHost } from './core/ip.js'
import type { RedirectUri } from './core/redirect-uri.js'
import type { MetadataDocument, Neighbour, Neighbours } from './core/types.js'
import { splitUrl } from './core/url.js'

/** The documents of a run so far. */
export interface Estate {
  /**
   * Says what a document has in common with those before it, and takes note of it for those after it.
   *
   * @param profile The one it asks for itself, if it does.
   *
   * @returns `none-before` when there is nothing to compare it with yet.
   */
  compare(document: MetadataDocument, profile?: string): Neighbours | 'none-before'
}

/**
 * Starts to compare the documents of a run with one another, each with those before it, so that
 * reports can be written as they come.
 *
 * Kept of a document are its place and the strings compared: 650 bytes where it has a name, a
 * `software_id` and two redirection URIs, and so 65 MB for 100,000 of them (Node.js 20). Each string is
 * looked up twice at most, however many documents there are.
 */
export function createEstate(): Estate {
  const clientIds = createIndex((neighbour) => neighbour)
  const names = createIndex(({ host }) => host)
  const software = createIndex(({ host }) => host)
  const redirects = createIndex(({ client }) => client)
  let count = 0
  return {
    compare(document, profile = '') {
      const { metadata, source, stage } = document
      if (stage !== 'object') return 'none-before'
      count++
      const self = toNeighbour(document)
      const { client, host } = self
      // A file and what is published of it are one document, and one that asks for two profiles is too.
      const kind = `${source.kind === 'url' ? 'url' : 'file'} ${profile}`
      const clientIdKey = metadata.client_id && `${kind} ${metadata.client_id}`
      const meet = (index: Index, owner: string | undefined, key: string | undefined) =>
        owner && key ? index(keyOf(key), self) : undefined
      const found: Neighbours = {
        clientId: meet(clientIds, kind, clientIdKey),
        name: meet(names, host, foldName(metadata.client_name)),
        software: meet(software, host, metadata.software_id),
        redirects: document.redirects.filter(isOwn).flatMap((redirect) => {
          const neighbour = meet(redirects, client, redirect.text)
          return neighbour ? [{ redirect, neighbour }] : []
        }),
      }
      return count === 1 ? 'none-before' : found
    },
  }
}

function toNeighbour({ metadata, source, url }: MetadataDocument): Neighbour {
  const client = metadata.client_id || url
  const host = client === undefined ? undefined : splitUrl(client)?.host.text.toLowerCase()
  return { name: source.name, client, host }
}

/** Every program on a machine may use its loopback; what has no scheme, or one that is nobody's, is reported elsewhere. */
const isOwn = ({ scheme, isDangerous, isOnLoopback, url }: RedirectUri): boolean =>
  scheme !== '' && !isDangerous && !isOnLoopback && !(url && isLoopbackHost(url.host.text))

/** A name as readers compare it: without letter case, width and the number of blanks. */
const foldName = (name: string | undefined): string | undefined =>
  name !== undefined && /^[!-~]+(?: [!-~]+)*$/.test(name) ? name.toLowerCase() : foldForeign(name)

const foldForeign = (name: string | undefined): string | undefined =>
  // Upper case first, which writes out letters such as U+00DF.
  name?.normalize('NFKC').toUpperCase().toLowerCase().replace(/\s+/g, ' ').trim()

/** The longest string that is kept as it is, in UTF-16 units. */
const MAX_KEPT = 256

/** A string, or the beginning and the hash of one that would take more room. */
const keyOf = (text: string): string =>
  text.length <= MAX_KEPT
    ? text
    : text.slice(0, MAX_KEPT) + createHash('sha256').update(text).digest('base64')

/**
 * Finds the first document before that has a value and another owner, and takes note of the one that
 * asks.
 */
type Index = (key: string, self: Neighbour) => Neighbour | undefined

/** @param ownerOf What documents that may share a value have in common. */
function createIndex(ownerOf: (neighbour: Neighbour) => unknown): Index {
  const firsts = new Map<string, Neighbour>()
  // The first of another owner: with these two there is an answer for any owner.
  const others = new Map<string, Neighbour>()
  return (key, self) => {
    const first = firsts.get(key)
    if (!first) {
      firsts.set(key, self)
      return undefined
    }
    const other = others.get(key)
    if (ownerOf(first) === ownerOf(self)) return other
    if (!other) others.set(key, self)
    return first
  }
}
