import { standingOf } from '../src/core/engine.js'
import type { JsonSchema, Profile, Rule } from '../src/core/types.js'
import { memberSchemas } from './members.js'

const DIALECTS = {
  '2020-12': 'https://json-schema.org/draft/2020-12/schema',
  'draft-07': 'http://json-schema.org/draft-07/schema#',
} as const

interface Edition {
  readonly id: string
  readonly dialect: keyof typeof DIALECTS
  readonly title: string
  readonly description: string
  /** Whether a rule is a part of the schema. */
  readonly includes: (rule: Rule) => boolean
}

/** A schema of client metadata: the types of all members, and what the rules can say in a schema. */
function metadataSchema(rules: readonly Rule[], edition: Edition): JsonSchema {
  const { id, dialect, title, description, includes } = edition
  const parts = rules.flatMap(({ id, title, schema, ...rule }) =>
    schema && includes({ id, title, schema, ...rule })
      ? [{ $comment: id, description: title, ...declareRequired(schema) }]
      : [],
  )
  return {
    $schema: DIALECTS[dialect],
    $id: id,
    title,
    description,
    type: 'object',
    ...memberSchemas(),
    allOf: parts,
  }
}

/** Strict validators want every required member declared where it is required. */
function declareRequired(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, part]) => [key, declareIn(part)])
  const { required, properties, ...rest } = Object.fromEntries(entries)
  const declared = Object.fromEntries((required ?? []).map((name: string) => [name, true]))
  return {
    ...rest,
    ...(required && { required }),
    ...((required || properties) && { properties: { ...declared, ...properties } }),
  }
}

function declareIn(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(declareIn)
  return typeof part === 'object' && part !== null ? declareRequired(part as JsonSchema) : part
}

const isError = (rule: Rule, profile: Profile): boolean => {
  const standing = standingOf(rule, profile)
  return standing?.severity === 'error'
}

/**
 * Every published schema of client metadata, by file name. The general ones hold what is an error in
 * each profile, a profile's own what is an error there.
 */
export function metadataSchemas(
  rules: readonly Rule[],
  profiles: readonly Profile[],
  base: string,
): Readonly<Record<string, JsonSchema>> {
  const inAll = (rule: Rule) => profiles.every((profile) => isError(rule, profile))
  const general = (name: string, dialect: Edition['dialect']): [string, JsonSchema] => [
    name,
    metadataSchema(rules, {
      id: `${base}${name}`,
      dialect,
      title: 'OAuth client ID metadata document',
      description:
        'The metadata of an OAuth client, published as JSON at the https URL that is its client_id.',
      includes: inAll,
    }),
  ]
  const own = (profile: Profile): [string, JsonSchema] => {
    const name = `client-metadata.${profile.id}.schema.json`
    return [
      name,
      metadataSchema(rules, {
        id: `${base}${name}`,
        dialect: '2020-12',
        title: `OAuth client ID metadata document, ${profile.title}`,
        description: `The metadata of an OAuth client under the profile ${profile.id} of mcp-cimd.`,
        includes: (rule) => isError(rule, profile),
      }),
    ]
  }
  return Object.fromEntries([
    general('client-metadata.schema.json', '2020-12'),
    general('client-metadata.draft-07.schema.json', 'draft-07'),
    ...profiles.map(own),
  ])
}
