import { isEditor, type User } from '../access.ts'
import {
  type Direction,
  type Driver,
  directionSigns,
  directions,
  driverLetters,
  driverNames,
  drivers,
} from '../drivers.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { changeWords, evidenceBehind, type Snapshot, shareWords, viewOf } from '../insights/snapshot.ts'
import { address, type Pager, pager } from '../lists.ts'
import { type Section, whySections } from '../sections.ts'
import type { Verdict } from '../tables.ts'
import { dayAt, printDay, printInstantDay, type Reader, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { type Decision, functions, type QuoteKept, type Which } from './decisions.ts'

export const pageSize = 20
const part = 'Why'

type Mark = { driver: Driver; letter: string }
type FigureModel = Mark & { words: string; share: string; about: string; href: string; viewHref: string }

/** "9 of 24 customers say that we help with risk". */
const said = ({ x, n, driver, direction }: Pick<Snapshot, 'x' | 'n' | 'driver' | 'direction'>): string =>
  `${x} of ${plural(n, 'customer')} ${x === 1 ? 'says' : 'say'} that we ${direction === '+' ? 'help' : 'hurt'} with ${driverNames[driver].toLowerCase()}`

function figure(snapshot: Snapshot, now: Date, reader: Reader): FigureModel {
  const days =
    snapshot.firstDay === snapshot.lastDay
      ? printDay(snapshot.firstDay, now, reader)
      : `${printDay(snapshot.firstDay, now, reader)} to ${printDay(snapshot.lastDay, now, reader)}`
  const inferred = snapshot.inferred > 0 ? `; ${snapshot.inferred} of them inferred from a bare word` : ''
  return {
    driver: snapshot.driver,
    letter: driverLetters[snapshot.driver],
    words: said(snapshot),
    share: shareWords(snapshot),
    about: `Said from ${days}${inferred}. Codebook ${snapshot.codebook}.`,
    href: evidenceBehind(snapshot),
    viewHref: viewOf(snapshot),
  }
}

const state = (decision: Decision): string => {
  if (decision.withdrawn) return 'Withdrawn'
  const verdict = decision.looks.at(-1)?.verdict
  return verdict === 'worked' ? 'Worked' : verdict === 'failed' ? 'Did not work' : 'Under way'
}

export type ListPage = {
  sections: Section[]
  title: string
  part: string
  tabs: { href: string; label: string; isCurrent: boolean }[]
  rows: {
    href: string
    what: string
    because: string
    about: string
    look: string
    isDue: boolean
    state: string
  }[]
  mayDecide: boolean
  empty: string
  pager: Pager
  hasPages: boolean
}

export function listPage(
  user: User,
  which: Which,
  page: number,
  found: { decisions: Decision[]; total: number },
  now: Date,
): ListPage {
  const reader = readerOf(user)
  const today = dayAt(now, user.timeZone)
  return {
    sections: whySections(user, '/decisions'),
    title: 'Decisions',
    part,
    tabs: [
      { href: '/decisions', label: 'Under way', isCurrent: which === 'open' },
      { href: '/decisions?show=over', label: 'Over', isCurrent: which === 'over' },
    ],
    rows: found.decisions.map((decision) => ({
      href: `/decisions/${decision.id}`,
      what: decision.what,
      because: `Because ${said(decision.snapshot)}. Serves: ${decision.serves}`,
      about: `${decision.function}, ${decision.owner}, by ${printDay(decision.dueOn, now, reader)}.`,
      look: which === 'open' ? `Look on ${printDay(decision.lookOn, now, reader)}` : '',
      isDue: which === 'open' && decision.lookOn <= today,
      state: which === 'over' ? state(decision) : '',
    })),
    mayDecide: isEditor(user),
    empty:
      which === 'open'
        ? 'A decision holds the figure and the words that it rests on, who sees to it, and the day on which the figures are looked at again.'
        : 'Whatever worked, did not work or was withdrawn stands here.',
    pager: pager(found.total, page, pageSize, '/decisions', which === 'over' ? { show: 'over' } : {}),
    hasPages: found.total > pageSize,
  }
}

type QuoteModel = { id: string; text: string; who: string; isVoice: boolean; isChosen: boolean; note: string }

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

const verdictNames: Record<Verdict, string> = {
  worked: 'It worked',
  failed: 'It did not work',
  open: 'Too early to say',
}

export type DecisionPage = Problems & {
  title: string
  part: string
  what: string
  state: string
  about: string
  because: string
  facts: { name: string; text: string }[]
  figure: FigureModel
  quotes: QuoteModel[]
  withheld: string
  now: { words: string; share: string; change: string; href: string; refusal: string; goal: string }
  looks: { verdict: string; note: string; by: string; figure: string }[]
  mayDecide: boolean
  isWithdrawn: boolean
  withdrawn: string
  verdicts: { value: Verdict; id: string; label: string; isChosen: boolean }[]
  verdictError: string
  note: Field
  lookAction: string
  withdrawal: Field
  withdrawAction: string
}

/** One decision: why, what became of the figure since, and what people made of it. */
export function decisionPage(
  user: User,
  decision: Decision,
  kept: { quotes: QuoteKept[]; all: number },
  fresh: Snapshot | string,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): DecisionPage {
  const reader = readerOf(user)
  const { snapshot, goal, withdrawn } = decision
  const withheld = kept.all - kept.quotes.length
  const goalWords = goal
    ? `${goal.way === 'below' ? 'fewer' : 'more'} than ${goal.percent} % of customers ${goal.way === 'below' ? 'still say' : 'say'} so`
    : ''
  return {
    title: decision.what,
    part,
    what: decision.what,
    state: state(decision),
    about: `Decided by ${decision.decidedBy}, ${printInstantDay(decision.decidedAt, now, reader)}.`,
    because: decision.because,
    facts: [
      { name: 'Serves', text: decision.serves },
      { name: 'Who', text: `${decision.owner}, ${decision.function.toLowerCase()}` },
      { name: 'Done by', text: printDay(decision.dueOn, now, reader) },
      { name: 'Looked at', text: printDay(decision.lookOn, now, reader) },
      { name: 'Works if', text: [decision.shows, goalWords].filter(Boolean).join('; ') },
      ...(decision.takesAway
        ? [{ name: 'Takes away', text: 'Something that customers have now; what must stay was read first.' }]
        : []),
    ],
    figure: figure(snapshot, now, reader),
    quotes: kept.quotes.map((quote) => ({
      id: quote.revisionId,
      text: quote.text,
      who: [quote.customer, quote.contact, printDay(quote.tookPlaceOn, now, reader)].filter(Boolean).join(', '),
      isVoice: quote.provenance !== 'paraphrase' && quote.provenance !== 'observed',
      isChosen: true,
      note: quote.supersededAt ? 'changed since' : '',
    })),
    withheld:
      withheld > 0
        ? `${plural(withheld, 'more is', 'more are')} kept with it that you may not read, or that ${withheld === 1 ? 'is' : 'are'} no longer open to anybody.`
        : '',
    now: since(snapshot, fresh, goal),
    looks: decision.looks.map((look) => ({
      verdict: verdictNames[look.verdict],
      note: look.note,
      by: `${look.by}, ${printInstantDay(look.at, now, reader)}`,
      figure: look.snapshot ? `${said(look.snapshot)}${bracketed(shareWords(look.snapshot))}` : '',
    })),
    mayDecide: isEditor(user) && !withdrawn,
    isWithdrawn: withdrawn !== undefined,
    withdrawn: withdrawn
      ? `Withdrawn by ${withdrawn.by}, ${printInstantDay(withdrawn.at, now, reader)}: ${withdrawn.because}`
      : '',
    verdicts: (['worked', 'failed', 'open'] as const).map((value) => ({
      value,
      id: `verdict-${value}`,
      label: verdictNames[value],
      isChosen: typed.verdict === value,
    })),
    verdictError: errors.verdict ?? '',
    note: field('note', 'Why', typed, errors, { type: 'textarea' }),
    lookAction: `/decisions/${decision.id}/looks`,
    withdrawal: field('because', 'Why it is withdrawn', typed, errors, { type: 'textarea' }),
    withdrawAction: `/decisions/${decision.id}/withdrawal`,
    ...problemsOf(
      Object.fromEntries(
        Object.entries(errors).map(([name, text]) => [name === 'verdict' ? 'verdict-worked' : name, text]),
      ),
    ),
  }
}

const bracketed = (text: string): string => (text ? `, ${text}` : '')

/** The same figure from what was said after the due day, beside the one that the decision rests on. */
function since(before: Snapshot, after: Snapshot | string, goal: Decision['goal']): DecisionPage['now'] {
  if (typeof after === 'string') return { words: '', share: '', change: '', href: '', refusal: after, goal: '' }
  const share = after.x / after.n
  const isReached = goal && (goal.way === 'below' ? share < goal.percent / 100 : share > goal.percent / 100)
  return {
    words: said(after),
    share: shareWords(after),
    change: changeWords(before, after),
    href: evidenceBehind(after),
    refusal: '',
    goal: goal
      ? `The mark of ${goal.way === 'below' ? 'fewer' : 'more'} than ${goal.percent} % is ${isReached ? 'reached' : 'not reached'}${after.n < 30 ? `, among only ${after.n} customers` : ''}.`
      : '',
  }
}
