import { expect, test } from 'vitest'
import { bootstrap, brier, qualityOf, reliability } from '#server/tags/metrics.ts'

test('Brier of four forecasts is 0.0375', () => {
  const truths = [false, true, true, false]
  expect(
    brier([0.1, 0.9, 0.8, 0.3].map((probability, index) => ({ probability, truth: truths[index] ?? false }))),
  ).toBeCloseTo(0.0375, 10)
})

test('precision, recall and F1 are counted, and nothing to say is 0', () => {
  const pairs = [
    [true, true],
    [true, false],
    [false, true],
    [true, true],
  ].map(([truth = false, said = false]) => ({ truth, said }))
  expect(qualityOf(pairs)).toMatchObject({ n: 3, said: 3, right: 2, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 })
  expect(qualityOf([{ truth: false, said: false }])).toMatchObject({ precision: 0, recall: 0, f1: 0 })
})

test('a reliability table shows how often each forecast came true', () => {
  expect(
    reliability([
      { probability: 0.95, truth: true },
      { probability: 1, truth: false },
    ]),
  ).toEqual([{ from: 0.9, to: 1, n: 2, forecast: 0.975, observed: 0.5 }])
})

test('a bootstrap interval holds the figure and is the same each time', () => {
  const rows = Array.from({ length: 100 }, (_, index) => index % 2)
  const mean = (drawn: number[]) => drawn.reduce((sum, value) => sum + value, 0) / drawn.length
  const [low, high] = bootstrap(rows, mean)
  expect(low).toBeGreaterThan(0.35)
  expect(low).toBeLessThan(0.5)
  expect(high).toBeLessThan(0.65)
  expect(bootstrap(rows, mean)).toEqual([low, high])
})
