import { randomUUID } from 'node:crypto'
import type { User } from '../access.ts'
import type { FollowUp } from '../follow-ups/follow-ups.ts'
import { type Problems, problemsOf } from '../forms.ts'
import { type Question, questionModel } from '../templates/kinds/kinds.ts'
import { printTime, readerOf } from '../time.ts'
import { blocksOf, type OwedRow, owedRow } from './filing-pages.ts'
import type { Talk } from './interviews.ts'
import { asksWhen, assumedLate, type Cell, emptyNote, fieldOf, isNoteEmpty, type Note, type Notes } from './notes.ts'
import { addressOf, nameOf, partOf, settingOf } from './pages.ts'

/** What stands beside the customer's words, once an item: how they were noted, our view, what we saw. */
type Beside = {
  id: string
  label: string
  isVerbatim: boolean
  viewName: string
  view: string
  viewError: string
  seenName: string
  seen: string
  seenError: string
  /** On a visit what was seen stands first, so it is not asked a second time. */
  asksSeen: boolean
  hasAside: boolean
}

export type GuidePage = Problems & {
  title: string
  part: string
  scripts: ['guide.js']
  name: string
  setting: string
  guess: string
  steps: { href: string; number: string; name: string; isCurrent: boolean; isNoted: boolean }[]
  checkHref: string
  step: string
  question: string
  hint: string
  probes: string[]
  isVisit: boolean
  isLong: boolean
  isItems: boolean
  /** For a question that is its own only item; false where each item has its own. */
  beside: Beside | false
  lead: Beside | false
  asksWhen: boolean
  isLate: boolean
  saved: string
  version: number
  writer: string
  action: string
  draftAction: string
  isFirst: boolean
  isLast: boolean
  isChange: boolean
  overtaken: { label: string; words: string; view: string; seen: string }[]
  owed: OwedRow[]
  talkPath: string
}

export type GuideState = {
  note: Note | undefined
  errors: Record<string, string>
  /** What this tab wrote while another one saved something newer; it is shown, never stored. */
  overtaken: Note | undefined
}

/** One question of the talk guide: what to ask and how to dig, and the boxes for each voice. */
export function guidePage(
  user: User,
  talk: Talk,
  question: Question,
  notes: Notes,
  state: GuideState,
  owed: FollowUp[],
  now: Date,
): GuidePage & Record<string, unknown> {
  const reader = readerOf(user)
  const { questions } = talk.version.template
  const position = questions.indexOf(question)
  const of = `Question ${position + 1} of ${questions.length}`
  const isVisit = talk.channel === 'observation'
  const note = state.note ?? emptyNote(question)
  const draft = notes.drafts.get(question.id)
  const besides = note.cells.map((cell) => beside(cell, labelOf(question, cell), isVisit, state.errors))
  const [only] = besides
  const isSingle = question.kind !== 'items'
  return {
    title: `${of}, ${nameOf(talk)}`,
    part: partOf(user),
    scripts: ['guide.js'],
    name: nameOf(talk),
    setting: settingOf(talk, now, reader),
    guess: talk.hasGuess ? 'Your guess is sealed.' : '',
    steps: questions.map(({ id, short }, index) => ({
      href: addressOf(talk, `/q/${id}`),
      number: String(index + 1),
      name: short,
      isCurrent: id === question.id,
      isNoted: !isNoteEmpty(notes.byQuestion.get(id)),
    })),
    checkHref: addressOf(talk, '/check'),
    step: of,
    question: question.text,
    hint: isVisit
      ? 'Write what you see and hear, not what you think of it.'
      : [question.hint, 'Then be quiet for five seconds.'].filter(Boolean).join(' '),
    probes: question.probes,
    isVisit,
    isLong: question.kind === 'long',
    isItems: question.kind === 'items',
    ...modelOf(question, note, besides, isVisit, state.errors),
    beside: isSingle && only ? only : false,
    lead: isSingle && isVisit && only ? only : false,
    asksWhen: asksWhen(talk, question, notes),
    isLate: state.note ? state.note.isLate : assumedLate(talk, question, notes),
    saved: draft ? `Saved ${printTime(draft.savedAt, reader)}` : '',
    version: draft?.version ?? 0,
    writer: randomUUID(),
    action: addressOf(talk, `/q/${question.id}`),
    draftAction: addressOf(talk, `/q/${question.id}/draft`),
    isFirst: position === 0,
    isLast: position === questions.length - 1,
    isChange: talk.state === 'submitted',
    overtaken: overtakenOf(talk, question, state.overtaken),
    owed: owed.map((row) => owedRow(row, user, now)),
    talkPath: addressOf(talk),
    ...problemsOf(state.errors),
  }
}

const labelOf = (question: Question, cell: Cell): string =>
  question.kind === 'items' ? (question.items.find(({ id }) => id === cell.item)?.short ?? '') : ''

function beside(cell: Cell, label: string, isVisit: boolean, errors: Record<string, string>): Beside {
  const [viewName, seenName] = [fieldOf(cell.item, 'view'), fieldOf(cell.item, 'seen')]
  return {
    id: fieldOf(cell.item, 'manner'),
    label,
    isVerbatim: cell.manner === 'verbatim',
    viewName,
    view: cell.view,
    viewError: errors[viewName] ?? '',
    seenName,
    seen: cell.seen,
    seenError: errors[seenName] ?? '',
    asksSeen: !isVisit,
    hasAside: cell.view !== '' || (!isVisit && cell.seen !== ''),
  }
}

/** The question's own fields; each item of several carries what stands beside its words. */
function modelOf(
  question: Question,
  note: Note,
  besides: Beside[],
  isVisit: boolean,
  errors: Record<string, string>,
): Record<string, unknown> {
  const model = questionModel(
    question,
    note.cells.map(({ words }) => words),
    errors,
  )
  if (!Array.isArray(model.items)) return model
  return {
    ...model,
    items: model.items.map((item, index) => ({ ...item, beside: besides[index], lead: isVisit && besides[index] })),
  }
}

function overtakenOf(talk: Talk, question: Question, note: Note | undefined): GuidePage['overtaken'] {
  if (!note) return []
  const notes = { byQuestion: new Map([[question.id, note]]), drafts: new Map() }
  return blocksOf(talk, notes).flatMap(({ cells }) =>
    cells.map(({ label, words, ticks, view, seen }) => ({
      label,
      words: [words, ticks].filter(Boolean).join(' '),
      view,
      seen,
    })),
  )
}
