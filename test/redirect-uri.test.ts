import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findRedirectUri, matchRedirectUri } from '../src/core/redirect-uri.js'

const HTTPS = 'https://client.example.com/cb'

describe('character for character', () => {
  test.each([
    `${HTTPS}/`,
    'https://client.example.com/CB',
    `${HTTPS}?x=1`,
    `${HTTPS}?`,
    `${HTTPS}#f`,
    'https://client.example.com/a/../cb',
    'https://client.example.com/%63b',
    'https://client.example.com//cb',
    'https://client.example.com:443/cb',
    'https://client.example.com:8443/cb',
    'https://CLIENT.example.com/cb',
    'HTTPS://client.example.com/cb',
    'http://client.example.com/cb',
    'https://u@client.example.com/cb',
    'https://client.example.com.evil.test/cb',
    'https://client.example.com@evil.test/cb',
    'https://client.example.com\\@evil.test/cb',
    ' https://client.example.com/cb',
    '',
  ])('%j is not the registered https URI', (requested) => {
    expect(matchRedirectUri([HTTPS], requested)).toBe(false)
  })

  test('any of the registered ones is found, and nothing else', () => {
    const registered = ['com.example.app:/cb', HTTPS, 'http://127.0.0.1/cb']
    for (const uri of registered) expect(findRedirectUri(registered, uri)).toBe(uri)
    fc.assert(
      fc.property(fc.webUrl(), (uri) => {
        expect(findRedirectUri(registered, uri)).toBe(registered.includes(uri) ? uri : undefined)
      }),
    )
  })
})

describe('the port of loopback is free', () => {
  test.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:49152/cb'],
    ['http://127.0.0.1:3000/cb', 'http://127.0.0.1:3001/cb'],
    ['http://127.0.0.1:3000/cb', 'http://127.0.0.1/cb'],
    ['http://[::1]/cb', 'http://[::1]:61234/cb'],
    ['http://localhost/cb', 'http://localhost:8080/cb'],
    ['http://127.0.0.1', 'http://127.0.0.1:1'],
    ['http://127.0.0.1/cb?a=b', 'http://127.0.0.1:65535/cb?a=b'],
  ])('%s is what %s names', (registered, requested) => {
    expect(findRedirectUri(['https://client.example.com/cb', registered], requested)).toBe(
      registered,
    )
  })

  test.each([
    ['http://127.0.0.1/cb', 'http://localhost:8080/cb'],
    ['http://localhost/cb', 'http://127.0.0.1/cb'],
    ['http://[::1]/cb', 'http://127.0.0.1:8080/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/other'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb/'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb?x=1'],
    ['http://127.0.0.1/cb', 'https://127.0.0.1:8080/cb'],
    ['https://127.0.0.1/cb', 'https://127.0.0.1:8080/cb'],
    ['http://127.0.0.1', 'http://127.0.0.1:80@evil.test'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:80@evil.test/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:99999/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:8a/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:+80/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.2:80/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1.evil.test:80/cb'],
    ['http://localhost/cb', 'http://localhost.evil.test:80/cb'],
    ['http://localhost/cb', 'http://LOCALHOST:80/cb'],
    ['http://localhost:*/cb', 'http://localhost:80/cb'],
    ['http://client.example.com/cb', 'http://client.example.com:80/cb'],
  ])('%s is not what %s names', (registered, requested) => {
    expect(matchRedirectUri([registered], requested)).toBe(false)
  })
})

describe('no redirect_uri in the request', () => {
  test('means the only registered one', () => {
    expect(findRedirectUri([HTTPS], undefined)).toBe(HTTPS)
  })
  test.each([[[]], [[HTTPS, 'http://127.0.0.1/cb']]])('means none of %j', (registered) => {
    expect(findRedirectUri(registered, undefined)).toBeUndefined()
  })
})
