import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'client-uri-recommended',
  level: 'SHOULD',
  cites: [rfc(7591, '2')],
  title: 'The document has a client_uri.',
  rationale: `
    The consent page links the name of the client to it, so that users can read about the client before
    they let it in. It belongs on the host of \`client_id\`, or it says little about the client.`,
  examples: {
    valid: [
      { document: { client_uri: 'https://client.example.com/' } },
      // Reported by uri-absolute, json-types, and i18n-default.
      { document: { client_uri: '' } },
      { document: { client_uri: null } },
      { document: { 'client_uri#de': 'https://client.example.com/de' } },
    ],
    invalid: [
      { document: {}, at: ['/client_uri'], messages: ['client_uri is missing'] },
      { document: { client_url: 'https://client.example.com/' }, at: ['/client_uri'] },
      { document: { client_uri_: 'https://client.example.com/' }, at: ['/client_uri'] },
    ],
  },

  *check({ value }) {
    if ('client_uri' in value) return
    if (Object.keys(value).some((name) => name.startsWith('client_uri#'))) return
    yield {
      at: '/client_uri',
      message: 'client_uri is missing',
      suggestion: 'name a page about the client, on the host of client_id',
    }
  },
})
