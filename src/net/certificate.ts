import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { parseAddress } from '../core/ip.js'
import { quote } from '../core/printable.js'

// X.690 section 8.1.2, and the fields that RFC 5280 tags itself.
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  keyIdentifier: 0x80,
  dNSName: 0x82,
  iPAddress: 0x87,
  version: 0xa0,
  permittedSubtrees: 0xa0,
  extensions: 0xa3,
} as const

// RFC 5280 section 4.2.1: the last number of id-ce, 2.5.29.
const EXTENSION = {
  subjectKeyIdentifier: 14,
  keyUsage: 15,
  subjectAltName: 17,
  basicConstraints: 19,
  nameConstraints: 30,
  authorityKeyIdentifier: 35,
  extKeyUsage: 37,
} as const

const TRUE = der(TAG.boolean, [0xff])
// DER leaves out what is the default.
const FALSE = Buffer.alloc(0)

// 2.5.4.3, commonName.
const COMMON_NAME = der(TAG.objectIdentifier, [0x55, 4, 3])
// 1.3.6.1.5.5.7.3.1, id-kp-serverAuth.
const SERVER_AUTH = der(TAG.objectIdentifier, [0x2b, 6, 1, 5, 5, 7, 3, 1])
// 1.2.840.10045.4.3.2, ecdsa-with-SHA256, which has no parameters: RFC 5758 section 3.2.
const ALGORITHM = sequence(der(TAG.objectIdentifier, [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]))

// RFC 1034 section 3.5 and RFC 1123 section 2.1. A last label of digits would be an address.
const DNS_NAME =
  /^(?=.{1,253}$)(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?![0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

/** A certificate and its private key, in PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

/** From when to when a certificate is valid, both included, in whole seconds. */
interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** What an authority is permitted to certify when it is for this machine alone. */
export const LOOPBACK_NAMES = ['localhost', '127.0.0.0/8', '::1/128'] as const

/**
 * Creates a certification authority for development.
 *
 * @param options.name Its common name.
 * @param options.permitted DNS names, each with all below it, and IP addresses or prefixes. Clients
 * accept no others from it, but all names of a kind that is not among them.
 * @param options.issuer The authority that certifies this one; without, it is a root.
 *
 * @see [RFC 5280 - Basic Constraints](https://www.rfc-editor.org/rfc/rfc5280.html#section-4.2.1.9)
 * @see [RFC 5280 - Name Constraints](https://www.rfc-editor.org/rfc/rfc5280.html#section-4.2.1.10)
 */
export function createAuthority(
  options: Validity & {
    readonly name: string
    readonly permitted?: readonly [string, ...string[]]
    readonly issuer?: Identity
  },
): Identity {
  const { name, permitted, issuer = 'self' } = options
  const subtrees = permitted && der(TAG.permittedSubtrees, ...permitted.map(generalSubtree))
  return certify(issuer, options, toName(name), [
    extension('basicConstraints', TRUE, sequence(TRUE)),
    // keyCertSign and cRLSign, bits 5 and 6; one bit of the octet is unused.
    extension('keyUsage', TRUE, der(TAG.bitString, [1, 0b0000_0110])),
    ...(subtrees ? [extension('nameConstraints', TRUE, sequence(subtrees))] : []),
  ])
}

/**
 * Issues the certificate of a TLS server.
 *
 * @param issuer What `createAuthority` returned, or `'self'` for a certificate that signs itself.
 * @param options.names DNS names, with or without a wildcard, and IP addresses. Whether `issuer` is
 * permitted to certify them is for clients to tell.
 * @param options.commonName The subject. Without one it is empty, as an issuer's must not be.
 *
 * @throws {TypeError} `issuer` is nothing of the kind, or a name is neither an IP address nor a DNS
 * name in ASCII.
 *
 * @see [RFC 5280 - Subject Alternative Name](https://www.rfc-editor.org/rfc/rfc5280.html#section-4.2.1.6)
 * @see [RFC 5280 - Extended Key Usage](https://www.rfc-editor.org/rfc/rfc5280.html#section-4.2.1.12)
 */
export function issueCertificate(
  issuer: Identity | 'self',
  options: Validity & { readonly names: readonly string[]; readonly commonName?: string },
): Identity {
  const { names, commonName } = options
  // "If the subject field contains an empty sequence, then the issuing CA MUST include a
  // subjectAltName extension that is marked as critical."
  const critical = commonName === undefined ? TRUE : FALSE
  const altNames = sequence(...names.map(generalName))
  return certify(issuer, options, commonName === undefined ? sequence() : toName(commonName), [
    extension('basicConstraints', TRUE, sequence()),
    // digitalSignature, bit 0; seven bits of the octet are unused.
    extension('keyUsage', TRUE, der(TAG.bitString, [7, 0b1000_0000])),
    extension('extKeyUsage', FALSE, sequence(SERVER_AUTH)),
    ...(names.length > 0 ? [extension('subjectAltName', critical, altNames)] : []),
  ])
}

/** Makes a key pair and its certificate, RFC 5280 section 4.1. */
function certify(
  issuer: Identity | 'self',
  { notBefore, notAfter }: Validity,
  subject: Buffer,
  extensions: readonly Buffer[],
): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = issuer === 'self' ? privateKey : createPrivateKey(issuer.key)
  const keyId = der(TAG.octetString, identify(publicKey))
  const issuerKeyId = sequence(der(TAG.keyIdentifier, identify(createPublicKey(signer))))
  const tbsCertificate = sequence(
    der(TAG.version, der(TAG.integer, [2])),
    der(TAG.integer, drawSerialNumber()),
    ALGORITHM,
    issuer === 'self' ? subject : subjectOf(issuer),
    sequence(toTime(notBefore), toTime(notAfter)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      TAG.extensions,
      sequence(
        ...extensions,
        extension('subjectKeyIdentifier', FALSE, keyId),
        extension('authorityKeyIdentifier', FALSE, issuerKeyId),
      ),
    ),
  )
  const signature = der(TAG.bitString, [0], sign('sha256', tbsCertificate, signer))
  const certificate = new X509Certificate(sequence(tbsCertificate, ALGORITHM, signature))
  // The name and key identifier written here are those of the issuer only when we made it.
  if (issuer !== 'self' && !certificate.checkIssued(new X509Certificate(issuer.cert)))
    throw new TypeError('issuer is no authority of createAuthority, or its key is that of another')
  return {
    cert: certificate.toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** Draws a positive number of 20 octets, the most that RFC 5280 section 4.1.2.2 allows. */
function drawSerialNumber(): Buffer {
  const [first = 0, ...others] = randomBytes(20)
  // No sign, and no leading zeros, which DER forbids.
  return Buffer.from([(first & 0b0111_1111) | 0b0100_0000, ...others])
}

/** Identifies a key by 160 bits of the hash of its point: RFC 7093 section 2, method 1. */
function identify(key: KeyObject): Buffer {
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65)
  return createHash('sha256').update(point).digest().subarray(0, 20)
}

/** Writes the subject of an authority again, byte for byte: RFC 5280 section 4.1.2.4. */
function subjectOf({ cert }: Identity): Buffer {
  const { CN } = new X509Certificate(cert).toLegacyObject().subject
  return toName(String(CN))
}

function toName(commonName: string): Buffer {
  // RFC 5280 appendix A.1, ub-common-name.
  if (commonName === '' || Array.from(commonName).length > 64)
    throw new TypeError(`common name ${quote(commonName)} has not 1 to 64 characters`)
  return sequence(der(TAG.set, sequence(COMMON_NAME, der(TAG.utf8String, commonName))))
}

function generalName(name: string): Buffer {
  const address = parseAddress(name)
  if (address) return der(TAG.iPAddress, toOctets(address))
  if (!DNS_NAME.test(name))
    throw new TypeError(`${quote(name)} is neither an IP address nor a DNS name in ASCII`)
  return der(TAG.dNSName, name)
}

function generalSubtree(range: string): Buffer {
  const [prefix = '', length] = range.split('/')
  const address = parseAddress(prefix)
  if (!address) return sequence(generalName(range))
  // "encoded in the style of RFC 4632 (CIDR) to represent an address range": followed by a mask.
  const ones = (1n << (address.version === 4 ? 32n : 128n)) - 1n
  const hosts = length === undefined ? 0n : ones >> BigInt(Number.parseInt(length, 10))
  const mask = { ...address, number: ones ^ hosts }
  return sequence(der(TAG.iPAddress, toOctets(address), toOctets(mask)))
}

const toOctets = ({ version, number }: NonNullable<ReturnType<typeof parseAddress>>): Buffer =>
  Buffer.from(number.toString(16).padStart(version === 4 ? 8 : 32, '0'), 'hex')

/** Writes a time, from 1950 to 2049 with two digits of the year: RFC 5280 section 4.1.2.5. */
function toTime(date: Date): Buffer {
  const text = date.toISOString().replace(/\.[0-9]+|[-:T]/g, '')
  return text >= '1950' && text < '2050'
    ? der(TAG.utcTime, text.slice(2))
    : der(TAG.generalizedTime, text)
}

const extension = (name: keyof typeof EXTENSION, critical: Buffer, value: Buffer): Buffer =>
  sequence(
    der(TAG.objectIdentifier, [0x55, 0x1d, EXTENSION[name]]),
    critical,
    der(TAG.octetString, value),
  )

function sequence(...members: readonly Buffer[]): Buffer {
  return der(TAG.sequence, ...members)
}

/** Writes a value in DER: its tag, its length in as few octets as possible, and its content. */
function der(
  tag: number,
  ...content: readonly (Uint8Array | readonly number[] | string)[]
): Buffer {
  const value = Buffer.concat(content.map((part) => Buffer.from(part)))
  const digits = value.length.toString(16)
  const length = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex')
  const prefix = value.length < 128 ? [tag] : [tag, 0x80 | length.length]
  return Buffer.concat([Buffer.from(prefix), length, value])
}
