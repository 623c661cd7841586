import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codebook } from '#server/tags/codebook.ts'
import { readLexicon } from '#server/tags/lexicon.ts'
import { suggester } from '#server/tags/suggester.ts'
import type { AnswerToRead } from '#server/tags/suggestion.ts'
import { tokensOf } from '#server/tags/tokens.ts'

const read = (text: string, more: Partial<AnswerToRead> = {}) => suggester.suggest({ text, ...more })
const tagsOf = (text: string, more: Partial<AnswerToRead> = {}) =>
  read(text, more)
    .suggestions.map((tag) => `${tag.sub}${tag.direction}`)
    .sort((a, b) => a.localeCompare(b))
    .join(' ')
const spansOf = (text: string) =>
  read(text).suggestions.map((tag) => Array.from(text).slice(tag.start, tag.end).join(''))

for (const hardCase of codebook.hardCases)
  test(`the hard case "${hardCase.text}" is read as the codebook says`, () => {
    const reading = read(hardCase.text)
    expect(new Set(tagsOf(hardCase.text).split(' '))).toEqual(new Set((hardCase.tags ?? '').split(' ')))
    if (hardCase.none) expect(reading.none).toBe(hardCase.none)
    for (const flag of hardCase.flags ?? []) expect(reading.suggestions[0]?.flags).toContain(flag)
  })

test('a negation turns the direction', () => {
  expect(tagsOf('It did not save us money')).toBe('C2-')
  expect(tagsOf('Not expensive')).toBe('C1+')
  expect(tagsOf('We had no outages')).toBe('K3+')
  expect(tagsOf('Not the cheapest but never goes down')).toBe('C1- K3+')
  expect(tagsOf('Not only cheap')).toBe('C1+')
})

test('the span of a turned phrase holds the word that turns it', () => {
  expect(spansOf('In eight years nothing has ever broken')).toEqual(['nothing has ever broken'])
})

test('habit is no value: the words of inertia are read as nothing else', () => {
  expect(read('We stay because moving would be too much work.')).toMatchObject({ suggestions: [], none: 'INERTIA' })
})

test('what is said of a competitor, or needed before, is not about us', () => {
  expect(read('We needed to cut our costs').suggestions).toMatchObject([{ sub: 'C2', about: 'own' }])
  expect(read('Your competitor is friendly').suggestions).toMatchObject([{ sub: 'E1', about: 'competitor' }])
})

test('now beats then', () => {
  expect(tagsOf('It was slow, now it is quick')).toBe('C3+')
})

test('a comparison is about us', () => {
  expect(tagsOf('Acme is cheaper than you')).toBe('C1-')
  expect(tagsOf('You are cheaper than Acme')).toBe('C1+')
})

test('a wish is adverse and flagged as a wish', () => {
  const [wish] = read('I would like faster delivery').suggestions
  expect(wish).toMatchObject({ driver: 'cost', direction: '-', flags: expect.arrayContaining(['wish']) })
})

test('what they would leave for is flagged must, and a number quant', () => {
  expect(
    read("If you cut the night hotline I'd have to leave; a stop at night would be a disaster").suggestions,
  ).toMatchObject([{ sub: 'K3', direction: '+', flags: ['must'] }])
  expect(read('It saves us 12 hours a month').suggestions).toMatchObject([
    { sub: 'C3', direction: '+', flags: ['quant'] },
  ])
})

test('praise in CORE-2 is what has to stay, and the first is the main one', () => {
  expect(read('Peace of mind. Easy to use.', { question: 'CORE-2' }).suggestions.map((tag) => tag.flags)).toEqual([
    ['must', 'main'],
    ['must'],
  ])
})

test('a bare yes in a prompted box takes the driver of the box, inferred; the words decide where there are any', () => {
  expect(read('Yes, a lot', { question: 'CORE-3', item: 'earn', home: 'revenue' }).suggestions).toMatchObject([
    { driver: 'revenue', direction: '+', flags: ['inferred'], start: 0, end: 10 },
  ])
  expect(tagsOf('Saves us time', { question: 'CORE-3', item: 'earn', home: 'revenue' })).toBe('C3+')
  expect(read('Yes, a lot', { home: 'cost', saysWorse: true }).suggestions[0]?.direction).toBe('-')
  expect(tagsOf('No', { home: 'cost', saysNotAtAll: true })).toBe('')
})

test('offsets are code points, also behind emoji and combining marks', () => {
  expect(spansOf('👩‍🚀👍🏽 é easy to use 🎉')).toEqual(['easy to use'])
})

test('an answer in another language gets no suggestion and says why', () => {
  for (const text of [
    'Weil die Lieferung immer pünktlich ist und wir euch vertrauen',
    'Porque el precio es muy bueno y la calidad',
    'גם המחיר וגם השירות',
  ])
    expect(read(text)).toEqual({ suggestions: [], none: null, noneReason: expect.stringContaining('Not in English') })
})

const empty = [
  '',
  ' ',
  'n/a',
  'N/A',
  'none',
  'nothing',
  '-',
  '...',
  '🙂🙂',
  '👍',
  'no',
  'yes',
  'all fine',
  'all good',
  'ok',
  'fine',
  'good',
  'great',
  'see above',
  'same as before',
  'as above',
  'ask my boss',
  "don't know",
  'no idea',
  'not sure',
  'no comment',
  'hello',
  'test',
  'later',
  '\u0000',
  '?',
  '!!!',
  'can’t say',
  'nothing special',
  'hard to say',
  'happy',
  'keep it up',
  'thanks',
  'all ok here',
  'no complaints',
  'we use it daily',
  'ditto',
  'idk',
  'nope',
  'x',
  '123',
  'everything is fine',
  "you're great",
  'good company',
  'nothing comes to mind',
  'skip',
  'not applicable',
  'rather not say',
  'dunno',
  'no time for this',
  'what do you mean?',
  'why do you ask',
  'my colleague knows',
  'we are a growing company',
  'good luck',
]
test('of sixty empty answers at most two get a suggestion', () => {
  expect(empty).toHaveLength(60)
  expect(empty.filter((text) => read(text).suggestions.length > 0)).toEqual([])
})

test('an answer of 100,000 characters is read in linear time', () => {
  for (const unit of [
    'it is not not not cheap than and very ',
    'no ',
    "don't ",
    'a',
    '😀',
    'great support, ',
    'faster than you. ',
  ]) {
    // Sixteen times as long takes about sixteen times as long; a quadratic reading would take 256.
    const quickest = (length: number) =>
      Math.min(
        ...[1, 2, 3].map(() => {
          const started = performance.now()
          read(unit.repeat(Math.ceil(length / unit.length)))
          return performance.now() - started
        }),
      )
    expect(quickest(160_000)).toBeLessThan(64 * quickest(10_000) + 30)
  }
})

test('every span lies inside the text, is not empty and has no blank at its ends', () => {
  const words = fc.constantFrom(
    'cheap',
    'not',
    '😀',
    'great',
    'support',
    'é',
    ',',
    '.',
    'never',
    'goes',
    'down',
    'price',
    'slow',
    'now',
    '  ',
    '\n',
    'ما',
    'quality',
    'than',
    'you',
  )
  const texts = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' ')),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const points = Array.from(text)
      for (const { start, end, probability } of read(text).suggestions) {
        const span = points.slice(start, end).join('')
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(points.length)
        expect(span.trim()).toBe(span)
        expect(span).not.toBe('')
        expect(probability).toBeGreaterThan(0)
        expect(probability).toBeLessThan(1)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a lexicon with an unknown mark or class is refused with the phrase', () => {
  const lexicon = (phrase: string) =>
    `classes: {}\ncues: { negators: 'x', removers: 'x', pretenders: 'x', wishes: 'x', musts: 'x', mains: 'x', needs: 'x', past: 'x', present: 'x', rivals: 'x' }\naspects: {}\nopinions: { '+': good, '-': bad, highIsBad: x }\nphrases:\n  C1:\n    '+': ${phrase}\n    '-': dear\nblockers: x\nnone: { GEN: x, NONE: x, OFF: x, INERTIA: x, OTHER: x }\n`
  expect(() => readLexicon(lexicon('cheap ~sure'))).toThrow('"~sure" is not a mark')
  expect(() => readLexicon(lexicon('"@friends cheap"'))).toThrow('"@friends" is not a class')
  expect(readLexicon(lexicon('cheap')).find(tokensOf('cheap'))).toHaveLength(1)
})
