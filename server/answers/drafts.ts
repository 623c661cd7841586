import { z } from 'zod'
import { type Db, prepared } from '../db.ts'
import { instant } from '../time.ts'

/** What a draft of one question holds. `notes` are a rep's own fields beside the customer's words, in a talk. */
const draftBody = z.object({
  entries: z.array(
    z.object({
      item: z.string(),
      row: z.int().default(0),
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

const findDrafts = prepared((db, { responseId }: { responseId: string }) =>
  db.selectFrom('draft').selectAll().where('response_id', '=', responseId),
)

/** The drafts of a sitting by question. For its own writer only: no other page may show them. */
export async function readDrafts(db: Db, responseId: string): Promise<Map<string, Draft>> {
  const rows = await findDrafts(db, { responseId })
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

const findDraft = prepared((db, { responseId, question }: { responseId: string; question: string }) =>
  db
    .selectFrom('draft')
    .select(['version', 'body', 'writer', 'saved_at'])
    .where('response_id', '=', responseId)
    .where('question', '=', question),
)

type DraftRow = {
  response_id: string
  question: string
  version: number
  body: string
  writer: string
  saved_at: string
}
const putDraft = prepared((db, { response_id, question, version, body, writer, saved_at }: DraftRow) =>
  db
    .insertInto('draft')
    .values({ response_id, question, version, body, writer, saved_at })
    .onConflict((conflict) =>
      conflict.columns(['response_id', 'question']).doUpdateSet({ version, body, writer, saved_at }),
    ),
)

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
  const [current] = await findDraft(trx, { responseId, question })
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
  await putDraft(trx, { response_id: responseId, question, ...row })
  return { ok: true, version: row.version, savedAt: row.saved_at }
}

export const deleteDrafts = (trx: Db, responseId: string) =>
  trx.deleteFrom('draft').where('response_id', '=', responseId).execute()
