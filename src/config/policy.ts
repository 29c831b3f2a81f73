import type { Choice, Policy, PreparedPolicy } from '../core/policy.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import type { JsonSchema, Pointer } from '../core/types.js'
import { nameAt, type Problem } from './explain.js'
import { compilePattern } from './patterns.js'
import { compileSchema } from './policy-schema.js'

/** A policy whose JSON Schema, if it has one, was read. */
export type GivenPolicy = Omit<Policy, 'schema'> & { readonly schema?: JsonSchema }

const CHOICES = ['members', 'grant_types', 'scope', 'token_endpoint_auth_method'] as const

// RFC 1123 section 2.1, or an address.
const HOST = /^(?:(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/i

/**
 * Finds what is wrong with a policy whose types are right, but for its JSON Schema.
 *
 * @param at Where the policy is.
 */
export function findPolicyProblems(policy: Policy | GivenPolicy, at: Pointer): Problem[] {
  const { hosts = {}, maxSize, patterns = {} } = policy
  return [
    ...CHOICES.flatMap((name) => findContradictions(policy[name] ?? {}, `${at}/${name}`)),
    ...Object.entries(hosts).flatMap(([name, list]: [string, readonly string[]]) =>
      list.flatMap((host, index) => findHostProblems(host, `${at}/hosts/${name}/${index}`)),
    ),
    ...Object.entries(patterns).flatMap(([member, source]): Problem[] => {
      try {
        compilePattern(source)
        return []
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error)
        const place: Pointer = `${at}/patterns/${escapeToken(member)}`
        return [{ at: place, message: `${nameAt(place)} is ${quote(source)}, which ${fault}` }]
      }
    }),
    ...(maxSize === undefined || (Number.isSafeInteger(maxSize) && maxSize >= 2)
      ? []
      : [
          {
            at: `${at}/maxSize` as const,
            message: `${nameAt(`${at}/maxSize`)} is ${maxSize}: write a whole number of bytes, such as 5120`,
          },
        ]),
  ]
}

/** No document could hold both. */
function findContradictions({ allowed, required = [], forbidden = [] }: Choice, at: Pointer) {
  const problem = (list: string, index: number, what: string): Problem => ({
    at: `${at}/${list}/${index}`,
    message: `${what} in ${nameAt(at)}: take it out of one of the two`,
  })
  return [
    ...required.flatMap((name, index) => [
      ...(forbidden.includes(name)
        ? [problem('required', index, `${quote(name)} is required and forbidden`)]
        : []),
      ...(allowed && !allowed.includes(name)
        ? [
            {
              at: `${at}/required/${index}` as const,
              message: `${quote(name)} is required and not allowed in ${nameAt(at)}: add it to allowed, or do not require it`,
            },
          ]
        : []),
    ]),
    ...(allowed ?? []).flatMap((name, index) =>
      forbidden.includes(name)
        ? [problem('allowed', index, `${quote(name)} is allowed and forbidden`)]
        : [],
    ),
  ]
}

function findHostProblems(host: string, at: Pointer): Problem[] {
  if (HOST.test(host)) return []
  const message = `${nameAt(at)} is ${quote(host)}: write a host such as "example.com", or "*.example.com" for every host below it`
  return [{ at, message }]
}

/** Prepares a policy that has no problems. */
export function preparePolicy(policy: GivenPolicy): PreparedPolicy {
  const { patterns, schema } = policy
  const findFaults = schema && compileSchema(schema).findFaults
  return {
    says: policy,
    ...(patterns && {
      patterns: Object.entries(patterns).map(([member, source]) => {
        const { matches } = compilePattern(source)
        return { member, source, matches }
      }),
    }),
    ...(findFaults && { findFaults }),
  }
}

/** The policy that holds where both are said: of each member that the later says, nothing is left of the earlier. */
export const mergePolicies = (
  earlier: PreparedPolicy | undefined,
  later: PreparedPolicy | undefined,
): PreparedPolicy | undefined =>
  earlier && later
    ? { ...earlier, ...later, says: { ...earlier.says, ...later.says } }
    : (later ?? earlier)
