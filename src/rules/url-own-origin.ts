import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { rfc, thread } from '../core/spec.js'

/** Hosts that serve what strangers publish, all of it from one origin. */
const SHARED = new Set([
  'cdn.jsdelivr.net',
  'cdn.statically.io',
  'dl.dropboxusercontent.com',
  'docs.google.com',
  'drive.google.com',
  'esm.sh',
  'fastly.jsdelivr.net',
  'firebasestorage.googleapis.com',
  'gist.github.com',
  'github.com',
  'hastebin.com',
  'raw.githack.com',
  'rawcdn.githack.com',
  's3.amazonaws.com',
  'storage.googleapis.com',
  'unpkg.com',
])

/** Those of them that send the file as text/plain. */
const PLAIN = new Set([
  'bitbucket.org',
  'codeberg.org',
  'gist.githubusercontent.com',
  'gitlab.com',
  'pastebin.com',
  'raw.githubusercontent.com',
])

/** Amazon S3, where the bucket is in the path. */
const S3 = /^s3[.-][a-z0-9-]+\.amazonaws\.com$/

export default defineRule({
  id: 'url-own-origin',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(6454, '3'), thread('nicobailon/pi-mcp-adapter', 571)],
  needs: 'client-id-url',
  title: 'The host of the client_id is not shared with strangers.',
  rationale: `
    Users are shown the host to decide whom they trust, and a host of files, packages or pastes is as
    much anybody else's. Servers that trust by host cannot tell its clients apart. Hosts of code send
    \`text/plain\`, and several servers take nothing but JSON.`,
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
          'the host of client_id, "raw.githubusercontent.com", serves what anybody publishes, as "text/plain", which several servers refuse',
        ],
        suggestions: ['publish the document on a host of your own'],
        parts: ['raw.githubusercontent.com'],
      },
      {
        clientId: 'https://UNPKG.com/client/cimd.json',
        at: ['/client_id'],
        messages: ['the host of client_id, "UNPKG.com", serves what anybody publishes'],
      },
      { clientId: 'https://github.com/somebody/client/raw/main/cimd.json', at: ['/client_id'] },
      { clientId: 'https://s3.eu-central-1.amazonaws.com/bucket/cimd.json', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { host } }) {
    const name = host.text.toLowerCase()
    const isPlain = PLAIN.has(name)
    if (!isPlain && !SHARED.has(name) && !S3.test(name)) return
    const how = isPlain ? ', as "text/plain", which several servers refuse' : ''
    yield {
      at: '/client_id',
      part: { offset: host.offset, length: host.text.length },
      message: `the host of client_id, ${quote(host.text)}, serves what anybody publishes${how}`,
      suggestion: 'publish the document on a host of your own',
    }
  },
})
