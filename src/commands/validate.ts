import type { Io } from '../io.js'
import { judge } from '../judge.js'
import type { OptionsOf } from '../options.js'
import { required } from '../rules/required.js'

/** target → loadDocument → evaluate(rules at MUST) → render → exit code */
export const validate = (
  names: readonly string[],
  options: OptionsOf<'validate'>,
  io: Io,
): Promise<number> =>
  judge({ command: 'validate', rules: required, scope: 'required' }, names, options, io)
