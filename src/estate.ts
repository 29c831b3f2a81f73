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
 * Kept of a document are its place and the strings compared: 930 bytes where it has a name, a
 * `software_id` and two redirection URIs, and so 93 MB for 100,000 of them (Node.js 20). Each string is
 * looked up once, however many documents there are.
 */
export function createEstate(): Estate {
  const clientIds = createIndex()
  const names = createIndex()
  const software = createIndex()
  const redirects = createIndex()
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
      const meet = (index: Index, key: string | undefined, owner: string | undefined) =>
        key && owner ? index(keyOf(key), owner, self) : undefined
      const found: Neighbours = {
        clientId: meet(clientIds, clientIdKey, `${count}`),
        name: meet(names, foldName(metadata.client_name), host),
        software: meet(software, metadata.software_id, host),
        redirects: document.redirects.filter(isOwn).flatMap((redirect) => {
          const neighbour = meet(redirects, redirect.text, client)
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
type Index = (key: string, owner: string, self: Neighbour) => Neighbour | undefined

interface Entry {
  readonly owner: string
  readonly neighbour: Neighbour
  /** The first of another owner: with these two there is an answer for any owner. */
  other: Neighbour | undefined
}

function createIndex(): Index {
  const entries = new Map<string, Entry>()
  return (key, owner, self) => {
    const entry = entries.get(key)
    if (!entry) {
      entries.set(key, { owner, neighbour: self, other: undefined })
      return undefined
    }
    if (entry.owner !== owner) {
      entry.other ??= self
      return entry.neighbour
    }
    return entry.other
  }
}
