import { type Metadata, readMetadata } from './metadata.js'
import { createPlaces } from './places.js'
import { quote } from './printable.js'
import { countNames, MAX_DEPTH, type Repeated, scan } from './scan.js'
import { redact } from './secrets.js'
import type { MetadataDocument, Pointer, Range, Source } from './types.js'

/** The largest document that is read, in bytes. */
export const MAX_BYTES = 1_048_576

/**
 * How far reading got: nothing could be read, bytes were read, they are text within the limits, the
 * text was parsed, the value is an object.
 */
export type Stage = 'nothing' | 'bytes' | 'text' | 'json' | 'object'

/** Something wrong with the bytes or the text. */
export interface Fault {
  readonly kind: 'encoding' | 'limit' | 'syntax' | 'repeated'
  readonly pointer: Pointer
  /** Offsets in the text, in UTF-16 units. */
  readonly range: readonly [start: number, end: number]
  readonly message: string
  readonly suggestion?: string
}

/** What is known of a document besides its bytes. */
export interface ParseOptions {
  /** The https URL the document is published at. */
  readonly clientId?: string | undefined
  /** Where it came from: a name for locations, or name and kind. */
  readonly source?: string | Source | undefined
}

/**
 * Parses a client metadata document, however broken: never throws, and what is wrong is data.
 *
 * Agrees with `JSON.parse` on every valid text of at most `MAX_BYTES` bytes and `MAX_DEPTH` levels.
 *
 * @param input Bytes, which must be UTF-8, or text. Anything else is a fault too.
 *
 * @see [RFC 8259 - The JavaScript Object Notation (JSON) Data Interchange Format](https://www.rfc-editor.org/rfc/rfc8259.html)
 */
export function parseDocument(
  input: string | Uint8Array,
  options: ParseOptions = {},
): MetadataDocument {
  const { text, bytes, readable, faults } = decode(input)
  const parsed = readable ? parseText(text) : UNREADABLE
  return createDocument({
    stage: parsed.stage,
    reason: undefined,
    value: parsed.value,
    text,
    bytes,
    faults: faults.length > 0 ? [...faults, ...parsed.faults] : parsed.faults,
    source: toSource(options.source),
    url: toClientId(options.clientId),
  })
}

const UNREADABLE: Parsed = { stage: 'bytes', value: undefined, faults: [] }

/**
 * Stands for a document that could not be read at all.
 *
 * @param options What is known of it.
 * @param reason Why, as a clause.
 */
export const unreadDocument = (options: ParseOptions, reason?: string): MetadataDocument =>
  createDocument({
    stage: 'nothing',
    reason,
    value: undefined,
    text: '',
    bytes: 0,
    faults: [],
    source: toSource(options.source),
    url: toClientId(options.clientId),
  })

/** A name may be a URL, with a password in it. */
function toSource(source: string | Source | null | undefined): Source {
  const given: Partial<Source> = typeof source === 'string' ? { name: source } : (source ?? {})
  const { kind = 'text', name = '<text>', within, listed } = given
  const shown = redact(String(name))
  return { kind, name: shown, ...(within && { within }), ...(listed && { listed }) }
}

/** What is no string was one before somebody parsed it: `new URL(…)`, or nothing at all. */
const toClientId = (clientId: unknown): string | undefined =>
  clientId === undefined || clientId === null ? undefined : String(clientId)

/** Takes text and bytes as they are; of anything else it only says that it is neither. */
function decode(input: unknown): Decoded {
  if (typeof input === 'string') return decodeString(input)
  if (input instanceof Uint8Array) return decodeBytes(input)
  if (input instanceof ArrayBuffer) return decodeBytes(new Uint8Array(input))
  const message = 'the document is neither text nor bytes'
  return withoutText(0, encodingFault(0, 0, message, 'give it as it was received, not parsed'))
}

interface Decoded {
  readonly text: string
  readonly bytes: number
  /** Whether there is a text to parse. */
  readonly readable: boolean
  readonly faults: readonly Fault[]
}

const withoutText = (bytes: number, fault: Fault): Decoded => ({
  text: '',
  bytes,
  readable: false,
  faults: [fault],
})

const tooLarge = (bytes: number): Decoded =>
  withoutText(bytes, {
    kind: 'limit',
    pointer: '',
    range: [0, 0],
    message: `the document has more than ${MAX_BYTES} bytes; authorization servers read about 5120`,
    suggestion: 'publish only the client metadata',
  })

const BOM = '\uFEFF'

const encodingFault = (
  offset: number,
  length: number,
  message: string,
  suggestion: string,
): Fault => ({
  kind: 'encoding',
  pointer: '',
  range: [offset, offset + length],
  message,
  suggestion,
})

const BOM_FAULT = encodingFault(
  0,
  0,
  'the document begins with a byte order mark, which JSON parsers may reject',
  'save the file as "UTF-8 without BOM"',
)

function decodeString(input: string): Decoded {
  const hasBom = input.startsWith(BOM)
  const text = hasBom ? input.slice(1) : input
  if (input.length > MAX_BYTES) return tooLarge(input.length)
  const faults = hasBom ? [BOM_FAULT] : []
  const bytes = new TextEncoder().encode(input).length
  if (bytes > MAX_BYTES) return tooLarge(bytes)
  if (text.isWellFormed()) return { text, bytes, readable: true, faults }
  const offset = text.search(/\p{Surrogate}/u)
  const message = 'the text has half a surrogate pair, which UTF-8 cannot express'
  return {
    text: text.toWellFormed(),
    bytes,
    readable: false,
    faults: [...faults, encodingFault(offset, 1, message, 'write the whole character')],
  }
}

function decodeBytes(input: Uint8Array): Decoded {
  const bytes = input.length
  if (bytes > MAX_BYTES) return tooLarge(bytes)
  const other = guessEncoding(input)
  if (other) {
    const message = `the document is encoded in ${other}; JSON on the web is UTF-8`
    return withoutText(bytes, encodingFault(0, 0, message, 'save the file as UTF-8'))
  }
  const hasBom = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf
  const body = hasBom ? input.subarray(3) : input
  const faults = hasBom ? [BOM_FAULT] : []
  try {
    const text = strictDecoder.decode(body)
    return { text, bytes, readable: true, faults }
  } catch {
    const at = findBadByte(body)
    const text = decodeLeniently(body)
    const offset = decodeLeniently(body.subarray(0, at)).length
    const hex = body[at]?.toString(16).padStart(2, '0')
    const message = `byte 0x${hex} at offset ${at + bytes - body.length} is not UTF-8`
    return {
      text,
      bytes,
      readable: false,
      faults: [...faults, encodingFault(offset, 1, message, 'save the file as UTF-8')],
    }
  }
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeLeniently = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** Names the encoding of a text that begins like UTF-16 or UTF-32: byte order mark or NUL bytes. */
function guessEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes
  if (bytes.length >= 4) {
    if (a === 0xff && b === 0xfe && c === 0 && d === 0) return 'UTF-32LE'
    if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32BE'
    if (a !== 0 && b === 0 && c === 0 && d === 0) return 'UTF-32LE'
    if (a === 0 && b === 0 && c === 0 && d !== 0) return 'UTF-32BE'
  }
  if (a === 0xff && b === 0xfe) return 'UTF-16LE'
  if (a === 0xfe && b === 0xff) return 'UTF-16BE'
  if (bytes.length >= 2) {
    if (a !== 0 && b === 0) return 'UTF-16LE'
    if (a === 0 && b !== 0) return 'UTF-16BE'
  }
  return undefined
}

/** Finds the first byte of the first sequence that is not UTF-8: RFC 3629 section 4. */
function findBadByte(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0
    const length =
      lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
    if (length === 0) return at
    for (let i = 1; i < length; i++) {
      const byte = bytes[at + i] ?? 0
      // The second byte excludes overlong forms, surrogates and what is beyond U+10FFFF.
      const low = i === 1 ? ({ 224: 0xa0, 240: 0x90 }[lead] ?? 0x80) : 0x80
      const high = i === 1 ? ({ 237: 0x9f, 244: 0x8f }[lead] ?? 0xbf) : 0xbf
      if (byte < low || byte > high) return at
    }
    at += length
  }
  return at
}

interface Parsed {
  readonly stage: Stage
  readonly value: unknown
  readonly faults: readonly Fault[]
}

function parseText(text: string): Parsed {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const { error } = scan(text)
    // Node 20's own message often has no position.
    const { start, end, message, suggestion } = error ?? {
      start: 0,
      end: 0,
      message: 'the text is not JSON',
    }
    return {
      stage: 'text',
      value: undefined,
      faults: [
        {
          kind: 'syntax',
          pointer: '',
          range: [start, end],
          message,
          ...(suggestion && { suggestion }),
        },
      ],
    }
  }
  const { names, depth } = countNames(text)
  if (depth > MAX_DEPTH) {
    const message = `the document nests ${depth} levels deep; at most ${MAX_DEPTH} are read`
    const suggestion = 'publish only the client metadata, which nest four levels deep at most'
    const fault: Fault = { kind: 'limit', pointer: '', range: [0, 0], message, suggestion }
    return { stage: 'text', value: undefined, faults: [fault] }
  }
  const faults = names === countMembers(value) ? [] : scan(text).repeated.map(toFault)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { stage: 'json', value, faults }
  }
  // Without prototype nothing inherited can be taken for a member, and "__proto__" is a name as any.
  return { stage: 'object', value: Object.setPrototypeOf(value, null), faults }
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const items = Object.values(value)
  let count = Array.isArray(value) ? 0 : items.length
  for (const item of items) count += countMembers(item)
  return count
}

const toFault = ({ name, pointer, start, end }: Repeated): Fault => ({
  kind: 'repeated',
  pointer,
  range: [start, end],
  message: `${quote(name)} stands more than once in one object; parsers disagree on which counts`,
  suggestion: 'keep one of them',
})

const NOTHING = {
  metadata: Object.freeze(Object.create(null)) as Metadata,
  mistyped: [],
  redirects: [],
  urls: [],
}

function createDocument(
  given: Pick<
    MetadataDocument,
    'text' | 'bytes' | 'source' | 'url' | 'stage' | 'reason' | 'faults' | 'value'
  >,
): MetadataDocument {
  const { text, stage, value } = given
  const { metadata, mistyped, redirects, urls } =
    stage === 'object' ? readMetadata(value as Readonly<Record<string, unknown>>) : NOTHING

  let places: ReturnType<typeof createPlaces> | undefined
  const placeOf = (pointer: Pointer) => {
    // Without a value the text is no JSON, and nothing is anywhere.
    if (value === undefined) return undefined
    places ??= createPlaces(text)
    return places(pointer)
  }
  let lines: readonly number[] | undefined
  const rangeBetween = (start: number, end: number): Range => {
    lines ??= [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (m) => m.index + m[0].length)]
    const [line, column] = toPosition(lines, start, given.source)
    const [endLine, endColumn] = toPosition(lines, end, given.source)
    return { start, end, line, column, endLine, endColumn }
  }

  return {
    text,
    bytes: given.bytes,
    source: given.source,
    url: given.url,
    hosting: undefined,
    stage,
    reason: given.reason,
    faults: given.faults,
    value,
    metadata,
    mistyped,
    redirects,
    urls,
    // An empty client_id identifies nobody.
    clientId: given.url ?? (metadata.client_id || undefined),
    rangeBetween,
    rangeOf(pointer, on = 'value') {
      const range = placeOf(pointer)?.[on]
      return range && rangeBetween(range[0], range[1])
    },
    rangeWithin(pointer, offset, length) {
      const place = placeOf(pointer)
      if (!place || text[place.value[0]] !== '"') return undefined
      const first = place.value[0] + 1
      const start = skipUnits(text, first, offset)
      return rangeBetween(start, skipUnits(text, start, length))
    },
  }
}

/** Skips units of a string as parsed in the string as written, where an escape is several. */
function skipUnits(text: string, from: number, units: number): number {
  let at = from
  for (let i = 0; i < units; i++) {
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
  }
  return at
}

/** Line and column, from 1, of an offset: binary search in the offsets of the lines. */
function toPosition(
  lines: readonly number[],
  offset: number,
  { within }: Source,
): [line: number, column: number] {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lines[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  const column = offset - (lines[low] ?? 0) + 1
  if (!within) return [low + 1, column]
  return [low + within.line, low === 0 ? column + within.column - 1 : column]
}
