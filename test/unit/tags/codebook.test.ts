import { expect, test } from 'vitest'
import { codebook, driverOf, readCodebook, subCode, subsOf } from '#server/tags/codebook.ts'

test('the codebook has four drivers, nineteen sub-codes and the forty elements of value, each with one home', () => {
  expect(codebook.drivers.map((driver) => driver.key)).toEqual(['revenue', 'cost', 'risk', 'emotion'])
  expect(codebook.subs).toHaveLength(19)
  const elements = codebook.subs.flatMap((sub) => sub.elements)
  expect(elements).toHaveLength(40)
  expect(new Set(elements).size).toBe(40)
  expect(codebook.weakHomes.filter((home) => !elements.includes(home))).toEqual([])
})

test('the homes are 6 for revenue, 11 for cost, 11 for risk and 12 for emotion', () => {
  const homes = codebook.drivers.map((driver) => subsOf(driver.key).flatMap((sub) => sub.elements).length)
  expect(homes).toEqual([6, 11, 11, 12])
})

test('every tag of an example or hard case is a sub-code of the codebook', () => {
  const tags = [...codebook.hardCases, ...codebook.drivers.flatMap((driver) => driver.positive)].flatMap(
    (example) => example.tags?.split(' ') ?? [],
  )
  expect(tags.filter((tag) => !subCode(tag.slice(0, 2)))).toEqual([])
})

test('the letter of a sub-code names its driver', () => {
  expect(driverOf('K3')).toBe('risk')
  expect(() => driverOf('X1')).toThrow('"X1" is not a sub-code')
  expect(subCode('X1')).toBeUndefined()
})

test('a broken codebook is refused with file and line', () => {
  expect(() => readCodebook('book.yaml', 'version: "1"\ndrivers: [')).toThrow(
    /book\.yaml, line \d+: this is not valid YAML/,
  )
  expect(() => readCodebook('book.yaml', 'version: "1"\nsubs:\n  - { code: Q1, short: x, elements: [] }')).toThrow(
    /book\.yaml, line 3: subs\.0\.code: A sub-code is a letter/,
  )
})
