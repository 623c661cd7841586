import type { User } from '../access.ts'
import { type Direction, type Driver, directionSigns, directions, driverNames, drivers } from '../drivers.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import type { Snapshot } from '../insights/snapshot.ts'
import { address } from '../lists.ts'
import { readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { functions } from './decisions.ts'
import { type FigureModel, figure, type QuoteModel } from './figure-model.ts'

const part = 'Why'

export type NewPage = Problems & {
  title: string
  part: string
  choices: SelectField
  view: { name: string; value: string }[]
  viewHref: string
  refusal: string
  figure: FigureModel | ''
  key: string
  action: string
  fields: Field[]
  function: SelectField
  owner: Field
  owners: string[]
  days: Field[]
  shows: Field
  goalWay: SelectField
  goalPercent: Field
  quotes: QuoteModel[]
  takesAway: boolean
  haveRead: boolean
  haveReadError: string
  must: { sentence: string; words: { text: string; customer: string }[] }
}

export type NewFacts = {
  choice: { driver: Driver | undefined; direction: Direction }
  view: Record<string, string>
  /** The figure, or why it may not be shown, or '' where none is chosen yet. */
  snapshot: Snapshot | string
  quotes: { id: string; text: string; customer: string; who: string; isVoice: boolean }[]
  chosen: string[]
  must: { customers: number; words: { text: string; customer: string }[] }
  owners: string[]
  key: string
}

/** A decision in the making: the figure first, then what is done about it. */
export function newPage(user: User, facts: NewFacts, typed: Typed, errors: Record<string, string>, now: Date): NewPage {
  const { choice, view, snapshot } = facts
  const chosen = choice.driver ? `${choice.driver}${choice.direction}` : ''
  const kinds = drivers.flatMap((driver) =>
    directions.map((direction): [string, string] => [
      `${driver}${direction}`,
      `${driverNames[driver]} ${directionSigns[direction]}: we ${direction === '+' ? 'help' : 'hurt'}`,
    ]),
  )
  const kept = Object.entries(view).filter(([, value]) => value !== '')
  const shown = typeof snapshot === 'string' ? '' : figure(snapshot, now, readerOf(user))
  return {
    title: 'Record a decision',
    part,
    choices: select('figure', 'The figure that it rests on', [['', 'Choose'], ...kinds], { figure: chosen }, {}),
    view: kept.map(([name, value]) => ({ name, value })),
    viewHref: address('/why', view),
    refusal: typeof snapshot === 'string' ? snapshot : '',
    figure: shown,
    key: facts.key,
    action: address('/decisions', { ...view, driver: choice.driver ?? '', direction: choice.direction }),
    fields: [
      field('what', 'What we change', typed, errors, {
        hint: 'One line, such as “One person owns every invoice question”.',
      }),
      field('serves', 'Which result of theirs it serves', typed, errors, {
        hint: 'In their words: “books closed in two days”.',
      }),
      field('because', 'What else speaks for it', typed, errors, { type: 'textarea' }),
    ],
    function: select(
      'function',
      'Who carries it out',
      [['', 'Choose'], ...functions.map((name): [string, string] => [name, name])],
      typed,
      errors,
    ),
    owner: field('owner', 'Who sees to it', typed, errors),
    owners: facts.owners,
    days: [
      field('dueOn', 'Done by', typed, errors, { type: 'date' }),
      field('lookOn', 'Looked at on', typed, errors, { type: 'date' }),
    ],
    shows: field('shows', 'What would show that it worked', typed, errors, {
      hint: 'Something that could also turn out not so.',
    }),
    goalWay: select(
      'goalWay',
      'In this figure',
      [
        ['', 'No number'],
        ['below', 'Fewer customers than'],
        ['above', 'More customers than'],
      ],
      typed,
      errors,
    ),
    goalPercent: field('goalPercent', 'Percent of them', typed, errors),
    quotes: facts.quotes.map(({ customer, who, ...quote }) => ({
      ...quote,
      who: [customer, who].filter(Boolean).join(', '),
      isChosen: facts.chosen.includes(quote.id),
      note: '',
    })),
    takesAway: typed.takesAway === '1',
    haveRead: typed.haveRead === '1',
    haveReadError: errors.haveRead ?? '',
    must: {
      sentence:
        facts.must.customers === 0
          ? 'No customer has said so far what must stay.'
          : `${plural(facts.must.customers, 'customer has', 'customers have')} said what must stay for them not to leave. At least: the others were not asked, or not read yet.`,
      words: facts.must.words,
    },
    ...problemsOf(errors),
  }
}
