import { expect, test } from 'vitest'
import {
  cohenKappa,
  fleissKappa,
  gwetAC1,
  interval,
  krippendorffAlpha,
  masi,
  masiAlpha,
  ordinal,
  percentAgreement,
  ratio,
  tableOf,
  verdictOf,
} from '#server/tags/agreement.ts'

/** Coders as lines of values, "." for a missing one; turned into units. */
function unitsOf(...coders: string[]): (string | null)[][] {
  const lines = coders.map((coder) => coder.split(' '))
  return (lines[0] ?? []).map((_, unit) => lines.map((line) => (line[unit] === '.' ? null : (line[unit] ?? null))))
}
const numbers = (units: (string | null)[][]) =>
  units.map((unit) => unit.map((value) => (value === null ? null : Number(value))))

const canonical = unitsOf(
  '1 2 3 3 2 1 4 1 2 . . .',
  '1 2 3 3 2 2 4 1 2 5 . 3',
  '. 3 3 3 2 3 4 2 2 5 1 .',
  '1 2 3 3 2 4 4 1 2 5 1 .',
)

test("Krippendorff's four coders give α 0.743 nominal, 0.815 ordinal, 0.849 interval and 0.797 ratio", () => {
  expect(krippendorffAlpha(canonical)).toBeCloseTo(904 / 1216, 10)
  expect(krippendorffAlpha(canonical)).toBeCloseTo(0.743, 3)
  expect(krippendorffAlpha(numbers(canonical), ordinal)).toBeCloseTo(0.815, 3)
  expect(krippendorffAlpha(numbers(canonical), interval)).toBeCloseTo(0.849, 3)
  expect(krippendorffAlpha(numbers(canonical), ratio)).toBeCloseTo(0.797, 3)
})

test('two coders who agree on 60 % of binary units reach α 0.095', () => {
  expect(krippendorffAlpha(unitsOf('0 1 0 0 0 0 0 0 1 0', '1 1 1 0 0 1 0 0 0 0'))).toBeCloseTo(0.0952, 4)
})

test('Ben and Gerry reach α 0.692', () => {
  expect(krippendorffAlpha(unitsOf('a a b b d c c c e d d a', 'b a b b b c c c e d d d'))).toBeCloseTo(0.692, 3)
})

test('three coders with many missing values give α 0.691358 nominal and 0.810845 interval', () => {
  const units = unitsOf(
    '. . . . . 3 4 1 2 1 1 3 3 . 3',
    '1 . 2 1 3 3 4 3 . . . . . . .',
    '. . 2 1 3 4 4 . 2 1 1 3 3 . 4',
  )
  expect(krippendorffAlpha(units)).toBeCloseTo(0.691358, 6)
  expect(krippendorffAlpha(numbers(units), interval)).toBeCloseTo(0.810845, 6)
})

test('where all coders give one value α says "no variation", not 1', () => {
  const alpha = krippendorffAlpha(unitsOf('0 0 0', '0 0 0'))
  expect(alpha).toBeNull()
  expect(verdictOf(alpha)).toBe('no variation')
  expect(krippendorffAlpha([])).toBeNull()
})

test("Cohen's κ is 0.400, 0.1304 and 0.2593 for the three tables of the reference", () => {
  expect(
    cohenKappa([
      [20, 5],
      [10, 15],
    ]),
  ).toBeCloseTo(0.4, 10)
  expect(
    percentAgreement([
      [20, 5],
      [10, 15],
    ]),
  ).toBeCloseTo(0.7, 10)
  expect(
    cohenKappa([
      [45, 15],
      [25, 15],
    ]),
  ).toBeCloseTo(0.1304, 4)
  expect(
    cohenKappa([
      [25, 35],
      [5, 35],
    ]),
  ).toBeCloseTo(0.2593, 4)
  expect(
    percentAgreement([
      [25, 35],
      [5, 35],
    ]),
  ).toBeCloseTo(0.6, 10)
})

test('the paradox of κ: a rare code lowers κ at the same agreement, AC1 stays', () => {
  expect(
    cohenKappa([
      [40, 9],
      [6, 45],
    ]),
  ).toBeCloseTo(0.6995, 4)
  expect(
    cohenKappa([
      [80, 10],
      [5, 5],
    ]),
  ).toBeCloseTo(0.3182, 4)
  expect(
    gwetAC1([
      [40, 9],
      [6, 45],
    ]),
  ).toBeCloseTo(0.7007, 4)
  expect(
    gwetAC1([
      [80, 10],
      [5, 5],
    ]),
  ).toBeCloseTo(0.808, 4)
  expect(
    cohenKappa([
      [118, 5],
      [2, 0],
    ]),
  ).toBeCloseTo(-0.0234, 4)
  expect(
    gwetAC1([
      [118, 5],
      [2, 0],
    ]),
  ).toBeCloseTo(0.9408, 4)
  expect(
    cohenKappa([
      [7, 0],
      [0, 0],
    ]),
  ).toBeNull()
})

test("Fleiss' κ of fourteen raters and ten items is 0.210", () => {
  const items = '0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/0 2 2 3 7'
  expect(fleissKappa(items.split('/').map((line) => line.split(' ').map(Number)))).toBeCloseTo(0.21, 3)
})

test('MASI tells equal, contained, overlapping and disjoint tag sets apart', () => {
  expect(masi(new Set('12'), new Set('1234'))).toBeCloseTo(2 / 3, 10)
  expect(masi(new Set('12'), new Set('12'))).toBe(0)
  expect(masi(new Set('12'), new Set('23'))).toBeCloseTo(1 - 1 / 9, 10)
  expect(masi(new Set('1'), new Set('2'))).toBe(1)
  expect(masi(new Set(), new Set())).toBe(0)
  expect(masi(new Set(), new Set('1'))).toBe(1)
})

test('α of whole tag sets is 1 where they are equal and lower the less they share', () => {
  const [a, b, ab] = [new Set(['C3+']), new Set(['E1-']), new Set(['C3+', 'E1-'])]
  expect(
    masiAlpha([
      [a, a],
      [b, b],
      [ab, new Set(['E1-', 'C3+'])],
    ]),
  ).toBe(1)
  const contained =
    masiAlpha([
      [a, a],
      [b, b],
      [ab, a],
    ]) ?? 0
  const disjoint =
    masiAlpha([
      [a, a],
      [b, b],
      [b, a],
    ]) ?? 0
  expect(contained).toBeLessThan(1)
  expect(disjoint).toBeLessThan(contained)
})

test('two coders make a two-by-two', () => {
  expect(
    tableOf([
      [true, true],
      [true, false],
      [false, false],
      [true, true],
    ]),
  ).toEqual([
    [2, 1],
    [0, 1],
  ])
})

test('the bars are 0.80 and 0.667', () => {
  expect([0.8, 0.7, 0.6].map(verdictOf)).toEqual(['rely', 'tentative', 'settle and recode'])
})
