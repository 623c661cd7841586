import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Spoken, sentence } from '#server/insights/sentence.ts'

const four = (revenue: number, cost: number, risk: number, emotion: number) => ({ revenue, cost, risk, emotion })
const spoken = (more: Partial<Spoken>): Spoken => ({
  status: 'shown',
  heard: 24,
  asked: 60,
  n: 24,
  hasSuggestions: false,
  helps: four(8, 9, 17, 7),
  hurts: four(2, 6, 5, 5),
  ...more,
})
const read = (more: Partial<Spoken>) =>
  sentence(spoken(more))
    .map((part) => part.text)
    .join('')

test('the sentence names what most customers say, and says what cannot be told apart', () => {
  expect(read({ hurts: four(0, 12, 1, 1) })).toBe(
    'Of 24 customers heard (60 asked), 17 say we keep trouble away. Revenue (8), cost (9) and emotion (7) cannot be told apart. Where we hurt it is most often cost, 12.',
  )
})

test('the finding itself is strong', () => {
  expect(sentence(spoken({})).filter((part) => part.isStrong)).toEqual([
    { text: '17 say we keep trouble away', isStrong: true },
  ])
})

test('no driver is called first when several cannot be told apart', () => {
  expect(read({ n: 40, heard: 40, asked: 40, helps: four(18, 20, 19, 2), hurts: four(0, 0, 0, 0) })).toBe(
    'Of 40 customers heard, revenue (18), cost (20) and risk (19) cannot be told apart. Two name emotion. Nobody says that we hurt.',
  )
})

test('a tie is never broken', () => {
  expect(read({ helps: four(9, 0, 9, 0) })).toContain(
    'revenue (9) and risk (9) cannot be told apart. Nobody names cost or emotion.',
  )
})

test('between five and nine customers there is no first, unless only one is named', () => {
  expect(read({ n: 7, heard: 7, helps: four(1, 0, 6, 0) })).toContain('revenue (1) and risk (6) cannot be told apart')
  expect(read({ n: 7, heard: 7, helps: four(0, 0, 6, 0) })).toContain('6 say we keep trouble away')
})

test('when nobody names anything it says so', () => {
  expect(read({ helps: four(0, 0, 0, 0), hurts: four(0, 0, 0, 0) })).toBe(
    'Of 24 customers heard (60 asked), none says that we help with any of the four. Nobody says that we hurt.',
  )
})

test('all silent, none asked, none read and too few each have their own words', () => {
  expect(read({ status: 'silent', heard: 0, asked: 60 })).toBe('None of the 60 customers asked has answered yet.')
  expect(read({ status: 'silent', heard: 0, asked: 0 })).toBe('Nobody has been asked yet.')
  expect(read({ status: 'silent', heard: 0, asked: undefined })).toBe('Nobody has answered in this view.')
  expect(read({ status: 'unread', heard: 12 })).toBe('12 customers heard, and nobody has read their words yet.')
  expect(read({ status: 'small' })).toBe('Fewer than 5 customers are read in this view, so no figure is shown.')
  expect(read({ status: 'near' })).toContain('would single out fewer than 5 customers')
})

test('it says when not all who were heard are read, and when unconfirmed suggestions are counted', () => {
  expect(read({ n: 20 })).toMatch(/^Of 20 customers read so far \(24 heard\), /)
  expect(read({ hasSuggestions: true })).toMatch(/^Of 24 customers heard, counting what nobody has confirmed, /)
})

test('a hidden view never gives away a number', () => {
  for (const status of ['small', 'near'] as const) expect(read({ status })).not.toMatch(/[0-46-9]|\d\d/)
})

const counts = fc.record({ revenue: fc.nat(60), cost: fc.nat(60), risk: fc.nat(60), emotion: fc.nat(60) })

test('whatever the numbers are, it is whole sentences that name each of the four', () => {
  fc.assert(
    fc.property(counts, counts, (helps, hurts) => {
      const text = read({ n: 60, heard: 60, helps, hurts })
      expect(text).toMatch(/^Of 60 customers heard, .+\.$/)
      expect(text).not.toMatch(/undefined|NaN| {2}|\.\.|,\./)
    }),
  )
})
