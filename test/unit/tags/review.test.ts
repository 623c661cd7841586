import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codebook } from '#server/tags/codebook.ts'
import { readReview } from '#server/tags/forms.ts'
import { checkReview, doAct, type Review, type Row } from '#server/tags/review.ts'

const text = 'It never stops, and I sleep'
const row = (change: Partial<Row>): Row => ({
  state: 'suggested',
  from: 'a-tag',
  driver: 'risk',
  direction: '+',
  sub: 'K3',
  about: 'us',
  flags: [],
  words: 'never stops',
  at: 3,
  ...change,
})
const calm = row({ driver: 'emotion', sub: 'E2', words: 'I sleep', at: 20 })
const review = (rows: Row[]): Review => ({
  revisionId: 'r',
  settledId: '',
  mode: 'plain',
  sampleId: '',
  reason: '',
  isNone: false,
  noneKind: 'GEN',
  rows,
  hand: 0,
})
const states = ({ rows }: Review) => rows.map(({ sub, state }) => `${sub} ${state}`)
const add = (mark?: { words: string; at: number }) => ({ kind: 'add', driver: 'risk', direction: '+', mark }) as const

test('adding a suggestion moves on to the next one, changing it stays', () => {
  const kept = doAct(review([row({}), calm]), { kind: 'keep', row: 0 }, text)
  expect(states(kept)).toEqual(['K3 own', 'E2 suggested'])
  expect(kept.hand).toBe(1)
  expect(doAct(review([row({}), calm]), { kind: 'hold', row: 0 }, text).hand).toBe(0)
})

test('dismissing the last suggestion leaves no tag in hand, so that one more key does not remove a tag', () => {
  const dismissed = doAct(review([row({ state: 'own', from: '' }), calm]), { kind: 'drop', row: 1 }, text)
  expect(states(dismissed)).toEqual(['K3 own', 'E2 dismissed'])
  expect(dismissed.hand).toBe(-1)
})

test('a driver key takes over its suggestion, and once more dismisses it', () => {
  const once = doAct(review([row({})]), add(), text)
  expect(states(once)).toEqual(['K3 own'])
  expect(states(doAct(once, add(), text))).toEqual(['K3 dismissed'])
})

test('selecting other words of a suggestion keeps its sub-code and takes the new words', () => {
  const moved = doAct(review([row({})]), add({ words: 'It never stops', at: 0 }), text)
  expect(moved.rows).toMatchObject([{ state: 'own', sub: 'K3', words: 'It never stops', at: 0 }])
})

test('words elsewhere in the answer make a tag of their own', () => {
  const added = doAct(review([row({})]), add({ words: 'I sleep', at: 20 }), text)
  expect(states(added)).toEqual([' own', 'K3 suggested'])
})

test('confirming takes own and suggested tags, but not what was dismissed', () => {
  const checked = checkReview(review([row({ state: 'dismissed' }), calm]), text)
  expect(checked).toMatchObject({ ok: true, none: null, tags: [{ sub: 'E2', start: 20, end: 27 }] })
})

test('whatever a browser sends is read as a form or refused, never a crash, and what is stored lies in the answer', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'own',
      'suggested',
      'K3',
      'risk',
      '+',
      '-',
      'confirm',
      'keep 0',
      'drop 9',
      'add risk -',
      'never stops',
      '3',
    ),
  )
  const name = fc.constantFrom(
    'act',
    'revision',
    'none',
    'noneKind',
    'hand',
    'markWords',
    'markAt',
    ...['state', 'code', 'direction', 'words', 'at', 'flags', 'about'].flatMap((field) => [
      `tag-0-${field}`,
      `tag-1-${field}`,
    ]),
  )
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.oneof(value, fc.array(value, { maxLength: 3 }))),
      fc.string({ unit: 'binary' }),
      (body, answer) => {
        const form = readReview(body, codebook)
        if (!form) return
        const checked = checkReview(doAct(form.review, form.act, answer), answer)
        if (checked.ok)
          for (const { start, end } of checked.tags) {
            expect(start).toBeGreaterThanOrEqual(0)
            expect(end).toBeLessThanOrEqual(Array.from(answer).length)
          }
      },
    ),
  )
})
