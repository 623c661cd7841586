import { expect, test } from 'vitest'
import type { NoneKind } from '#server/tables.ts'
import { driverOf } from '#server/tags/codebook.ts'
import { type CodingToCompare, compareCodings } from '#server/tags/compare.ts'

const coding = (tags: string, none: NoneKind | null = null): CodingToCompare => ({
  tags: tags
    .split(' ')
    .filter(Boolean)
    .map((tag) => ({
      driver: driverOf(tag),
      direction: tag.endsWith('-') ? '-' : '+',
      sub: tag.slice(0, 2),
      about: 'us',
      isWish: false,
    })),
  none,
})
const compare = (suggested: CodingToCompare, settled: CodingToCompare) =>
  Object.values(compareCodings(suggested, settled))

test('each suggestion is confirmed, corrected or rejected, and what it did not see is missed', () => {
  expect(compareCodings(coding('K3+ C1- E2+ R1+'), coding('K3+ C3- R1- K5-'))).toEqual({
    confirmed: 1,
    corrected: 2,
    rejected: 1,
    missed: 1,
  })
})

test('another sub-code is a correction, not a rejection with a miss', () => {
  expect(compare(coding('E1+'), coding('E3+'))).toEqual([0, 1, 0, 0])
})

test('no reading is an outcome like any other', () => {
  expect(compare(coding('', 'GEN'), coding('', 'GEN'))).toEqual([1, 0, 0, 0])
  expect(compare(coding('', 'GEN'), coding('', 'OFF'))).toEqual([0, 1, 0, 0])
  expect(compare(coding('', 'GEN'), coding('K3+'))).toEqual([0, 0, 1, 1])
  expect(compare(coding('K3+'), coding('', 'GEN'))).toEqual([0, 0, 1, 0])
  expect(compare(coding(''), coding('', 'GEN'))).toEqual([0, 0, 0, 1])
})
