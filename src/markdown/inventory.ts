import { plural } from '../core/printable.js'
import type { Entry, RedirectKind } from '../core/reporter.js'
import type { Report } from '../core/types.js'
import { code } from './code.js'

/** The documents of a run, a row each, and what they come to. */
export interface Inventory {
  /** Takes note of a report; without an entry it is none of a document to be listed. */
  add(entry: Entry | undefined, report: Report): void
  /** Renders what there is room for, in bytes; empty where nothing is listed. */
  render(room: number): string
}

interface Row {
  readonly entry: Entry
  readonly target: string
  /** What was found, by profile. */
  readonly found: { readonly profile: string; readonly text: string }[]
}

const HEAD = [
  'document',
  'client identifier',
  'name',
  'application type',
  'authentication method',
  'redirection URIs',
  'grants',
  'scope',
  'errors / warnings / remarks',
  'hosted',
]

/** The lines of a list that are shown at most. */
const MAX_LISTED = 20

/** The values in a cell that are shown at most. */
const MAX_VALUES = 5

/** What stands for nothing. */
const NONE = '–'

/** Starts the inventory of a run: it keeps a row for each document until it is rendered. */
export function createInventory(): Inventory {
  const rows: Row[] = []
  return {
    add(entry, { target, profile, counts, outcome }) {
      if (!entry) return
      const { error, warning, info } = counts
      const isIncomplete = outcome === 'incomplete' ? ', incomplete' : ''
      const text = `${error} / ${warning} / ${info}${isIncomplete}`
      const last = rows.at(-1)
      // The reports of a document come one after the other.
      if (last?.entry === entry) last.found.push({ profile, text })
      else rows.push({ entry, target, found: [{ profile, text }] })
    },
    render(room) {
      if (rows.length === 0) return ''
      const head = `\n## Inventory\n\n${row(HEAD)}${row(HEAD.map(() => '---'))}`
      const summary = renderSummary(rows.map(({ entry }) => entry))
      let left = room - Buffer.byteLength(head + summary)
      if (left < 0) return '\nThe inventory had no room here.\n'
      const lines: string[] = []
      for (const line of rows.map(renderRow)) {
        left -= Buffer.byteLength(line)
        if (left < 0) break
        lines.push(line)
      }
      const omitted = rows.length - lines.length
      const rest =
        omitted > 0 ? `\n${omitted} more ${plural(omitted, 'document')} had no room here.\n` : ''
      return head + lines.join('') + rest + summary
    },
  }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`

const renderRow = ({ entry, target, found }: Row): string =>
  row([
    cell(target),
    cell(entry.clientId),
    cell(entry.name),
    cell(entry.applicationType),
    cell(entry.authMethod),
    entry.redirects.map(renderKind).join('; ') || NONE,
    listValues(entry.grants) || NONE,
    cell(entry.scope),
    found.map(({ profile, text }) => (found.length > 1 ? `${text} (${profile})` : text)).join('; '),
    cell(entry.hosted),
  ])

const cell = (text: string | undefined): string => (text === undefined ? NONE : code(text, true))

function renderKind({ kind, count, places }: RedirectKind): string {
  const where = listValues(places)
  return where === '' ? `${count} ${kind}` : `${count} ${kind}: ${where}`
}

function listValues(values: readonly string[]): string {
  const shown = values.slice(0, MAX_VALUES).map((value) => code(value, true))
  const more = values.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function renderSummary(entries: readonly Entry[]): string {
  const read = entries.filter(({ isRead }) => isRead)
  const unread = entries.length - read.length
  const nameless = read.filter(({ clientId }) => clientId === undefined).length
  const notes = [
    'A dash stands for what a document does not say, or not in the right type, and for what was not fetched.',
    ...(nameless > 0 ? [`Without client_id: ${nameless} ${plural(nameless, 'document')}.`] : []),
    ...(unread > 0 ? [`Without a JSON object: ${unread} ${plural(unread, 'document')}.`] : []),
    ...renderExpiring(entries),
  ]
  return [
    ...notes.map((note) => `\n${note}\n`),
    renderCounts(
      'authentication method',
      read.map(({ authMethod }) => authMethod),
    ),
    renderCounts(
      'host of the client identifier',
      entries.map(({ host }) => host),
    ),
  ].join('')
}

/** The certificates that should be renewed, by host, the first to expire first. */
function renderExpiring(entries: readonly Entry[]): string[] {
  const byHost = new Map<string, number>()
  for (const { host, expiresIn } of entries) {
    if (host === undefined || expiresIn === undefined) continue
    byHost.set(host, Math.min(expiresIn, byHost.get(host) ?? expiresIn))
  }
  if (byHost.size === 0) return []
  const hosts = Array.from(byHost).sort(([, a], [, b]) => a - b)
  const shown = hosts.slice(0, MAX_LISTED).map(([host, days]) => `${code(host)} in ${days} days`)
  const more = hosts.length - shown.length
  return [
    `Certificates that expire soon: ${[...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')}.`,
  ]
}

/** How many documents have each value, the most frequent first. */
function renderCounts(what: string, values: readonly (string | undefined)[]): string {
  const counts = new Map<string | undefined, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size === 0) return ''
  const sorted = Array.from(counts).sort(([, a], [, b]) => b - a)
  const shown = sorted.slice(0, MAX_LISTED)
  const more = sorted.length - shown.length
  return [
    `\n| ${what} | documents |\n| --- | ---: |\n`,
    ...shown.map(([value, count]) => row([cell(value), `${count}`])),
    ...(more > 0 ? [`\nAnd ${more} more.\n`] : []),
  ].join('')
}
