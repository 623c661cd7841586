import fc from 'fast-check'
import { expect, test } from 'vitest'
import { revenueBehind } from '#server/value/portfolio.ts'
import { judge, type Known, linesApart, type RatingLine, ratingLines, type Scores } from '#server/value/rating-rule.ts'

const all = (score: number, but: Scores = {}): Scores => ({
  ...Object.fromEntries(ratingLines.map((line) => [line, score])),
  ...but,
})
const nothing: Known = { weGet: undefined, theyGet: undefined, drivers: undefined, doing: [], points: 0 }
const well: Known = { weGet: 75, theyGet: 75, drivers: 3, doing: [true, undefined, true], points: 10 }

test('a customer worth much both ways that fits and has room is grown; without room it is kept', () => {
  expect(judge([all(4)], well).verdict).toBe('grow')
  expect(judge([all(4, { room: 3 })], well).verdict).toBe('keep')
  expect(judge([all(4, { direction: 3, dealings: 3 })], well)).toMatchObject({ verdict: 'grow', means: { fit: 3.5 } })
  expect(judge([all(4, { direction: 3, dealings: 2 })], well)).toMatchObject({ verdict: 'keep', means: { fit: 3.25 } })
})

test('who gains little from us, or is known to be vulnerable, is a customer to fix', () => {
  expect(judge([all(4, { results: 1 })], { ...well, theyGet: 10, drivers: 1, doing: [false] }).verdict).toBe('fix')
  expect(judge([all(4)], { ...well, points: 50 }).verdict).toBe('fix')
  expect(judge([all(4)], { ...well, points: 49 }).verdict).toBe('grow')
})

test('whoever is worth little to us, or does not fit, is repriced or parted with, however much it gains', () => {
  const poor = { direction: 2, dealings: 1, value: 2, deciders: 3 }
  expect(judge([all(5, poor)], { ...well, points: 80 }).verdict).toBe('part')
  const little = { margin: 1, room: 2, pays: 2, name: 2, teaches: 1, leader: 1 }
  expect(judge([all(5, little)], { ...well, weGet: 5 }).verdict).toBe('part')
})

test('what is on record counts on the same scale as what is rated', () => {
  const { means } = judge([all(3)], { weGet: 100, theyGet: 0, drivers: 4, doing: [true, false, undefined], points: 0 })
  expect(means.us).toBeCloseTo((6 * 3 + 5) / 7)
  expect(means.them).toBeCloseTo((3 + 1 + 5 + 3) / 4)
})

test('a group of which less than half is known has no mean, and then there is no verdict: unknown is neither good nor bad', () => {
  expect(judge([all(5)], nothing)).toEqual({
    verdict: undefined,
    means: { us: 5, them: undefined, fit: 5 },
    missing: ['them'],
  })
  expect(judge([], nothing).missing).toEqual(['us', 'them', 'fit'])
  expect(judge([{ ...all(5), direction: 5 }], { ...nothing, drivers: 4 }).verdict).toBe('grow')
})

test('whoever would be grown if there is room has no verdict while the room is not known', () => {
  const { room: _, ...scores } = all(5)
  expect(judge([scores], well)).toMatchObject({ verdict: undefined, missing: ['room'] })
  expect(judge([{ ...scores, direction: 2, dealings: 1 }], well).verdict).toBe('keep')
})

test('two raters count alike, and a line that only one of them knows counts as that one gave it', () => {
  expect(judge([all(2), all(4)], well).means.fit).toBe(3)
  expect(judge([{ ...all(2) }, { direction: 4 }], well).means.fit).toBe((3 + 2 + 2 + 2) / 4)
})

test('raters are apart on a line from two points on, and never on one that one of them does not know', () => {
  expect(linesApart(all(3), all(3, { room: 5, pays: 4, name: 1 }))).toEqual(['room', 'name'])
  expect(linesApart(all(3), { room: 3 })).toEqual([])
})

const score = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined })
const scores = fc
  .array(score, { minLength: ratingLines.length, maxLength: ratingLines.length })
  .map((given): Scores => Object.fromEntries(ratingLines.flatMap((line, at) => (given[at] ? [[line, given[at]]] : []))))
const percentile = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined })
const known: fc.Arbitrary<Known> = fc.record({
  weGet: percentile,
  theyGet: percentile,
  drivers: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  doing: fc.array(fc.option(fc.boolean(), { nil: undefined }), { minLength: 3, maxLength: 3 }),
  points: fc.integer({ min: 0, max: 100 }),
})

test('every mean lies between 1 and 5, the order of raters does not matter, and a verdict is there or what is missing', () => {
  fc.assert(
    fc.property(scores, scores, known, (one, other, record) => {
      const found = judge([one, other], record)
      for (const mean of Object.values(found.means)) if (mean !== undefined) expect(mean >= 1 && mean <= 5).toBe(true)
      expect(judge([other, one], record)).toEqual(found)
      expect(found.missing.length === 0).toBe(found.verdict !== undefined)
      expect(linesApart(one, other)).toEqual(linesApart(other, one))
    }),
  )
})

test('a better line never turns a customer from fix or keep into one to part with', () => {
  const order = ['part', 'fix', 'keep', 'grow']
  const line = fc.constantFrom<RatingLine>(...ratingLines)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), line, known, (base, better, record) => {
      const before = judge([all(base)], record).verdict
      const after = judge([all(base, { [better]: base + 1 })], record).verdict
      if (before && after) expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before))
    }),
  )
})

test('the parts of revenue behind each answer come to all of it; what is not known is a part of its own', () => {
  const parts = revenueBehind([
    { minor: 600, answer: 'yes' },
    { minor: 100, answer: 'no' },
    { minor: 300, answer: 'unknown' },
  ])
  expect(parts && [...parts]).toEqual([
    ['yes', 0.6],
    ['no', 0.1],
    ['unknown', 0.3],
  ])
  expect(revenueBehind([{ minor: 0, answer: 'yes' }])).toBeUndefined()
})
