import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEmpty } from '#server/templates/kinds/kind.ts'
import {
  emptyProblem,
  entryProblems,
  namedItems,
  printEntries,
  type Question,
  questionModel,
  readEntries,
  resolve,
  unfinished,
} from '#server/templates/kinds/kinds.ts'
import { everyKind, offerings, questionsAt } from '../../support/every-kind.ts'
import { answerTo, inOrder } from '../../support/fill.ts'

const flat = (form: Record<string, string | string[]>) =>
  Object.fromEntries(Object.entries(form).map(([name, value]) => [name, [value].flat().join(',')]))
const telling = (question: Question, typed: Record<string, string>) =>
  inOrder(readEntries(question, typed).filter((entry) => !isEmpty(entry)))
const each = questionsAt().map((question): [string, Question] => [`${question.id} ${question.kind}`, question])

describe.each(each)('%s', (_name, question) => {
  test('whatever is chosen and written is what is read, and nothing is wrong with it', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(999)), (numbers) => {
        const { form, stored } = answerTo(question, (n) => (numbers.next().value ?? 0) % n)
        const typed = flat(form)
        expect(entryProblems(question, typed)).toEqual({})
        expect(telling(question, typed)).toEqual(inOrder(stored))
        expect(unfinished(question, readEntries(question, typed))).toEqual({})
        expect(printEntries(question, stored).length).toBeGreaterThan(0)
      }),
      { numRuns: 50 },
    )
  })

  test('whatever else is sent, nothing breaks, and only what is offered is kept', () => {
    const { form } = answerTo(question)
    const names = [...Object.keys(form), 'rows', 'declined', 'choice', '__proto__', 'x']
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        'NaN',
        '-0',
        '1e3',
        '11',
        '٣',
        '__proto__',
        'constructor',
        'out',
        '\u202e',
        ...Object.values(flat(form)),
      ),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), words), (typed) => {
        const entries = readEntries(question, typed)
        const items = new Set(['', ...namedItems(question).map(({ item }) => item)])
        for (const { item, value } of entries) {
          expect(items).toContain(item)
          for (const one of Object.values(value)) expect(Number.isNaN(one)).toBe(false)
        }
        // One answer for each item and row: what the record can hold.
        if (Object.keys(entryProblems(question, typed)).length === 0)
          expect(new Set(entries.map(({ item, row }) => `${item} ${row}`)).size).toBe(entries.length)
        printEntries(question, entries)
        questionModel(question, entries, entryProblems(question, typed), typed)
        unfinished(question, entries)
      }),
      { numRuns: 100 },
    )
  })

  test('every item is among the entries, so that emptying it is known', () => {
    const { stored } = answerTo(question)
    const all = readEntries(question, {})
    expect(all.every(isEmpty)).toBe(true)
    for (const { item, row } of stored) expect(all).toContainEqual({ item, row, text: '', value: {} })
  })

  test('where nothing is said, a sentence says what to do', () => {
    expect(Object.values(emptyProblem(question))).toEqual([expect.stringContaining('“Skip this question”')])
    expect(printEntries(question, readEntries(question, {}))).toEqual([])
  })
})

describe('the order drawn for a person', () => {
  const scale = everyKind.questions.find((question) => question.kind === 'sum100') as Question & { kind: 'sum100' }
  const orderFor = (seed: string) => {
    const drawn = resolve(scale, { seed, offerings: [] })
    return drawn.kind === 'sum100' ? drawn.items.map(({ id }) => id).join(' ') : ''
  }

  test('is always the same for the same person', () => {
    expect(orderFor('anna')).toBe(orderFor('anna'))
  })

  test('is each of all orders about as often', () => {
    const counts = new Map<string, number>()
    for (let person = 0; person < 2400; person += 1) {
      const order = orderFor(`person ${person}`)
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(45)
  })

  test('leaves what is kept and how a question is read untouched', () => {
    const typed = { earn: '10', spend: '20', avoid: '30', feel: '40' }
    const [one, other] = ['anna', 'jonas'].map((seed) => resolve(scale, { seed, offerings: [] }))
    expect(one && telling(one, typed)).toEqual(other && telling(other, typed))
  })

  test('is the template’s own where it asks for none', () => {
    const items = { ...scale, order: undefined }
    expect(resolve(items, { seed: 'anna', offerings: [] })).toMatchObject({ items: scale.items })
  })
})

describe('print', () => {
  const printOf = (kind: Question['kind'], typed: Record<string, string>, at = 0) => {
    const question = questionsAt().filter((one) => one.kind === kind)[at] as Question
    return printEntries(question, readEntries(question, typed)).map(({ label, choice, text, note }) =>
      [label && `${label}:`, choice, text && `“${text}”`, note && `(${note})`].filter(Boolean).join(' '),
    )
  }

  test('each kind in its own words', () => {
    expect(printOf('long', { text: 'The line' })).toEqual(['“The line”'])
    expect(printOf('items', { earn: 'More orders', 'earn-worse': '1' })).toEqual([
      'Earning more: “More orders” (we make it worse)',
    ])
    expect(printOf('short', { 'earn-unknown': '1' })).toEqual(['Earning more: I do not know'])
    expect(printOf('one', { choice: 'yes', why: 'The people' })).toEqual(['Yes “The people”'])
    expect(printOf('many', { choice: 'steady,starting' })).toEqual(['Starting; Steady'])
    expect(printOf('scale', { score: '8' }, 1)).toEqual(['8 of 10'])
    expect(printOf('scale', { score: 'out' }, 1)).toEqual(['Not my decision'])
    expect(printOf('sum100', { earn: '100', spend: '0', avoid: '0', feel: '0' })).toContain('Earning more: 100 of 100')
    expect(printOf('sum100', { declined: '1' })).toEqual(['Prefer not to say'])
    expect(printOf('best_worst', { 'best-0': 'earn', 'worst-0': 'feel' })).toEqual([
      'Matters most: Earning more. Matters least: Feeling confident and looked after',
    ])
    expect(printOf('best_worst', { 'best-1': 'spend' }, 1)).toEqual([
      'Set 2: Most: Spending less money, time or effort',
    ])
    expect(printOf('rows', { 'result-1': 'Less scrap', 'effect-1': 'helps', 'strength-1': '3' })).toEqual([
      '2: The result: “Less scrap”. It helps. How much? 3 of 10',
    ])
    expect(printOf('grid', { [`known-${offerings[0]?.id}`]: 'partly' })).toEqual(['Pumps: Know what it is for: Partly'])
  })
})
