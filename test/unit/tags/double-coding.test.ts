import { expect, test } from 'vitest'
import { krippendorffAlpha, masiAlpha } from '#server/tags/agreement.ts'
import { agreementOf, type BlindReading, type ReadTwice, setOf } from '#server/tags/agreement-figures.ts'
import { keptPlace } from '#server/tags/carry.ts'
import { maskNames } from '#server/tags/masked-names.ts'
import { isSameReading } from '#server/tags/same-reading.ts'
import { isDrawn } from '#server/tags/sample.ts'
import { wordChanges } from '#server/tags/word-changes.ts'

test('the first fifty answers are drawn, and one of each five where that is more', () => {
  const drawn = (n: number) => Array.from({ length: n }, (_, at) => isDrawn('first', at + 1)).filter(Boolean).length
  expect(drawn(50)).toBe(50)
  expect(drawn(250)).toBe(50)
  expect(drawn(1000)).toBe(200)
})

test('of each later round one answer in ten is drawn, always the same, and not always at the same place', () => {
  const places = (round: string) =>
    Array.from({ length: 400 }, (_, at) => at + 1).filter((place) => isDrawn(round, place))
  expect(places('spring')).toHaveLength(40)
  expect(places('spring')).toEqual(places('spring'))
  expect(places('spring')).not.toEqual(places('autumn'))
  expect(new Set(places('spring').map((place) => place % 10)).size).toBeGreaterThan(3)
})

test('names are covered letter by letter, so that every offset stays', () => {
  const text = 'We at Fennholt 🎉 love it. FENNHOLT DAIRY, dairy people. Mail anna.b@fennholt.example. Anna Brandt-Vogt'
  const masked = maskNames(text, ['Fennholt Dairy'], ['Anna', 'Brandt-Vogt'])
  expect(Array.from(masked)).toHaveLength(Array.from(text).length)
  expect(masked).toBe(
    'We at •••••••• 🎉 love it. •••••••• •••••, dairy people. Mail •••••••••••••••••••••••. •••• •••••••••••',
  )
})

test('words that happen to be names stay where they are written small', () => {
  expect(maskNames('Will you come? I will. May I? It may rain.', [], ['Will', 'May'])).toBe(
    '•••• you come? I will. ••• I? It may rain.',
  )
  expect(maskNames('Annabel is not Anna', [], ['Anna'])).toBe('Annabel is not ••••')
  expect(maskNames('a+b (c) [d]', ['a+b (c) [d'], [])).toBe('••• ••• ••]')
})

test('names in other scripts and with combining marks are covered at their length', () => {
  expect(maskNames('Écouté chez Müller, 東京 says', ['Müller'], ['東京'])).toBe('Écouté chez ••••••, •• says')
})

test('what changed between two texts is told word by word, and both texts can be put together again', () => {
  const before = 'You pick up at night, so I sleep. Nobody else does.'
  const after = 'You always pick up at night, so I rest. Nobody else does.'
  const changes = wordChanges(before, after)
  const without = (kind: string) =>
    changes
      .filter((change) => change.kind !== kind)
      .map(({ text }) => text)
      .join('')
  expect(without('new')).toBe(before)
  expect(without('gone')).toBe(after)
  expect(changes.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind}:${text.trim()}`)).toEqual([
    'new:always',
    'gone:sleep.',
    'new:rest.',
  ])
})

test('a text of a hundred thousand characters is compared in a moment', () => {
  const before = Array.from({ length: 20_000 }, (_, n) => `a${n}`).join(' ')
  const after = Array.from({ length: 20_000 }, (_, n) => `b${n}`).join(' ')
  const from = performance.now()
  expect(wordChanges(before, after)).toHaveLength(2)
  expect(wordChanges('', after)).toEqual([{ kind: 'new', text: after }])
  expect(wordChanges('same', 'same')).toEqual([{ kind: 'same', text: 'same' }])
  expect(performance.now() - from).toBeLessThan(1_000)
})

test('a tag is kept where its words still stand, at their new place in code points', () => {
  const before = { text: 'You pick up. I sleep', value: '{}' }
  expect(keptPlace(before, { text: '👍🏽 I sleep now', value: '{}' }, { start: 13, end: 20 })).toEqual({
    start: 3,
    end: 10,
  })
  expect(keptPlace(before, { text: 'I rest', value: '{}' }, { start: 13, end: 20 })).toBeUndefined()
  expect(
    keptPlace({ text: '', value: '{"worse":true}' }, { text: 'now words', value: '{}' }, { start: 0, end: 0 }),
  ).toBe(undefined)
})

const tag = (code: string, more: object = {}) => ({
  driver: ({ R: 'revenue', C: 'cost', K: 'risk', E: 'emotion' } as const)[code[0] as 'R' | 'C' | 'K' | 'E'],
  direction: code.endsWith('-') ? ('-' as const) : ('+' as const),
  sub: code.slice(0, 2),
  about: 'us' as const,
  start: 0,
  end: 3,
  flags: [],
  ...more,
})

test('two readings are the same by their tags, not by the words that were marked', () => {
  const reading = (...tags: ReturnType<typeof tag>[]) => ({ tags, none: null })
  expect(isSameReading(reading(tag('K3+')), reading(tag('K3+', { start: 5, end: 9, flags: ['must'] })))).toBe(true)
  expect(isSameReading(reading(tag('K3+'), tag('E2+')), reading(tag('E2+'), tag('K3+')))).toBe(true)
  for (const other of [tag('K4+'), tag('K3-'), tag('K3+', { about: 'own' }), tag('K3+', { flags: ['wish'] })])
    expect(isSameReading(reading(tag('K3+')), reading(other))).toBe(false)
  expect(isSameReading({ tags: [], none: 'GEN' }, { tags: [], none: 'GEN' })).toBe(true)
  expect(isSameReading({ tags: [], none: 'GEN' }, { tags: [], none: 'NONE' })).toBe(false)
})

/** Answers that two or three coders read, as if by chance but always the same. */
function units(n: number): ReadTwice[] {
  const codes = ['K3+', 'E2+', 'C1-', 'K1-', 'R1+']
  const chance = (seed: number) => ((Math.sin(seed) * 43_758.5453) % 1) ** 2
  return Array.from({ length: n }, (_, at) => ({
    answerId: String(at),
    readings: Array.from(
      { length: at % 7 === 0 ? 3 : 2 },
      (_, coder): BlindReading => ({
        coder: `coder ${(coder + at) % 3}`,
        tags: codes
          .filter((_, code) => chance(at * 13 + code) > 0.5 !== chance(at * 31 + code * 7 + coder) > 0.8)
          .map((code) => tag(code)),
      }),
    ),
  }))
}

test('agreement per value is the general α of yes and no, whatever the number of coders', () => {
  const made = units(60)
  const figures = agreementOf(made, 7)
  for (const label of figures.labels) {
    const values = made.map(({ readings }) =>
      readings.map(({ tags }) => tags.some((one) => one.driver === label.driver && one.direction === label.direction)),
    )
    expect(label.alpha).toBe(krippendorffAlpha(values))
    expect(label.n).toBe(60)
  }
  expect(figures.sets.alpha).toBe(masiAlpha(made.map(({ readings }) => readings.map(setOf))))
})

test('the intervals hold the figure, are the same for the same seed, and others for another', () => {
  const made = units(80)
  const [a, b, c] = [agreementOf(made, 7), agreementOf(made, 7), agreementOf(made, 8)]
  expect(a).toEqual(b)
  expect(a.sets.doubt).not.toEqual(c.sets.doubt)
  for (const { alpha, doubt } of [...a.labels, a.sets]) {
    if (alpha === null || doubt === null) continue
    expect(doubt.low).toBeLessThan(alpha)
    expect(doubt.high).toBeGreaterThan(alpha)
    expect(doubt.below).toBeGreaterThanOrEqual(0)
    expect(doubt.below).toBeLessThanOrEqual(1)
  }
})

test('more answers of the same kind make an interval narrower', () => {
  const made = units(40)
  const alone = agreementOf(made, 3)
  const doubled = agreementOf([...made, ...made], 3)
  const k = alone.labels.find(({ driver, direction }) => driver === 'risk' && direction === '+')
  const k2 = doubled.labels.find(({ driver, direction }) => driver === 'risk' && direction === '+')
  expect(k?.alpha).not.toBeNull()
  expect((k2?.doubt?.high ?? 0) - (k2?.doubt?.low ?? 0)).toBeLessThan((k?.doubt?.high ?? 0) - (k?.doubt?.low ?? 0))
})

test('where nobody gave a tag "no variation" is said, and too few stand beside few answers', () => {
  const nobody = agreementOf(units(60), 7).labels.find(
    ({ driver, direction }) => driver === 'emotion' && direction === '-',
  )
  expect(nobody).toMatchObject({
    verdict: 'no variation',
    alpha: null,
    kappa: null,
    doubt: null,
    isFew: true,
    agreement: 1,
  })
  expect(agreementOf(units(12), 7).labels.every(({ isFew }) => isFew)).toBe(true)
  expect(agreementOf([], 7)).toMatchObject({ n: 0, alike: 0, sets: { alpha: null } })
})
