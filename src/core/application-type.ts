import type { RuleDocument } from './types.js'

/**
 * The application type of a client, "web" when it is left out.
 *
 * @returns Undefined when it is no string.
 *
 * @see [OpenID Connect Dynamic Client Registration](https://openid.net/specs/openid-connect-registration-1_0.html#rfc.section.2)
 */
export const applicationTypeOf = ({
  metadata,
  value,
}: Pick<RuleDocument, 'metadata' | 'value'>): string | undefined =>
  'application_type' in value ? metadata.application_type : 'web'

/** Whether a client is a web application that may get tokens from the authorization endpoint. */
export const isImplicitWebClient = (document: Pick<RuleDocument, 'metadata' | 'value'>): boolean =>
  document.metadata.grant_types?.includes('implicit') === true &&
  applicationTypeOf(document) === 'web'
