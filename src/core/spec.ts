import type { Keyword } from './types.js'

/** The editions of the CIMD draft, draft-ietf-oauth-client-id-metadata-document. */
export type CimdEdition = '00' | '01' | '02'
type McpEdition = '2025-11-25' | '2026-07-28'
type OAuth21Edition = '13'

/** A frozen set of specification editions: what a profile stands for. */
export interface Editions {
  readonly cimd: CimdEdition
  readonly oauth21?: OAuth21Edition
  readonly mcp?: McpEdition
  readonly atproto?: '2026-08-20'
}

/** The names that move with major versions, and the profile each stands for now. */
export const ALIASES = { mcp: 'mcp-2026-07-28-cimd-02', cimd: 'cimd-02' } as const

/** The profile of those who name none. */
export const DEFAULT_PROFILE = 'mcp'

const EDITIONS = ['00', '01', '02'] as const satisfies readonly CimdEdition[]

/** Section and keyword of each sentence in each edition that has it: editions renumber. */
const CIMD = {
  url: { '00': ['3', 'MUST'], '01': ['3', 'MUST'], '02': ['3', 'MUST'] },
  'url-query': { '00': ['3', 'SHOULD'], '01': ['3', 'SHOULD'], '02': ['3', 'SHOULD'] },
  'url-root-path': { '02': ['3', 'SHOULD'] },
  'url-short': { '00': ['3', 'SHOULD'], '01': ['3', 'SHOULD'], '02': ['3', 'SHOULD'] },
  'url-stable': { '00': ['3', 'SHOULD'], '01': ['3', 'SHOULD'], '02': ['3', 'SHOULD'] },
  'url-port': { '00': ['3', 'MAY'], '01': ['3', 'MAY'], '02': ['3', 'MAY'] },
  document: { '00': ['4.1', 'MUST'], '01': ['4.1', 'MUST'], '02': ['4', 'MUST'] },
  status: { '01': ['4', 'MUST'], '02': ['4', 'MUST'] },
  redirects: { '01': ['4', 'MUST'], '02': ['5', 'MUST'] },
  'media-type': { '00': ['4.1', 'MAY'], '01': ['4.1', 'MAY'], '02': ['4', 'MAY'] },
  caching: { '00': ['4.4', 'SHOULD'], '01': ['4.4', 'SHOULD'], '02': ['5.2', 'SHOULD'] },
  size: { '00': ['6.6', 'SHOULD'], '01': ['6.6', 'SHOULD'], '02': ['8.7', 'SHOULD'] },
  logo: { '00': ['6.7', 'SHOULD'], '01': ['6.7', 'SHOULD'], '02': ['8.8', 'SHOULD'] },
  credentials: { '00': ['4.1', 'MUST'], '01': ['4.1', 'MUST'], '02': ['4.1', 'MUST'] },
  'redirect-uris': { '00': ['4.5', 'MUST'], '01': ['4.5', 'MUST'], '02': ['4.2', 'MUST'] },
  'redirect-origin': { '00': ['6.1', 'MAY'], '01': ['6.1', 'MAY'], '02': ['8.1', 'MAY'] },
  'software-statement': { '02': ['4.3', 'MAY'] },
  'client-authentication': { '00': ['6.2', 'MUST'], '01': ['6.2', 'MUST'], '02': ['8.2', 'MUST'] },
  'known-schemes': { '00': ['6.5', 'SHOULD'], '02': ['8.6', 'SHOULD'] },
  'linked-urls': { '00': ['6.5', 'SHOULD'], '01': ['6.5', 'SHOULD'], '02': ['8.6', 'MUST'] },
  ssrf: { '00': ['6.5', 'SHOULD'], '01': ['6.5', 'MUST'], '02': ['8.6', 'MUST'] },
} as const satisfies Record<string, { [E in CimdEdition]?: readonly [string, Keyword] }>

/** Heading and page of each sentence in each MCP revision: its pages have no section numbers. */
const MCP = {
  'required-members': {
    '2025-11-25': [
      'Implementation Requirements',
      'basic/authorization#implementation-requirements',
    ],
    '2026-07-28': [
      'Client Registration, Implementation Requirements',
      'basic/authorization/client-registration#implementation-requirements',
    ],
  },
  'communication-security': {
    '2025-11-25': ['Communication Security', 'basic/authorization#communication-security'],
    '2026-07-28': [
      'Security Considerations, Communication Security',
      'basic/authorization/security-considerations#communication-security',
    ],
  },
} as const satisfies Record<string, Record<McpEdition, readonly [string, string]>>

const OAUTH21 = {
  'redirect-uris': { '13': '2.3' },
  'private-use-schemes': { '13': '8.4.3' },
  'loopback-redirects': { '13': '8.4.2' },
  'implicit-grant': { '13': '10.1' },
} as const satisfies Record<string, Record<OAuth21Edition, string>>

/** A place in a specification, by topic where editions renumber. */
export type Cite =
  | { readonly spec: 'cimd'; readonly topic: keyof typeof CIMD; readonly since: CimdEdition }
  | { readonly spec: 'mcp'; readonly topic: keyof typeof MCP }
  | { readonly spec: 'oauth21'; readonly topic: keyof typeof OAUTH21 }
  | { readonly spec: 'atproto'; readonly heading: string }
  | { readonly spec: 'atproto-server'; readonly path: string }
  | { readonly spec: 'fixed'; readonly text: string; readonly url: string }

/** Cites the CIMD draft; `since` when the sentence is younger than its topic. */
export const cimd = (topic: keyof typeof CIMD, since: CimdEdition = '00'): Cite => ({
  spec: 'cimd',
  topic,
  since,
})

/** Cites the authorization pages of the Model Context Protocol. */
export const mcp = (topic: keyof typeof MCP): Cite => ({ spec: 'mcp', topic })

/** Cites draft-ietf-oauth-v2-1. */
export const oauth21 = (topic: keyof typeof OAUTH21): Cite => ({ spec: 'oauth21', topic })

/** Cites the OAuth profile of atproto by heading. */
export const atproto = (heading: string): Cite => ({ spec: 'atproto', heading })

/**
 * Cites the reference authorization server of atproto, where it refuses what the text of its
 * specification does not speak of; `path` is a file below `packages/oauth`.
 */
export const atprotoServer = (path: string): Cite => ({ spec: 'atproto-server', path })

const OPENID = {
  core: ['OpenID Connect Core 1.0', 'openid-connect-core-1_0'],
  registration: ['OpenID Connect Registration 1.0', 'openid-connect-registration-1_0'],
  'metadata-choices': [
    'OpenID Connect RP Metadata Choices 1.0',
    'openid-connect-rp-metadata-choices-1_0',
  ],
  'back-channel-logout': [
    'OpenID Connect Back-Channel Logout 1.0',
    'openid-connect-backchannel-1_0',
  ],
  'rp-initiated-logout': [
    'OpenID Connect RP-Initiated Logout 1.0',
    'openid-connect-rpinitiated-1_0',
  ],
} as const

/** Cites a section of a specification of the OpenID Foundation. */
export const openid = (name: keyof typeof OPENID, section: string): Cite => {
  const [text, page] = OPENID[name]
  return {
    spec: 'fixed',
    text: `${text} §${section}`,
    url: `https://openid.net/specs/${page}.html#rfc.section.${section}`,
  }
}

/** Cites a section of an RFC. */
export const rfc = (number: number, section: string): Cite => ({
  spec: 'fixed',
  text: `RFC ${number} §${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}.html#section-${section}`,
})

/** Cites a public thread, where a convention has its evidence: an issue or a pull request. */
export const thread = (repository: string, number: number): Cite => ({
  spec: 'fixed',
  text: `${repository}#${number}`,
  url: `https://github.com/${repository}/issues/${number}`,
})

/** Cites the rules that Auth0 publishes for documents. */
export const auth0: Cite = {
  spec: 'fixed',
  text: 'Auth0, CIMD validation rules',
  url: 'https://auth0.com/docs/get-started/auth0-overview/create-applications/cimd-validation-rules',
}

/** Cites what the CIMD plugin of Better Auth refuses, by its default settings. */
export const betterAuth: Cite = {
  spec: 'fixed',
  text: 'Better Auth, validate-metadata-document.ts',
  url: 'https://github.com/better-auth/better-auth/blob/main/packages/cimd/src/validate-metadata-document.ts',
}

/**
 * Says which keyword a citation has in the editions of a profile.
 *
 * @returns The keyword where the table knows it, and whether only a later edition of CIMD says so;
 * undefined when the profile does not contain the specification.
 */
export function keywordOf(
  cite: Cite,
  editions: Editions,
): { readonly keyword?: Keyword; readonly isLater: boolean } | undefined {
  switch (cite.spec) {
    case 'fixed':
      return { isLater: false }
    case 'oauth21':
      return editions.oauth21 && { isLater: false }
    case 'atproto':
    case 'atproto-server':
      return editions.atproto && { keyword: 'MUST', isLater: false }
    case 'mcp':
      return editions.mcp && { keyword: 'MUST', isLater: false }
    case 'cimd': {
      const sentence = findSentence(cite, editions)
      return sentence && { keyword: sentence.keyword, isLater: sentence.edition > editions.cimd }
    }
  }
}

/**
 * Resolves a citation to text and address, in the editions of a profile.
 *
 * @returns Undefined when the profile does not contain the specification.
 */
export function resolveCite(
  cite: Cite,
  editions: Editions,
): { text: string; url: string } | undefined {
  switch (cite.spec) {
    case 'fixed':
      return { text: cite.text, url: cite.url }
    case 'atproto':
      return (
        editions.atproto && {
          text: `atproto OAuth, ${cite.heading}`,
          url: `https://atproto.com/specs/oauth#${anchor(cite.heading)}`,
        }
      )
    case 'atproto-server':
      return (
        editions.atproto && {
          text: `atproto reference server, ${cite.path.slice(cite.path.lastIndexOf('/') + 1)}`,
          url: `https://github.com/bluesky-social/atproto/blob/main/packages/oauth/${cite.path}`,
        }
      )
    case 'oauth21': {
      const edition = editions.oauth21
      return edition && draft('v2-1', edition, 'OAuth 2.1', OAUTH21[cite.topic][edition])
    }
    case 'mcp': {
      if (editions.mcp === undefined) return undefined
      const [heading, page] = MCP[cite.topic][editions.mcp]
      return {
        text: `MCP ${editions.mcp}, ${heading}`,
        url: `https://modelcontextprotocol.io/specification/${editions.mcp}/${page}`,
      }
    }
    case 'cimd': {
      const sentence = findSentence(cite, editions)
      if (!sentence) return undefined
      return draft('client-id-metadata-document', sentence.edition, 'CIMD', sentence.section)
    }
  }
}

/** Finds the sentence in the edition of the profile, or else in the first later one that has it. */
function findSentence({ topic, since }: Extract<Cite, { spec: 'cimd' }>, { cimd }: Editions) {
  const sentences: { [E in CimdEdition]?: readonly [section: string, keyword: Keyword] } =
    CIMD[topic]
  for (const edition of EDITIONS) {
    const sentence = edition >= since && edition >= cimd ? sentences[edition] : undefined
    if (sentence) return { edition, section: sentence[0], keyword: sentence[1] }
  }
  return undefined
}

const draft = (name: string, edition: string, short: string, section: string) => ({
  text: `${short} -${edition} §${section}`,
  url: `https://www.ietf.org/archive/id/draft-ietf-oauth-${name}-${edition}.html#section-${section}`,
})

const anchor = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-')
