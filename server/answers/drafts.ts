import { z } from 'zod'
import type { Db } from '../db.ts'
import { instant } from '../time.ts'

/** What a draft of one question holds. `notes` are a rep's own fields beside the customer's words, in a talk. */
const draftBody = z.object({
  entries: z.array(
    z.object({
      item: z.string(),
      text: z.string(),
      value: z.record(z.string(), z.union([z.boolean(), z.number(), z.string()])),
    }),
  ),
  notes: z.record(z.string(), z.string()).default({}),
  /** Written after prompted items were shown: never counts as unprompted. */
  isAfterPrompt: z.boolean().default(false),
  /** The person went on from here by "Save and continue". */
  isPassed: z.boolean().default(false),
})
export type DraftBody = z.infer<typeof draftBody>
export type Draft = { question: string; version: number; savedAt: string; body: DraftBody }

/** The drafts of a sitting by question. For its own writer only: no other page may show them. */
export async function readDrafts(db: Db, responseId: string): Promise<Map<string, Draft>> {
  const rows = await db.selectFrom('draft').selectAll().where('response_id', '=', responseId).execute()
  return new Map(
    rows.map((row) => [
      row.question,
      {
        question: row.question,
        version: row.version,
        savedAt: row.saved_at,
        body: draftBody.parse(JSON.parse(row.body)),
      },
    ]),
  )
}

export type Saved = { ok: true; version: number; savedAt: string } | { ok: false; version: number; savedAt: string }

/**
 * Saves one question's draft inside the caller's transaction. `base` says from which version the page started (0 for
 * none), and which opened page it is: if another page saved a newer version that says something else, nothing is
 * written and `ok` is false. A page that lost our reply on a bad line may go on from what it saved itself.
 */
export async function saveDraft(
  trx: Db,
  responseId: string,
  question: string,
  body: DraftBody,
  base: { version: number; writer: string },
  now: Date,
): Promise<Saved> {
  const current = await trx
    .selectFrom('draft')
    .select(['version', 'body', 'writer', 'saved_at'])
    .where('response_id', '=', responseId)
    .where('question', '=', question)
    .executeTakeFirst()
  const text = JSON.stringify(body)
  if (current && current.body === text) return { ok: true, version: current.version, savedAt: current.saved_at }
  const isOwn = current !== undefined && current.writer !== '' && current.writer === base.writer
  if (current && current.version > base.version && !isOwn)
    return { ok: false, version: current.version, savedAt: current.saved_at }
  const row = {
    version: (current?.version ?? base.version) + 1,
    body: text,
    writer: base.writer,
    saved_at: instant(now),
  }
  await trx
    .insertInto('draft')
    .values({ response_id: responseId, question, ...row })
    .onConflict((conflict) => conflict.columns(['response_id', 'question']).doUpdateSet(row))
    .execute()
  return { ok: true, version: row.version, savedAt: row.saved_at }
}

export const deleteDrafts = (trx: Db, responseId: string) =>
  trx.deleteFrom('draft').where('response_id', '=', responseId).execute()
