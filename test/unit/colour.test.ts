import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { coloursOf, contrast, printRatio, shade, standing, textOn } from '#server/colour.ts'

/** Reference ratios: WCAG's own examples and what browsers' tools say. */
test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#777777', '#ffffff', 4.48],
  ['#767676', '#ffffff', 4.54],
  ['#0000ff', '#ffffff', 8.59],
  ['#ff0000', '#ffffff', 4.0],
  ['#00ff00', '#ffffff', 1.37],
  ['#ffd84d', '#211f1a', 11.94],
  ['#211f1a', '#faf8f4', 15.5],
])('%s on %s has a contrast of %d : 1, whichever is on top', (one, other, ratio) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 1)
  expect(contrast(other, one)).toBe(contrast(one, other))
})

test('a ratio is never printed as more than it is', () => {
  expect(printRatio(4.499)).toBe('4.4')
  expect(printRatio(4.5)).toBe('4.5')
  expect(printRatio(21)).toBe('21.0')
})

const anyColour = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

test('whatever the colour, words on the button and words in it can be read in both schemes', async () => {
  await fc.assert(
    fc.property(anyColour, (colour) => {
      const made = coloursOf(colour)
      expect(standing(made.fill, 'light')).toBeGreaterThanOrEqual(3)
      expect(standing(made.darkFill, 'dark')).toBeGreaterThanOrEqual(3)
      expect(standing(made.text, 'light')).toBeGreaterThanOrEqual(4.5)
      expect(standing(made.darkText, 'dark')).toBeGreaterThanOrEqual(4.5)
      expect(contrast(made.fill, made.onFill)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(made.darkFill, made.darkOnFill)).toBeGreaterThanOrEqual(4.5)
    }),
    { numRuns: 400, seed: 3 },
  )
})

test('a colour that can be read stays as it is, and a shade keeps its hue', () => {
  expect(shade('#1f3bb3', 'light', 4.5)).toBe('#1f3bb3')
  expect(shade('#ffd84d', 'light', 4.5)).toBe('#8d6e00')
  expect(textOn('#1f3bb3')).toBe('#ffffff')
  expect(textOn('#ffd84d')).toBe('#000000')
})

test('without a colour it is ink on paper', () => {
  expect(coloursOf('')).toMatchObject({ fill: '#211f1a', onFill: '#faf8f4', darkFill: '#f1eee6' })
})
