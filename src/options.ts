/** How a value is read: a switch, one value, or a value that may be given again. */
type Kind = 'boolean' | 'string' | 'list'

/** One option; its key is its name in camel case. */
interface OptionDefinition {
  readonly kind: Kind
  /** What stands for the value in the help. */
  readonly value?: string
  readonly choices?: readonly string[]
  /** The kind of names that the value is one of. */
  readonly names?: 'profile' | 'format' | 'file' | 'server'
  readonly description: string
}

/** One command: what commander, help, completion and the pages in docs/ are made of. */
export interface CommandDefinition {
  readonly summary: string
  readonly description: string
  /** The arguments in commander's notation. */
  readonly arguments: string
  readonly argumentHelp: string
  /** The kind of names that an argument is one of. */
  readonly argumentNames: 'file' | 'requirement' | 'shell'
  readonly options: Readonly<Record<string, OptionDefinition>>
  readonly examples: readonly (readonly [line: string, what: string])[]
}

/** Options of every command that reports. */
const REPORT_OPTIONS = {
  format: {
    kind: 'list',
    value: 'name[=file]',
    names: 'format',
    description:
      'how to report, and where; repeatable: text, json, ndjson, sarif, github, junit, markdown, prometheus (default: text)',
  },
  failOn: {
    kind: 'string',
    value: 'severity',
    choices: ['error', 'warning', 'info', 'never'],
    description:
      'the least finding that makes the exit code 1: error, warning, info or never (default: error)',
  },
  maxWarnings: {
    kind: 'string',
    value: 'n',
    description: 'the exit code is 1 with more warnings than this',
  },
  baseline: {
    kind: 'string',
    value: 'report.json',
    names: 'file',
    description: 'a report of --format json: what it has does not count, and what changed is told',
  },
  allowIncomplete: {
    kind: 'boolean',
    description: 'what could not be judged does not make the exit code 3',
  },
  all: { kind: 'boolean', description: 'report passed requirements too' },
  quiet: { kind: 'boolean', description: 'report only what is wrong, and no progress' },
  verbose: { kind: 'boolean', description: 'tell on stderr what is read and skipped' },
} as const satisfies Record<string, OptionDefinition>

/** Options of every command that judges documents. */
const TARGET_OPTIONS = {
  targetsFrom: {
    kind: 'string',
    value: 'file',
    names: 'file',
    description: 'read targets from a file, one a line; "-" is standard input',
  },
  ndjson: {
    kind: 'boolean',
    description: 'each line of a target is a document, or an envelope with one',
  },
  shard: {
    kind: 'string',
    value: 'i/n',
    description: 'judge the i-th of n equal parts of the targets',
  },
  config: {
    kind: 'string',
    value: 'file',
    names: 'file',
    description:
      'the configuration (default: the nearest mcp-cimd.config.json, or "mcp-cimd" in package.json)',
  },
  printConfig: {
    kind: 'boolean',
    description: 'print what holds for each target, and judge nothing',
  },
} as const satisfies Record<string, OptionDefinition>

/** What documents are judged by. */
const DOCUMENT_OPTIONS = {
  profile: {
    kind: 'list',
    value: 'id',
    names: 'profile',
    description: 'the specifications to judge by, repeatable (default: mcp)',
  },
  clientId: {
    kind: 'string',
    value: 'url',
    description: 'the URL the document is published at, to compare its client_id with',
  },
} as const satisfies Record<string, OptionDefinition>

/** Options of every command that fetches documents. */
export const FETCH_OPTIONS = {
  hosted: {
    kind: 'boolean',
    description: 'compare each file with what is published at its URL, member by member',
  },
  linked: {
    kind: 'boolean',
    description: 'fetch and judge what the document links to: keys, logo and pages',
  },
  probe: {
    kind: 'boolean',
    description:
      'ask for each URL in other ways too, with at most seven more requests: as a browser, for any media type, without User-Agent, conditionally, in other spellings',
  },
  timeout: {
    kind: 'string',
    value: 'time',
    description: 'for each request, from DNS to the last byte (default: 5s)',
  },
  maxBytes: {
    kind: 'string',
    value: 'size',
    description: 'read at most this much of a document (default: 64k)',
  },
  concurrency: {
    kind: 'string',
    value: 'n',
    description: 'requests at the same time, of which one host gets 4 (default: 16)',
  },
  retries: {
    kind: 'string',
    value: 'n',
    description:
      'ask again after failed connections, and after 429 and 503 with Retry-After up to 10 s (default: 1)',
  },
  minTlsDays: {
    kind: 'string',
    value: 'n',
    description: 'it is an error when the certificate expires sooner (default: 14, and a warning)',
  },
  ca: {
    kind: 'string',
    value: 'pem',
    names: 'file',
    description: 'trust the certificates in this file, instead of the public ones',
  },
  connectTo: {
    kind: 'list',
    value: 'route',
    description:
      'connect elsewhere, as curl does: host:port:address:port, where an empty host or port matches any; repeatable',
  },
  proxy: {
    kind: 'string',
    value: 'url',
    description: 'go through this proxy; addresses are then not judged',
  },
  allowLoopback: {
    kind: 'boolean',
    description: 'while developing: hosts that lead to this machine are a warning',
  },
} as const satisfies Record<string, OptionDefinition>

const { probe: _, ...FETCH_WITHOUT_PROBE } = FETCH_OPTIONS

/** Those of every command that fetches, but what is asked for there is left out here. */
const LINT_FETCH_OPTIONS = {
  noProbe: {
    kind: 'boolean',
    description:
      'ask for each URL once; otherwise it is asked for in other ways too, as with validate --probe',
  },
  ...FETCH_WITHOUT_PROBE,
} as const satisfies Record<string, OptionDefinition>

/** Which authorization servers are asked what they make of documents. */
const SERVER_OPTIONS = {
  server: {
    kind: 'list',
    value: 'id',
    names: 'server',
    description:
      'would this authorization server accept the document, and a sign-in with each redirection URI: a refusal is an error; repeatable, or "all", where it is a warning',
  },
} as const satisfies Record<string, OptionDefinition>

/** What repairs documents. */
const FIX_OPTIONS = {
  fix: {
    kind: 'boolean',
    description: 'repair in the files what has one correction only, and judge them afterwards',
  },
  fixDryRun: {
    kind: 'boolean',
    description:
      'judge the files as --fix would leave them, show on stderr what it would change, and write nothing',
  },
} as const satisfies Record<string, OptionDefinition>

/** Options of every command. */
const COLOR_OPTION = {
  color: {
    kind: 'string',
    value: 'when',
    choices: ['auto', 'always', 'never'],
    description: 'use colours: auto, always or never (default: auto); --no-color is never',
  },
} as const satisfies Record<string, OptionDefinition>

/** Every command there is. */
export const COMMANDS = {
  validate: {
    summary: 'would a conforming authorization server refuse this document?',
    description:
      'Judges client metadata documents by everything that is mandatory under a profile, and by what no profile allows.',
    arguments: '[targets...]',
    argumentHelp:
      'files, directories, globs, https URLs, or "-" for standard input; without any, the documents of the configuration, or client-metadata.json here',
    argumentNames: 'file',
    options: {
      ...DOCUMENT_OPTIONS,
      ...TARGET_OPTIONS,
      ...FETCH_OPTIONS,
      ...REPORT_OPTIONS,
      ...COLOR_OPTION,
    },
    examples: [
      ['mcp-cimd validate client-metadata.json', 'judge a file'],
      [
        'mcp-cimd validate https://client.example.com/cimd.json',
        'judge what is published, as a server would see it',
      ],
      [
        'mcp-cimd validate cimd.json --client-id https://client.example.com/cimd.json',
        'compare its client_id with its URL too',
      ],
      ['mcp-cimd validate public --profile atproto --profile mcp', 'a directory, two profiles'],
      ['mcp-cimd validate - --format json < cimd.json', 'standard input, for a program'],
      [
        "mcp-cimd validate 'clients/**/*.json' --format text --format sarif=cimd.sarif",
        'a glob; text here, SARIF in a file',
      ],
      [
        'mcp-cimd validate --ndjson --format ndjson - < documents.ndjson',
        'one document a line in, one report a line out',
      ],
    ],
  },
  lint: {
    summary: 'what would make this document better understood, and safer?',
    description:
      'Judges client metadata documents by everything that validate asks, by what is recommended or known to help, and by what they have in common with one another.',
    arguments: '[targets...]',
    argumentHelp:
      'files, directories, globs, https URLs, or "-" for standard input; without any, the documents of the configuration, or client-metadata.json here',
    argumentNames: 'file',
    options: {
      ...DOCUMENT_OPTIONS,
      ...SERVER_OPTIONS,
      ...FIX_OPTIONS,
      ...TARGET_OPTIONS,
      ...LINT_FETCH_OPTIONS,
      ...REPORT_OPTIONS,
      ...COLOR_OPTION,
    },
    examples: [
      ['mcp-cimd lint client-metadata.json', 'judge a file'],
      [
        'mcp-cimd lint https://client.example.com/cimd.json',
        'judge what is published, with up to seven more requests',
      ],
      ['mcp-cimd lint --server all cimd.json', 'which authorization servers would accept it'],
      ['mcp-cimd lint --server keycloak cimd.json', 'fail when that one refuses it'],
      ['mcp-cimd lint --max-warnings 0 public', 'warnings fail too'],
      [
        'mcp-cimd lint clients --format text --format markdown=clients.md',
        'what many clients share, and an inventory of them',
      ],
      ['mcp-cimd lint --fix-dry-run cimd.json', 'show what could be repaired'],
      [
        'mcp-cimd lint --fix cimd.json --client-id https://client.example.com/cimd.json',
        'repair the file, its client_id too',
      ],
    ],
  },
  explain: {
    summary: 'what a requirement says, why, and how to meet it; or what a server does',
    description:
      'Explains a requirement or a named authorization server by its id, or lists all of them.',
    arguments: '[id]',
    argumentHelp:
      'the id of a requirement, as it stands in brackets in the report, or that of a server',
    argumentNames: 'requirement',
    options: { ...COLOR_OPTION },
    examples: [
      ['mcp-cimd explain client-id-matches-url', 'one requirement'],
      ['mcp-cimd explain keycloak', 'what an authorization server accepts'],
      ['mcp-cimd explain', 'the list of all'],
    ],
  },
  completion: {
    summary: 'a script that completes command lines in a shell',
    description: 'Prints a completion script for bash, zsh or fish.',
    arguments: '<shell>',
    argumentHelp: 'bash, zsh or fish',
    argumentNames: 'shell',
    options: {},
    examples: [
      ['source <(mcp-cimd completion bash)', 'in ~/.bashrc'],
      ['source <(mcp-cimd completion zsh)', 'in ~/.zshrc, after compinit'],
      ['mcp-cimd completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
  },
} as const satisfies Record<string, CommandDefinition>

/** What the exit code says; a number without name is not used. */
export const EXIT_CODES = [
  [0, 'everything that was judged holds'],
  [1, 'an error was found, or what --fail-on and --max-warnings name'],
  [2, 'the command line or the configuration is wrong; nothing was judged'],
  [3, 'something could not be judged or written, and no error was found'],
  [70, 'a bug in mcp-cimd'],
  [130, 'interrupted (SIGINT), after the report of what was done; 143 for SIGTERM'],
] as const

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS

interface Values {
  boolean: boolean
  string: string | undefined
  list: readonly string[]
}

/** The values that the options of a command have after parsing. */
export type OptionsOf<C extends CommandName> = {
  readonly [K in keyof (typeof COMMANDS)[C]['options']]: (typeof COMMANDS)[C]['options'][K] extends {
    readonly kind: infer T extends Kind
  }
    ? Values[T]
    : never
}

/** The name of an option on the command line. */
export const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
