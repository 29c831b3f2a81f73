import { unbracket } from './url.js'

/** Names of special-use blocks by prefix: IANA registries of RFC 6890, and what else no server may fetch. */
const BLOCKS = [
  ['0.0.0.0/8', 'this network, RFC 791'],
  ['10.0.0.0/8', 'private use, RFC 1918'],
  ['100.64.0.0/10', 'shared address space, RFC 6598'],
  ['127.0.0.0/8', 'loopback, RFC 1122'],
  ['169.254.0.0/16', 'link-local, RFC 3927'],
  ['172.16.0.0/12', 'private use, RFC 1918'],
  ['192.0.0.0/24', 'IETF protocol assignments, RFC 6890'],
  ['192.0.2.0/24', 'documentation, RFC 5737'],
  ['192.31.196.0/24', 'AS112, RFC 7535'],
  ['192.52.193.0/24', 'AMT, RFC 7450'],
  ['192.88.99.0/24', '6to4 relay, RFC 7526'],
  ['192.168.0.0/16', 'private use, RFC 1918'],
  ['192.175.48.0/24', 'AS112, RFC 7534'],
  ['198.18.0.0/15', 'benchmarking, RFC 2544'],
  ['198.51.100.0/24', 'documentation, RFC 5737'],
  ['203.0.113.0/24', 'documentation, RFC 5737'],
  ['168.63.129.16/32', 'cloud metadata'],
  ['224.0.0.0/4', 'multicast, RFC 5771'],
  ['240.0.0.0/4', 'reserved, RFC 1112'],
  ['2001::/23', 'IETF protocol assignments, RFC 2928'],
  ['2001:db8::/32', 'documentation, RFC 3849'],
  ['2002::/16', '6to4, RFC 3056'],
  ['2620:4f:8000::/48', 'AS112, RFC 7534'],
  ['3ffe::/16', '6bone, RFC 3701'],
  ['3fff::/20', 'documentation, RFC 9637'],
] as const

/** IPv6 is judged by allow-list: global unicast is 2000::/3, and everything outside is special. */
const OUTSIDE = [
  ['::1/128', 'loopback, RFC 4291'],
  ['::/128', 'unspecified, RFC 4291'],
  ['::ffff:0:0/96', 'IPv4-mapped, RFC 4291'],
  ['::/96', 'IPv4-compatible, RFC 4291'],
  ['64:ff9b::/96', 'NAT64, RFC 6052'],
  ['fc00::/7', 'unique local, RFC 4193'],
  ['fe80::/10', 'link-local, RFC 4291'],
  ['ff00::/8', 'multicast, RFC 4291'],
  ['::/0', 'not global unicast, RFC 4291'],
] as const

/** Top-level and second-level names that never lead to a public host, with the reason. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['localhost', 'a loopback name, RFC 6761'],
  ['local', 'a link-local name, RFC 6762'],
  ['internal', 'reserved for private use by ICANN'],
  ['test', 'reserved for testing, RFC 6761'],
  ['example', 'reserved for documentation, RFC 6761'],
  ['invalid', 'reserved, RFC 6761'],
  ['onion', 'a Tor name, RFC 7686'],
  ['home.arpa', 'a home network name, RFC 8375'],
  ['arpa', 'a name of infrastructure, RFC 3172'],
  ['alt', 'a name outside of DNS, RFC 9476'],
  // Never delegated, since local networks use them: ICANN resolution 2018.02.04.12.
  ['home', 'a name of local networks'],
  ['corp', 'a name of local networks'],
  ['lan', 'a name of local networks'],
  ['metadata.goog', 'cloud metadata'],
  ['metadata.azure.com', 'cloud metadata'],
])

/** An IP address as an integer of 32 or 128 bits. */
interface Address {
  readonly version: 4 | 6
  readonly number: bigint
}

interface Block extends Address {
  readonly shift: bigint
  readonly name: string
}

const toBlock = ([prefix, name]: readonly [string, string]): Block => {
  const [address = '', length] = prefix.split('/')
  const { version, number } = parseAddress(address) ?? { version: 4, number: 0n }
  return { version, number, name, shift: BigInt((version === 4 ? 32 : 128) - Number(length)) }
}

let blocks: readonly Block[] | undefined

/**
 * Says why no server may fetch from an IP address.
 *
 * @param address An IPv4 address of four decimal numbers, or an IPv6 address without brackets.
 *
 * @returns The name of the special-use block, or undefined for an address of the public internet.
 * What is not an address is special too.
 *
 * @see [RFC 6890 - Special-Purpose IP Address Registries](https://www.rfc-editor.org/rfc/rfc6890.html)
 */
export function specialUseOfAddress(address: string): string | undefined {
  const parsed = parseAddress(address)
  if (!parsed) return 'not an IP address'
  blocks ??= [...BLOCKS, ...OUTSIDE].map(toBlock)
  const { version, number } = parsed
  // ISATAP, RFC 5214: an IPv4 address in the interface identifier.
  if (version === 6 && ((number >> 32n) & 0xfdff_ffffn) === 0x5efen) return 'ISATAP, RFC 5214'
  const isGlobalUnicast = version === 6 && number >> 125n === 1n
  return blocks.find(
    (block) =>
      block.version === version &&
      !(isGlobalUnicast && block.shift === 128n) &&
      number >> block.shift === block.number >> block.shift,
  )?.name
}

/** Whether an IP address is one of this machine itself: 127.0.0.0/8 or ::1, in plain forms. */
export function isLoopbackAddress(address: string): boolean {
  const parsed = parseAddress(address)
  if (!parsed) return false
  return parsed.version === 4 ? parsed.number >> 24n === 127n : parsed.number === 1n
}

/** Whether a host of a URL is this machine by its name or address: RFC 6761 section 6.3. */
export function isLoopbackHost(host: string): boolean {
  const name = unbracket(host).toLowerCase()
  return /^(?:.*\.)?localhost\.?$/.test(name) || isLoopbackAddress(name)
}

/**
 * Says why no server may fetch from a host, as far as its name tells.
 *
 * @param host Host of a URL as written: a DNS name, an IPv4 address or an IPv6 address in brackets.
 *
 * @returns The reason, or undefined for a host of the public internet.
 */
export function specialUseOfHost(host: string): string | undefined {
  // Most URLs of a document are on one host.
  if (lastHost?.host !== host) lastHost = { host, use: findSpecialUse(host) }
  return lastHost.use
}

let lastHost: { readonly host: string; readonly use: string | undefined } | undefined

function findSpecialUse(host: string): string | undefined {
  const name = (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase()
  if (name.startsWith('[')) {
    const address = name.slice(1, -1)
    return parseIpv6(address) === undefined ? 'not an IPv6 address' : specialUseOfAddress(address)
  }
  if (name.includes('%')) return 'a percent-encoded name, which programs decode or not'
  if (`.${name}.`.includes('..')) return 'a name with an empty label'
  const dot = name.lastIndexOf('.')
  const last = name.slice(dot + 1)
  // WHATWG URL, "ends in a number": 2130706433, 0x7f.1 and 127.1 all become IPv4 addresses.
  if (/^[0-9]/.test(last) && /^(?:[0-9]+|0x[0-9a-f]*)$/.test(last)) {
    return parseIpv4(name) === undefined ? describeNumber(name) : specialUseOfAddress(name)
  }
  const registered = name.slice(name.lastIndexOf('.', dot - 1) + 1)
  const special = NAMES.get(name) ?? NAMES.get(registered) ?? NAMES.get(last)
  if (special !== undefined) return special
  return name.includes('.') ? undefined : 'a name without a dot'
}

/** Says what programs make of a host that ends in a number and is no plain IPv4 address. */
const describeNumber = (name: string): string =>
  /^(?:(?:[0-9]+|0x[0-9a-f]*)(?:\.(?!$)|$)){1,4}$/.test(name)
    ? 'a number that programs read as an IP address, or refuse'
    : 'a name that ends in a number, which programs take for a broken IP address'

/**
 * Parses an IP address to an integer; anything but the plain forms is undefined.
 *
 * @param text An IPv4 address of four decimal numbers, or an IPv6 address without brackets.
 */
export function parseAddress(text: string): Address | undefined {
  const number = text.includes(':') ? parseIpv6(text) : parseIpv4(text)
  return number === undefined ? undefined : { version: text.includes(':') ? 6 : 4, number }
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let number = 0n
  for (const part of parts) {
    // No leading zeros: some parsers read them as octal.
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined
    number = (number << 8n) | BigInt(part)
  }
  return number
}

function parseIpv6(text: string): bigint | undefined {
  // RFC 4291 section 2.2: the last 32 bits may be written as an IPv4 address.
  const last = text.slice(text.lastIndexOf(':') + 1)
  const embedded = parseIpv4(last)
  const plain =
    embedded === undefined
      ? text
      : `${text.slice(0, -last.length)}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const groupsOf = (half: string | undefined): string[] => (half ? half.split(':') : [])
  const head = groupsOf(halves[0])
  const tail = groupsOf(halves[1])
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let number = 0n
  for (const group of [...head, ...Array<string>(missing).fill('0'), ...tail]) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
    number = (number << 16n) | BigInt(`0x${group}`)
  }
  return number
}
