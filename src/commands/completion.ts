import { ALIASES } from '../core/spec.js'
import { unknownName } from '../core/suggest.js'
import type { Io } from '../io.js'
import { COMMANDS, type CommandDefinition, flagOf, type OptionsOf } from '../options.js'
import { profiles } from '../profiles/index.js'
import { reporters } from '../reporters/index.js'
import { ids } from '../rules/ids.js'
import { ids as serverIds } from '../servers/ids.js'

/** One command as a shell completes it. */
interface Completion {
  readonly name: string
  readonly summary: string
  readonly flags: readonly {
    readonly flag: string
    readonly description: string
    /** What the value is one of; undefined without value, empty when it can be anything. */
    readonly values: readonly string[] | 'files' | undefined
  }[]
  /** What an argument is one of; undefined for files. */
  readonly words: readonly string[] | undefined
}

const SHELLS = { bash: toBash, zsh: toZsh, fish: toFish } as const

/** shell → options → script */
export async function completion(
  [shell = '']: readonly string[],
  _: OptionsOf<'completion'>,
  io: Io,
): Promise<number> {
  const names = Object.keys(SHELLS)
  if (!Object.hasOwn(SHELLS, shell)) {
    throw unknownName('completion for', shell, names, `there are ${names.join(', ')}`)
  }
  io.stdout.write(SHELLS[shell as keyof typeof SHELLS](describeCommands()))
  return 0
}

function describeCommands(): Completion[] {
  const words = {
    file: 'files' as const,
    requirement: [...ids, ...serverIds],
    shell: Object.keys(SHELLS),
    profile: [...Object.keys(ALIASES), ...profiles.map(({ id }) => id)],
    format: Object.keys(reporters),
    server: [...serverIds, 'all'],
  }
  const commands: [string, CommandDefinition][] = Object.entries(COMMANDS)
  return commands.map(([name, { summary, argumentNames, options }]) => ({
    name,
    summary,
    words: argumentNames === 'file' ? undefined : words[argumentNames],
    flags: [
      ...Object.entries(options).map(([key, { kind, choices, names, description }]) => ({
        flag: flagOf(key),
        description,
        values: kind === 'boolean' ? undefined : valuesOf(choices, names && words[names]),
      })),
      { flag: '--help', description: 'show this help', values: undefined },
    ],
  }))
}

const valuesOf = (
  choices: readonly string[] | undefined,
  known: readonly string[] | 'files' | undefined,
): readonly string[] | 'files' => choices ?? known ?? []

// Every word below is one of ours: names of commands, options, profiles and rules.
const topWords = (commands: readonly Completion[]): string =>
  [...commands.map(({ name }) => name), 'help', '--help', '--version'].join(' ')

/** The lines of a `case` for each option with a value, and for each command. */
function toCases(
  commands: readonly Completion[],
  offer: (words: string) => string,
  offerFiles: string,
): { values: string; flags: string; words: string; files: string } {
  const values = commands.flatMap(({ name, flags }) =>
    flags.flatMap(({ flag, values }) => {
      if (!values) return []
      const offered = values === 'files' ? offerFiles : offer(values.join(' '))
      return [`    '${name} ${flag}') ${offered}; return ;;`]
    }),
  )
  const flags = commands.map(
    ({ name, flags }) => `      ${name}) ${offer(flags.map(({ flag }) => flag).join(' '))} ;;`,
  )
  const words = commands.flatMap(({ name, words }) =>
    words ? [`    ${name}) ${offer(words.join(' '))} ;;`] : [],
  )
  const files = commands.filter(({ words }) => !words).map(({ name }) => name)
  return {
    values: values.join('\n'),
    flags: flags.join('\n'),
    words: words.join('\n'),
    files: files.join('|'),
  }
}

function toBash(commands: readonly Completion[]): string {
  const { values, flags, words, files } = toCases(
    commands,
    (words) => `COMPREPLY=($(compgen -W '${words}' -- "$current"))`,
    'COMPREPLY=($(compgen -f -- "$current"))',
  )
  return `# mcp-cimd completion for bash: source <(mcp-cimd completion bash)
_mcp_cimd() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${topWords(commands)}' -- "$current"))
    return
  fi
  case "$command \${COMP_WORDS[COMP_CWORD-1]}" in
${values}
  esac
  if [ "\${current:0:1}" = - ]; then
    case "$command" in
${flags}
    esac
    return
  fi
  case "$command" in
${words}
    ${files}) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _mcp_cimd mcp-cimd
`
}

function toZsh(commands: readonly Completion[]): string {
  const { values, flags, words, files } = toCases(
    commands,
    (words) => `compadd -- ${words}`,
    '_files',
  )
  return `#compdef mcp-cimd
# mcp-cimd completion for zsh: source <(mcp-cimd completion zsh), after compinit
_mcp_cimd() {
  if (( CURRENT == 2 )); then
    compadd -- ${topWords(commands)}
    return
  fi
  case "$words[2] $words[CURRENT-1]" in
${values}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    case $words[2] in
${flags}
    esac
    return
  fi
  case $words[2] in
${words}
    ${files}) _files ;;
  esac
}
compdef _mcp_cimd mcp-cimd
`
}

function toFish(commands: readonly Completion[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const lines = commands.flatMap(({ name, summary, flags, words }) => {
    const seen = `complete -c mcp-cimd -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c mcp-cimd -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      words ? `${seen} -a ${quoted(words.join(' '))}` : `${seen} -F`,
      ...flags.map(({ flag, description, values }) => {
        const value =
          values === 'files' ? ' -r -F' : values ? ` -x -a ${quoted(values.join(' '))}` : ''
        return `${seen} -l ${flag.slice(2)}${value} -d ${quoted(description)}`
      }),
    ]
  })
  return `# mcp-cimd completion for fish: mcp-cimd completion fish | source
complete -c mcp-cimd -f
complete -c mcp-cimd -n __fish_use_subcommand -a help -d 'show the help of a command'
${lines.join('\n')}
`
}
