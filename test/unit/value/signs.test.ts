import { expect, test } from 'vitest'
import { signsOf } from '#server/value/signs.ts'

const said = <T>(value: T) => ({ value, on: '2026-11-01', responseId: 'r' })
const points = said({ revenue: 10, cost: 30, risk: 40, emotion: 20 })
const worst = (scores: Parameters<typeof signsOf>[0]['scores']) =>
  signsOf({ points, ...(scores ? { scores } : {}) }, 0, '2026-11-23', new Map()).signs.worstScore

test('what weighs much and has no score is unknown, which is not the same as served well', () => {
  expect(worst(undefined)).toBeUndefined()
  expect(worst(said({ cost: 9 }))).toBeUndefined()
  expect(worst(said({ revenue: 2, cost: 9, risk: 8 }))).toBe(8)
  expect(worst(said({ cost: 3 }))).toBe(3)
})
