/** The id of a profile, or an alias. */
export type ProfileName = string

/** What `mcp-cimd.config.json`, or the `mcp-cimd` key of `package.json`, may say. */
export interface Config {
  /** Where the schema of this file is, for editors. */
  $schema?: string
  /**
   * The documents: each file, seen from the directory of this one, and the https URL it is published
   * at.
   */
  documents?: { [file: string]: string }
  /** The profile, or several: each document is judged under each. */
  profile?: ProfileName | ProfileName[]
}
