import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll } from 'vitest'

const TYPES = { A: 1, CNAME: 5, AAAA: 28 } as const
// RFC 1035 section 4.1.1.
const CODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const

type Type = keyof typeof TYPES

/** A record of a name: `['A', '192.0.2.1']`, or of another name with that as third. */
type Record = readonly [type: Type, data: string, name?: string]

/** What a server says to a question; nothing at all where it is `hang`. */
export type Answer = readonly Record[] | keyof typeof CODES | 'hang'

export interface DnsServer {
  /** Its address and port, as resolvers take it. */
  readonly address: string
  /** What it was asked: `A client.example.com`. */
  readonly questions: readonly string[]
}

const closers: (() => void)[] = []
afterAll(() => {
  for (const close of closers.splice(0)) close()
})

/** Starts a DNS server on loopback, RFC 1035. */
export async function serveDns(answer: (type: Type, name: string) => Answer): Promise<DnsServer> {
  const questions: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const { name, type, end } = readQuestion(message)
    questions.push(`${type} ${name}`)
    const answers = answer(type, name)
    if (answers === 'hang') return
    const records = typeof answers === 'string' ? [] : answers
    const header = Buffer.from(message.subarray(0, 12))
    // A response, recursion desired and available, and its code.
    header.writeUInt16BE(0x8180 | (typeof answers === 'string' ? CODES[answers] : 0), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    header.writeUInt32BE(0, 8)
    const written = records.map((record) => writeRecord(record, name))
    socket.send(Buffer.concat([header, message.subarray(12, end), ...written]), from.port)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  closers.push(() => socket.close())
  return { address: `127.0.0.1:${socket.address().port}`, questions }
}

function readQuestion(message: Buffer): { name: string; type: Type; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const code = message.readUInt16BE(at + 1)
  const type = (Object.keys(TYPES) as Type[]).find((name) => TYPES[name] === code) ?? 'A'
  return { name: labels.join('.'), type, end: at + 5 }
}

function writeRecord([type, data, name]: Record, asked: string): Buffer {
  const value = type === 'CNAME' ? writeName(data) : writeAddress(data)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(TYPES[type], 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(60, 4)
  fixed.writeUInt16BE(value.length, 8)
  return Buffer.concat([writeName(name ?? asked), fixed, value])
}

const writeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.from([0]),
  ])

function writeAddress(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::')
  const groups = (half: string) => half.split(':').filter(Boolean)
  const missing = Array<string>(8 - groups(head).length - groups(tail).length).fill('0')
  const all = [...groups(head), ...missing, ...groups(tail)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
