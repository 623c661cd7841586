import { z } from 'zod'
import { type Db, prepared } from '../db.ts'
import { newId } from '../ids.ts'
import { enqueue } from '../queue.ts'
import type { Provenance, Voice } from '../tables.ts'
import type { Entry } from '../templates/kinds/kind.ts'
import { instant } from '../time.ts'

/** One thing that was said: an answer to one item of a question, in one voice. */
export type Spoken = {
  question: string
  item: string
  row: number
  voice: Voice
  text: string
  value: Entry['value']
  provenance: Provenance
  isAfterPrompt: boolean
}

const keyOf = (one: { question: string; item: string; row: number; voice: Voice }) =>
  `${one.question} ${one.item} ${one.row} ${one.voice}`

const findStored = prepared((db, { responseId }: { responseId: string }) =>
  db
    .selectFrom('answer')
    .leftJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select([
      'answer.id',
      'question',
      'item',
      'row',
      'voice',
      'answer_revision.id as revision_id',
      'number',
      'text',
      'value',
      'provenance',
      'after_prompt',
    ])
    .where('response_id', '=', responseId),
)

/**
 * Stores what was said in a sitting, inside the caller's transaction: a new revision where something changed, which
 * supersedes the older one; nothing where nothing did. A first answer that is empty is not stored; an answer that was
 * emptied gets an empty revision. Tags are suggested for the new revisions by a job.
 */
export async function writeAnswers(
  trx: Db,
  responseId: string,
  spoken: Spoken[],
  language: string,
  now: Date,
): Promise<void> {
  const stored = await findStored(trx, { responseId })
  const known = new Map(stored.map((row) => [keyOf(row), row]))
  const answers = []
  const revisions = []
  const superseded = []

  for (const one of spoken) {
    const before = known.get(keyOf(one))
    const value = JSON.stringify(one.value)
    if (
      before
        ? before.text === one.text && before.value === value && before.provenance === one.provenance
        : one.text === '' && value === '{}'
    )
      continue
    const answerId = before?.id ?? newId()
    if (!before)
      answers.push({
        id: answerId,
        response_id: responseId,
        question: one.question,
        item: one.item,
        row: one.row,
        voice: one.voice,
      })
    if (before?.revision_id) superseded.push(before.revision_id)
    revisions.push({
      id: newId(),
      answer_id: answerId,
      number: (before?.number ?? 0) + 1,
      text: one.text,
      value,
      language,
      provenance: one.provenance,
      after_prompt: one.isAfterPrompt ? 1 : 0,
      submitted_at: instant(now),
      superseded_at: null,
    })
  }

  if (superseded.length > 0)
    await trx
      .updateTable('answer_revision')
      .set({ superseded_at: instant(now) })
      .where('id', 'in', superseded)
      .execute()
  if (answers.length > 0) await trx.insertInto('answer').values(answers).execute()
  if (revisions.length > 0) await trx.insertInto('answer_revision').values(revisions).execute()
  await askForTags(trx, responseId, now)
}

/** Has the tags of a sitting suggested, and its figures drawn anew, soon after the caller's transaction. */
export const askForTags = (trx: Db, responseId: string, now: Date): Promise<void> =>
  enqueue(trx, 'suggest-tags', { responseId }, now, { key: `suggest-tags ${responseId}` })

const storedValue = z.record(z.string(), z.union([z.boolean(), z.number(), z.string()]))

/** The latest submitted entries of a sitting in one voice, by question. */
export async function readAnswers(db: Db, responseId: string, voice: Voice): Promise<Map<string, Entry[]>> {
  const rows = await db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .select(['question', 'item', 'row', 'text', 'value'])
    .where('response_id', '=', responseId)
    .where('voice', '=', voice)
    .where('superseded_at', 'is', null)
    .orderBy('row')
    .execute()
  const byQuestion = new Map<string, Entry[]>()
  for (const row of rows) {
    const entries = byQuestion.get(row.question) ?? []
    entries.push({ item: row.item, row: row.row, text: row.text, value: storedValue.parse(JSON.parse(row.value)) })
    byQuestion.set(row.question, entries)
  }
  return byQuestion
}

/** Everything that was said in a sitting, in every voice: the latest submitted revisions, as `writeAnswers` took them. */
export async function readSpoken(db: Db, responseId: string): Promise<Spoken[]> {
  const rows = await findStored(db, { responseId })
  return rows.flatMap(({ question, item, row, voice, text, value, provenance, after_prompt }) =>
    text === null || value === null || provenance === null
      ? []
      : {
          question,
          item,
          row,
          voice,
          text,
          value: storedValue.parse(JSON.parse(value)),
          provenance,
          isAfterPrompt: after_prompt === 1,
        },
  )
}
