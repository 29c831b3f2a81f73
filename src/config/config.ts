/** A registered member, or one of an organisation's own. */
export type MemberName = string

/** The id of a requirement. */
export type RuleName = string

/** The id of a profile, or an alias. */
export type ProfileName = string

/** How much a requirement weighs; `off`: it is not tested. */
type RuleSeverity = 'error' | 'warning' | 'info' | 'off'

/** What requirements weigh, by id. */
export interface RuleSeverities {
  [rule: RuleName]: RuleSeverity
}

/** What `mcp-cimd.config.json`, or the `mcp-cimd` key of `package.json`, may say. */
export interface Config {
  /** Where the schema of this file is, for editors. */
  $schema?: string
  /** The documents to judge: each file, and the https URL it is published at. */
  documents?: { [file: string]: string }
  /** The profile, or several: each document is judged under each. */
  profile?: ProfileName | ProfileName[]
  /** Severity of requirements that are SHOULD or ADVICE; what is MUST can only be waived. */
  rules?: RuleSeverities
  /** Findings that do not count, each with the reason why. */
  waivers?: Waiver[]
  /** What the organisation asks for beyond the specifications. */
  policy?: Policy
  /** What differs for some documents. */
  overrides?: Override[]
}

/** A finding that is known and accepted. */
export interface Waiver {
  /** The requirement. */
  rule: RuleName
  /** Globs of the files and URLs it is waived for; all when it is left out. */
  documents?: string[]
  /** Why: shown wherever the finding is. */
  reason: string
  /**
   * The last day it holds; after that the run fails.
   *
   * @format date
   */
  until?: string
}

/** What differs for the documents that a glob names. */
export interface Override {
  /** Globs of files and URLs. */
  documents: string[]
  profile?: ProfileName | ProfileName[]
  rules?: RuleSeverities
  policy?: Policy
}

/** An organisation's own rules. */
export interface Policy {
  /** Hosts, as names or `*.example.com`. */
  hosts?: {
    client_id?: string[]
    redirect_uris?: string[]
    /** Hosts of logo_uri, jwks_uri and every other URL. */
    linked?: string[]
  }
  /** Members that every document must, must not, or only may have. */
  members?: { required?: MemberName[]; forbidden?: MemberName[]; allowed?: MemberName[] }
  /** The only grants that documents may name. */
  grants?: string[]
  /** The only scopes that documents may name. */
  scopes?: string[]
  /** The only authentication methods that documents may name. */
  authMethods?: string[]
  /** Regular expressions that members must match. */
  patterns?: { [member: string]: string }
  /** The largest document, in bytes. */
  maxBytes?: number
  /** Whether redirection URIs on loopback are refused. */
  noLoopback?: boolean
  /** A JSON Schema of the organisation: a file, without remote references. */
  schema?: string
}
