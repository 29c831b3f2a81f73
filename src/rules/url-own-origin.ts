import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

/** Hosts that serve what strangers publish, all of it from one origin. */
const SHARED = new Set([
  'bitbucket.org',
  'cdn.jsdelivr.net',
  'codeberg.org',
  'dl.dropboxusercontent.com',
  'drive.google.com',
  'esm.sh',
  'firebasestorage.googleapis.com',
  'gist.github.com',
  'gist.githubusercontent.com',
  'gitlab.com',
  'hastebin.com',
  'pastebin.com',
  'raw.githubusercontent.com',
  's3.amazonaws.com',
  'storage.googleapis.com',
  'unpkg.com',
])

export default defineRule({
  id: 'url-own-origin',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(6454, '3')],
  needs: 'client-id-url',
  title: 'The host of the client_id is not shared with strangers.',
  rationale: `
    Users are shown the host to decide whom they trust, and a host of files, packages or pastes is as
    much anybody else's. Servers that trust by host cannot tell its clients apart, and such hosts
    often send \`text/plain\`.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/c' },
      { clientId: 'https://somebody.github.io/c' },
      { clientId: 'https://raw.githubusercontent.com.example.com/c' },
    ],
    invalid: [
      {
        clientId: 'https://raw.githubusercontent.com/somebody/client/main/cimd.json',
        at: ['/client_id'],
        messages: [
          'the host of client_id, "raw.githubusercontent.com", serves what anybody publishes',
        ],
        suggestions: ['publish the document on a host of your own'],
        parts: ['raw.githubusercontent.com'],
      },
      { clientId: 'https://UNPKG.com/client/cimd.json', at: ['/client_id'] },
      { clientId: 'https://s3.eu-central-1.amazonaws.com/bucket/cimd.json', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { host } }) {
    const name = host.text.toLowerCase()
    if (!SHARED.has(name) && !/^s3[.-][a-z0-9-]+\.amazonaws\.com$/.test(name)) return
    yield {
      at: '/client_id',
      part: { offset: host.offset, length: host.text.length },
      message: `the host of client_id, ${quote(host.text)}, serves what anybody publishes`,
      suggestion: 'publish the document on a host of your own',
    }
  },
})
