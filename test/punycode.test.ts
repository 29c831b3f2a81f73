import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeLabel, isInternationalized } from '../src/core/punycode.js'

test.each([
  ['xn--mnchen-3ya', 'münchen'],
  ['XN--BCHER-KVA', 'bücher'],
  ['xn--80ak6aa92e', 'аррӏе'],
  ['xn--ls8h', '💩'],
  ['xn--fiqs8s', '中国'],
  // RFC 3492 section 7.1, (B) and (L).
  ['xn--ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
  ['xn--3B-ww4c5e180e575a65lsy2b', '3年b組金八先生'],
  ['client', 'client'],
  ['', ''],
])('%s reads %s', (label, text) => {
  expect(decodeLabel(label)).toBe(text)
})

test.each([
  'xn--',
  'xn---',
  'xn--client-',
  'xn--z',
  'xn--99999999',
  'xn--\u00fc',
  'xn--a.b',
  `xn--${'a'.repeat(60)}`,
])('%s reads as nothing', (label) => {
  expect(decodeLabel(label)).toBeUndefined()
})

test('it undoes what the encoder of the platform does', () => {
  const letters = fc.constantFrom(...'aböéñçабвгдαβγδ中国文字한글ひらカタ-0'.split(''))
  const word = fc.array(letters, { minLength: 1, maxLength: 12 }).map((all) => `k${all.join('')}k`)
  fc.assert(
    fc.property(word, (text) => {
      const ascii = domainToASCII(text)
      fc.pre(ascii !== '')
      expect(decodeLabel(ascii)).toBe(text)
    }),
  )
})

test('no label throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(['string', 'undefined']).toContain(typeof decodeLabel(`xn--${text}`))
    }),
  )
})

test('only a label that begins so is internationalized', () => {
  expect(['xn--a.example', 'a.XN--b', 'axn--b.example', 'xn-a'].map(isInternationalized)).toEqual([
    true,
    true,
    false,
    false,
  ])
})
