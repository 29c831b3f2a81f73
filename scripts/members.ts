import { MEMBERS, type Member } from '../src/core/members.js'
import type { JsonSchema } from '../src/core/types.js'

const members: readonly (readonly [string, Member])[] = Object.entries(MEMBERS)

const typeOf = ({ type, format }: Member): JsonSchema => {
  const string = { type: 'string', ...(format && { format: 'uri' }) }
  if (type === 'strings') return { type: 'array', items: string }
  return type === 'string' ? string : { type }
}

const describe = ({ about, source }: Member): string => `${about}\n\n${source.text}: ${source.url}`

/** Examples go where the editor completes: to the items of an array. */
export function propertyOf(member: Member): JsonSchema {
  const { items, ...schema } = typeOf(member) as { items?: JsonSchema }
  const examples = member.examples && { examples: member.examples }
  return {
    ...schema,
    ...(items ? { items: { ...items, ...examples } } : examples),
    description: describe(member),
  }
}

/** Every registered member and its language-tagged forms, as far as `render` describes them. */
export function membersBy(render: (member: Member) => JsonSchema): JsonSchema {
  const tagged = members.filter(([, { isTagged }]) => isTagged)
  return {
    properties: Object.fromEntries(members.map(([name, member]) => [name, render(member)])),
    patternProperties: Object.fromEntries(
      tagged.map(([name, member]) => [`^${name}#`, render(member)]),
    ),
  }
}

/** The types of all members and nothing else: what the validator of the program is made from. */
export const typesSchema = (): JsonSchema => ({
  type: 'object',
  ...membersBy((member) => withoutFormat(typeOf(member))),
})

function withoutFormat({ format, items, ...schema }: JsonSchema): JsonSchema {
  return items ? { ...schema, items: withoutFormat(items as JsonSchema) } : schema
}
