import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lengthOf, markedText, placeOf, wordsAt } from '#server/tags/marked.ts'

const tag = (start: number, end: number, driver: 'risk' | 'cost' = 'risk') =>
  ({ driver, direction: '+', start, end }) as const

test('a text without tags is one piece', () => {
  expect(markedText('Never fails', [])).toEqual([{ text: 'Never fails', tags: [], ends: [] }])
})

test('spans that overlap are cut where one begins or ends, and each ends once', () => {
  const long = tag(0, 11)
  const late = tag(6, 15, 'cost')
  expect(markedText('never fails, cheap', [long, late])).toEqual([
    { text: 'never ', tags: [long], ends: [] },
    { text: 'fails', tags: [long, late], ends: [long] },
    { text: ', ch', tags: [late], ends: [late] },
    { text: 'eap', tags: [], ends: [] },
  ])
})

test('an emoji counts as one character', () => {
  const span = tag(2, 7)
  expect(markedText('👍🏽never fails', [span]).map(({ text }) => text)).toEqual(['👍🏽', 'never', ' fails'])
})

test('whatever the spans, the pieces together are the text and each real span ends exactly once', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fc.tuple(fc.integer({ min: -3, max: 40 }), fc.integer({ min: -3, max: 40 })), { maxLength: 6 }),
      (text, spans) => {
        const tags = spans.map(([start, end]) => tag(start, end))
        const pieces = markedText(text, tags)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        const length = lengthOf(text)
        for (const one of tags) {
          const words = wordsAt(text, Math.max(0, one.start), Math.max(0, Math.min(length, one.end)))
          expect(
            pieces
              .filter(({ tags: here }) => here.includes(one))
              .map((piece) => piece.text)
              .join(''),
          ).toBe(words)
          expect(pieces.filter(({ ends }) => ends.includes(one)).length).toBe(words === '' ? 0 : 1)
        }
      },
    ),
  )
})

test('words are found where they were selected, else at their first place, else not at all', () => {
  const text = 'ok, 👍 ok'
  expect(placeOf(text, 'ok', 6)).toEqual({ start: 6, end: 8 })
  expect(placeOf(text, 'ok', 3)).toEqual({ start: 0, end: 2 })
  expect(placeOf(text, 'OK', 0)).toBeUndefined()
  expect(placeOf(text, '', 0)).toBeUndefined()
})
