import { defineRule } from '../core/define.js'
import { cimd } from '../core/spec.js'

/** Five kilobytes, read either way; implementers take the larger. */
const LIMIT = 5120
const STRICT_LIMIT = 5000
const NEAR = 4096

export default defineRule({
  id: 'fetch-size',
  level: 'SHOULD',
  floor: 'warning',
  cites: [cimd('size')],
  needs: 'bytes',
  title: 'The document has at most 5 kilobytes.',
  rationale: `
    Servers should limit what they read, and 5 kilobytes is what the specification recommends; those
    that do refuse a longer document altogether. Keys in the document and translations make it long.`,
  examples: {
    valid: [{ text: `{}${' '.repeat(4094)}` }, { document: { client_name: 'Example Client' } }],
    invalid: [
      {
        text: `{}${' '.repeat(5119)}`,
        at: [''],
        messages: [
          'the document has 5121 bytes, and servers that limit what they read stop at 5120',
        ],
        suggestions: ['move keys to jwks_uri, and leave out what no server needs'],
      },
      {
        text: `{}${' '.repeat(4999)}`,
        at: [''],
        messages: [
          'the document has 5001 bytes, and a server that takes 5 kilobytes for 5000 stops there',
        ],
      },
      {
        text: `{}${' '.repeat(4095)}`,
        at: [''],
        messages: ['the document has 4097 bytes, near the 5000 at which servers begin to stop'],
      },
    ],
  },

  *check({ bytes, faults }) {
    // Beyond any limit of ours, json-within-limits says so.
    if (bytes <= NEAR || faults.some(({ kind }) => kind === 'limit')) return
    const suggestion = 'move keys to jwks_uri, and leave out what no server needs'
    if (bytes > LIMIT) {
      const message = `the document has ${bytes} bytes, and servers that limit what they read stop at ${LIMIT}`
      yield { at: '', message, suggestion }
    } else if (bytes > STRICT_LIMIT) {
      const message = `the document has ${bytes} bytes, and a server that takes 5 kilobytes for ${STRICT_LIMIT} stops there`
      yield { at: '', message, suggestion }
    } else {
      const message = `the document has ${bytes} bytes, near the ${STRICT_LIMIT} at which servers begin to stop`
      yield { at: '', severity: 'info', message, suggestion }
    }
  },
})
