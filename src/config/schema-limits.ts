import { quote } from '../core/printable.js'
import { escapeToken, MAX_DEPTH, unescapeToken } from '../core/scan.js'
import type { JsonSchema, Pointer } from '../core/types.js'
import type { Problem } from './explain.js'
import { compilePattern } from './patterns.js'

/** The most subschemas that a document may have to hold, each `$ref` counted as what it leads to. */
const MAX_SUBSCHEMAS = 2000

/** Keywords whose values are schemas by name, in an array, or a schema. */
const BY_NAME = [
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]
const IN_ARRAY = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']
const SINGLE = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]

/** Keywords that lead elsewhere, or that nobody could say in advance where they lead. */
const REFUSED = ['$async', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef']

/** How much there is to hold below a schema. */
interface Extent {
  readonly count: number
  readonly depth: number
}

const ONE: Extent = { count: 1, depth: 1 }

/** What is wrong with a schema that ajv would not say, or would find out at the cost of its reader. */
export function findSchemaProblems(root: JsonSchema): readonly Problem[] {
  const problems: Problem[] = []
  const known = new Map<object, Extent>()
  const open = new Set<object>()
  const { count, depth } = measure(root, '')
  if (problems.length === 0 && (count > MAX_SUBSCHEMAS || depth > MAX_DEPTH)) {
    const is = depth > MAX_DEPTH ? `is ${depth} deep` : `has ${count} subschemas to hold`
    const message = `the schema ${is}, with what its $ref lead to; ${MAX_DEPTH} and ${MAX_SUBSCHEMAS} are allowed`
    problems.push({ at: '', message })
  }
  return problems

  function measure(schema: unknown, at: Pointer): Extent {
    if (!isObject(schema)) return ONE
    const extent = known.get(schema)
    if (extent) return extent
    // Deeper than any document that is read, and so already told.
    if (open.size > 4 * MAX_DEPTH) return { count: 1, depth: 5 * MAX_DEPTH }
    open.add(schema)
    refuse(schema, at)
    const parts = subschemasOf(schema).map(([path, part]) => measure(part, `${at}${path}`))
    if ('$ref' in schema) parts.push(follow(schema.$ref, `${at}/$ref`))
    open.delete(schema)
    const measured = {
      count: Math.min(
        1e9,
        parts.reduce((sum, part) => sum + part.count, 1),
      ),
      depth: 1 + Math.max(0, ...parts.map((part) => part.depth)),
    }
    known.set(schema, measured)
    return measured
  }

  function refuse(schema: JsonSchema, at: Pointer): void {
    const refused = schema === root ? REFUSED : [...REFUSED, '$id', '$schema']
    for (const keyword of refused.filter((keyword) => keyword in schema)) {
      const message = `${keyword} is not read here: write the schema without it`
      problems.push({ at: `${at}/${keyword}`, on: 'key', message })
    }
    const patterns: [Pointer, unknown][] = [[`${at}/pattern`, schema.pattern]]
    for (const name of Object.keys(objectOf(schema.patternProperties))) {
      patterns.push([`${at}/patternProperties/${escapeToken(name)}`, name])
    }
    for (const [place, pattern] of patterns) {
      if (typeof pattern !== 'string') continue
      try {
        compilePattern(pattern)
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error)
        problems.push({ at: place, message: `${quote(pattern)} ${fault}` })
      }
    }
  }

  function follow($ref: unknown, at: Pointer): Extent {
    const problem = (message: string): Extent => {
      problems.push({ at, message })
      return ONE
    }
    if (typeof $ref !== 'string') return ONE
    if (!$ref.startsWith('#')) {
      return problem(
        `$ref is ${quote($ref)}, and nothing is loaded: put what it leads to under $defs, and write "#/$defs/..."`,
      )
    }
    const target = resolvePointer(root, $ref.slice(1))
    if (!isObject(target) && typeof target !== 'boolean') {
      return problem(
        `$ref is ${quote($ref)}, where no schema is; write a JSON Pointer in this file`,
      )
    }
    if (isObject(target) && open.has(target)) {
      return problem(`$ref is ${quote($ref)}, which leads back to itself: write it out`)
    }
    return measure(target, $ref.slice(1) as Pointer)
  }
}

function subschemasOf(schema: JsonSchema): [path: Pointer, part: unknown][] {
  const parts: [Pointer, unknown][] = []
  for (const keyword of BY_NAME) {
    for (const [name, part] of Object.entries(objectOf(schema[keyword]))) {
      parts.push([`/${keyword}/${escapeToken(name)}`, part])
    }
  }
  for (const keyword of IN_ARRAY) {
    const items: unknown = schema[keyword]
    if (!Array.isArray(items)) continue
    for (const [index, part] of items.entries()) parts.push([`/${keyword}/${index}`, part])
  }
  for (const keyword of SINGLE) {
    if (isObject(schema[keyword])) parts.push([`/${keyword}`, schema[keyword]])
  }
  return parts
}

/** What a JSON Pointer in a fragment leads to: RFC 6901 section 6. */
function resolvePointer(root: unknown, fragment: string): unknown {
  if (fragment !== '' && !fragment.startsWith('/')) return undefined
  let value = root
  for (const token of fragment.split('/').slice(1)) {
    const name = unescapeToken(decodeFragment(token))
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return value
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectOf = (value: unknown): JsonSchema => (isObject(value) ? value : {})
