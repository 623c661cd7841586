import type { User } from '../access.ts'
import { readSpoken, type Spoken } from '../answers/answers.ts'
import { type Draft, type DraftBody, readDrafts, type Saved, saveDraft } from '../answers/drafts.ts'
import { type Db, transact } from '../db.ts'
import type { Typed } from '../forms.ts'
import type { Voice } from '../tables.ts'
import { type Entry, isEmpty, tidy, tooLongAmong } from '../templates/kinds/kind.ts'
import { entryProblems, notedItems, type Question, readEntries, unfinished } from '../templates/kinds/kinds.ts'
import { getOwnTalk, type Talk } from './interviews.ts'

/** How the customer's words were noted: as they fell, or put into ours. */
export const manners = ['verbatim', 'paraphrase'] as const
export type Manner = (typeof manners)[number]

/** What stands beside the answers, once an item or once a question (item ''): how they were noted, our view, what we saw. */
export type Beside = { item: string; manner: Manner; view: string; seen: string }

/** What was noted to one question. `isLate`: they said it only after the prompted questions were asked. */
export type Note = { entries: Entry[]; besides: Beside[]; isLate: boolean }

/** The notes so far, by question: drafts where there are any, else what is filed. For the author only while `drafts` holds some. */
export type Notes = { byQuestion: Map<string, Note>; drafts: Map<string, Draft> }

export const emptyNote = (question: Question): Note => readNote(question, {})

/** A field that stands once an item, such as "all-view" for a question of its own, "earn-view" for an item. */
export const fieldOf = (item: string, name: 'manner' | 'view' | 'seen'): string => `${item || 'all'}-${name}`

/** What a posted page of the guide says; never throws. */
export const readNote = (question: Question, typed: Typed): Note => ({
  entries: hasVoice(question, 'customer') ? readEntries(question, typed) : [],
  besides: notedItems(question).map(({ item }) => ({
    item,
    manner: typed[fieldOf(item, 'manner')] === 'paraphrase' ? 'paraphrase' : 'verbatim',
    // What a question has no box for is not taken from a form that somebody made up: it might be counted.
    view: hasVoice(question, 'rep') ? tidy(typed[fieldOf(item, 'view')]) : '',
    seen: hasVoice(question, 'observed') ? tidy(typed[fieldOf(item, 'seen')]) : '',
  })),
  isLate: typed.late === '1',
})

/** Whether there is room for a voice here; in all questions but those that say otherwise. */
export const hasVoice = (question: Question, voice: Voice): boolean =>
  question.voices === undefined || question.voices.includes(voice)

/** A sentence for each field that is wrong. */
export function noteProblems(question: Question, typed: Typed): Record<string, string> {
  const own = notedItems(question).flatMap(({ item }) =>
    [fieldOf(item, 'view'), fieldOf(item, 'seen')].map((name): [string, string] => [name, tidy(typed[name])]),
  )
  return { ...entryProblems(question, typed), ...tooLongAmong(own) }
}

/** What stands beside an entry: its item's, else the question's. */
export const besideOf = (note: Note, item: string): Beside | undefined =>
  note.besides.find((beside) => beside.item === item) ?? note.besides.find((beside) => beside.item === '')

const hasTheirWords = (note: Note | undefined): boolean => note?.entries.some((entry) => !isEmpty(entry)) ?? false
/** Something that can be read: the customer's words or choices, or what we saw. */
export const isTelling = (note: Note): boolean => hasTheirWords(note) || note.besides.some(({ seen }) => seen !== '')
export const isNoteEmpty = (note: Note | undefined): boolean =>
  !note || (!isTelling(note) && note.besides.every(({ view }) => view === ''))

/** Two notes say the same; how empty words were noted does not matter. */
const isSameNote = (one: Note | undefined, other: Note): boolean => told(one) === told(other)
const told = (note: Note | undefined): string => {
  if (!note) return JSON.stringify([false])
  const said = note.entries
    .filter((entry) => !isEmpty(entry))
    .map(({ item, row, text, value }) => JSON.stringify([item, row, text, value, besideOf(note, item)?.manner]))
    .sort((a, b) => (a < b ? -1 : 1))
  const own = note.besides
    .filter(({ view, seen }) => view !== '' || seen !== '')
    .map((one) => [one.item, one.view, one.seen])
  return JSON.stringify([hasTheirWords(note) && note.isLate, ...said, ...own])
}

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
    const theirs = said.filter(({ voice }) => voice === 'customer')
    const own = (item: string, voice: Spoken['voice']) =>
      said.find((one) => one.item === item && one.voice === voice)?.text ?? ''
    const besides = notedItems(question).map(
      ({ item }): Beside => ({
        item,
        manner: theirs.some((one) => (item === '' || one.item === item) && one.provenance === 'paraphrase')
          ? 'paraphrase'
          : 'verbatim',
        view: own(item, 'rep'),
        seen: own(item, 'observed'),
      }),
    )
    const entries = theirs.map(({ item, row, text, value }) => ({ item, row, text, value }))
    return [question.id, { entries, besides, isLate: theirs.some(({ isAfterPrompt }) => isAfterPrompt) }]
  })
  return new Map(pairs.filter(([, note]) => !isNoteEmpty(note)))
}

function noteOf(talk: Talk, questionId: string, body: DraftBody): Note {
  const question = talk.version.template.questions.find(({ id }) => id === questionId)
  if (!question) return { entries: [], besides: [], isLate: false }
  return { ...readNote(question, body.notes), entries: body.entries, isLate: body.isAfterPrompt }
}

function bodyOf(note: Note, isPassed: boolean): DraftBody {
  const fields = note.besides.flatMap(({ item, manner, view, seen }): [string, string][] => [
    [fieldOf(item, 'manner'), manner],
    [fieldOf(item, 'view'), view],
    [fieldOf(item, 'seen'), seen],
  ])
  return {
    entries: note.entries,
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
      if (!note) return []
      const theirs = note.entries.map(
        (entry): Spoken => ({
          ...entry,
          question: id,
          voice: 'customer',
          provenance: besideOf(note, entry.item)?.manner ?? 'verbatim',
          isAfterPrompt: note.isLate,
        }),
      )
      const own = note.besides.flatMap(({ item, view, seen }): Spoken[] => {
        const one = { question: id, item, row: 0, value: {}, isAfterPrompt: false }
        return [
          // Never tagged and never counted, whatever its provenance: the voice says whose it is.
          { ...one, voice: 'rep', text: view, provenance: 'paraphrase' },
          { ...one, voice: 'observed', text: seen, provenance: 'observed' },
        ]
      })
      return [...theirs, ...own]
    })
}

/** What is kept but cannot be filed as it is, such as 90 points of 100: a sentence for each such question. */
export const unfinishedIn = (talk: Talk, notes: Notes): { question: Question; sentence: string }[] =>
  talk.version.template.questions.flatMap((question) => {
    const [sentence] = Object.values(unfinished(question, notes.byQuestion.get(question.id)?.entries ?? []))
    return sentence ? [{ question, sentence }] : []
  })
