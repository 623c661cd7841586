import { describe, expect, test } from 'vitest'
import { kindNames, questionSchema } from '#server/templates/kinds/kinds.ts'

const base = { id: 'X-1', prompted: true, short: 'Short', text: 'Text?' }
const line = (id: string) => ({ id, label: `Label ${id}`, short: id })
const choice = (id: string) => ({ id, label: `Label ${id}` })
const abc = ['aa', 'bb', 'cc'].map(line)
const faults = (question: object): string => {
  const parsed = questionSchema.safeParse({ ...base, ...question })
  return parsed.success
    ? 'none'
    : parsed.error.issues.map(({ message, path }) => `${path.join('.')}: ${message}`).join('\n')
}

test('a version that was published before there were more kinds is still read', () => {
  const before = { ...base, kind: 'long', hint: '', nudges: [], probes: [], sets: [] }
  expect(questionSchema.parse(before)).toMatchObject({ coded: true, offered: false })
  const items = { ...base, kind: 'items', items: abc, hint: '', nudges: [], probes: [], sets: [] }
  expect(questionSchema.parse(items)).toMatchObject({ coded: true })
})

test('only open texts are about why they buy, unless the template says so', () => {
  const shapes: Record<string, object> = {
    long: {},
    items: { items: abc },
    short: {},
    one: { choices: [choice('yes'), choice('no')] },
    many: { choices: [choice('yes'), choice('no')] },
    scale: { low: 'low', high: 'high' },
    sum100: { items: abc },
    best_worst: { items: abc, best: 'Most', worst: 'Least' },
    rows: { columns: [{ id: 'what', label: 'What', kind: 'short' }] },
    grid: { items: [line('known')], choices: [choice('yes'), choice('no')], of: 'offerings' },
  }
  for (const kind of kindNames) {
    const read = questionSchema.parse({ ...base, kind, ...shapes[kind] })
    expect([kind, read.coded]).toEqual([kind, kind === 'long' || kind === 'items'])
    expect(questionSchema.parse({ ...base, kind, ...shapes[kind], coded: true }).coded).toBe(true)
  }
})

describe('a mistake is told in a sentence, where it stands', () => {
  const mistakes: [what: string, question: object, sentence: string][] = [
    [
      'an unknown kind',
      { kind: 'slider' },
      'kind: There is no such kind of question. The kinds are long, items, short',
    ],
    ['the same item twice', { kind: 'items', items: [line('aa'), line('aa')] }, 'items.1.id: The id "aa" stands twice'],
    [
      'one item',
      { kind: 'items', items: [line('aa')] },
      'There are from 2 to 8 items in this kind of question. Here is 1',
    ],
    ['one choice', { kind: 'one', choices: [choice('yes')] }, 'choices: There are from 2 to 12 choices'],
    [
      'thirteen choices',
      { kind: 'many', choices: Array.from({ length: 13 }, (_, n) => choice(`c${n}`)) },
      'Here are 13',
    ],
    [
      'the same choice twice',
      { kind: 'one', choices: [choice('yes'), choice('yes')] },
      'choices.1.id: The id "yes" stands twice',
    ],
    [
      'a word of the page',
      { kind: 'items', items: [line('aa'), line('version')] },
      '"version" is a word that the page itself uses',
    ],
    ['an id with a space', { kind: 'sum100', items: [line('aa'), { ...line('bb'), id: 'b b' }] }, 'a lower-case word'],
    [
      'a tick of items',
      { kind: 'many', choices: [choice('yes'), choice('worse')] },
      '"worse" is kept for the ticks of items',
    ],
    ['no low end', { kind: 'scale', high: 'high' }, 'low: '],
    [
      'a sum out of reach',
      { kind: 'sum100', items: abc, most: 30 },
      'most: 3 items of at most 30 points come to 90, so nobody can reach 100. Raise "most" to at least 34.',
    ],
    [
      'a set of an unknown item',
      { kind: 'best_worst', items: abc, best: 'b', worst: 'w', sets: [['aa', 'bb', 'zz']] },
      'sets.0: Set 1 names "zz", which is not the id of an item. The items are aa, bb, cc.',
    ],
    [
      'a set of two',
      { kind: 'best_worst', items: abc, best: 'b', worst: 'w', sets: [['aa', 'bb']] },
      'Set 1 needs at least 3',
    ],
    [
      'an item twice in a set',
      { kind: 'best_worst', items: abc, best: 'b', worst: 'w', sets: [['aa', 'bb', 'cc', 'aa']] },
      'Set 1 names an item twice',
    ],
    [
      'an item in no set',
      { kind: 'best_worst', items: [...abc, line('dd')], best: 'b', worst: 'w', sets: [['aa', 'bb', 'cc']] },
      'No set shows dd',
    ],
    [
      'a strange column',
      { kind: 'rows', columns: [{ id: 'what', label: 'What', kind: 'many' }] },
      'short, one or scale',
    ],
    [
      'the same column twice',
      { kind: 'rows', columns: [1, 2].map(() => ({ id: 'x', label: 'X', kind: 'short' })) },
      'stands twice',
    ],
    [
      'a grid of nothing',
      { kind: 'grid', items: [line('aa')], choices: [choice('yes'), choice('no')], of: 'customers' },
      'Write "offerings"',
    ],
    ['another order', { kind: 'sum100', items: abc, order: 'alphabet' }, 'write "random"'],
  ]
  test.each(mistakes)('%s', (_what, question, sentence) => {
    expect(faults(question)).toContain(sentence)
  })

  test('what is right has none', () => {
    const sets = ['124', '235', '346', '457', '561', '672', '713'].map((set) => [...set].map((n) => `i${n}`))
    const seven = Array.from({ length: 7 }, (_, n) => line(`i${n + 1}`))
    expect(faults({ kind: 'best_worst', items: seven, best: 'b', worst: 'w', sets, order: 'random' })).toBe('none')
  })
})
