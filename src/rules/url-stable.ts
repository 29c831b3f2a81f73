import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd } from '../core/spec.js'
import { type Component, segmentsOf } from '../core/url.js'

/** Hosts of tunnels and of machines that are started for a while. */
const PASSING =
  /(?:^|\.)(?:app\.github\.dev|devtunnels\.ms|gitpod\.io|lhr\.life|loca\.lt|ngrok-free\.app|ngrok-free\.dev|ngrok\.io|pinggy\.link|serveo\.net|trycloudflare\.com|webcontainer\.io)$/

/** Names of deployments that are made to be looked at: of a branch, of a commit, of a request. */
const PREVIEWS = [
  /^[^.]+\.[^.]+\.pages\.dev$/,
  /^(?:deploy-preview-[0-9]+|[0-9a-f]{24})--[^.]+\.netlify\.app$/,
  /^preview--[^.]+\.lovable\.app$/,
]

/** What changes with each release, or with each change: a version of three numbers, a commit. */
const VERSION = /(?:^|[@_-])v?[0-9]+\.[0-9]+\.[0-9]+(?=$|[-+]|\.[A-Za-z])/
const COMMIT = /(?:^|@)[0-9a-f]{40}$/

export default defineRule({
  id: 'url-stable',
  level: 'SHOULD',
  cites: [cimd('url-stable')],
  needs: 'client-id-url',
  title: 'The client_id is a URL that stays: of no version, no preview and no tunnel.',
  rationale: `
    The URL is the identity of the client. At another URL it is another client: grants are lost, and
    users are asked again. Whoever gets a URL that was given up gets the client with it.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/cimd.json' },
      { clientId: 'https://client.example.com/oauth/v2/cimd.json' },
      { clientId: 'https://client.example.com/oauth2.1/127.0.0.1/20260706/cimd.json' },
      { clientId: 'https://client.pages.dev/cimd.json' },
      { clientId: 'https://my--client.netlify.app/cimd.json' },
      { clientId: 'https://ngrok.io.example.com/cimd.json' },
      { clientId: 'https://client.example.com/87048fc7-b553-4c86-95de-633e1675f0bd/cimd.json' },
    ],
    invalid: [
      {
        clientId: 'https://client.example.com/v1.2.3/cimd.json',
        at: ['/client_id'],
        messages: [
          'client_id has "v1.2.3" in its path, and with the next one it is another client',
        ],
        parts: ['v1.2.3'],
      },
      {
        clientId: 'https://unpkg.com/@example/client@10.0.0-rc.1/cimd.json',
        at: ['/client_id'],
        parts: ['client@10.0.0-rc.1'],
      },
      {
        clientId: 'https://client.example.com/0c5f6791f2d3c63e5f31fd74f0c5f6791f2d3c63/cimd.json',
        at: ['/client_id'],
      },
      {
        clientId: 'https://Two-Words.TryCloudflare.com/cimd.json',
        at: ['/client_id'],
        messages: [
          'the host of client_id, "Two-Words.TryCloudflare.com", is that of a tunnel or a preview, which ends one day',
        ],
        suggestions: ['publish the document on a host that stays yours'],
        parts: ['Two-Words.TryCloudflare.com'],
      },
      { clientId: 'https://1a2b3c4d.client.pages.dev/cimd.json', at: ['/client_id'] },
      { clientId: 'https://deploy-preview-7--client.netlify.app/cimd.json', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { host, path } }) {
    if (isPassing(host.text.toLowerCase())) {
      yield {
        at: '/client_id',
        part: { offset: host.offset, length: host.text.length },
        message: `the host of client_id, ${quote(host.text)}, is that of a tunnel or a preview, which ends one day`,
        suggestion: 'publish the document on a host that stays yours',
      }
    }
    // Most paths have nothing like one.
    if (!/[0-9]\.[0-9]|[0-9a-f]{40}/.test(path.text)) return
    const segment = segmentsOf(path).find(isVersioned)
    if (!segment) return
    const { text, offset } = segment
    yield {
      at: '/client_id',
      part: { offset, length: text.length },
      message: `client_id has ${quote(text)} in its path, and with the next one it is another client`,
      suggestion: 'publish the document under a path that no release changes',
    }
  },
})

const isPassing = (host: string): boolean =>
  PASSING.test(host) || PREVIEWS.some((pattern) => pattern.test(host))

const isVersioned = ({ text }: Component): boolean => VERSION.test(text) || COMMIT.test(text)
