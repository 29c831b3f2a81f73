import { describe, expect, test } from 'vitest'
import { runHere } from './support.js'

/** The secret in each of these documents; `~` stands for a backslash. */
const SECRET = 'hunter2'

const KEY = '-----BEGIN PRIVATE KEY-----'

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
].map((text) => text.replaceAll('~', '\\'))

describe('a secret in a document is in no output', () => {
  test.each(DOCUMENTS)('%s', async (stdin) => {
    for (const format of ['text', 'json']) {
      for (const more of [[], ['--all'], ['--client-id', `https://q:${SECRET}@h.example.com/c`]]) {
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
  ])('%s', async (_, stdin) => {
    for (const format of ['text', 'json']) {
      const { code, stdout } = await runHere(['validate', '-', '--format', format], { stdin })
      expect(code).toBe(1)
      expect(stdout.length).toBeLessThan(200_000)
    }
  })
})
