import { expect, test } from 'vitest'
import { dayOf, readContact, readCustomer, readOfferings, readOutcome } from '#server/customers/import/values.ts'
import { readYear } from '#server/customers/import/years.ts'

const year = (known: Record<string, string>) => {
  const problems: string[] = []
  return { read: readYear(known, 2025, problems), problems }
}

test.each([
  ['1,234.56', 'EUR', 123456],
  ['1.234,56', 'EUR', 123456],
  ['1.234.567', 'EUR', 123456700],
  ['412000', 'JPY', 412000],
  ['€ 1.234,56', '', 123456],
  ['1,234.56 USD', '', 123456],
  ['£12', '', 1200],
])('the amount %s with the currency "%s" is %i minor units', (annual_revenue, currency, minor) => {
  const { read, problems } = year({ annual_revenue, ...(currency ? { currency } : {}) })
  expect(problems).toEqual([])
  expect(read?.values.revenue_minor).toBe(minor)
  expect(read?.year).toBe(2025)
})

test('amounts without a currency, of two currencies, or that are none are refused', () => {
  expect(year({ annual_revenue: '5' }).problems[0]).toContain('no currency')
  expect(year({ annual_revenue: '5 USD', currency: 'EUR' }).problems[0]).toContain(
    'The currency is EUR, but the amount says USD.',
  )
  expect(year({ annual_revenue: 'lots', currency: 'EUR' }).problems[0]).toContain('is not an amount')
  expect(year({ annual_revenue: '5', currency: 'EUR', year: '20' }).problems[0]).toContain('between 1990 and 2100')
  expect(year({ orders: '1.200', currency: 'EUR' }).read?.values.orders).toBe(1200)
  expect(year({ orders: '1.5', currency: 'EUR' }).problems[0]).toContain('is not a number')
})

test.each([
  ['2026-03-31', '2026-03-31'],
  ['31.3.2026', '2026-03-31'],
  ['31.03.2026 00:00', '2026-03-31'],
  ['31/03/2026', '2026-03-31'],
  ['03/31/2026', '2026-03-31'],
  ['05/05/2026', '2026-05-05'],
  ['04/05/2026', undefined],
  ['31.02.2026', undefined],
  ['soon', undefined],
])('the day %s is %s', (written, day) => expect(dayOf(written)).toBe(day))

test('offerings are a list by commas, or by bars and semicolons where names hold commas, each once', () => {
  expect(readOfferings({ offerings: 'Pumps, Night line,pumps' }, [])).toEqual(['pumps', 'Night line'])
  expect(readOfferings({ offerings: 'Pumps, small | Night  line;' }, [])).toEqual(['Pumps, small', 'Night line'])
  expect(readOfferings({}, [])).toEqual([])
})

test('an outcome needs to be known and to have a day', () => {
  const problems: string[] = []
  expect(readOutcome({ outcome: 'Verlängert', outcome_on: '1.2.2026' }, problems)).toEqual({
    kind: 'renewed',
    basis: 'actual',
    happened_on: '2026-02-01',
    note: '',
  })
  expect(problems).toEqual([])
  readOutcome({ outcome: 'won', outcome_on: '2026-02-01' }, problems)
  readOutcome({ outcome: 'left' }, problems)
  readOutcome({ outcome_on: '2026-02-01' }, problems)
  expect(problems.map((one) => one.slice(0, 22))).toEqual([
    'outcome "won" is not k',
    'The outcome has no day',
    'The outcome is missing',
  ])
})

test('a language is the contact’s, and the customer’s where a row has no contact', () => {
  const users = new Map<string, string>()
  const alone = { company: 'A', language: 'DE-at' }
  expect(readCustomer(alone, {}, users, []).values.language).toBe('de')
  expect(readCustomer({ ...alone, email: 'a@a.example' }, {}, users, []).values.language).toBeUndefined()
  expect(readContact({ ...alone, email: 'A@a.example '.trim() }, [])?.values).toMatchObject({
    language: 'de',
    email: 'a@a.example',
  })
  expect(readCustomer({ ...alone, customer_language: 'fr', email: 'a@a.example' }, {}, users, []).values.language).toBe(
    'fr',
  )
})

test('since may be a year, a month or a day, as people write them', () => {
  const since = (text: string) => readCustomer({ company: 'A', since: text }, {}, new Map(), []).values.customer_since
  expect(['2014', '3.2014', '03/2014', '1.3.2014', '2014-03-01'].map(since)).toEqual([
    '2014',
    '2014-03',
    '2014-03',
    '2014-03-01',
    '2014-03-01',
  ])
})
