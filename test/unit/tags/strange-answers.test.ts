import { expect, test } from 'vitest'
import { isSmallWord } from '#server/tags/small-words.ts'
import { suggester } from '#server/tags/suggester.ts'
import type { AnswerToRead, Suggestion } from '#server/tags/suggestion.ts'

const read = (text: string, more: Partial<AnswerToRead> = {}) => suggester.suggest({ text, ...more })

/** What a suggestion marks, cut by code points, as every page does. */
const wordsOf = (text: string, { start, end }: Suggestion) => Array.from(text).slice(start, end).join('')

test('nothing, blanks and marks alone are no answer', () => {
  for (const text of ['', '   ', '\n\t\n', '...', '?!', '—', '\u0000', '\u200b\u200e\ufeff'])
    expect(read(text), JSON.stringify(text)).toMatchObject({ suggestions: [], none: 'NONE' })
})

test('emoji alone are no answer, whatever they are made of', () => {
  for (const text of ['👍', '👍🏽👍🏽', '👩‍👩‍👧‍👦', '🇦🇹🇩🇪', '❤️', '🎉🎉🎉 🎉'])
    expect(read(text).suggestions, text).toEqual([])
})

test('a null byte stands in a text like any other sign', () => {
  const text = 'Easy\u0000 to use, and\u0000 it never goes down'
  const { suggestions } = read(text)
  expect(suggestions.length).toBeGreaterThan(0)
  for (const one of suggestions) expect(wordsOf(text, one).trim()).not.toBe('')
})

test('a lone half of a pair breaks nothing, and offsets behind it are right', () => {
  for (const half of ['\ud83d', '\ude00', 'x\udc00\ud800']) {
    const text = `${half} it is easy to use`
    expect(read(text).suggestions.map((one) => wordsOf(text, one))).toEqual(['easy to use'])
  }
})

test('spans lie on the exact characters behind astral signs, joined emoji and combining marks', () => {
  const before = ['𝒜𝓈𝓉𝓇𝒶𝓁', '👩🏽‍🚀', 'e\u0301e\u0301', '🇦🇹', 'नि', 'ﷺ', '𠮷野家']
  for (const sign of before) {
    const text = `${sign} ${sign} it is easy to use ${sign}`
    const found = read(text).suggestions.map((one) => wordsOf(text, one))
    expect(found, text).toEqual(['easy to use'])
  }
})

test('a word with combining marks is one word', () => {
  const text = 'Your cafe\u0301 is cheap'
  expect(read(text).suggestions.map((one) => wordsOf(text, one))).toEqual(['cheap'])
})

test('right-to-left words get no suggestion and are said not to be English; English among their marks is read', () => {
  for (const text of ['المنتج سهل الاستخدام والدعم سريع جدا', 'השירות מצוין והמחיר טוב'])
    expect(read(text)).toMatchObject({ suggestions: [], noneReason: expect.stringContaining('Not in English') })
  const text = '\u202beasy to use\u202c'
  expect(read(text).suggestions.map((one) => wordsOf(text, one))).toEqual(['easy to use'])
})

test('other languages get no suggestion and are said not to be English', () => {
  for (const text of [
    'Wir kaufen bei euch, weil der Support schnell ist und die Preise fair sind',
    'Nous achetons chez vous parce que le service est rapide et les prix sont bons',
    'Kupujemy u was, bo to jest szybkie i na czas',
    'サポートが速くて使いやすいです',
    '我们选择你们因为质量好',
  ])
    expect(read(text), text).toMatchObject({ suggestions: [], noneReason: expect.stringContaining('Not in English') })
})

test('an answer of 100,000 characters is read, and what is marked lies inside it', () => {
  for (const unit of ['Easy to use and never late. ', '😀 cheap ', 'a', 'not ']) {
    const text = unit.repeat(Math.ceil(100_000 / Array.from(unit).length))
    const length = Array.from(text).length
    for (const { start, end } of read(text).suggestions) {
      expect(start).toBeLessThan(end)
      expect(end).toBeLessThanOrEqual(length)
    }
  }
})

test('no reason names a word that means nothing to a reader', () => {
  const answers = [
    'I think that is what makes all of it so much better for the people who are in here with us every day',
    'None of the others is as good as that one and we would not want to do without any of it at all',
    'The staff on the ground was the kind that one wants to have around when things go the wrong way',
    'The new version has slowed down everything that we do and nobody tells us why that is so',
    'It has made a real difference to how we run the place and to what we can offer to those who come in',
  ]
  const named = answers.flatMap((text) =>
    read(text).suggestions.flatMap(({ reason }) => [
      ...(/learned from words like ([^;]*)/.exec(reason)?.[1] ?? '').matchAll(/“([^”]*)”/g),
    ]),
  )
  expect(named.map(([, word = '']) => word).filter(isSmallWord)).toEqual([])
})

test('an answer that speaks of nothing of the four is said to be so, each way by its name', () => {
  const ways: [string, string][] = [
    ['You are great, keep it up', 'GEN'],
    ["I don't know", 'NONE'],
    ["We're locked in by the contract", 'INERTIA'],
  ]
  for (const [text, none] of ways) expect(read(text), text).toMatchObject({ suggestions: [], none })
})
