import type { User } from '../access.ts'
import type { FollowUp } from '../follow-ups/follow-ups.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import type { ConsentLevel } from '../tables.ts'
import { isEmpty, type Printed } from '../templates/kinds/kind.ts'
import { notedItems, printEntries, type Question } from '../templates/kinds/kinds.ts'
import { addDays, dayAt, printDay, printInstantDay, readerOf } from '../time.ts'
import { agreements } from './forms.ts'
import type { Talk } from './interviews.ts'
import { besideOf, type Note, type Notes } from './notes.ts'
import { addressOf, nameOf, partOf, settingOf } from './pages.ts'

type NotedCell = {
  label: string
  /** What they said, line by line: a label, what was chosen, their words. */
  lines: Pick<Printed, 'label' | 'choice' | 'text'>[]
  isVoice: boolean
  ticks: string
  manner: string
  /** Words that stand within sentences of ours: how they were noted is said once, below. */
  mannerBelow: boolean
  viewLabel: string
  view: string
  seenLabel: string
  seen: string
}
export type Block = {
  id: string
  short: string
  changeHref: string
  isEmpty: boolean
  late: string
  cells: NotedCell[]
}

/** What was noted, question by question, each voice apart. */
export function blocksOf(talk: Talk, notes: Notes): Block[] {
  return talk.version.template.questions.map((question) => {
    const note = notes.byQuestion.get(question.id)
    const cells = note ? notedCells(question, note) : []
    return {
      id: question.id,
      short: question.short,
      changeHref: addressOf(talk, `/q/${question.id}`),
      isEmpty: cells.length === 0,
      late: isSaidLate(note) ? 'Said only after the prompted questions.' : '',
      cells,
    }
  })
}

const isSaidLate = (note: Note | undefined): boolean =>
  note?.isLate === true && note.entries.some((entry) => !isEmpty(entry))

/** One cell for each item that has boxes of its own beside it; else one for the question, with all its lines. */
function notedCells(question: Question, note: Note): NotedCell[] {
  const printed = printEntries(question, note.entries)
  return notedItems(question).flatMap(({ item, short }) => {
    const lines =
      item === '' ? printed : printed.filter((line) => line.item === item).map((line) => ({ ...line, label: '' }))
    const { manner, view, seen } = besideOf(note, item) ?? { manner: 'verbatim', view: '', seen: '' }
    if (lines.length === 0 && view === '' && seen === '') return []
    const ticks = lines.flatMap((line) => line.note || []).join(', ')
    const isQuoted = lines.some(({ text }) => text !== '')
    const isWithin = !isQuoted && item === '' && note.entries.some(({ text }) => text !== '')
    return [
      {
        label: short,
        lines: lines.filter(({ choice, text }) => choice || text),
        isVoice: manner === 'verbatim',
        ticks: ticks && `They say: ${ticks}.`,
        manner: isQuoted || isWithin ? (manner === 'verbatim' ? 'Word for word' : 'In my words') : '',
        mannerBelow: isWithin,
        viewLabel: 'My view, not counted',
        view,
        seenLabel: 'What I saw',
        seen,
      },
    ]
  })
}

const agreementLabels: Record<(typeof agreements)[number], string> = {
  team: 'Their account team and the project lead',
  lead: 'Only the project lead',
  totals: 'Nobody: use them only in totals',
  'not-asked': 'I did not ask, so only in totals',
}
const consentWords: Record<ConsentLevel, string> = {
  team: 'They agreed that the account team and the project lead read this with their name.',
  lead: 'They agreed that only the project lead reads this with their name.',
  totals: 'It enters totals only. Nobody but its author is shown the words with the name.',
}

export type OwedRow = { href: string; text: string; about: string }
export const owedRow = (row: FollowUp, user: User, now: Date): OwedRow => ({
  href: `/follow-ups/${row.id}`,
  text: row.text,
  about: row.done_at
    ? 'Done'
    : `${row.owner_id === user.id ? 'You' : (row.owner_name ?? 'Nobody yet')}, by ${printDay(row.due_on, now, readerOf(user))}`,
})

type CheckPage = Problems & {
  title: string
  part: string
  scripts: ['guide.js']
  name: string
  setting: string
  settingHref: string
  blocks: Block[]
  isChange: boolean
  hasChanges: boolean
  choices: { id: string; value: string; label: string; isChosen: boolean }[]
  whoError: string
  owed: OwedRow[]
  owe: Field
  oweDue: Field
  oweOwner: SelectField
  action: string
  notesHref: string
  withdrawHref: string
  talkPath: string
}

/** All that was noted, what they agreed to, what we owe; then it is filed. */
export function checkPage(
  user: User,
  talk: Talk,
  notes: Notes,
  owed: FollowUp[],
  colleagues: { id: string; name: string }[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): CheckPage {
  const isChange = talk.state === 'submitted'
  const chosen = typed.who ?? (isChange ? talk.consentLevel : '')
  const [first] = talk.version.template.questions
  const targets: Record<string, string> = {
    who: 'who-team',
    notes: 'noted',
    day: 'setting',
  }
  const dated = { oweDue: addDays(dayAt(now, user.timeZone), 7), oweOwner: user.id, ...typed }
  return {
    title: isChange ? 'Before you file the corrections' : 'Before you file',
    part: partOf(user),
    scripts: ['guide.js'],
    name: nameOf(talk),
    setting: settingOf(talk, now, readerOf(user)),
    settingHref: addressOf(talk, '/setting'),
    blocks: blocksOf(talk, notes),
    isChange,
    hasChanges: notes.drafts.size > 0,
    choices: agreements
      .filter((agreement) => !isChange || agreement !== 'not-asked')
      .map((value) => ({
        id: `who-${value}`,
        value,
        label: agreementLabels[value],
        isChosen: value === chosen,
      })),
    whoError: errors.who ?? '',
    owed: owed.map((row) => owedRow(row, user, now)),
    owe: field('owe', 'What we promised or owe them', dated, errors, { hint: 'Empty if nothing.' }),
    oweDue: field('oweDue', 'By which day', dated, errors, { type: 'date' }),
    oweOwner: select(
      'oweOwner',
      'Who takes care of it',
      colleagues.map(({ id, name }): [string, string] => [id, id === user.id ? `${name} (you)` : name]),
      dated,
      errors,
    ),
    action: addressOf(talk, '/submission'),
    notesHref: addressOf(talk, first ? `/q/${first.id}` : ''),
    withdrawHref: addressOf(talk, '/withdrawal'),
    talkPath: addressOf(talk),
    ...problemsOf(Object.fromEntries(Object.entries(errors).map(([name, text]) => [targets[name] ?? name, text]))),
  }
}

type NotesPage = {
  title: string
  part: string
  scripts: ['guide.js']
  customerHref: string
  customerName: string
  setting: string
  by: string
  isOwn: boolean
  hasChanges: boolean
  blocks: Block[]
  consent: string
  guessHref: string
  owed: OwedRow[]
  changeHref: string
  checkHref: string
  settingHref: string
  withdrawHref: string
  talkPath: string
}

/** Filed notes, for whoever may read them. */
export function notesPage(user: User, talk: Talk, notes: Notes, owed: FollowUp[], now: Date): NotesPage {
  const reader = readerOf(user)
  const [first] = talk.version.template.questions
  const changed = talk.revisedAt ? ` Corrected on ${printInstantDay(talk.revisedAt, now, reader)}.` : ''
  return {
    title: nameOf(talk),
    part: partOf(user),
    scripts: ['guide.js'],
    customerHref: `/customers/${talk.customer.id}`,
    customerName: talk.customer.name,
    setting: settingOf(talk, now, reader),
    by: `${talk.isOwn ? 'You filed this' : `Filed by ${talk.authorName}`} on ${printInstantDay(talk.submittedAt ?? '', now, reader)}.${changed} Asked: ${talk.version.template.name}, version ${talk.version.number}.`,
    isOwn: talk.isOwn,
    hasChanges: notes.drafts.size > 0,
    blocks: blocksOf(talk, notes)
      .filter(({ isEmpty }) => !isEmpty)
      .map((block) => ({
        ...block,
        cells: block.cells.map((cell) => ({
          ...cell,
          manner: cell.manner === 'In my words' && !talk.isOwn ? `In ${talk.authorName}’s words` : cell.manner,
          ...(talk.isOwn
            ? {}
            : { viewLabel: `${talk.authorName}’s view, not counted`, seenLabel: `What ${talk.authorName} saw` }),
        })),
      })),
    consent: consentWords[talk.consentLevel],
    guessHref: talk.isOwn && talk.hasGuess ? `/customers/${talk.customer.id}/prediction` : '',
    owed: owed.map((row) => owedRow(row, user, now)),
    changeHref: addressOf(talk, first ? `/q/${first.id}` : ''),
    checkHref: addressOf(talk, '/check'),
    settingHref: addressOf(talk, '/setting'),
    withdrawHref: addressOf(talk, '/withdrawal'),
    talkPath: addressOf(talk),
  }
}

type WithdrawalPage = Problems & {
  title: string
  part: string
  name: string
  isDraft: boolean
  sureError: string
  action: string
  back: string
  label: string
}

export function withdrawalPage(user: User, talk: Talk, errors: Record<string, string>): WithdrawalPage {
  const isDraft = talk.state === 'draft'
  return {
    title: isDraft ? 'Throw these notes away' : 'Withdraw these notes',
    part: partOf(user),
    name: nameOf(talk),
    isDraft,
    sureError: errors.sure ?? '',
    action: addressOf(talk, '/withdrawal'),
    back: addressOf(talk, isDraft ? '/check' : ''),
    label: isDraft ? 'Throw them away' : 'Withdraw them',
    ...problemsOf(errors),
  }
}
