import { MEMBERS, type Member, type MemberType } from '../src/core/members.js'
import type { JsonSchema } from '../src/core/types.js'

const members: readonly (readonly [string, Member])[] = Object.entries(MEMBERS)

/** What is of each type. */
export const TYPE_SCHEMAS = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  strings: { type: 'array', items: { type: 'string' } },
  object: { type: 'object' },
} as const satisfies Record<MemberType, JsonSchema>

const describe = ({ about, source }: Member): string => `${about}\n\n${source.text}: ${source.url}`

/** The schema of a member; format and examples go to the items of an array. */
function propertyOf(member: Member): JsonSchema {
  const { type, format, examples } = member
  const details = { ...(format && { format: 'uri' }), ...(examples && { examples }) }
  const schema: JsonSchema =
    type === 'strings'
      ? { ...TYPE_SCHEMAS.strings, items: { ...TYPE_SCHEMAS.strings.items, ...details } }
      : { ...TYPE_SCHEMAS[type], ...details }
  return { ...schema, description: describe(member) }
}

/** Every registered member, and the forms with a language tag. */
export const memberSchemas = (): JsonSchema => ({
  properties: Object.fromEntries(members.map(([name, member]) => [name, propertyOf(member)])),
  patternProperties: Object.fromEntries(
    members
      .filter(([, { isTagged }]) => isTagged)
      .map(([name, member]) => [`^${name}#`, propertyOf(member)]),
  ),
})
