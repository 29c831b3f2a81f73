import { quote } from '../core/printable.js'
import type { Exchange } from '../core/types.js'

/** How far a request got. */
export type Phase = NonNullable<Exchange['error']>['phase']

/** Why no answer came, or not all of it: what is, and what to do. */
export class TransportError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** What a later attempt may well not meet again. */
const PASSING: ReadonlySet<string> = new Set([
  'dns-failure',
  'connection-refused',
  'connection-reset',
  'unreachable',
  'truncated',
  'timeout',
])

/** Whether an error may pass by itself. */
export const isPassing = ({ code }: { readonly code: string }): boolean => PASSING.has(code)

/** Errors of the operating system and of OpenSSL, by code: ours, and a clause about the host. */
const REASONS: Readonly<Record<string, readonly [code: string, clause: string]>> = {
  ECONNREFUSED: [
    'connection-refused',
    'refused the connection: nothing listens there; start the server, or mend its port',
  ],
  ECONNRESET: ['connection-reset', 'closed the connection before it answered; mend the server'],
  EPIPE: ['connection-reset', 'closed the connection before it answered; mend the server'],
  TRUNCATED: ['truncated', 'closed the connection in the middle of the body; send all of it'],
  ENOTFOUND: ['dns-not-found', 'is no name that the system knows; mend it, or create its records'],
  EAI_AGAIN: ['dns-failure', 'cannot be looked up now; try again'],
  ETIMEDOUT: ['timeout', 'did not answer in time; try again, or give a longer --timeout'],
  EHOSTUNREACH: [
    'unreachable',
    'cannot be reached: there is no route to it from here; mend its address, or ask from elsewhere',
  ],
  ENETUNREACH: [
    'unreachable',
    'cannot be reached: there is no route to it from here; mend its address, or ask from elsewhere',
  ],
  EADDRNOTAVAIL: [
    'unreachable',
    'cannot be reached: there is no route to it from here; mend its address, or ask from elsewhere',
  ],
  ENETDOWN: ['unreachable', 'cannot be reached: the network is down here; try again'],
  EACCES: [
    'unreachable',
    'cannot be reached: the connection is not allowed from here; ask from elsewhere',
  ],
  EPERM: [
    'unreachable',
    'cannot be reached: the connection is not allowed from here; ask from elsewhere',
  ],
  CERT_HAS_EXPIRED: ['certificate-expired', 'has a certificate that expired; renew it'],
  CERT_NOT_YET_VALID: [
    'certificate-not-yet-valid',
    'has a certificate that is not valid yet; mend its dates, or the clock',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'certificate-self-signed',
    'has a certificate that it signed itself; get one from a public authority, or trust it with --ca while developing',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'certificate-untrusted',
    'has a certificate of an authority that is not trusted; get one from a public authority, or trust its root with --ca while developing',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'certificate-incomplete',
    'sends its certificate without the intermediate one, or has it from an authority that is not trusted; serve the full chain',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'certificate-incomplete',
    'sends its certificate without the intermediate one, or has it from an authority that is not trusted; serve the full chain',
  ],
  UNABLE_TO_GET_ISSUER_CERT: [
    'certificate-incomplete',
    'sends its certificate without the intermediate one, or has it from an authority that is not trusted; serve the full chain',
  ],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'client-certificate-required',
    'wants a certificate of whoever asks, and none is sent; serve the document to everybody',
  ],
  CERT_REVOKED: ['certificate-revoked', 'has a certificate that was revoked; get a new one'],
  HPE_HEADER_OVERFLOW: [
    'headers-too-large',
    'sends more than 16 KiB of headers; send what the document needs',
  ],
}

/** As much of the names in a certificate as a message shows, in UTF-16 units. */
const LONGEST_NAMES = 100

/**
 * Says in words why a socket failed.
 *
 * @param host Whom the sentence is about, as it may be shown.
 */
export function explainSocketError(error: unknown, host: string, phase: Phase): TransportError {
  if (error instanceof TransportError) return error
  // Whatever a lookup throws.
  const thrown = Object(error) as {
    code?: unknown
    reason?: unknown
    message?: unknown
    cert?: { subjectaltname?: unknown }
  }
  const code = String(thrown.code ?? '')
  const known = REASONS[code]
  if (known) return new TransportError(known[0], `${quote(host)} ${known[1]}`)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = String(thrown.cert?.subjectaltname ?? '').slice(0, LONGEST_NAMES)
    return new TransportError(
      'certificate-name',
      `${quote(host)} has a certificate for other names (${names ? quote(names) : 'none at all'}); get one that has this name`,
    )
  }
  if (phase === 'tls' && isVerification(code)) {
    const detail = code === 'UNSPECIFIED' ? String(thrown.message) : code
    return new TransportError(
      'certificate-refused',
      `${quote(host)} has a certificate that cannot be trusted (${detail}); get one from a public authority`,
    )
  }
  if (phase === 'tls' || code.startsWith('ERR_SSL_')) {
    // Of OpenSSL's text only what it calls the reason: the rest has addresses of memory.
    const detail = typeof thrown.reason === 'string' ? thrown.reason : code
    return new TransportError(
      'tls-failed',
      `the TLS handshake with ${quote(host)} failed (${detail}); serve TLS 1.2 or 1.3 and HTTP/1.1 there`,
    )
  }
  if (code.startsWith('HPE_')) {
    return new TransportError(
      'malformed-http',
      `${quote(host)} answers with something that is no HTTP/1.1 (${code.slice(4).toLowerCase().replaceAll('_', ' ')}); mend the server or what stands before it`,
    )
  }
  const reason = code ? ` (${code})` : ''
  return phase === 'dns'
    ? new TransportError(
        'dns-failure',
        `the lookup of ${quote(host)} failed${reason}; try again, or mend its name servers`,
      )
    : new TransportError(
        phase === 'connect' ? 'connection-failed' : 'connection-reset',
        `the connection to ${quote(host)} failed${reason}; try again, or mend the server`,
      )
}

/** Whether a code is one of verification, as Node.js names them: X509_V_ERR_… without its beginning. */
const isVerification = (code: string): boolean =>
  /CERT|CA_|CHAIN|CRL|PATH|PURPOSE|MISMATCH|VIOLATION|UNSPECIFIED/.test(code) &&
  !code.startsWith('ERR_')
