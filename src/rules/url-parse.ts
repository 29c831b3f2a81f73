import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'
import { judgeAbsolute } from '../core/url.js'

export default defineRule({
  id: 'url-parse',
  level: 'MUST',
  cites: [cimd('url'), rfc(3986, '4.3')],
  needs: 'client-id',
  title: 'The client_id is an absolute URL with a host.',
  rationale: `
    Web browsers repair what they are given: a missing slash, a backslash, a space, a letter beyond
    ASCII. Two servers repair differently and see two clients, so the URL must be right as written,
    by the grammar of RFC 3986.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/cimd.json' },
      { clientId: 'https://xn--bcher-kva.example.com/caf%C3%A9' },
      { clientId: 'https://[2001:db8::1]:8443/c?a=/../b#c' },
    ],
    invalid: [
      {
        clientId: 'my-client',
        at: ['/client_id'],
        messages: ['client_id "my-client" is not absolute: it has no scheme'],
        suggestions: ['write it as https://host/path'],
        parts: ['my-client'],
      },
      {
        clientId: '',
        at: ['/client_id'],
        messages: ['client_id is empty'],
        suggestions: ['write it as https://host/path'],
      },
      {
        clientId: 'https:/client.example.com/c',
        at: ['/client_id'],
        messages: [
          'client_id "https:/client.example.com/c" has no "//" after "https:", and so no host',
        ],
        suggestions: ['write it as https://host/path'],
      },
      {
        clientId: 'https:///client.example.com/c',
        at: ['/client_id'],
        messages: ['client_id "https:///client.example.com/c" has no host'],
        suggestions: ['write it as https://host/path'],
      },
      {
        clientId: 'https://:8443/c',
        at: ['/client_id'],
        messages: ['client_id "https://:8443/c" has no host'],
        suggestions: ['write it as https://host/path'],
        parts: [':8443'],
      },
      {
        clientId: ' https://client.example.com/c',
        at: ['/client_id'],
        suggestions: ['remove it'],
        parts: [' '],
      },
      {
        clientId: 'https://client.example.com/c\n',
        at: ['/client_id'],
        suggestions: ['remove it'],
        parts: ['\n'],
      },
      {
        clientId: 'https://client.example.com/c ',
        at: ['/client_id'],
        suggestions: ['remove it'],
        parts: [' '],
      },
      {
        clientId: 'https://client.example.com/a\tb',
        at: ['/client_id'],
        suggestions: ['remove it'],
        parts: ['\t'],
      },
      {
        clientId: 'https://client example.com/c',
        at: ['/client_id'],
        suggestions: ['remove it'],
        parts: [' '],
      },
      {
        clientId: 'https://client.example.com/a b',
        at: ['/client_id'],
        messages: [
          'client_id "https://client.example.com/a b" has U+0020 " " at offset 28, which no URL may contain',
        ],
        suggestions: ['percent-encode it, as "%20"'],
        parts: [' '],
      },
      {
        clientId: 'https://client.example.com\\c',
        at: ['/client_id'],
        suggestions: ['write "/" where a slash is meant'],
        parts: ['\\'],
      },
      {
        clientId: 'https://bücher.example.com/c',
        at: ['/client_id'],
        suggestions: ['write the host in its xn-- form'],
        parts: ['ü'],
      },
      {
        clientId: 'bücher.example.com',
        at: ['/client_id'],
        suggestions: ['write the host in its xn-- form'],
        parts: ['ü'],
      },
      {
        clientId: 'https://client.example.com/ü',
        at: ['/client_id'],
        suggestions: ['percent-encode it, as "%C3%BC"'],
        parts: ['ü'],
      },
      {
        clientId: 'https://client.example.com/%zz',
        at: ['/client_id'],
        suggestions: ['write "%25" for a percent sign'],
        parts: ['%'],
      },
      {
        clientId: 'https://client.example.com:https/c',
        at: ['/client_id'],
        messages: [
          'client_id "https://client.example.com:https/c" has the port "https", which is not a number',
        ],
        suggestions: ['write the port as a number up to 65535, or leave it out'],
        parts: ['https'],
      },
      {
        clientId: 'https://client.example.com:65536/c',
        at: ['/client_id'],
        messages: [
          'client_id "https://client.example.com:65536/c" has the port "65536", which is above 65535',
        ],
        suggestions: ['write the port as a number up to 65535, or leave it out'],
        parts: ['65536'],
      },
      {
        clientId: 'https://u@a@client.example.com/c',
        at: ['/client_id'],
        suggestions: ['remove everything between "//" and the last "@", and the "@"'],
        parts: ['***@client.example.com'],
      },
      {
        clientId: 'https://[2001:db8::1/c',
        at: ['/client_id'],
        messages: [
          'client_id "https://[2001:db8::1/c" has the host "[2001:db8::1", which is neither a name nor an IPv6 address in brackets',
        ],
        suggestions: [
          'write an IPv6 address as in https://[2606:4700::1111]/, and any other host without ":"',
        ],
        parts: ['[2001:db8::1'],
      },
      {
        clientId: 'https://2001:db8::1/c',
        at: ['/client_id'],
        suggestions: [
          'write an IPv6 address as in https://[2606:4700::1111]/, and any other host without ":"',
        ],
        parts: ['2001:db8::1'],
      },
    ],
  },

  *check({ clientId }) {
    const fault = judgeAbsolute('client_id', clientId, 'write it as https://host/path')
    if (fault) yield { at: '/client_id', ...fault }
  },
})
