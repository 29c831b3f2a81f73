import { defineRule } from '../core/define.js'
import { openid } from '../core/spec.js'

export default defineRule({
  id: 'pairwise-needs-sector',
  level: 'MUST',
  cites: [openid('core', '8.1'), openid('registration', '5')],
  reads: ['subject_type'],
  title: 'A client of pairwise subjects with redirection URIs on several hosts names its sector.',
  rationale: `
    Pairwise identifiers are computed from the host of the redirection URIs. With several hosts there
    is no one host to take, so \`sector_identifier_uri\` must say which belong together.`,
  examples: {
    valid: [
      {
        document: {
          subject_type: 'pairwise',
          redirect_uris: ['https://client.example.com/a', 'https://Client.example.com/b'],
        },
      },
      {
        document: {
          subject_type: 'pairwise',
          sector_identifier_uri: 'https://example.com/sector.json',
          redirect_uris: ['https://a.example.com/cb', 'https://b.example.com/cb'],
        },
      },
      {
        document: {
          subject_type: 'public',
          redirect_uris: ['https://a.example.com/cb', 'https://b.example.com/cb'],
        },
      },
      // URIs without a host.
      {
        document: {
          subject_type: 'pairwise',
          redirect_uris: ['https://client.example.com/cb', 'com.example.app:/cb', '/cb'],
        },
      },
    ],
    invalid: [
      {
        document: {
          subject_type: 'pairwise',
          redirect_uris: ['https://a.example.com/cb', 'https://b.example.com/cb'],
        },
        at: ['/subject_type'],
      },
      {
        document: {
          subject_type: 'pairwise',
          redirect_uris: ['https://a.example.com/', 'com.example.app:/', 'http://127.0.0.1/'],
        },
        at: ['/subject_type'],
        messages: [
          'subject_type is "pairwise" and redirect_uris have 2 hosts, but there is no sector_identifier_uri',
        ],
      },
    ],
  },

  *check({ metadata: { subject_type }, redirects, value }) {
    if (subject_type !== 'pairwise' || 'sector_identifier_uri' in value) return
    const hosts = redirects.flatMap(({ url }) => url?.host.text.toLowerCase() ?? [])
    const count = new Set(hosts).size
    if (count < 2) return
    yield {
      at: '/subject_type',
      message: `subject_type is "pairwise" and redirect_uris have ${count} hosts, but there is no sector_identifier_uri`,
      suggestion: 'add sector_identifier_uri, or use "public"',
    }
  },
})
