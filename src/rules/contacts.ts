import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { schemeOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'contacts',
  level: 'ADVICE',
  cites: [rfc(7591, '2')],
  reads: ['contacts'],
  title: 'Each of the contacts is an address somebody can write to or call.',
  rationale: `
    Operators of servers look here when a client misbehaves or is about to stop working. A bare name
    tells them nothing. The document is public, so an address of a team serves better than a personal
    one.`,
  examples: {
    valid: [
      {
        document: {
          contacts: ['team@client.example.com', 'jörg@bücher.example', 'a+b@[::1].x.org'],
        },
      },
      {
        document: { contacts: ['Example Team <team@client.example.com>', '@team@social.example'] },
      },
      {
        document: {
          contacts: ['https://client.example.com/contact', 'mailto:a@b', 'tel:+49-30-1'],
        },
      },
      { document: { contacts: ['+49 (30) 123-456'] } },
      { document: { contacts: [] } },
      // Reported by json-types, and by display-no-placeholder.
      { document: { contacts: ['team', 5] } },
      { document: { contacts: ['<your email>'] } },
    ],
    invalid: [
      {
        document: { contacts: ['team@client.example.com', 'Example Team'] },
        at: ['/contacts/1'],
        messages: ['item 1 of contacts is "Example Team", and nobody can write to that or call it'],
      },
      {
        document: { contacts: ['', '@', 'team@', '@team', 'a@b', '12345', 'a @ b.example'] },
        at: [
          '/contacts/0',
          '/contacts/1',
          '/contacts/2',
          '/contacts/3',
          '/contacts/4',
          '/contacts/5',
          '/contacts/6',
        ],
      },
    ],
  },

  *check({ metadata: { contacts = [] } }) {
    for (const [index, contact] of contacts.entries()) {
      if (isAddress(contact) || contact.startsWith('<')) continue
      yield {
        at: `/contacts/${index}`,
        message: `item ${index} of contacts is ${quote(contact)}, and nobody can write to that or call it`,
        suggestion: 'write an email address, or the URL of a contact page',
      }
    }
  },
})

/** Whether a text ends in a name at a domain, or is a URI or a telephone number. */
function isAddress(contact: string): boolean {
  if (schemeOf(contact) !== '' || /^\+?[0-9 ()./-]{6,}$/.test(contact)) return true
  const at = contact.lastIndexOf('@')
  return at >= 0 && /^[^\s@<>]+\.[^\s@<>.]{2,}>?$/.test(contact.slice(at + 1))
}
