import { type Edit, type Node, parseTree } from 'jsonc-parser'
import { MAX_BYTES, parseDocument } from './core/document.js'
import { type EvaluateOptions, evaluate, type Ruleset } from './core/engine.js'
import { escapeToken, unescapeToken } from './core/scan.js'
import { redact } from './core/secrets.js'
import type { Diagnostic, Fix, MetadataDocument, Pointer } from './core/types.js'

/** What a document is judged by, and how; asked again each time it is. */
export interface Measure {
  readonly ruleset: Ruleset
  readonly options?: () => EvaluateOptions
}

/** What became of a document. */
export interface Fixed {
  /** The document as it is now. */
  readonly document: MetadataDocument
  /** What was found and is repaired; places are those before the repair. */
  readonly found: readonly Diagnostic[]
  /** How many repairs that took. */
  readonly count: number
}

/** A repair, and what it is for: several findings may ask for the same. */
interface Repair {
  readonly fix: Fix
  readonly found: Diagnostic[]
}

/** A document, and what is to be repaired in it. */
interface Judged {
  readonly document: MetadataDocument
  readonly repairs: readonly Repair[]
  /** How many errors each requirement has, under each profile. */
  readonly errors: ReadonlyMap<string, number>
}

/** A repair, and what it changes. */
interface Planned {
  readonly repair: Repair
  /** Changes of the text, in its order; to take out the mark in front of it is none. */
  readonly edits: readonly Edit[]
}

/** Repairs that were tried together. */
interface Tried {
  readonly planned: readonly Planned[]
  readonly judged: Judged
}

/** The changes of one repair; each is compared with each of the others. */
const MAX_EDITS = 100

/** How often what repairs bring to light is repaired too. */
const MAX_PASSES = 10

/**
 * How much is judged to find the repairs that bring no error, in bytes: a document of usual size a
 * hundred times, where once is usual, and the largest ten times.
 */
const MAX_JUDGED = 10 * MAX_BYTES

const LEAST_JUDGED = MAX_JUDGED / 100

/**
 * Repairs a document: what has one correction only is corrected, and every other byte stays.
 *
 * A repair that would bring an error the document did not have is not made, nor is one of a
 * requirement that somebody suppressed a finding of.
 *
 * @param measures What it is judged by; it is repaired under all of them.
 */
export function fix(document: MetadataDocument, measures: readonly Measure[]): Fixed {
  const judge = (judged: MetadataDocument) => judgeBy(measures, judged)
  const found: Diagnostic[] = []
  let count = 0
  let current = judge(document)
  let passes = 0
  let left = MAX_JUDGED
  const tryOut = (changed: MetadataDocument) => {
    left -= Math.max(changed.bytes, LEAST_JUDGED)
    return left < 0 ? undefined : judge(changed)
  }
  let refused: readonly Planned[] = []
  while (document.stage === 'object' && passes < MAX_PASSES) {
    const planned = plan(current, refused)
    if (planned.length === 0) break
    const made = makeHarmless(current, planned, tryOut)
    if (made.planned.length === 0) {
      // What one of these was in the way of may be harmless.
      refused = [...refused, ...planned]
      continue
    }
    refused = []
    passes++
    current = made.judged
    count += made.planned.length
    found.push(...made.planned.flatMap(({ repair }) => repair.found))
  }
  return { document: current.document, found, count }
}

/** The text of a document with its byte order mark, as it stands in a file. */
export const wholeText = (document: MetadataDocument): string => markOf(document) + document.text

const markOf = ({ text, bytes }: MetadataDocument): string =>
  bytes > new TextEncoder().encode(text).length ? '\uFEFF' : ''

function judgeBy(measures: readonly Measure[], document: MetadataDocument): Judged {
  const repairs = new Map<string, Repair>()
  const errors = new Map<string, number>()
  for (const { ruleset, options } of measures) {
    evaluate(document, ruleset, {
      ...options?.(),
      onFound(findings, diagnostics) {
        const isSuppressed = diagnostics.some(({ suppressed }) => suppressed)
        for (const [index, diagnostic] of diagnostics.entries()) {
          const { id, message, severity, suppressed } = diagnostic
          const { exchange, fix } = findings[index] ?? {}
          if (severity === 'error' && !suppressed) {
            const key = `${ruleset.profile.id} ${id}`
            errors.set(key, (errors.get(key) ?? 0) + 1)
          }
          // What another document is to blame for is repaired there.
          if (!fix || isSuppressed || exchange !== undefined) continue
          const key = JSON.stringify(fix)
          const repair = repairs.get(key) ?? { fix, found: [] }
          repairs.set(key, repair)
          // Another profile finds the same.
          if (!repair.found.some((other) => other.id === id && other.message === message)) {
            repair.found.push(diagnostic)
          }
        }
      },
    })
  }
  return { document, repairs: [...repairs.values()], errors }
}

/**
 * Makes as many repairs together as bring no error.
 *
 * @param tryOut Judges what was repaired, as long as there is time for it.
 *
 * @returns No repair where each of them would bring one.
 */
function makeHarmless(
  before: Judged,
  planned: readonly Planned[],
  tryOut: (document: MetadataDocument) => Judged | undefined,
): Tried {
  const add = (made: Tried, more: readonly Planned[]): Tried => {
    const all = [...made.planned, ...more]
    const judged = tryOut(apply(before.document, all))
    if (judged && !bringsError(before, judged)) return { planned: all, judged }
    if (!judged || more.length === 1) return made
    const half = more.length >> 1
    return add(add(made, more.slice(0, half)), more.slice(half))
  }
  return add({ planned: [], judged: before }, planned)
}

const bringsError = (before: Judged, after: Judged): boolean =>
  Array.from(after.errors).some(([key, count]) => count > (before.errors.get(key) ?? 0))

/** Finds the repairs that can be made together, but for those that were refused. */
function plan({ document, repairs }: Judged, refused: readonly Planned[]): readonly Planned[] {
  const root = parseTree(document.text)
  const planned: Planned[] = []
  const names = new Set<string>()
  // What gets the right name need not be added under it.
  const isRename = ({ fix }: Repair) => 'rename' in fix
  for (const repair of [...repairs.filter(isRename), ...repairs.filter((it) => !isRename(it))]) {
    if (refused.some((other) => other.repair.fix === repair.fix)) continue
    const edits = root && toEdits(document, root, repair.fix)
    const touched = pointersOf(repair.fix)
    if (!edits || edits.length > MAX_EDITS) continue
    if (touched.some((pointer) => names.has(pointer))) continue
    if (planned.some((other) => other.edits.some((a) => edits.some((b) => overlaps(a, b)))))
      continue
    planned.push({ repair, edits })
    for (const pointer of touched) names.add(pointer)
  }
  return planned
}

/** The members that a repair is about. */
function pointersOf(fix: Fix): readonly string[] {
  if ('rename' in fix) return [fix.rename, `${parentOf(fix.rename)}/${escapeToken(fix.to)}`]
  const [pointer] = Object.values(fix)
  return typeof pointer === 'string' ? [pointer] : []
}

const parentOf = (pointer: Pointer): string => pointer.slice(0, pointer.lastIndexOf('/'))

/** Whether two changes are about the same text; what is put in a place may meet nothing there. */
function overlaps(a: Edit, b: Edit): boolean {
  const isInsertion = a.length === 0 || b.length === 0
  const aEnd = a.offset + a.length
  const bEnd = b.offset + b.length
  return isInsertion ? a.offset <= bEnd && b.offset <= aEnd : a.offset < bEnd && b.offset < aEnd
}

/** Makes repairs that can be made together. */
function apply(before: MetadataDocument, planned: readonly Planned[]): MetadataDocument {
  const edits = planned.flatMap(({ edits }) => edits).sort((a, b) => a.offset - b.offset)
  let text = planned.some(({ repair }) => 'unmark' in repair.fix) ? '' : markOf(before)
  let done = 0
  for (const { offset, length, content } of edits) {
    text += before.text.slice(done, offset) + content
    done = offset + length
  }
  text += before.text.slice(done)
  const { source, url: clientId, hosting } = before
  return { ...parseDocument(text, { source, clientId }), hosting }
}

/** Finds the changes that a repair is, if it can be made. */
function toEdits(document: MetadataDocument, root: Node, fix: Fix): readonly Edit[] | undefined {
  if ('unmark' in fix) return markOf(document) === '' ? undefined : []
  if ('unrepeat' in fix) return toSingling(document, root, fix.unrepeat)
  const edit = toEdit(document, root, fix)
  return edit && [edit]
}

function toEdit(
  document: MetadataDocument,
  root: Node,
  fix: Exclude<Fix, { unmark: true } | { unrepeat: Pointer }>,
): Edit | undefined {
  if ('remove' in fix) return toRemoval(findOnly(root, fix.remove))
  if ('rename' in fix) return toRenaming(root, fix.rename, fix.to)
  if ('set' in fix) return toSetting(document, root, fix.set, fix.value)
  const { url = '' } = document
  // Whoever gave a password on the command line would find it published.
  const isPublishable = /^https:/i.test(url) && redact(url) === url
  return isPublishable ? toSetting(document, root, fix.identify, url) : undefined
}

const nameOf = ({ children: [key] = [] }: Node): unknown => key?.value

/** What a pointer leads to: members with their names, and items. */
function findAll(root: Node, pointer: Pointer): readonly Node[] {
  const parent = findParent(root, pointer)
  const token = unescapeToken(pointer.slice(pointer.lastIndexOf('/') + 1))
  if (parent?.type === 'array') {
    const item = parent.children?.[Number(token)]
    return item && token === `${Number(token)}` ? [item] : []
  }
  return parent?.children?.filter((member) => nameOf(member) === token) ?? []
}

const findOnly = (root: Node, pointer: Pointer): Node | undefined => {
  const [found, another] = findAll(root, pointer)
  return another ? undefined : found
}

/** The object or array that a pointer leads into, if there is no doubt which. */
function findParent(root: Node, pointer: Pointer): Node | undefined {
  const parent = parentOf(pointer) as Pointer
  return parent === '' ? root : valueAt(findOnly(root, parent))
}

/** The value of a member; an item is one. */
const valueAt = (found: Node | undefined): Node | undefined =>
  found?.type === 'property' ? found.children?.[1] : found

const endOf = ({ offset, length }: Node): number => offset + length

/** Takes out all members of one name but the first, if they say the same. */
function toSingling(
  { text }: MetadataDocument,
  root: Node,
  pointer: Pointer,
): readonly Edit[] | undefined {
  const found = new Set(findAll(root, pointer))
  const values = new Set(
    Array.from(found, (member) => {
      const { offset = 0, length = 0 } = valueAt(member) ?? {}
      return text.slice(offset, offset + length)
    }),
  )
  const [first] = found
  if (!first?.parent?.children || found.size === 1 || values.size > 1) return undefined
  return first.parent.children.flatMap((member, index, members) => {
    const previous = members[index - 1]
    const isRepeated = found.has(member) && member !== first
    return isRepeated && previous ? edit(endOf(previous), endOf(member)) : []
  })
}

/** Takes out a member or an item, with one comma and the space around it. */
function toRemoval(found: Node | undefined): Edit | undefined {
  const { parent } = found ?? {}
  if (!found || !parent?.children) return undefined
  const index = parent.children.indexOf(found)
  const next = parent.children[index + 1]
  const previous = parent.children[index - 1]
  if (next) return edit(found.offset, next.offset)
  return previous ? edit(endOf(previous), endOf(found)) : edit(parent.offset + 1, endOf(parent) - 1)
}

const edit = (start: number, end: number, content = ''): Edit => ({
  offset: start,
  length: end - start,
  content,
})

function toRenaming(root: Node, pointer: Pointer, to: string): Edit | undefined {
  const found = findOnly(root, pointer)
  const key = found?.type === 'property' ? found.children?.[0] : undefined
  if (!key || found?.parent?.children?.some((member) => nameOf(member) === to)) return undefined
  return edit(key.offset, endOf(key), JSON.stringify(to))
}

function toSetting(
  { text }: MetadataDocument,
  root: Node,
  pointer: Pointer,
  value: Extract<Fix, { set: Pointer }>['value'],
): Edit | undefined {
  const found = findAll(root, pointer)
  const parent = findParent(root, pointer)
  if (!parent?.children || found.length > 1) return undefined
  const present = valueAt(found[0])
  const { colon, space } = readStyle(text, parent)
  const comma = colon.endsWith(':') ? ',' : ', '
  const written =
    typeof value === 'object'
      ? `[${value.map((item) => JSON.stringify(item)).join(comma)}]`
      : JSON.stringify(value)
  if (present) {
    const isSo = text.slice(present.offset, endOf(present)) === written
    return isSo ? undefined : edit(present.offset, endOf(present), written)
  }
  if (parent.type !== 'object') return undefined
  const name = JSON.stringify(unescapeToken(pointer.slice(pointer.lastIndexOf('/') + 1)))
  const last = parent.children.at(-1)
  const member = `${name}${colon}${written}`
  if (last) return edit(endOf(last), endOf(last), `,${space}${member}`)
  return edit(parent.offset + 1, endOf(parent) - 1, member)
}

/** How the last member of an object, or of the one around it, is set off and written. */
function readStyle(text: string, { children = [], offset }: Node) {
  const last = children.at(-1)
  const [key, value] = last?.children ?? []
  if (last?.type !== 'property' || !key || !value) return { colon: ': ', space: ' ' }
  const colon = text.slice(endOf(key), value.offset)
  const before = children.at(-2)
  const start = before ? text.indexOf(',', endOf(before)) + 1 : offset + 1
  const space = text.slice(start, last.offset)
  // What is alone in "{"a": 1}" has no comma to learn from.
  return { colon, space: !before && space === '' && !colon.endsWith(':') ? ' ' : space }
}
