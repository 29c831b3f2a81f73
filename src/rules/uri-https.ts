import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { atproto, rfc } from '../core/spec.js'

/** Judged by oidc-https-uris, which has its own source. */
const APART = new Set(['initiate_login_uri', 'sector_identifier_uri'])

export default defineRule({
  id: 'uri-https',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(7591, '2'), atproto('Client ID Metadata Document')],
  title: 'Each member that names a web page, an image or an endpoint is https.',
  rationale: `
    What is fetched over plain http can be changed on its way, and a consent page on https does not
    show it. atproto demands https; a widely used server refuses the whole document over http.`,
  examples: {
    valid: [
      { document: { client_uri: 'https://client.example.com/' } },
      // A host that is not public is the graver defect: uri-public.
      { document: { logo_uri: 'http://localhost:3000/logo.png' } },
      // Reported by oidc-https-uris.
      { document: { initiate_login_uri: 'http://client.example.com/login' } },
      { document: { sector_identifier_uri: 'http://client.example.com/sector.json' } },
    ],
    invalid: [
      { document: { client_uri: 'http://client.example.com/' }, at: ['/client_uri'] },
      { document: { 'tos_uri#de': 'HTTP://client.example.com/' }, at: ['/tos_uri#de'] },
      { document: { request_uris: ['http://client.example.com/r'] }, at: ['/request_uris/0'] },
    ],
  },

  *check({ urls }) {
    for (const { at, subject, member, url } of urls) {
      if (url?.scheme.text.toLowerCase() !== 'http' || APART.has(member)) continue
      if (specialUseOfHost(url.host.text)) continue
      yield {
        at,
        part: { offset: 0, length: url.scheme.text.length },
        message: `${subject} is plain http, and several servers take only https`,
        suggestion: 'publish it over https',
      }
    }
  },
})
