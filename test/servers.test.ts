import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeRequest } from '../src/acceptance/judge.js'
import { MAX_BYTES, parseDocument } from '../src/core/document.js'
import type { Fact, Objection, Server } from '../src/core/server.js'
import { servers } from '../src/servers/index.js'
import { type Host, judge, startSite } from './host.js'
import { INSTALL, isInstalled } from './servers/installed.js'
import { type ForeignServer, startServer } from './servers/start.js'
import {
  clientIdOf,
  documentOf,
  NAMES,
  PORTABLE,
  pagesOf,
  redirectUriOf,
  TOPICS,
  VARIANTS,
  type Variant,
} from './servers/variants.js'
import { folder } from './support.js'

const LAB = 'the host of the tests stands for every address, and the server judges those'
const REQUEST = 'what is asked for is refused, not the document'
const SPELLING = 'validate refuses what no two programs read alike'

const OIDC_BEYOND = {
  'identifier on localhost': LAB,
  'identifier on a loopback address': LAB,
  'identifier on a loopback address of IPv6': LAB,
  'identifier on a private address': LAB,
  'identifier on a host of one label': LAB,
  'identifier on a host below internal': LAB,
  'identifier on a host below local': LAB,
  'identifier on a host below test': LAB,
  'identifier with a broken encoding': SPELLING,
  'native: http on 127.1': SPELLING,
  'native: a space': SPELLING,
  'a space, not asked for': SPELLING,
  'native asks: the root for no path': SPELLING,
  'keys without a type': 'reported by validate',
  'scope less than asked for': REQUEST,
  'member default_max_age, openid not asked for': REQUEST,
  'member require_auth_time, openid not asked for': REQUEST,
}

/** Spellings that it takes, of which we say that they are no URLs. */
const WORKERS_BEYOND = {
  'identifier with a letter beyond ASCII': SPELLING,
  'identifier with a host beyond ASCII': SPELLING,
  'identifier with an empty fragment': SPELLING,
  'native: a space': SPELLING,
  'native: http on 127.1': SPELLING,
}

const BETTER_AUTH_BEYOND = {
  'identifier with a broken encoding': SPELLING,
  'identifier with a letter beyond ASCII': SPELLING,
  'identifier with a space': SPELLING,
  'identifier with a host beyond ASCII': SPELLING,
  'scope left out, unknown asked for': REQUEST,
}

/** What is needed to ask for hundreds of documents of one host. */
const ASKED_AT_ONCE = ['`metadataFetchPolicy.minimumFetchInterval` is 0']

const keepsAll = () => true

/** It has no cache where it does not run on Workers. */
const keepsNothing = () => false

const keepsWhatIsFresh = (name: string) =>
  ['nothing said', 'max-age=1', 'max-age=3600', 'expires late', 'an entity tag'].includes(
    name.slice('cache: '.length),
  )

/** The servers of others that run here, and the ways they are set up. */
const RUNNING: readonly {
  readonly id: string
  readonly file?: string
  readonly setup: string
  /** Members that stand for what a document leaves out, as the set-up has it. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Members without which it accepts nothing. */
  readonly asked?: Readonly<Record<string, unknown>>
  /** What its operator has set: how the clauses begin that then hold after "unless". */
  readonly set?: readonly string[]
  /** Whether its operator has set what has to be set; otherwise only documents are compared. */
  readonly isUsable?: boolean
  /** Which documents of the topic "caching" it does not ask for again at the next sign-in. */
  readonly keeps: (name: string) => boolean
  /** Whether it waits for more than ten seconds. */
  readonly isPatient?: boolean
  /** Variants that our verdict is not about, and why. */
  readonly beyond?: Readonly<Record<string, string>>
}[] = [
  { id: 'oidc-provider', setup: 'stock', keeps: keepsAll, beyond: OIDC_BEYOND },
  {
    id: 'oidc-provider',
    setup: 'friendly',
    keeps: keepsAll,
    defaults: { token_endpoint_auth_method: 'none', application_type: 'native' },
    beyond: { ...OIDC_BEYOND, 'http on 127.1, not asked for': SPELLING },
  },
  {
    id: 'atproto',
    setup: 'stock',
    keeps: keepsAll,
    asked: { scope: 'atproto', dpop_bound_access_tokens: true },
    isPatient: true,
    beyond: {
      'identifier with a broken encoding': SPELLING,
      'keys by URI that is not there': 'a document does not tell what is there',
      'native: http on 127.1': SPELLING,
      'native: a space': SPELLING,
      'a space, not asked for': SPELLING,
      'scope left out, unknown asked for': REQUEST,
      'scope left out, openid not asked for': REQUEST,
      'member require_auth_time, openid not asked for': REQUEST,
    },
  },
  {
    id: 'cloudflare-workers',
    setup: 'stock',
    keeps: keepsNothing,
    isPatient: true,
    beyond: WORKERS_BEYOND,
  },
  {
    id: 'cloudflare-workers',
    setup: 'private-use',
    keeps: keepsNothing,
    set: ['`allowPrivateUseRedirectUris`'],
    beyond: WORKERS_BEYOND,
  },
  { id: 'fastmcp-ts', setup: 'stock', keeps: keepsAll, isUsable: false },
  {
    id: 'fastmcp-ts',
    setup: 'open',
    keeps: keepsAll,
    set: [
      'https://',
      'http://localhost',
      'http://127.0.0.1',
      'http://[::1]',
      'com.example.app:/',
      'cursor://',
    ].map((pattern) => `\`allowedRedirectUriPatterns\` has "${pattern}`),
    beyond: {
      'identifier with an empty query': SPELLING,
      'identifier with a broken encoding': SPELLING,
      'identifier with a letter beyond ASCII': SPELLING,
      'identifier with a space': SPELLING,
      'identifier with a backslash': SPELLING,
      'identifier with a host beyond ASCII': SPELLING,
      'native: a space': SPELLING,
      'a space, not asked for': SPELLING,
    },
  },
  {
    id: 'better-auth',
    setup: 'generic',
    keeps: keepsWhatIsFresh,
    set: ASKED_AT_ONCE,
    beyond: BETTER_AUTH_BEYOND,
  },
  {
    id: 'better-auth-mcp-2026-07-28',
    file: 'better-auth',
    setup: 'mcp-2026-07-28',
    keeps: keepsWhatIsFresh,
    set: ASKED_AT_ONCE,
    beyond: BETTER_AUTH_BEYOND,
  },
]

/** Whether a variant is about the answer of its URL, and how long that takes is worth waiting for. */
function isHostedOtherwise({ answer }: Variant, isPatient: boolean): boolean {
  if (!answer) return false
  const { after = 0, body, isGzipped, prefix, size = 0, status = 200, suffix } = answer
  if (after > 10_000 && !isPatient) return false
  if (size > MAX_BYTES) return false
  // What is no document is judged by itself.
  return status !== 200 || [body, isGzipped, prefix, suffix].every((given) => given === undefined)
}

const serverOf = (id: string): Server => {
  const server = servers.find((server) => server.id === id)
  if (!server) throw new Error(`no server ${id}`)
  return server
}

const isSet =
  (set: readonly string[]) =>
  ({ unless }: { readonly unless?: string }): boolean =>
    set.some((one) => unless?.startsWith(one))

/**
 * A server as its operator has set it up, where what has to be set is not: what is objected to unless
 * something is set that is, is not.
 */
function withSettings({ assumed: _, ...server }: Server, set: readonly string[]): Server {
  const without = (objections: readonly Objection[] = []) =>
    objections.filter((objection) => !isSet(set)(objection))
  const facts = Object.entries(server.facts).map(([topic, fact]): [string, Fact] => [
    topic,
    {
      ...fact,
      check: (...of) => without(fact.check?.(...of)),
      signIn: (...of) => without(fact.signIn?.(...of)),
    },
  ])
  return { ...server, facts: Object.fromEntries(facts) }
}

if (!isInstalled) {
  test.skip(`servers of others: ${INSTALL} installs them`)
}

describe.each(isInstalled ? RUNNING : [])(
  '$id $setup',
  ({
    id,
    file = id,
    setup,
    defaults = {},
    asked = {},
    keeps,
    isUsable = true,
    isPatient = false,
    set = [],
    beyond = {},
  }) => {
    let host: Host
    let running: ForeignServer

    beforeAll(async () => {
      host = await startSite(pagesOf(VARIANTS, asked), { names: NAMES })
      running = await startServer(file, setup, host)
    })
    afterAll(async () => {
      running.close()
      await host.close()
    })

    const ask = (variant: Variant) =>
      running.authorize({
        clientId: clientIdOf(variant),
        redirectUri: redirectUriOf(variant),
        ...(variant.scope !== undefined && { scope: variant.scope }),
      })

    /** What is wrong with our verdict, if something is. */
    const compare = async (variant: Variant, verdict: string | undefined): Promise<string[]> => {
      const { isAccepted, reason } = await ask(variant)
      const isRight = (verdict === 'accepted') === isAccepted
      if (isRight !== variant.name in beyond) return []
      const theirs = isAccepted ? 'accepts' : `refuses: ${reason.slice(0, 150)}`
      return [`${variant.name}: we say ${verdict}, it ${theirs}`]
    }

    const judgeDocument = (variant: Variant) => {
      const members = Object.fromEntries(
        Object.entries({ ...defaults, ...documentOf(variant, asked) }).map(([name, value]) => [
          name,
          value === undefined ? defaults[name] : value,
        ]),
      )
      const document = parseDocument(JSON.stringify(members), { clientId: clientIdOf(variant) })
      return judgeRequest(withSettings(serverOf(id), set), document, redirectUriOf(variant))
    }

    test.each(Object.entries(TOPICS))('judges %s as it does', async (_, variants) => {
      const wrong: string[] = []
      for (const variant of variants) {
        if (!variant.answer) wrong.push(...(await compare(variant, judgeDocument(variant))))
      }
      expect(wrong, wrong.join('\n')).toEqual([])
    })

    if (!isUsable) return

    test('accepts the portable document', async () => {
      expect(judgeDocument(PORTABLE)).toBe('accepted')
      expect(await ask(PORTABLE)).toMatchObject({ isAccepted: true })
    })

    test('keeps documents as it is known to', async () => {
      const kept: string[] = []
      for (const variant of TOPICS.caching) {
        const count = () => host.asked.filter((url) => url === clientIdOf(variant)).length
        await ask(variant)
        const before = count()
        await ask(variant)
        if (count() === before) kept.push(variant.name)
      }
      expect(kept).toEqual(TOPICS.caching.map(({ name }) => name).filter(keeps))
    })

    test('judges how documents are hosted as it does', async () => {
      const hosted = VARIANTS.filter((variant) => isHostedOtherwise(variant, isPatient))
      const documents = Object.fromEntries(
        hosted.map((variant, index) => [`${index}.json`, clientIdOf(variant)]),
      )
      const files = hosted.map((variant, index) => [
        `${index}.json`,
        JSON.stringify({ ...defaults, ...documentOf(variant, asked) }),
      ])
      const cwd = folder({
        ...Object.fromEntries(files),
        'mcp-cimd.config.json': JSON.stringify({ documents }),
      })
      const patience = ['--timeout', '15s', '--max-bytes', '1m']
      const asks = ['--server', id, '--hosted', '--no-probe', ...patience, ...host.options]
      const { reports } = await judge(asks, { cwd }, 'lint')
      const verdicts = new Map(
        reports.map(({ target, acceptance }) => {
          const { document, hosting, signIns = [] } = acceptance?.servers[0] ?? {}
          const parts = [document, hosting, signIns[0]].flatMap((part) => part?.objections ?? [])
          return [target, parts.every(isSet(set)) ? 'accepted' : 'refused']
        }),
      )
      const compared = hosted.map((variant, index) =>
        compare(variant, verdicts.get(`${index}.json`)),
      )
      const wrong = (await Promise.all(compared)).flat()
      expect(wrong, wrong.join('\n')).toEqual([])
    })
  },
)
