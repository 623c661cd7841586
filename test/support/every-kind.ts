import type { Db } from '#server/db.ts'
import { type Question, questionSchema, resolve } from '#server/templates/kinds/kinds.ts'
import { type Template, templateSchema } from '#server/templates/template.ts'
import { publish } from '#server/templates/templates.ts'
import { acme, fennholt } from './world.ts'

const line = (id: string, label: string) => ({ id, label, short: label.replaceAll('…', '').trim() })
const four = [
  line('earn', 'Earning more'),
  line('spend', 'Spending less money, time or effort'),
  line('avoid', 'Avoiding things going wrong'),
  line('feel', 'Feeling confident and looked after'),
]
const yesNo = [
  { id: 'yes', label: 'Yes' },
  { id: 'partly', label: 'Partly' },
  { id: 'no', label: 'No' },
]

const ofKind = (kind: string, text: string, more: object) => ({
  kind,
  text,
  short: text.slice(0, 40),
  prompted: true,
  ...more,
})

const asked = [
  ofKind('long', 'What matters so much that you gladly pay for it?', { prompted: false, hint: 'From anyone.' }),
  ofKind('items', 'How, if at all, do we help you …', {
    items: four.map((one) => ({ ...one, home: 'cost' })),
    order: 'random',
  }),
  ofKind('short', 'Which other supplier is best at each?', {
    items: four,
    unknown: 'I do not know',
    hint: 'A name, or “you”.',
  }),
  ofKind('short', 'What do you call us among yourselves?', {}),
  ofKind('one', 'Would you consider us again?', {
    choices: [...yesNo, { id: 'perhaps', label: 'Perhaps, if the people we knew were still there' }],
    why: 'What does it depend on?',
    coded: true,
  }),
  ofKind('one', 'Has another supplier approached you?', { choices: yesNo, order: 'random' }),
  ofKind('many', 'Which describes your business best now?', {
    choices: [
      { id: 'starting', label: 'Starting' },
      { id: 'growing', label: 'Growing fast' },
      { id: 'steady', label: 'Steady' },
      { id: 'changing', label: 'Changing course' },
      { id: 'pressure', label: 'Under pressure' },
    ],
    note: 'Which line is where?',
    hint: 'More than one may be true.',
  }),
  ofKind('scale', 'How well do we do on each today?', {
    items: four,
    low: 'very badly',
    high: 'could not be better',
    opt_out: 'Does not apply',
    order: 'random',
  }),
  ofKind('scale', 'When the current agreement ends, how likely is it that you continue?', {
    low: 'certain not to',
    high: 'certain to',
    opt_out: 'Not my decision',
    offered: true,
  }),
  ofKind('sum100', 'Share 100 points between these reasons for working with a supplier like us.', {
    items: four,
    order: 'random',
    hint: 'Zero is allowed. The total shows as you go.',
  }),
  ofKind('best_worst', 'Of the four, which matters most? Which least?', {
    items: four,
    best: 'Matters most',
    worst: 'Matters least',
    order: 'random',
  }),
  ofKind('best_worst', 'And in smaller sets?', {
    items: four,
    sets: [
      ['earn', 'spend', 'avoid'],
      ['spend', 'avoid', 'feel'],
    ],
    best: 'Most',
    worst: 'Least',
  }),
  ofKind('rows', 'Think of a result you work for. What of ours helps it, what hurts it?', {
    columns: [
      { id: 'result', label: 'The result', kind: 'short' },
      { id: 'activity', label: 'What we supply or do', kind: 'short' },
      {
        id: 'effect',
        label: 'It …',
        kind: 'one',
        choices: [
          { id: 'helps', label: '… helps' },
          { id: 'hurts', label: '… hurts' },
        ],
      },
      { id: 'strength', label: 'How much?', kind: 'scale', low: 'a little', high: 'a great deal' },
    ],
    most: 3,
  }),
  ofKind('grid', 'For each thing we offer you: do you know what it is for? Is it worth having?', {
    items: [
      { id: 'known', label: 'Do you know what it is for?', short: 'Know what it is for' },
      { id: 'worth', label: 'Is it worth having?', short: 'Worth having' },
    ],
    choices: yesNo,
    of: 'offerings',
  }),
  ofKind('grid', 'Which of these would you miss?', {
    items: [line('missed', 'Would you miss it?')],
    choices: yesNo,
    of: [
      { id: 'visit', label: 'The monthly visit' },
      { id: 'line', label: 'The night line' },
      { id: 'parts', label: 'Parts on the shelf' },
    ],
    order: 'random',
  }),
]

/** A template that asks a question of every kind, in most of its shapes; ids EVERY-1 and so on. */
export const everyKind: Template = templateSchema.parse({
  key: 'every',
  name: 'Every kind of question',
  purpose: 'All that can be asked.',
  minutes: 9,
  channels: ['survey', 'interview', 'observation'],
  by: 'anyone',
  questions: asked.map((one, index) => questionSchema.parse({ id: `EVERY-${index + 1}`, ...one })),
})

/** What the company offers in these tests; Fennholt has the first two, nobody else has any that we know of. */
export const offerings = [
  { id: '01900000-0000-7000-8000-000000000501', label: 'Pumps' },
  { id: '01900000-0000-7000-8000-000000000502', label: 'Night service' },
  { id: '01900000-0000-7000-8000-000000000503', label: 'Training' },
]
const theirs = (customer: { id: string }) => (customer.id === fennholt.id ? offerings.slice(0, 2) : offerings)

/** The questions as a person at this customer is asked them, in some order. */
export const questionsAt = (customer: { id: string } = acme): Question[] =>
  everyKind.questions.map((question) => resolve(question, { seed: 'a test', offerings: theirs(customer) }))

/** Publishes the template and puts the offerings into the record. Returns the id of the version. */
export async function publishEveryKind(db: Db, now: Date): Promise<string> {
  await db
    .insertInto('offering')
    .values(offerings.map(({ id, label }) => ({ id, name: label, archived_at: null })))
    .execute()
  await db
    .insertInto('customer_offering')
    .values(
      theirs(fennholt).map(({ id }) => ({ customer_id: fennholt.id, offering_id: id, since_on: null, until_on: null })),
    )
    .execute()
  return (await publish(db, everyKind, null, now)).id
}
