import { dirname, join } from 'node:path'
import { parseDocument } from '../core/document.js'
import { quote } from '../core/printable.js'
import type { JsonSchema, Pointer } from '../core/types.js'
import { explain, type Io, isSystemError } from '../io.js'
import { nameAt, type Problem } from './explain.js'
import { compileSchema } from './policy-schema.js'

/** The largest JSON Schema that is read, in bytes. */
const MAX_BYTES = 65_536

/**
 * Reads the JSON Schema of a policy.
 *
 * @param file As the configuration names it.
 * @param at Where it does.
 * @param config The path of the configuration.
 */
export function readSchema(
  file: string,
  at: Pointer,
  config: string,
  io: Pick<Io, 'readFile' | 'statOf'>,
): { readonly schema?: JsonSchema; readonly problems: readonly Problem[] } {
  const path = join(dirname(config), file)
  const refused = (clause: string) => ({
    problems: [{ at, message: `${nameAt(at)} is ${quote(file)}, ${clause}` }],
  })
  let bytes: Uint8Array
  try {
    if (io.statOf(path)?.kind !== 'file') return refused('and there is no such file')
    bytes = io.readFile(path, MAX_BYTES + 1)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return refused(`which cannot be read: ${explain(error)}`)
  }
  if (bytes.length > MAX_BYTES) return refused('which is larger than 64 KiB')
  const document = parseDocument(bytes)
  const told = (range: { line: number; column: number }, message: string): Problem => ({
    at,
    message,
    place: `${path}:${range.line}:${range.column}: `,
  })
  if (document.faults.length > 0) {
    const problems = document.faults.map(({ message, range }) =>
      told(document.rangeBetween(...range), message.replace('the document', 'the schema')),
    )
    return { problems }
  }
  const top = document.rangeOf('') ?? document.rangeBetween(0, 0)
  if (document.stage !== 'object') return { problems: [told(top, 'the schema is no JSON object')] }
  const schema = document.value as JsonSchema
  const problems = compileSchema(schema).problems.map((problem) =>
    told(document.rangeOf(problem.at, problem.on) ?? top, problem.message),
  )
  return { schema, problems }
}
