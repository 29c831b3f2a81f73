import type { parseDocument, unreadDocument } from './core/document.js'
import { quote } from './core/printable.js'
import type { MetadataDocument, Source } from './core/types.js'
import { explain, type Io, isSystemError, say } from './io.js'
import { type Loaded, READ_LIMIT } from './load.js'

/** A line without its end; longer ones are cut to one byte more than a document may have. */
interface Line {
  readonly number: number
  readonly bytes: Uint8Array
}

/** How much of a file is read at once, in bytes. */
const CHUNK_BYTES = 262_144

/** How lines are read. */
interface Reading {
  /** Handed over, since the program that reads lines later has them already. */
  readonly parseDocument: typeof parseDocument
  readonly unreadDocument: typeof unreadDocument
  /** Throws an error that says so when there is no profile of that name. */
  readonly checkProfile: (name: string) => unknown
  /** Says of a line, counted from 1, whether it is judged. */
  readonly isTaken: (line: number) => boolean
}

/**
 * Reads documents that stand one on a line: as they are, or in envelopes.
 *
 * @param name A file, or `-` for standard input.
 */
export async function* readNdjson(
  name: string,
  reading: Reading,
  io: Io,
): AsyncIterable<Iterable<Loaded>> {
  const isStdin = name === '-'
  const source: Source = isStdin ? { kind: 'stdin', name: '<stdin>' } : { kind: 'file', name }
  const chunks = isStdin ? io.readStdin() : io.readChunks(name, CHUNK_BYTES)
  try {
    for await (const lines of splitLines(chunks)) yield toLoaded(lines, source, reading, io)
  } catch (error) {
    if (!isSystemError(error)) throw error
    const reason = `cannot be read: ${explain(error)}`
    say(io, `${quote(source.name)} ${reason}`)
    yield [{ document: reading.unreadDocument({ source }, `the rest of the lines ${reason}`) }]
  }
}

function* toLoaded(
  lines: readonly Line[],
  source: Source,
  reading: Reading,
  io: Io,
): Iterable<Loaded> {
  for (const line of lines) {
    const loaded = reading.isTaken(line.number) && readLine(line, source, reading, io)
    if (loaded) yield loaded
  }
}

const LF = 0x0a
const CR = 0x0d

/** Splits bytes into lines, a batch for each chunk; holds no more than the line that is not whole yet. */
async function* splitLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<readonly Line[]> {
  let number = 0
  let held: Uint8Array[] = []
  let length = 0
  const hold = (bytes: Uint8Array) => {
    // A line that is too long is not kept, only that it is.
    if (length < READ_LIMIT) held.push(Buffer.from(bytes.subarray(0, READ_LIMIT - length)))
    length += bytes.length
  }
  const take = (bytes: Uint8Array): Line => {
    number++
    if (length === 0) return { number, bytes: withoutReturn(bytes.subarray(0, READ_LIMIT)) }
    hold(bytes)
    const whole = Buffer.concat(held)
    held = []
    length = 0
    return { number, bytes: withoutReturn(whole) }
  }
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      lines.push(take(chunk.subarray(start, end)))
      start = end + 1
    }
    if (start < chunk.length) hold(chunk.subarray(start))
    yield lines
  }
  if (length > 0) yield [take(new Uint8Array())]
}

const withoutReturn = (bytes: Uint8Array): Uint8Array =>
  bytes[bytes.length - 1] === CR ? bytes.subarray(0, -1) : bytes

/** Reads one line; of a blank one there is nothing. */
function readLine(
  { number, bytes }: Line,
  file: Source,
  reading: Reading,
  io: Io,
): Loaded | undefined {
  if (bytes.length === 0 || isBlank(bytes)) return undefined
  const { kind, name: uri } = file
  const name = `${uri}:${number}`
  const source: Source = { kind, name, within: { uri, line: number, column: 1 } }
  const document = reading.parseDocument(bytes, { source })
  return isEnvelope(document.value) ? openEnvelope(document, reading, io) : { document }
}

const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09)

/** A line with a document in it that is none itself. */
interface Envelope {
  readonly id?: unknown
  readonly client_id_url?: unknown
  readonly client_id_url_expected?: unknown
  readonly profile?: unknown
  readonly kind?: unknown
  readonly document?: unknown
  readonly raw?: unknown
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' &&
  value !== null &&
  !('client_id' in value) &&
  ('document' in value || 'raw' in value)

/** Takes the document out of an envelope; what is wrong with the envelope itself is told. */
function openEnvelope(
  line: MetadataDocument,
  { checkProfile, parseDocument, unreadDocument }: Reading,
  io: Io,
): Loaded {
  const envelope = line.value as Envelope
  const { id, kind } = envelope
  const client_id_url = envelope.client_id_url ?? envelope.client_id_url_expected
  const { profile = kind === 'atproto' ? kind : undefined } = envelope
  const { name: place, kind: sourceKind, within } = line.source
  const isNamed = (typeof id === 'string' && id !== '') || Number.isFinite(id)
  const name = isNamed ? `${id}` : place
  const fault = faultOf(envelope, client_id_url, profile, checkProfile)
  if (fault !== undefined) {
    say(io, `${quote(place)}: ${fault}`)
    const source: Source = { kind: sourceKind, name, ...(within && { within }) }
    return { document: unreadDocument({ source }, `its envelope is none: ${fault}`) }
  }
  const clientId = typeof client_id_url === 'string' ? client_id_url : undefined
  const rest = typeof profile === 'string' ? { profile } : {}
  if (typeof envelope.raw === 'string') {
    // Its text stands in the line only with escapes, so its places are its own.
    const source: Source = { kind: 'text', name }
    return { document: parseDocument(envelope.raw, { source, clientId }), ...rest }
  }
  const range = line.rangeOf('/document')
  const text = range ? line.text.slice(range.start, range.end) : ''
  const at = within && range ? { ...within, column: range.start + 1 } : undefined
  const source: Source = { kind: sourceKind, name, ...(at && { within: at }) }
  return { document: parseDocument(text, { source, clientId }), ...rest }
}

function faultOf(
  { document, raw }: Envelope,
  client_id_url: unknown,
  profile: unknown,
  checkProfile: Reading['checkProfile'],
): string | undefined {
  if (document !== undefined && raw !== undefined) {
    return 'the envelope has both document and raw: leave one of them out'
  }
  if (raw !== undefined && typeof raw !== 'string') {
    return 'raw is not a string: it is the text of a document; give a parsed one as document'
  }
  if (typeof (client_id_url ?? '') !== 'string') {
    return 'client_id_url is not a string: give the https URL of the document'
  }
  if (profile === undefined || profile === null) return undefined
  if (typeof profile !== 'string') return 'profile is not a string: give the id of a profile'
  try {
    checkProfile(profile)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
