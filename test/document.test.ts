import { existsSync, readFileSync } from 'node:fs'
import { parse as parseMomoa, type ValueNode } from '@humanwhocodes/momoa'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BYTES, parseDocument } from '../src/core/document.js'
import { escapeToken, MAX_DEPTH, scan } from '../src/core/scan.js'
import type { Pointer } from '../src/core/types.js'

const faultsOf = (input: string | Uint8Array) =>
  parseDocument(input).faults.map(({ kind, message, suggestion }) => [kind, message, suggestion])

/** What `JSON.parse` gives, or undefined where it throws. */
function parseNatively(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** JSON texts with every kind of white space between the tokens. */
const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('', ' ', '\t', '\n', '\r\n'))
  .map(([value, space]) => JSON.stringify(value, null, space))

/** Texts that are JSON but for one edit, or that only look alike. */
const nearlyJson = fc
  .tuple(
    jsonText,
    fc.nat(),
    fc.string({ maxLength: 2, unit: fc.constantFrom(...'{}[],:"\\0e-+.t/ \n\u0001\u00e9') }),
    fc.nat(2),
  )
  .map(([text, at, insert, remove]) => {
    const start = at % (text.length + 1)
    return text.slice(0, start) + insert + text.slice(start + remove)
  })

describe('agrees with JSON.parse', () => {
  test('on values', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const { value, stage } = parseDocument(text)
        expect(['json', 'object']).toContain(stage)
        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)))
      }),
      { numRuns: 2000 },
    )
  })

  test('on what is JSON at all', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const { error } = scan(text)
        expect(error === undefined).toBe(parseNatively(text) !== undefined)
        if (error) {
          expect(error.start).toBeLessThanOrEqual(error.end)
          expect(error.end).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 20_000 },
    )
  })

  test('on any text and any bytes, without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseDocument(text).value === undefined).toBe(
          !text.isWellFormed() || parseNatively(text) === undefined,
        )
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const { faults, stage } = parseDocument(bytes)
        if (stage !== 'json' && stage !== 'object') expect(faults.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })

  const corpus = '../shared/corpus/real-documents.ndjson'
  const onRealDocuments = () => {
    for (const line of readFileSync(corpus, 'utf8').trim().split('\n')) {
      const { document, raw } = JSON.parse(line) as { document?: unknown; raw?: string }
      const text = raw ?? JSON.stringify(document, null, 2)
      expect(JSON.stringify(parseDocument(text).value)).toBe(
        JSON.stringify(parseNatively(text)?.value),
      )
      expect(scan(text).error === undefined).toBe(parseNatively(text) !== undefined)
    }
  }
  if (existsSync(corpus)) test('on real documents', onRealDocuments)
})

describe('places', () => {
  /** Every place by the parser of somebody else. */
  function placesOf(text: string): Map<string, [number, number]> {
    const found = new Map<string, [number, number]>()
    const visit = (node: ValueNode, pointer: string) => {
      found.set(pointer, [node.loc.start.offset, node.loc.end.offset])
      if (node.type === 'Object') {
        for (const { name, value } of node.members) {
          const key = name.type === 'String' ? name.value : name.name
          visit(value, `${pointer}/${escapeToken(key)}`)
        }
      } else if (node.type === 'Array') {
        for (const [index, { value }] of node.elements.entries())
          visit(value, `${pointer}/${index}`)
      }
    }
    visit(parseMomoa(text).body, '')
    return found
  }

  test('are those that another parser finds', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const document = parseDocument(text)
        for (const [pointer, [start, end]] of placesOf(text)) {
          expect(document.rangeOf(pointer as Pointer)).toMatchObject({ start, end })
        }
      }),
      { numRuns: 500 },
    )
  })

  test('lines and columns count from 1, at every kind of line end', () => {
    const document = parseDocument('{\n "a":1,\r\n "b":[\r  true]}')
    expect(document.rangeOf('/a')).toMatchObject({ line: 2, column: 6, endLine: 2, endColumn: 7 })
    expect(document.rangeOf('/b', 'key')).toMatchObject({ line: 3, column: 2, endColumn: 5 })
    expect(document.rangeOf('/b/0')).toMatchObject({ line: 4, column: 3, endColumn: 7 })
    expect(document.rangeOf('')).toMatchObject({ line: 1, column: 1, endLine: 4, endColumn: 9 })
    expect(document.rangeOf('/c')).toBeUndefined()
    expect(document.rangeOf('/b/0', 'key')).toBeUndefined()
  })

  test('columns are UTF-16 units, and the byte order mark is none', () => {
    expect(parseDocument('\ufeff{"é":1,"😀":2}').rangeOf('/😀')).toMatchObject({ column: 13 })
  })

  test('of a repeated name the last, which JSON.parse takes', () => {
    const document = parseDocument('{"a":1,"a":22}')
    expect(document.value).toEqual({ a: 22 })
    expect(document.rangeOf('/a')).toMatchObject({ start: 11, end: 13 })
  })
})

describe('bytes', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le')
  const object = '{"a":1}'

  test.each<[string, string | Uint8Array, string]>([
    ['T-174 a byte order mark', Buffer.from(`\ufeff${object}`), 'byte order mark'],
    ['T-174 a byte order mark in a string', `\ufeff${object}`, 'byte order mark'],
    ['T-175 UTF-16LE', utf16(object), 'UTF-16LE'],
    ['T-175 UTF-16LE with a mark', utf16(`\ufeff${object}`), 'UTF-16LE'],
    ['T-175 UTF-16BE', utf16(object).swap16(), 'UTF-16BE'],
    ['T-175 UTF-16BE with a mark', utf16(`\ufeff${object}`).swap16(), 'UTF-16BE'],
    ['T-175 UTF-32LE', Buffer.from([0x7b, 0, 0, 0, 0x7d, 0, 0, 0]), 'UTF-32LE'],
    ['T-175 UTF-32BE', Buffer.from([0, 0, 0, 0x7b, 0, 0, 0, 0x7d]), 'UTF-32BE'],
    ['T-176 a stray byte', Buffer.from([0x7b, 0xff, 0x7d]), 'byte 0xff at offset 1'],
    ['T-176 an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'byte 0xc0 at offset 1'],
    ['T-176 an overlong form of three', Buffer.from([0x22, 0xe0, 0x80, 0xaf, 0x22]), 'offset 1'],
    ['T-176 a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'byte 0xed at offset 1'],
    ['T-176 beyond U+10FFFF', Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]), 'byte 0xf4'],
    ['T-176 a cut sequence', Buffer.from([0x22, 0xe2, 0x82]), 'byte 0xe2 at offset 1'],
    ['half a surrogate pair in a string', '"\ud800"', 'half a surrogate pair'],
  ])('%s', (_, input, message) => {
    const { faults } = parseDocument(input)
    expect(faults.filter(({ kind }) => kind === 'encoding')).toHaveLength(1)
    expect(faults[0]?.message).toContain(message)
  })

  test('the offset of a byte that is not UTF-8 is the one TextDecoder stops at', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
        (text, tail) => {
          const bytes = Buffer.concat([Buffer.from(`"${text}`), tail])
          const fault = parseDocument(bytes).faults.find(({ kind }) => kind === 'encoding')
          const offset = Number(/offset (\d+)/.exec(fault?.message ?? '')?.[1] ?? Number.NaN)
          if (Number.isNaN(offset)) return
          const strict = new TextDecoder('utf-8', { fatal: true })
          expect(() => strict.decode(bytes.subarray(0, offset))).not.toThrow()
          expect(() => strict.decode(bytes.subarray(0, offset + 4))).toThrow()
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('a byte order mark hides nothing else', () => {
    expect(parseDocument('\ufeff{"a":1,"a":2}').faults.map(({ kind }) => kind)).toEqual([
      'encoding',
      'repeated',
    ])
  })

  test('more than a mebibyte is not parsed', () => {
    const fits = `{"a":"${'x'.repeat(MAX_BYTES - 8)}"}`
    expect(fits).toHaveLength(MAX_BYTES)
    expect(parseDocument(fits).stage).toBe('object')
    expect(parseDocument(`${fits} `)).toMatchObject({ stage: 'bytes', text: '' })
    expect(parseDocument(Buffer.from(`${fits} `)).faults).toHaveLength(1)
    expect(parseDocument('é'.repeat(MAX_BYTES / 2 + 1)).faults[0]?.kind).toBe('limit')
  })
})

describe('T-151 to T-153 nesting', () => {
  const nest = (depth: number, open: string, close: string) =>
    open.repeat(depth) + 1 + close.repeat(depth)

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('%s: up to the limit, and not beyond', (open, close) => {
    expect(parseDocument(nest(MAX_DEPTH, open, close)).faults).toEqual([])
    const { faults, stage } = parseDocument(nest(MAX_DEPTH + 1, open, close))
    expect(stage).toBe('text')
    expect(faults).toMatchObject([{ kind: 'limit', message: expect.stringContaining('65 levels') }])
  })

  test.each([10_000, 300_000])('%d levels end in a fault', (depth) => {
    expect(faultsOf(nest(depth, '[', ']'))).toMatchObject([
      ['limit', expect.anything(), expect.stringMatching(/^publish only/)],
    ])
    expect(faultsOf('['.repeat(depth))).toMatchObject([['syntax', expect.anything(), undefined]])
  })
})

test('repeated names below any depth of a text that breaks off', () => {
  const text = `${'{"a":'.repeat(150_000)}{"x":1,"x":2`
  expect(parseDocument(text).faults).toMatchObject([{ kind: 'syntax' }])
})

describe('names', () => {
  test.each<[string, Pointer[]]>([
    ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', []],
    ['{"a":1,"a":1}', ['/a']],
    ['{"a":1,"\\u0061":1,"a":1}', ['/a', '/a']],
    ['{"jwks":{"keys":[{"kty":1,"kty":2}]}}', ['/jwks/keys/0/kty']],
    ['{"a/b~":1,"a/b~":2}', ['/a~1b~0']],
    ['{"":1,"":2}', ['/']],
    ['[{"a":":"},{"a":"\\":"}]', []],
  ])('T-179 T-181 %s', (text, pointers) => {
    const { faults } = parseDocument(text)
    expect(faults.map(({ kind, pointer }) => [kind, pointer])).toEqual(
      pointers.map((pointer) => ['repeated', pointer]),
    )
  })

  test('T-182 names of Object.prototype are names like any other', () => {
    const text =
      '{"__proto__":{"client_id":"x","polluted":1},"constructor":2,"hasOwnProperty":3,"toString":4}'
    const { value, metadata, faults } = parseDocument(text)
    expect(faults).toEqual([])
    expect(Object.keys(value as object)).toEqual([
      '__proto__',
      'constructor',
      'hasOwnProperty',
      'toString',
    ])
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(metadata.client_id).toBeUndefined()
    expect(Object.getPrototypeOf(metadata)).toBeNull()
    expect(Object.keys(metadata)).toEqual(Object.keys(value as object))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(JSON.stringify(value)).toBe(text)
  })

  test('a member and its type: what is mistyped is in no metadata', () => {
    const { metadata, mistyped } = parseDocument(
      '{"client_name":"a","scope":["b"],"redirect_uris":["c",1,null],"default_max_age":"5","x":1}',
    )
    expect({ ...metadata }).toEqual({ client_name: 'a', x: 1 })
    expect(Object.getPrototypeOf(metadata)).toBeNull()
    expect(mistyped.map(({ at }) => at)).toEqual([
      '/scope',
      '/redirect_uris/1',
      '/redirect_uris/2',
      '/default_max_age',
    ])
  })
})

describe('T-184 to T-186 what is wrong with a text, and the way out', () => {
  test.each<[string, string, string | undefined]>([
    ['', 'the document is empty', 'write a JSON object, { "client_id": … }'],
    [' \n', 'the document is empty', 'write a JSON object, { "client_id": … }'],
    ['{"a":1,}', 'a comma stands before the closing "}"', 'remove it'],
    ['[1,]', 'a comma stands before the closing "]"', 'remove it'],
    ['{"a":}', '"}" stands where a value was expected', undefined],
    ['{"a" 1}', 'a bare word stands where a colon was expected', undefined],
    ['{"a":1 "b":2}', 'a new member or item begins without a comma', 'put a comma before it'],
    ['{a:1}', 'the member name "a" has no quotes', 'put it in double quotes'],
    ["{'a':1}", 'a string stands in single quotes', 'use double quotes'],
    ['{"a":1 // x\n}', 'a comment stands here, and JSON has none', 'remove the comment'],
    ['/* x */ {}', 'a comment stands here, and JSON has none', 'remove the comment'],
    ['# x\n{}', 'a comment stands here, and JSON has none', 'remove the comment'],
    ['{"a":1', 'the document ends before the "}" of line 1', undefined],
    ['{\n"a":[1,\n2', 'the document ends before the "]" of line 2', undefined],
    ['{} {}', '"{" stands after the end of the document', 'remove it'],
    ['{}\0', '"\0" stands after the end of the document', 'remove it'],
    [
      '<!doctype html>',
      'the document is HTML or XML, not JSON',
      'publish the JSON file itself, not a page about it',
    ],
    ['cb({})', 'a bare word stands where a value was expected', undefined],
    ['client_id: x', 'a bare word stands where a value was expected', undefined],
    ['{"a":NaN}', 'a bare word stands where a value was expected', undefined],
    ['{"a":0x1}', 'a bare word stands where a comma or "}" was expected', undefined],
    ['{"a":01}', 'a bare word stands where a comma or "}" was expected', undefined],
    [
      '{"a":"b\nc"}',
      'the string does not end on its line',
      expect.stringContaining('\\n') as unknown as string,
    ],
    [
      '{"a":"b\tc"}',
      'a raw control character U+0009 stands in a string',
      'remove it, or write it as an escape',
    ],
    ['{"a":"\\x"}', 'a backslash begins no JSON escape', 'write \\\\ for a backslash'],
    ['{"a":"b', 'the string does not end', 'close it with a double quote'],
    ['\u00a0{}', '"\u00a0" stands where a value was expected', undefined],
  ])('%j', (text, message, suggestion) => {
    expect(faultsOf(text)).toEqual([['syntax', message, suggestion]])
  })

  test('T-187 T-188 U+2028 in a string, CRLF and no final line end are JSON', () => {
    expect(faultsOf('{"a":"\u2028"}')).toEqual([])
    expect(faultsOf('{\r\n"a":1\r\n}')).toEqual([])
  })
})
