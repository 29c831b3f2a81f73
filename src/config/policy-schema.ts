import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { subjectAt } from '../core/place.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { redact } from '../core/secrets.js'
import type { Finding, JsonSchema, Pointer } from '../core/types.js'
import type { Problem } from './explain.js'
import { compilePattern } from './patterns.js'
import { findSchemaProblems } from './schema-limits.js'

/** The largest document of which every fault is told, in bytes. */
const MAX_BYTES = 65_536

/** The most faults of a document that are told. */
const MAX_FAULTS = 200

const DIALECTS: ReadonlyMap<unknown, typeof Ajv> = new Map<unknown, typeof Ajv>([
  [undefined, Ajv2020],
  ['https://json-schema.org/draft/2020-12/schema', Ajv2020],
  ['http://json-schema.org/draft-07/schema', Ajv],
])

const OPTIONS = {
  // Only what is written to a file needs code.
  code: { regExp: Object.assign((source: string) => compilePattern(source), { code: '' }) },
  logger: false,
  // A member is one of the object itself.
  ownProperties: true,
  strict: false,
  validateFormats: false,
} as const satisfies Options

/** A JSON Schema that was compiled, or what is wrong with it. */
export interface CompiledSchema {
  readonly problems: readonly Problem[]
  readonly findFaults?: (value: unknown, bytes: number) => readonly Finding[]
}

/**
 * Compiles a JSON Schema: draft 2020-12, or draft-07 where it says so. Nothing is loaded besides, and
 * what it costs to judge a document is known before.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  const { $schema } = schema
  const dialect = typeof $schema === 'string' ? $schema.replace(/#$/, '') : $schema
  const Validator = DIALECTS.get(dialect)
  if (!Validator) {
    const message = `$schema is ${quote(String($schema))}; write draft 2020-12 or draft-07, or leave it out`
    return { problems: [{ at: '/$schema', message }] }
  }
  const problems = findSchemaProblems(schema)
  if (problems.length > 0) return { problems }
  const first = new Validator(OPTIONS)
  if (!first.validateSchema(schema)) {
    const [fault] = first.errors ?? []
    const at = (fault?.instancePath ?? '') as Pointer
    const subject = at === '' ? 'the schema' : `the value at ${quote(at)}`
    return { problems: [{ at, message: `${subject} ${fault?.message ?? 'is no schema'}` }] }
  }
  try {
    const isValid = first.compile(schema)
    let isValidThroughout: ValidateFunction | undefined
    return {
      problems: [],
      findFaults(value, bytes) {
        if (isValid(value)) return []
        if (bytes > MAX_BYTES) return toFindings(isValid.errors)
        isValidThroughout ??= new Validator({ ...OPTIONS, allErrors: true }).compile(schema)
        isValidThroughout(value)
        return toFindings(isValidThroughout.errors)
      },
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { problems: [{ at: '', message: `the schema cannot be compiled: ${quote(message)}` }] }
  }
}

/** What ajv says, each once, without the values. */
function toFindings(faults: readonly ErrorObject[] | null | undefined): readonly Finding[] {
  return (faults ?? []).slice(0, MAX_FAULTS).map(toFinding)
}

function toFinding({
  instancePath,
  keyword,
  message = 'is refused',
  params,
  schemaPath,
}: ErrorObject): Finding {
  const rule = 'the schema of the policy'
  const where = `at ${quote(schemaPath)}`
  const within = (name: string): Pointer => `${instancePath as Pointer}/${escapeToken(name)}`
  const suggestion = 'change the document, or the schema'
  const missing: unknown = keyword === 'required' ? params.missingProperty : undefined
  if (typeof missing === 'string') {
    const at = within(missing)
    const message = `${subjectAt(at)} is missing, which ${rule} requires ${where}`
    return { at, message, suggestion }
  }
  const foreign: unknown =
    params.additionalProperty ?? params.unevaluatedProperty ?? params.propertyName
  if (typeof foreign === 'string') {
    const at = within(foreign)
    const message = `${subjectAt(at)} has a name that ${rule} does not allow ${where}`
    return { at, on: 'key', message, suggestion }
  }
  const at = instancePath as Pointer
  const subject = at === '' ? 'the document' : subjectAt(at)
  return { at, message: `${subject} ${redact(message)}, as ${rule} has it ${where}`, suggestion }
}
