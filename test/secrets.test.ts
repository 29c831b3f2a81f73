import { describe, expect, test } from 'vitest'
import { maskSecrets, redact } from '../src/core/secrets.js'
import { runHere } from './support.js'

/** The secret in each of these documents; `~` stands for a backslash. */
const SECRET = 'hunter2'

const KEY = '-----BEGIN PRIVATE KEY-----'

/** Credentials by what their issuers make them begin with; `#` stands for 29 letters and digits. */
const TOKENS = [
  'ghp_hunter2#',
  'gho_hunter2#xxxxxxxxx',
  'github_pat_hunter2_#_x',
  'glpat-hunter2-_#',
  'xoxb-1234-hunter2',
  'sk_live_hunter2#',
  'rk_live_hunter2#',
  'sk-ant-api03-hunter2-#-x',
  'sk-proj-hunter2_#',
  'sk-hunter2#',
  'AIzahunter2#',
  'npm_hunter2#',
  'SG.hunter2xxxxxxxxxxxxxxx.hunter2#xxxxxxx',
].map((text) => text.replace('#', `${'x1'.repeat(14)}x`))

/** Documents with a secret where somebody once put one, and a finding on the same line. */
const DOCUMENTS = [
  '{"client_secret":"hunter2"}',
  '{"client_secret":["hunter2"],"redirect_uris":["/x"]}',
  '{"client_secret":{"value":"hunter2"},"redirect_uris":["/x"]}',
  '{"Client_Secret":"hunter2","redirect_uris":["/x"]}',
  '{"clientSecret":"hunter2","redirect_uris":["/x"]}',
  '{"client_secret#de":"hunter2","redirect_uris":["/x"]}',
  '{"client~u005fsecret":"hunter2","redirect_uris":["/x"]}',
  '{"registration_access_token":"hunter2"}',
  '{"access_token":"hunter2","redirect_uris":["/x"]}',
  '{"api_key":"hunter2","redirect_uris":["/x"]}',
  '{"jwks":{"keys":[{"kty":"RSA","d":"x","p":"hunter2","qi":"hunter2","oth":[{"r":"hunter2"}]}]}}',
  '{"jwks":{"keys":[{"kty":"oct","k":"hunter2"}]}}',
  '{"jwks":"{~"keys~":[{~"k~":~"hunter2~"}]}"}',
  '{"private_key":{"kty":"AKP","priv":"hunter2"}}',
  // Broken, as it is when people look for help.
  '{ "client_secret": hunter2 }',
  '{ client_secret: "hunter2" }',
  "{ 'client_secret': 'hunter2' }",
  '{"client_secret": \'hunter2\'}',
  '{"client_secret"="hunter2"}',
  '{"client_secret"/**/:"hunter2"}',
  '{"client_id": "a"b", "client_secret": "hunter2"}',
  '{"client_secret":"hunter2',
  'client_secret=hunter2',
  'client_secret: hunter2\nclient_id: x',
  // Passwords in URLs, however they are spelled.
  '{"redirect_uris":["https://u:hunter2@h/cb#"]}',
  '{"redirect_uris":["https:~/~/u:hunter2@h~/cb#"]}',
  '{"redirect_uris":["https://u:hunter2~u0040h/cb#"]}',
  '{"redirect_uris":["https://u:p@hunter2@h/cb#"]}',
  '{"redirect_uris":["https://u:p hunter2@h/cb#"]}',
  '{"redirect_uris":["http://u:p/hunter2@h/cb#"]}',
  '{"redirect_uris":["http://u:p~"hunter2@h/cb"]}',
  '{"redirect_uris":["http:/u:hunter2@h"]}',
  '{"client_id":"https://u:hunter2@h/c"}',
  '{"client_id":"https:~~~~u:hunter2@h/c"}',
  '{"client_id":"//u:hunter2@h/c"}',
  // Keys as text.
  `{"redirect_uris":["${KEY}~nhunter2"]}`,
  `{"client_id":"${KEY}~nhunter2"}`,
  `{"${KEY}~nhunter2":"${KEY}"}`,
  '{"a":"-----BEGIN~u0020PRIVATE KEY-----hunter2","redirect_uris":["/x"]}',
  `${KEY}\nhunter2\n-----END PRIVATE KEY-----`,
  `${KEY} hunter2`,
  // Tokens of known issuers, wherever they are.
  ...TOKENS.flatMap((token) => [
    `{"client_uri":"https://h/${token}","redirect_uris":["${token}#"]}`,
    `{"x":{"a":["see ${token}."]}}`,
    `{"client_id": "${token}`,
  ]),
  `{"a":"~u0067${TOKENS[0]?.slice(1)}"}`,
  `{"redirect_uris":["https://h/~u002f${TOKENS[0]}#"]}`,
  `{"a":"~n${TOKENS[0]}~q"}`,
  `{"a":"~u002f${TOKENS[0]}~q"}`,
  `{"client_id":"https://h/%2F${TOKENS[0]}#"}`,
  `{"client_id":"https://${TOKENS[0]}@h/c"}`,
  `{"${TOKENS[0]}":"${TOKENS[0]}","redirect_uris":["/x"]}`,
  `{"a/${TOKENS[0]}":["${TOKENS[0]}"]}`,
  `{"client_secret#${TOKENS[0]}":"hunter2","redirect_uris":["/x"]}`,
  `{"redirect_uris":["${TOKENS[0]}${TOKENS[0]}:${TOKENS[0]}"]}`,
  `token ${TOKENS[0]}`,
  // Names that stand in messages and pointers.
  '{"logo_uri#https://u:hunter2@h":"javascript:x"}',
  '{"note https://u:hunter2@h":{"kty":"oct"}}',
  `{"logo_uri#${TOKENS[0]}":"None"}`,
  `{"client_name#${TOKENS[0]}":5}`,
  '{"software_statement":"eyJhbGciOiJFUzI1NiJ9.hunter2.c2ln"}',
].map((text) => text.replaceAll('~', '\\'))

describe('a secret in a document is in no output', () => {
  test.each(DOCUMENTS)('%s', async (stdin) => {
    for (const format of ['text', 'json']) {
      for (const more of [
        [],
        ['--all'],
        ['--client-id', `https://q:${SECRET}@h.example.com/c`],
        ['--client-id', `${KEY} ${SECRET}`],
      ]) {
        const argv = ['validate', '-', '--format', format, ...more]
        const { code, stdout, stderr } = await runHere(argv, { stdin })
        expect(code).toBe(1)
        expect(stdout + stderr).not.toContain(SECRET)
      }
    }
  })

  test('what is no secret is shown', async () => {
    const text =
      '{"redirect_uris":["https://h.example.com/@me#x","mailto:me@example.com"],"client_name":"d"}'
    const { stdout } = await runHere(['validate', '-'], { stdin: text })
    expect(stdout).toContain('https://h.example.com/@me#x')
    expect(stdout).toContain('mailto:me@example.com')
  })

  test('every character of a token is hidden, and nothing else moves', () => {
    for (const token of TOKENS) {
      for (const [before, after] of [
        ['{"a":"', '"}'],
        ['{"a":"https://h/', '/x?y=1"}'],
        ['{"', '":"a"}'],
      ] as const) {
        const masked = maskSecrets(before + token + after)
        expect(masked).toBe(before + '*'.repeat(token.length) + after)
      }
    }
  })

  test.each([
    'https://h.example.com/desk-booking-application-2026-client',
    'https://h.example.com/sk-slovensko/preklad-aplikacie-2026',
    'xghp_x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1',
    'com.example.npm_client:/callback',
    'SG.example.com',
    'AKIAGIRL',
  ])('%s is no token', (text) => {
    expect(maskSecrets(JSON.stringify({ a: text }))).toContain(text)
    expect(redact(text)).toBe(text)
  })
})

describe('a hostile document takes no time to speak of', () => {
  const many = Array.from({ length: 60 }, () => '/x')
  test.each<[string, string]>([
    ['a string of backslashes that never ends', '"\\'.repeat(500_000)],
    [
      'a long name over many items',
      JSON.stringify({ ['x'.repeat(20_000)]: Array(8000).fill(1), redirect_uris: many }),
    ],
    ['a long line beyond ASCII', JSON.stringify({ redirect_uris: many, a: 'é'.repeat(400_000) })],
    [
      'a long line of combining marks',
      JSON.stringify({ a: 'e\u0301'.repeat(300_000), redirect_uris: many }),
    ],
    ['a million line ends', `{${'\n'.repeat(1_000_000)}"redirect_uris":${JSON.stringify(many)}}`],
    ['70,000 unknown members', `{${Array.from({ length: 70_000 }, (_, n) => `"x${n}":1`).join()}}`],
    ['70,000 repeated members', `{${Array.from({ length: 70_000 }, () => '"x":1').join()}}`],
    ['150,000 items of a wrong type', JSON.stringify({ redirect_uris: Array(150_000).fill(1) })],
    [
      'a client_id of a mebibyte',
      JSON.stringify({ client_id: `https://${'a'.repeat(1_000_000)}@` }),
    ],
    [
      'a redirection URI of a mebibyte',
      JSON.stringify({ redirect_uris: [`http://${'a:'.repeat(500_000)}`] }),
    ],
    ...[
      'ghp_',
      'github_pat_',
      'sk-',
      'sk-a',
      'sk-ant-',
      'SG.',
      'SG.aaaaaaaaaaaaaaaaaaaaaa.',
      '://:',
    ].map((prefix): [string, string] => [
      `a mebibyte of ${prefix}`,
      JSON.stringify({ a: prefix.repeat(1_000_000 / prefix.length), redirect_uris: many }),
    ]),
    [
      'a mebibyte of a token',
      JSON.stringify({ a: `sk-proj-${'a'.repeat(1_000_000)}`, redirect_uris: many }),
    ],
    [
      '150,000 short strings',
      JSON.stringify({ a: Array(150_000).fill('sk-'), redirect_uris: many }),
    ],
    [
      'a software statement that nests without end',
      JSON.stringify({ software_statement: `e30.${'W1tb'.repeat(240_000)}.c2ln` }),
    ],
    [
      '20,000 secrets under one name of half a mebibyte',
      JSON.stringify({ ['n'.repeat(500_000)]: Array(20_000).fill('AKIAA1A1A1A1A1A1A1A1') }),
    ],
    [
      '90,000 repeated names below one of half a mebibyte',
      `{"${'n'.repeat(500_000)}":{${Array(90_000).fill('"":0').join()}}}`,
    ],
    ['a language tag of half a mebibyte', `{"logo_uri#${'n'.repeat(500_000)}":"x"}`],
    ['a mebibyte of dots', JSON.stringify({ software_statement: '.'.repeat(1_000_000) })],
    [
      'a software statement nested as deep as fits',
      JSON.stringify({
        software_statement: `e30.${'W1tb'.repeat(120_000)}${'XV1d'.repeat(120_000)}.c2ln`,
      }),
    ],
    [
      '20,000 keys that fit nothing',
      JSON.stringify({
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: Array(20_000).fill({ kty: 'RSA', alg: 'none', kid: 'a' }) },
      }),
    ],
  ])('%s', async (_, stdin) => {
    for (const format of ['text', 'json']) {
      const { code, stdout } = await runHere(['validate', '-', '--format', format], { stdin })
      expect(code).toBe(1)
      expect(stdout.length).toBeLessThan(200_000)
    }
  })
})
