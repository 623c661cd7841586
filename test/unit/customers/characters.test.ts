import { expect, test } from 'vitest'
import { oneLine, seenOf, unseenIn } from '#server/customers/characters.ts'
import { contactForm, customerForm, outcomeForm } from '#server/customers/forms.ts'
import { understand } from '#server/customers/import/meanings.ts'

test.each([
  ['a zero byte', 'Ac\u0000me', 'U+0000'],
  ['a bell', 'Acme\u0007', 'U+0007'],
  ['a C1 control', 'Ac\u0085me', 'U+0085'],
  ['a deletion', 'Acme\u007f!', 'U+007F'],
  ['a turn of direction', 'Acme \u202egnp.exe', 'U+202E'],
  ['an isolate', '\u2066Acme', 'U+2066'],
  ['half of a character', 'Acme \ud83d', 'U+D83D'],
])('%s is found', (_name, text, code) => {
  expect(unseenIn(text)).toBe(code)
})

test.each(['Acme', 'Käserei Müller – Söhne', '株式会社タニ', 'שלום', 'Acme 🏭', 'two\r\nlines\tand a tab'])(
  '"%s" is left as it is',
  (text) => {
    expect(unseenIn(text)).toBeUndefined()
  },
)

test('a customer’s and a contact’s names are refused with a sentence beside the field, and no character is lost unseen', () => {
  const customer = customerForm.safeParse({ name: 'Ac\u202eme', segment: 'Fo\u0000od' })
  expect(customer.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'name: There is a character in the name that nobody can see (U+202E). Type it anew without it.',
    'segment: There is a character in the segment that nobody can see (U+0000). Type it anew without it.',
  ])
  const contact = contactForm.safeParse({ lastName: 'Brandt\ud800', mailBasis: 'none' })
  expect(contact.error?.issues[0]?.message).toContain('in the last name that nobody can see (U+D800)')
})

test('a name is one line, a note may have several', () => {
  expect(customerForm.parse({ name: 'Acme\r\n Tools' }).name).toBe('Acme Tools')
  expect(oneLine('Acme\t\nTools')).toBe('Acme Tools')
  const outcome = outcomeForm('2026-03-31').parse({
    kind: 'grew',
    basis: 'actual',
    happenedOn: '2026-03-31',
    note: 'First line\n\tsecond line',
  })
  expect(outcome.note).toBe('First line\n\tsecond line')
})

test('the header of a list is understood without them', () => {
  expect(seenOf('\u202eCompany\u0000')).toBe('Company')
  expect(understand(['Comp\u0000any\n', 'Pumps\u202e']).map(({ header }) => header)).toEqual(['Company', 'Pumps'])
})
