import { isReader, type User } from '../access.ts'
import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import type { OnList } from '../on-list.ts'
import { printInstantDay, type Reader, readerOf } from '../time.ts'
import { judged, type KnownAbout } from './client-list.ts'
import { knownFacts, listFacts } from './known-page.ts'
import { lineWords } from './rating-forms.ts'
import { groupLines, type RatingGroup, ratingLines } from './rating-rule.ts'
import { aloneWords, groupNames, printMean, verdictName, verdictWords } from './rating-words.ts'
import { isComplete, type Pair, type Rating, type Side, seesRatings, sideOf, type YesNo } from './ratings.ts'

type Choice = { id: string; value: string; label: string; isChosen: boolean }
type Line = {
  control: string
  label: string
  error: string
  describedBy: string
  numbers: Choice[]
  unknownId: string
  isUnknown: boolean
  anchors: string[]
}
type Question = { control: string; label: string; error: string; choices: Choice[] }
type RatingFormModel = Problems & {
  /** The own rating stands: giving it again is there, but not in the way. */
  isFolded: boolean
  key: string
  groups: { id: string; title: string; lines: Line[] }[]
  questions: Question[]
  evidence: Field
  thoughts: Field
  save: string
}

export type RatingPage = {
  title: string
  part: string
  name: string
  back: string
  action: string
  form: RatingFormModel | ''
  closed: string
  known: { name: string; text: string }[]
  knownAbout: string
  waiting: string
  judgement: { verdict: string; words: string; means: { name: string; text: string }[]; alone: string } | ''
  rows: { label: string; owner: string; lead: string; isApart: boolean }[]
  notes: { title: string; when: string; evidence: string; thoughts: string }[]
}

export type RatedFacts = {
  customer: { id: string; name: string; owner_id: string | null; status: string; archived_at: string | null }
  pair: Pair
  /** Whether its owner is a rep who works here, and so rates it. */
  ownerRates: boolean
  names: Map<string, string>
  onList: OnList | undefined
  /** Only for readers: it rests on what was entrusted to the lead. */
  known: KnownAbout | undefined
  key: string
}

/** The form for whoever rates this customer, and, once both have, what each gave and what it comes to. */
export function ratingPage(
  user: User,
  facts: RatedFacts,
  given: Typed | undefined,
  errors: Record<string, string>,
  now: Date,
): RatingPage {
  const { customer, pair, ownerRates, names, onList, known, key } = facts
  const reader = readerOf(user)
  const side = sideOf(user, customer.owner_id)
  const isActive = customer.status === 'active' && !customer.archived_at
  const own = [pair.owner, pair.lead].find((rating) => rating?.raterId === user.id)
  const sees = seesRatings(user, customer.owner_id, pair, ownerRates)
  return {
    title: side && isActive ? `Rate ${customer.name}` : `${customer.name}: rating`,
    part: 'Customers',
    name: customer.name,
    back: `/customers/${customer.id}`,
    action: `/customers/${customer.id}/rating`,
    form: side && isActive ? formModel(key, given ?? typedOf(own), errors, own) : '',
    closed: side && !isActive ? 'Only active customers are rated.' : '',
    known: [...listFacts(onList), ...(known ? knownFacts(known, now, reader) : [])],
    knownAbout: isReader(user)
      ? 'On record, and so not asked. What was said for totals only is not in it.'
      : 'What they told stands on their page, as far as you may read it.',
    waiting: waiting(user, pair, side, sees, ownerRates, names),
    judgement: known && sees && isComplete(pair, ownerRates) ? judgementOf(pair, known) : '',
    rows: sees ? rowsOf(pair) : [],
    notes: sees ? notesOf(pair, names, now, reader) : [],
  }
}

function formModel(
  key: string,
  typed: Typed,
  errors: Record<string, string>,
  own: Rating | undefined,
): RatingFormModel {
  return {
    key,
    groups: (['us', 'them', 'fit'] as const).map((group) => ({
      id: `group-${group}`,
      title: groupNames[group],
      lines: groupLines[group].map((line) => lineOf(line, typed, errors)),
    })),
    questions: [
      question('takeOn', 'Would we take them on today?', typed, errors),
      question('chooseUs', 'Would they choose us again today?', typed, errors),
    ],
    evidence: field('evidence', 'What you base it on', typed, errors, {
      type: 'textarea',
      hint: 'What happened, and when. Write nothing that you would not show the customer.',
    }),
    thoughts: field('thoughts', 'Parting thoughts, if you like', typed, errors, {
      type: 'textarea',
      hint: 'When did we last speak about something other than an order? Who there would miss us? What have we learned from them this year?',
    }),
    isFolded: own !== undefined && Object.keys(errors).length === 0,
    save: own ? 'Keep the new rating' : 'Keep the rating',
    ...problemsOf(errors),
  }
}

function lineOf(line: keyof typeof lineWords, typed: Typed, errors: Record<string, string>): Line {
  const error = errors[line] ?? ''
  return {
    control: line,
    label: lineWords[line].label,
    error,
    describedBy: [`${line}-ends`, ...(error ? [`${line}-error`] : [])].join(' '),
    numbers: ['1', '2', '3', '4', '5'].map((value) => ({
      // What a list of problems leads to is the first of them.
      id: value === '1' ? line : `${line}-${value}`,
      value,
      label: value,
      isChosen: typed[line] === value,
    })),
    unknownId: `${line}-unknown`,
    isUnknown: typed[line] === 'unknown',
    anchors: lineWords[line].anchors.map((words, index) => `${2 * index + 1} ${words}`),
  }
}

function question(name: string, label: string, typed: Typed, errors: Record<string, string>): Question {
  const choices = [
    ['yes', 'Yes'],
    ['no', 'No'],
    ['unknown', 'I do not know'],
  ].map(([value = '', text = ''], index) => ({
    id: index === 0 ? name : `${name}-${value}`,
    value,
    label: text,
    isChosen: typed[name] === value,
  }))
  return { control: name, label, error: errors[name] ?? '', choices }
}

/** The own rating as it stands, for giving it again. */
function typedOf(own: Rating | undefined): Typed {
  if (!own) return {}
  const { scores, takeOn, chooseUs, evidence, thoughts } = own
  return {
    ...Object.fromEntries(ratingLines.map((line) => [line, String(scores[line] ?? 'unknown')])),
    takeOn: takeOn ?? 'unknown',
    chooseUs: chooseUs ?? 'unknown',
    evidence,
    thoughts,
  }
}

function waiting(
  user: User,
  pair: Pair,
  side: Side | undefined,
  sees: boolean,
  ownerRates: boolean,
  names: Map<string, string>,
): string {
  const others = [pair.owner, pair.lead].flatMap((rating) =>
    rating && rating.raterId !== user.id ? (names.get(rating.raterId) ?? 'Somebody') : [],
  )
  if (!sees) return others.length > 0 ? `${others.join(' and ')} rated. You see it once you have given yours.` : ''
  if (isComplete(pair, ownerRates)) return ''
  return side === 'owner' ? 'The lead has not rated yet.' : 'The owner has not rated yet.'
}

function judgementOf(pair: Pair, { known }: KnownAbout): RatingPage['judgement'] {
  const { judgement, alone } = judged(pair, known)
  if (!judgement) return ''
  return {
    verdict: verdictName(judgement),
    words: verdictWords(judgement),
    means: (['us', 'them', 'fit'] as const satisfies RatingGroup[]).map((group) => ({
      name: groupNames[group],
      text: printMean(judgement.means[group]),
    })),
    alone: aloneWords(alone),
  }
}

function rowsOf({ owner, lead }: Pair): RatingPage['rows'] {
  const number = (rating: Rating | undefined, line: (typeof ratingLines)[number]) =>
    rating ? String(rating.scores[line] ?? 'not known') : ''
  const said = (rating: Rating | undefined, answer: YesNo) => (rating ? (answer ?? 'not known') : '')
  const isFar = (a: number | undefined, b: number | undefined) =>
    a !== undefined && b !== undefined && Math.abs(a - b) >= 2
  const differ = (a: YesNo, b: YesNo) => a !== undefined && b !== undefined && a !== b
  return [
    ...ratingLines.map((line) => ({
      label: lineWords[line].label,
      owner: number(owner, line),
      lead: number(lead, line),
      isApart: isFar(owner?.scores[line], lead?.scores[line]),
    })),
    {
      label: 'We would take them on today',
      owner: said(owner, owner?.takeOn),
      lead: said(lead, lead?.takeOn),
      isApart: differ(owner?.takeOn, lead?.takeOn),
    },
    {
      label: 'They would choose us again',
      owner: said(owner, owner?.chooseUs),
      lead: said(lead, lead?.chooseUs),
      isApart: differ(owner?.chooseUs, lead?.chooseUs),
    },
  ]
}

const notesOf = ({ owner, lead }: Pair, names: Map<string, string>, now: Date, reader: Reader): RatingPage['notes'] =>
  [owner, lead].flatMap((rating) =>
    rating
      ? [
          {
            title: `${names.get(rating.raterId) ?? 'Somebody'}, ${rating.side === 'owner' ? 'owner' : 'lead'}`,
            when: printInstantDay(rating.ratedAt, now, reader),
            evidence: rating.evidence,
            thoughts: rating.thoughts,
          },
        ]
      : [],
  )
