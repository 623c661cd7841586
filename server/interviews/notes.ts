import type { User } from '../access.ts'
import { readSpoken, type Spoken } from '../answers/answers.ts'
import { type Draft, type DraftBody, readDrafts, type Saved, saveDraft } from '../answers/drafts.ts'
import { type Db, transact } from '../db.ts'
import type { Typed } from '../forms.ts'
import { type Entry, isEmpty, longest, tidy, tooLong } from '../templates/kinds/kind.ts'
import { entryProblems, notedItems, type Question, readEntries } from '../templates/kinds/kinds.ts'
import { getOwnTalk, type Talk } from './interviews.ts'

/** How the customer's words were noted: as they fell, or put into ours. */
export const manners = ['verbatim', 'paraphrase'] as const
export type Manner = (typeof manners)[number]

/** What was noted to one item of a question: their words, what we think of them, and what we saw. */
export type Cell = { item: string; words: Entry; manner: Manner; view: string; seen: string }

/** What was noted to one question. `isLate`: they said it only after the prompted questions were asked. */
export type Note = { cells: Cell[]; isLate: boolean }

/** The notes so far, by question: drafts where there are any, else what is filed. For the author only while `drafts` holds some. */
export type Notes = { byQuestion: Map<string, Note>; drafts: Map<string, Draft> }

const itemsOf = (question: Question): string[] => notedItems(question).map(({ item }) => item)

export const emptyNote = (question: Question): Note => ({
  cells: itemsOf(question).map((item) => ({
    item,
    words: { item, row: 0, text: '', value: {} },
    manner: 'verbatim',
    view: '',
    seen: '',
  })),
  isLate: false,
})

/** A field that stands once an item, such as "all-view" for a question of its own, "earn-view" for an item. */
export const fieldOf = (item: string, name: 'manner' | 'view' | 'seen'): string => `${item || 'all'}-${name}`

/** What a posted page of the guide says; never throws. */
export function readNote(question: Question, typed: Typed): Note {
  const entries = readEntries(question, typed)
  return {
    cells: itemsOf(question).map((item) => ({
      item,
      words: entries.find((entry) => entry.item === item) ?? { item, row: 0, text: '', value: {} },
      manner: typed[fieldOf(item, 'manner')] === 'paraphrase' ? 'paraphrase' : 'verbatim',
      view: tidy(typed[fieldOf(item, 'view')]),
      seen: tidy(typed[fieldOf(item, 'seen')]),
    })),
    isLate: typed.late === '1',
  }
}

/** A sentence for each field that is wrong. */
export function noteProblems(question: Question, typed: Typed): Record<string, string> {
  const own = itemsOf(question).flatMap((item) =>
    [fieldOf(item, 'view'), fieldOf(item, 'seen')]
      .map((name): [string, string] => [name, tidy(typed[name])])
      .filter(([, text]) => text.length > longest)
      .map(([name, text]): [string, string] => [name, tooLong(text)]),
  )
  return { ...entryProblems(question, typed), ...Object.fromEntries(own) }
}

/** Something that can be read, tagged and counted: the customer's words or ticks, or what we saw. */
export const isCellTelling = (cell: Cell): boolean => !isEmpty(cell.words) || cell.seen !== ''
const isCellEmpty = (cell: Cell): boolean => !isCellTelling(cell) && cell.view === ''
export const isNoteEmpty = (note: Note | undefined): boolean => !note?.cells.some((cell) => !isCellEmpty(cell))
const hasTheirWords = (note: Note | undefined): boolean => note?.cells.some((cell) => !isEmpty(cell.words)) ?? false

/** Two notes say the same; how empty words were noted does not matter. */
const isSameNote = (one: Note | undefined, other: Note): boolean => told(one) === told(other)
const told = (note: Note | undefined): string =>
  JSON.stringify([
    hasTheirWords(note) && note?.isLate,
    ...(note?.cells.filter((cell) => !isCellEmpty(cell)) ?? []).map(({ item, words, manner, view, seen }) => [
      item,
      words.text,
      JSON.stringify(words.value),
      isEmpty(words) ? '' : manner,
      view,
      seen,
    ]),
  ])

/** The notes of a talk as its reader may see them: filed ones for whoever may open the talk, drafts for the author alone. */
export async function readNotes(db: Db, talk: Talk): Promise<Notes> {
  const byQuestion = talk.state === 'submitted' ? notesOf(talk, await readSpoken(db, talk.id)) : new Map()
  const drafts = talk.isOwn ? await readDrafts(db, talk.id) : new Map<string, Draft>()
  for (const [question, { body }] of drafts) byQuestion.set(question, noteOf(talk, question, body))
  return { byQuestion, drafts }
}

function notesOf(talk: Talk, spoken: Spoken[]): Map<string, Note> {
  const pairs = talk.version.template.questions.map((question): [string, Note] => {
    const said = spoken.filter((one) => one.question === question.id)
    const of = (item: string, voice: Spoken['voice']) => said.find((one) => one.item === item && one.voice === voice)
    const cells = itemsOf(question).map((item): Cell => {
      const theirs = of(item, 'customer')
      return {
        item,
        words: { item, row: 0, text: theirs?.text ?? '', value: theirs?.value ?? {} },
        manner: theirs?.provenance === 'paraphrase' ? 'paraphrase' : 'verbatim',
        view: of(item, 'rep')?.text ?? '',
        seen: of(item, 'observed')?.text ?? '',
      }
    })
    return [question.id, { cells, isLate: said.some((one) => one.voice === 'customer' && one.isAfterPrompt) }]
  })
  return new Map(pairs.filter(([, note]) => !isNoteEmpty(note)))
}

function noteOf(talk: Talk, questionId: string, body: DraftBody): Note {
  const question = talk.version.template.questions.find(({ id }) => id === questionId)
  if (!question) return { cells: [], isLate: false }
  const { cells } = readNote(question, body.notes)
  return {
    cells: cells.map((cell) => ({
      ...cell,
      words: body.entries.find((entry) => entry.item === cell.item) ?? cell.words,
    })),
    isLate: body.isAfterPrompt,
  }
}

function bodyOf(note: Note, isPassed: boolean): DraftBody {
  const fields = note.cells.flatMap(({ item, manner, view, seen }): [string, string][] => [
    [fieldOf(item, 'manner'), manner],
    [fieldOf(item, 'view'), view],
    [fieldOf(item, 'seen'), seen],
  ])
  return {
    entries: note.cells.map(({ words }) => words),
    notes: Object.fromEntries(fields.filter(([, text]) => text !== '')),
    isAfterPrompt: note.isLate,
    isPassed,
  }
}

/** True once something was said to a prompted question: what is said to an unprompted one from now on may be led. */
const hasPrompted = (talk: Talk, notes: Notes): boolean =>
  talk.version.template.questions.some(({ id, prompted }) => prompted && hasTheirWords(notes.byQuestion.get(id)))

/** Whether the guide asks when it was said: for an unprompted question, once a prompted one was answered. */
export const asksWhen = (talk: Talk, question: Question, notes: Notes): boolean =>
  !question.prompted && hasPrompted(talk, notes)

/** What is assumed until the author says otherwise: words that stood there before were said before. */
export const assumedLate = (talk: Talk, question: Question, notes: Notes): boolean => {
  const before = notes.byQuestion.get(question.id)
  return hasTheirWords(before) ? (before?.isLate ?? false) : asksWhen(talk, question, notes)
}

export type PageSent = { note: Note; saysWhen: boolean; version: number; writer: string; goesOn: boolean }

/**
 * Saves one page of the guide for its author, on disk when it returns. A page that says nothing new saves nothing.
 * 'ok: false': another page saved something newer, and nothing was written over it.
 */
export async function saveNote(
  db: Db,
  user: User,
  talkId: string,
  question: Question,
  sent: PageSent,
  now: Date,
): Promise<Saved | 'nothing'> {
  return transact(db, async (trx) => {
    // Read anew inside the transaction: it may have been filed or withdrawn a moment ago.
    const talk = await getOwnTalk(trx, user, talkId)
    const notes = await readNotes(trx, talk)
    const before = notes.byQuestion.get(question.id)
    const draft = notes.drafts.get(question.id)
    if (isNoteEmpty(sent.note) && isNoteEmpty(before)) return 'nothing'
    const isLate = !question.prompted && (sent.saysWhen ? sent.note.isLate : assumedLate(talk, question, notes))
    const note = { ...sent.note, isLate }
    if (isSameNote(before, note) && !draft) return 'nothing'
    const body = bodyOf(note, sent.goesOn || (draft?.body.isPassed ?? false))
    return saveDraft(trx, talk.id, question.id, body, { version: sent.version, writer: sent.writer }, now)
  })
}

/** What the notes come to as answers, each in its own voice and with its own provenance. */
export function spokenIn(talk: Talk, notes: Notes): Spoken[] {
  return talk.version.template.questions
    .filter(({ id }) => notes.drafts.has(id))
    .flatMap(({ id }) => {
      const note = notes.byQuestion.get(id)
      return (note?.cells ?? []).flatMap(({ item, words, manner, view, seen }): Spoken[] => {
        const one = { question: id, item, row: 0, value: {}, isAfterPrompt: false }
        return [
          {
            ...one,
            voice: 'customer',
            text: words.text,
            value: words.value,
            provenance: manner,
            isAfterPrompt: note?.isLate ?? false,
          },
          // Never tagged and never counted, whatever its provenance: the voice says whose it is.
          { ...one, voice: 'rep', text: view, provenance: 'paraphrase' },
          { ...one, voice: 'observed', text: seen, provenance: 'observed' },
        ]
      })
    })
}
