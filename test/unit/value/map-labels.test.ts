import { expect, test } from 'vitest'
import { type Mark, namesThatFit } from '#server/value/map-labels.ts'

const mark = (id: string, across: number, down: number, name = `Customer ${id}`): Mark => ({ id, name, across, down })
const fit = (marks: Mark[], corners: Parameters<typeof namesThatFit>[2] = [], most = 12) => [
  ...namesThatFit(marks, marks, corners, most),
]

test('two marks that lie apart are both named', () => {
  expect(fit([mark('a', 90, 40), mark('b', 10, 200)])).toEqual(['a', 'b'])
})

test('of two names that would lie over each other the first stands', () => {
  expect(fit([mark('a', 90, 40), mark('b', 88, 46)])).toEqual(['b'])
  expect(fit([mark('a', 90, 40), mark('b', 90, 48), mark('c', 90, 64)])).toEqual(['a', 'c'])
})

test('no name lies over another mark, over the words of a corner, or beyond the edge', () => {
  expect(fit([mark('a', 90, 40), mark('b', 75, 40)])).toEqual(['b'])
  expect(fit([mark('a', 10, 10)], [{ text: 'They get much, we get little', isEnd: false, down: 16 }])).toEqual([])
  expect(fit([mark('a', 52, 100, 'A customer with a name that is longer than half a telephone')])).toEqual([])
})

test('no more names than asked for', () => {
  const marks = Array.from({ length: 9 }, (_, n) => mark(String(n), 80, 20 + n * 30))
  expect(fit(marks, [], 4)).toEqual(['0', '1', '2', '3'])
})
