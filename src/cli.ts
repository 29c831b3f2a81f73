import { Command, CommanderError, Option } from 'commander'
import { lint } from './commands/lint.js'
import { validate } from './commands/validate.js'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import { unknownName } from './core/suggest.js'
import { attempt, explain, type Io, say, systemIo } from './io.js'
import {
  COMMANDS,
  type CommandDefinition,
  type CommandName,
  EXIT_CODES,
  flagOf,
  type OptionsOf,
} from './options.js'

/** What runs each command; all but the most frequent are loaded when they are named. */
const HANDLERS: {
  readonly [C in CommandName]: (
    args: readonly string[],
    options: OptionsOf<C>,
    io: Io,
  ) => Promise<number>
} = {
  validate,
  lint,
  completion: async (...given) => (await import('./commands/completion.js')).completion(...given),
  explain: async (...given) => (await import('./commands/explain.js')).explain(...given),
}

/** Runs the program in this process and gives its exit code. */
export const main = (): Promise<number> => run(process.argv.slice(2), systemIo())

/**
 * Runs a command line.
 *
 * @param argv The arguments after the name of the program.
 *
 * @returns The exit code; never throws and never exits.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const code = await dispatch(argv, io)
    io.stdout.flush()
    io.stderr.flush()
    const { failure } = io.stdout
    // Whoever reported told it already.
    if (!failure || code !== 0) return code
    say(io, `mcp-cimd: the output cannot be written: ${explain(failure)}`)
    return 3
  } catch (error) {
    return explainError(error, io)
  }
}

async function dispatch([name, ...rest]: readonly string[], io: Io): Promise<number> {
  switch (name) {
    case undefined:
      io.stderr.write(`${createProgram(io).helpInformation()}`)
      return 2
    case '--version':
    case '-V':
      io.stdout.write(`${VERSION}\n`)
      return 0
    case '--help':
    case '-h':
    case 'help':
      io.stdout.write(helpFor(rest[0], io))
      return 0
    default:
      return runCommand(toCommandName(name, io), rest, io)
  }
}

/** By name and not by class: a command that is loaded later has a class of its own. */
const isUsageError = (error: unknown): error is UsageError =>
  error instanceof Error && error.name === 'UsageError'

function explainError(error: unknown, io: Io): number {
  if (isUsageError(error)) {
    for (const line of [error.message, ...error.others]) say(io, `mcp-cimd: ${line}`)
    return 2
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  for (const line of stack.split('\n')) say(io, line)
  say(
    io,
    'mcp-cimd: this is a bug; report it with the lines above, see https://www.npmjs.com/package/mcp-cimd',
  )
  return 70
}

function toCommandName(name: string, io: Io): CommandName {
  if (Object.hasOwn(COMMANDS, name)) return name as CommandName
  const help = '"mcp-cimd --help" lists the commands'
  if (name.startsWith('-')) {
    throw new UsageError(`${quote(name)} stands before the command: options come after it; ${help}`)
  }
  if (attempt(() => io.statOf(name))) {
    throw new UsageError(
      `${quote(name)} is no command: to judge that file, run "mcp-cimd validate <file>"`,
    )
  }
  throw unknownName('command', name, Object.keys(COMMANDS), help)
}

const helpFor = (name: string | undefined, io: Io): string =>
  name === undefined ? createProgram(io).helpInformation() : renderHelp(toCommandName(name, io), io)

function renderHelp(name: CommandName, io: Io): string {
  let help = ''
  const command = createCommand(name, COMMANDS[name], io)
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  command.outputHelp()
  return help
}

async function runCommand<C extends CommandName>(
  name: C,
  argv: readonly string[],
  io: Io,
): Promise<number> {
  const command = createCommand(name, onlyNamed(COMMANDS[name], argv), io)
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    throw new UsageError(toUsage(error.message, name))
  }
  // The options of commander are those of the table, which HANDLERS is typed by.
  return HANDLERS[name](command.args, readOptions(name, command) as OptionsOf<C>, io)
}

/** Commander's message as one line of ours. */
const toUsage = (message: string, name: string): string => {
  const line = message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?')
  return line.endsWith('?') ? line : `${line.replace(/\.$/, '')}; see "mcp-cimd ${name} --help"`
}

function readOptions(name: CommandName, command: Command): Record<string, unknown> {
  const values: Record<string, unknown> = command.opts()
  const defaults = { boolean: false, string: undefined, list: [] }
  const { options }: CommandDefinition = COMMANDS[name]
  return Object.fromEntries(
    Object.entries(options).map(([key, { kind, choices }]) => {
      const positive = positiveOf(key)
      if (positive !== undefined) return [key, values[positive] === false]
      const value = values[key] ?? defaults[kind]
      if (choices && typeof value === 'string' && !choices.includes(value)) {
        const help = `there are ${choices.join(', ')}`
        throw unknownName(`value of ${flagOf(key)}`, value, choices, help)
      }
      // --no-color
      return [key, key === 'color' && value === false ? 'never' : value]
    }),
  )
}

/**
 * The command with no more options than a command line names: to build all of them costs as much as to
 * judge a document. Where one of them is not known all are there, to be suggested.
 */
function onlyNamed(definition: CommandDefinition, argv: readonly string[]): CommandDefinition {
  const flags = argv.filter((word) => /^-./.test(word)).map((word) => word.split('=', 1)[0] ?? '')
  const named = Object.entries(definition.options).filter(([key]) => flags.includes(flagOf(key)))
  const isKnown = flags.every((flag) => named.some(([key]) => flagOf(key) === flag))
  return isKnown ? { ...definition, options: Object.fromEntries(named) } : definition
}

/** The option that one such as `noProbe` takes back, which commander knows both by. */
const positiveOf = (key: string): string | undefined =>
  /^no[A-Z]/.test(key) ? key.charAt(2).toLowerCase() + key.slice(3) : undefined

/** Builds one command of commander from the table. */
function createCommand(name: string, definition: CommandDefinition, io: Io): Command {
  const command = new Command(`mcp-cimd ${name}`)
    .description(definition.description)
    .argument(definition.arguments, definition.argumentHelp)
    .helpOption('-h, --help', 'show this help')
  for (const [key, { kind, value, description }] of Object.entries(definition.options)) {
    const flag = flagOf(key)
    const option = new Option(kind === 'boolean' ? flag : `${flag} <${value}>`, description)
    if (kind === 'list')
      option.argParser((item: string, list?: string[]) => [...(list ?? []), item])
    command.addOption(option)
    const positive = positiveOf(key)
    if (positive !== undefined) command.addOption(new Option(flagOf(positive)).hideHelp())
  }
  if ('color' in definition.options) command.addOption(new Option('--no-color').hideHelp())
  command.addHelpText('after', () => renderEpilogue(definition))
  return settle(command, io)
}

/** What stands below the options: examples and exit codes. */
function renderEpilogue({ examples }: CommandDefinition): string {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`)
  const codes = EXIT_CODES.map(([code, what]) => `  ${`${code}`.padEnd(4)} ${what}`)
  return `\nExamples:\n${lines.join('\n')}\n\nExit codes:\n${codes.join('\n')}`
}

/** Builds the program with all its commands, for its help alone. */
function createProgram(io: Io): Command {
  const program = settle(new Command('mcp-cimd'), io)
    .usage('<command> [options]')
    .description('Judges OAuth Client ID Metadata Documents the way an authorization server would.')
    .helpOption('-h, --help', 'show this help, or with a command, its help')
    .option('-V, --version', 'show the version')
  for (const [name, { summary }] of Object.entries(COMMANDS)) program.command(name).summary(summary)
  return program.helpCommand(false)
}

const settle = (command: Command, io: Io): Command =>
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    // The message comes back as an error, and is told once.
    writeErr: () => {},
    getOutHelpWidth: () => io.stdout.columns ?? 80,
    getOutHasColors: () => false,
  })
