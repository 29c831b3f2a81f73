import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { segmentsOf, spellingOf, splitUrl } from '../src/core/url.js'
import { validateClientIdUrl } from '../src/index.js'

describe('a URL is taken apart as it is written', () => {
  test('with every component in its place', () => {
    const raw = 'HTTPS://u:p@[::1]:0443/a/../b?c=/./d#e?f'
    const url = splitUrl(raw)
    expect(url).toEqual({
      raw,
      scheme: { text: 'HTTPS', offset: 0 },
      userinfo: { text: 'u:p', offset: 8 },
      host: { text: '[::1]', offset: 12 },
      port: { text: '0443', offset: 18 },
      path: { text: '/a/../b', offset: 22 },
      query: { text: 'c=/./d', offset: 30 },
      fragment: { text: 'e?f', offset: 37 },
    })
    expect(
      segmentsOf({ text: '/a/../b', offset: 22 }).map(({ text, offset }) => [text, offset]),
    ).toEqual([
      ['', 22],
      ['a', 23],
      ['..', 25],
      ['b', 28],
    ])
  })

  test('empty components are components', () => {
    expect(splitUrl('https://@h:/?#')).toMatchObject({
      userinfo: { text: '' },
      port: { text: '' },
      query: { text: '' },
      fragment: { text: '' },
    })
  })

  test('offsets point at the text they belong to', () => {
    fc.assert(
      fc.property(
        fc.webUrl({
          withQueryParameters: true,
          withFragments: true,
          authoritySettings: { withUserInfo: true, withPort: true },
        }),
        (raw) => {
          const url = splitUrl(raw)
          for (const component of [
            url?.scheme,
            url?.userinfo,
            url?.host,
            url?.port,
            url?.path,
            url?.query,
            url?.fragment,
          ]) {
            if (!component) continue
            const { text, offset } = component
            expect(raw.slice(offset, offset + text.length)).toBe(text)
          }
        },
      ),
    )
  })

  test('a canonical URL is taken apart as the URL parser does', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        const parsed = new URL(text)
        const url = splitUrl(parsed.href)
        if (!url) return expect(parsed.href).toMatch(/[^!-~]|%(?![0-9a-f]{2})|["<>^`{|}]/i)
        expect(url.host.text).toBe(parsed.hostname)
        expect(url.path.text).toBe(parsed.pathname)
      }),
      { numRuns: 1000 },
    )
  })
})

/** The rules a client identifier fails, under the default profile. */
const failuresOf = (url: string): string[] =>
  validateClientIdUrl(url).results.flatMap(({ id, status }) => (status === 'failed' ? [id] : []))

describe('what new URL() repairs is judged as written', () => {
  test.each<[string, string[]]>([
    ['https://client.example.com/cimd.json', []],
    ['https://client.example.com:443/cimd.json', ['url-canonical']],
    ['T-205 https://client.example.com', ['url-path-present']],
    ['T-205 https://client.example.com?x', ['url-no-query', 'url-path-present']],
    ['T-205 https://client.example.com/', ['url-path-not-root']],
    ['T-206 https://client.example.com/a/./c', ['url-no-dot-segments']],
    ['T-206 https://client.example.com/a/../c', ['url-no-dot-segments']],
    ['T-206 https://client.example.com/a/..', ['url-no-dot-segments']],
    ['T-206 https://client.example.com/a/%2e%2e/c', ['url-no-encoded-dot-segments']],
    ['T-206 https://client.example.com/a/%2E./c', ['url-no-encoded-dot-segments']],
    ['T-206 https://client.example.com/a/.%2e/c', ['url-no-encoded-dot-segments']],
    ['T-206 https://client.example.com/a/%2e', ['url-no-encoded-dot-segments']],
    ['T-207 https://client.example.com/%zz', ['url-parse']],
    ['T-207 https://client.example.com/a/..;/c', []],
    ['R-3 https://client.example.com/a?u=/../b', ['url-no-query']],
    ['T-208 https://client.example.com/c?a=1', ['url-no-query']],
    ['T-209 https://client.example.com/c?', ['url-no-query']],
    ['T-209 https://client.example.com/c#', ['url-no-fragment']],
    ['T-210 https://client.example.com:8443/c', ['url-no-port']],
    ['R-2 https://@client.example.com/c', ['url-no-userinfo']],
    ['R-2 https://:@client.example.com/c', ['url-no-userinfo']],
    ['R-2 https:/client.example.com/c', ['url-parse']],
    ['R-2 https:client.example.com/c', ['url-parse']],
    ['R-2 https:///client.example.com/c', ['url-parse']],
    ['R-2 https://client.example.com\\c', ['url-parse']],
    ['R-2 https://client.example.com/a\\..\\b', ['url-parse']],
    ['R-2 \thttps://client.example.com/c', ['url-parse']],
    ['R-2 https://client.exam\nple.com/c', ['url-parse']],
    ['R-2 https://2130706433/c', ['url-host-public']],
    ['R-2 https://0x7f.1/c', ['url-host-public']],
    ['T-211 https://10.0.0.1/c', ['url-host-public']],
    ['T-212 https://b\u00fccher.example.com/c', ['url-parse']],
    ['T-204 https://client.example.com/c\u200bd', ['url-parse']],
    ['http://client.example.com/c', ['url-scheme-https']],
    ['http://localhost:3000/c', ['url-host-public', 'url-no-port', 'url-scheme-https']],
    ['my-client', ['url-parse']],
    ['', ['url-parse']],
  ])('%j', (named, ids) => {
    expect(failuresOf(named.replace(/^[TR]-\d+ /, ''))).toEqual(ids)
  })

  test('an identifier that is no URL passes nothing that was not asked', () => {
    const report = validateClientIdUrl('my-client')
    expect(report.outcome).toBe('failed')
    expect(report.evaluated).toMatchObject({ passed: 0, failed: 1, notApplicable: 0 })
    expect(report.evaluated.couldNotRun).toBeGreaterThan(5)
  })

  test('the place is in the URL', () => {
    const [result] = validateClientIdUrl('https://client.example.com/c#frag').results
    expect(result?.diagnostics[0]?.location).toEqual({
      kind: 'url',
      url: 'https://client.example.com/c#frag',
      offset: 28,
      length: 5,
    })
  })
})

describe('how URL parsers spell a URL', () => {
  const spell = (raw: string) => {
    const url = splitUrl(raw)
    return url && spellingOf(url)
  }

  test('is what they do', () => {
    const pick = (...texts: string[]) => fc.constantFrom(...texts)
    const segment = pick('', 'a', 'B', '.', '..', '%2e', '.%2E', '...', "'", '%7e', ';', '%2f')
    const url = fc.tuple(
      pick('https', 'HTTP', 'http'),
      pick('client.example.com', 'Client.Example.COM.', 'a_b.c', '[::1]', '127.0.0.1', 'localhost'),
      pick('', ':', ':80', ':443', ':0443', ':8443'),
      fc.array(segment, { maxLength: 5 }).map((all) => all.map((text) => `/${text}`).join('')),
      pick('', '?', '?a=/../b', "?it's"),
      pick('', '#', "#it's/../"),
    )
    fc.assert(
      fc.property(url, ([scheme, ...rest]) => {
        const raw = `${scheme}://${rest.join('')}`
        expect(spell(raw)).toBe(new URL(raw).href)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    'https://1.2.3.4.5/',
    'https://0X7F.1/',
    'https://[2606:4700::ABCD]/',
    'https://%41.example.com/',
    'https://xn--BCHER-KVA.example.com/',
    'https://../',
  ])('is left open for %s', (raw) => {
    expect(spell(raw)).toBeUndefined()
  })
})
