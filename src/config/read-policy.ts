import type { PreparedPolicy } from '../core/policy.js'
import { explainFaults } from './explain.js'
import { findPolicyProblems, type GivenPolicy, preparePolicy } from './policy.js'
import { compileSchema } from './policy-schema.js'
import { validateConfig } from './validate-config.js'

/** What was checked already, for as long as its owner keeps it. */
const prepared = new WeakMap<object, PreparedPolicy>()

/**
 * Checks and prepares a policy that a program gives, once.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function readPolicy(policy: GivenPolicy): PreparedPolicy {
  if (!isObject(policy)) throw new TypeError('policy is not an object')
  const known = prepared.get(policy)
  if (known) return known
  const { schema, ...rest } = policy
  if (schema !== undefined && !isObject(schema)) {
    throw new TypeError('schema of policy is not an object')
  }
  const given: unknown = { policy: rest }
  const problems = validateConfig(given)
    ? [
        ...findPolicyProblems(policy, '/policy'),
        ...(schema ? compileSchema(schema).problems : []).map(({ at, message }) => ({
          message: `schema of policy, at "#${at}": ${message}`,
        })),
      ]
    : explainFaults(validateConfig.errors ?? [])
  if (problems.length > 0) throw new TypeError(problems.map(({ message }) => message).join('; '))
  // What its owner changes later was not checked.
  const ready = preparePolicy(structuredClone(policy))
  prepared.set(policy, ready)
  return ready
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
