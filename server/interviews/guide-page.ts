import { randomUUID } from 'node:crypto'
import type { User } from '../access.ts'
import type { FollowUp } from '../follow-ups/follow-ups.ts'
import { type Problems, problemsOf, type Typed } from '../forms.ts'
import { isEmpty } from '../templates/kinds/kind.ts'
import { hasWords, isOpen, mayTakeBack, notedItems, type Question, questionModel } from '../templates/kinds/kinds.ts'
import { commonProbes } from '../templates/probes.ts'
import { printTime, readerOf } from '../time.ts'
import { blocksOf, type OwedRow, owedRow } from './filing-pages.ts'
import type { Talk } from './interviews.ts'
import {
  asksWhen,
  assumedLate,
  emptyNote,
  fieldOf,
  hasVoice,
  isNoteEmpty,
  type Note,
  type Beside as Noted,
  type Notes,
} from './notes.ts'
import { addressOf, nameOf, partOf, settingOf } from './pages.ts'

/** What stands beside the customer's answer, once an item or once a question: how it was noted, our view, what we saw. */
type Beside = {
  id: string
  label: string
  /** How words were noted is asked only where there are some. */
  asksManner: boolean
  isVerbatim: boolean
  asksView: boolean
  viewName: string
  view: string
  viewError: string
  seenName: string
  seen: string
  seenError: string
  /** On a visit what was seen stands first, so it is not asked a second time. */
  asksSeen: boolean
  /** The boxes wait behind their name, so that a page of numbers stays calm. */
  isFolded: boolean
  hasAside: boolean
  asideName: string
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
  /** What goes deeper at every open question. */
  commonProbes: string[]
  isVisit: boolean
  /** The name of what they say: words, or an answer that is chosen. '' where their voice is not asked for. */
  theirs: string
  asked: Record<string, unknown>
  mayTakeBack: boolean
  hasChosen: boolean
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
  /** What was sent last or what the address asks for. */
  typed: Typed
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
  const position = questions.findIndex(({ id }) => id === question.id)
  const of = `Question ${position + 1} of ${questions.length}`
  const isVisit = talk.channel === 'observation'
  const note = state.note ?? emptyNote(question)
  const draft = notes.drafts.get(question.id)
  const besides = besidesOf(question, note, isVisit, state.errors)
  const only = besides.find(({ label }) => label === '')
  const asksTheirs = hasVoice(question, 'customer')
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
    step: question.offered ? `${of}, if there is time` : of,
    question: question.text,
    // What is made for observers says itself what goes where.
    hint:
      isVisit && !question.voices
        ? 'Write what you see and hear, not what you think of it.'
        : [question.hint, !isVisit && isOpen(question) && 'Then be quiet for five seconds.'].filter(Boolean).join(' '),
    probes: question.probes,
    commonProbes: hasWords(question) ? commonProbes(talk.language) : [],
    isVisit,
    theirs: asksTheirs ? theirsOf(question, isVisit) : '',
    asked: askedOf(question, note, besides, isVisit, state),
    mayTakeBack: asksTheirs && mayTakeBack(question),
    hasChosen: note.entries.some((entry) => !isEmpty(entry)),
    beside: only && (only.asksManner || only.asksView || only.asksSeen) ? only : false,
    lead: isVisit && only && hasVoice(question, 'observed') ? only : false,
    asksWhen: asksTheirs && asksWhen(talk, question, notes),
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

function theirsOf(question: Question, isVisit: boolean): string {
  if (!hasWords(question)) return 'Their answer'
  if (!isVisit) return 'Their words'
  return notedItems(question).some(({ item }) => item !== '') ? 'What you saw and heard' : 'What they said'
}

function besidesOf(question: Question, note: Note, isVisit: boolean, errors: Record<string, string>): Beside[] {
  const names = new Map(notedItems(question).map(({ item, short }) => [item, short]))
  const asksManner = hasWords(question) && hasVoice(question, 'customer')
  return note.besides.map(({ item, manner, view, seen }: Noted) => {
    const label = names.get(item) ?? ''
    const [viewName, seenName] = [fieldOf(item, 'view'), fieldOf(item, 'seen')]
    const asksView = hasVoice(question, 'rep')
    const asksSeen = !isVisit && hasVoice(question, 'observed')
    return {
      id: fieldOf(item, 'manner'),
      label,
      asksManner,
      isVerbatim: manner === 'verbatim',
      asksView,
      viewName,
      view,
      viewError: errors[viewName] ?? '',
      seenName,
      seen,
      seenError: errors[seenName] ?? '',
      asksSeen,
      isFolded: label !== '' || (!hasWords(question) && hasVoice(question, 'customer')),
      hasAside: view !== '' || (asksSeen && seen !== ''),
      asideName: asksView && asksSeen ? 'My view, what I saw' : asksView ? 'My view' : 'What I saw',
    }
  })
}

/** The question's own fields; an item that has boxes of its own carries them. */
function askedOf(
  question: Question,
  note: Note,
  besides: Beside[],
  isVisit: boolean,
  state: GuideState,
): Record<string, unknown> {
  const model = questionModel(question, note.entries, state.errors, state.typed)
  if (!Array.isArray(model.items)) return model
  return {
    ...model,
    items: model.items.map((item) => {
      const beside = besides.find(({ label, id }) => label !== '' && id === fieldOf(item.id, 'manner')) ?? false
      return { ...item, beside, lead: isVisit && beside }
    }),
  }
}

function overtakenOf(talk: Talk, question: Question, note: Note | undefined): GuidePage['overtaken'] {
  if (!note) return []
  const notes = { byQuestion: new Map([[question.id, note]]), drafts: new Map() }
  return blocksOf(talk, notes).flatMap(({ cells }) =>
    cells.map(({ label, lines, ticks, view, seen }) => ({
      label,
      words: [...lines.map(printLine), ticks].filter(Boolean).join(' '),
      view,
      seen,
    })),
  )
}

const printLine = ({ label, choice, text }: { label: string; choice: string; text: string }): string =>
  [label && `${label}:`, [choice, text].filter(Boolean).join('. ')].filter(Boolean).join(' ')
