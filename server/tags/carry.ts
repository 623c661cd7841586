import type { Db } from '../db.ts'
import { newId } from '../ids.ts'
import { placeOf, wordsAt } from './marked.ts'

/** The words that a tag stands on, found again in the text after a change; undefined where they no longer stand in it. */
export function keptPlace(
  before: { text: string; value: string },
  after: { text: string; value: string },
  span: { start: number; end: number },
): { start: number; end: number } | undefined {
  if (before.text === after.text && before.value === after.value) return span
  const words = wordsAt(before.text, span.start, span.end)
  return placeOf(after.text, words, span.start)
}

/**
 * After a customer's change the settled tags whose words still stand go on counting, under the name of whoever set them and
 * with the codebook that they were set by; the others stay in the record with the words before. Does nothing where somebody
 * has read the new words already, or where nothing can be kept. Safe to do twice.
 */
export async function carryOver(trx: Db, responseId: string): Promise<void> {
  const changed = await trx
    .selectFrom('answer_revision as now')
    .innerJoin('answer', 'answer.id', 'now.answer_id')
    .select(['now.id', 'now.text', 'now.value', 'now.submitted_at', 'answer.id as answerId'])
    .where('answer.response_id', '=', responseId)
    .where('now.superseded_at', 'is', null)
    .where('now.number', '>', 1)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('coding')
            .select('coding.id')
            .whereRef('coding.revision_id', '=', 'now.id')
            .where('coding.user_id', 'is not', null),
        ),
      ),
    )
    .execute()
  for (const now of changed) {
    const before = await trx
      .selectFrom('coding')
      .innerJoin('answer_revision', 'answer_revision.id', 'coding.revision_id')
      .select(['coding.id', 'coding.user_id', 'coding.codebook_version', 'coding.none_kind', 'coding.reason'])
      .select(['answer_revision.text', 'answer_revision.value'])
      .where('coding.answer_id', '=', now.answerId)
      .where('coding.is_settled', '=', 1)
      .orderBy('answer_revision.number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (before) await carry(trx, before, now)
  }
}

type Before = {
  id: string
  user_id: string | null
  codebook_version: string
  none_kind: 'GEN' | 'NONE' | 'OFF' | 'INERTIA' | 'OTHER' | null
  reason: string
  text: string
  value: string
}
type Now = { id: string; text: string; value: string; submitted_at: string; answerId: string }

async function carry(trx: Db, before: Before, now: Now): Promise<void> {
  const tags = await trx.selectFrom('tag').selectAll().where('coding_id', '=', before.id).execute()
  const id = newId()
  const kept = tags.flatMap((tag) => {
    const place = keptPlace(before, now, { start: tag.start_at, end: tag.end_at })
    return place ? [{ ...tag, id: newId(), coding_id: id, start_at: place.start, end_at: place.end }] : []
  })
  // "None of the four" has no words that could be found again: it is kept only where nothing has changed.
  const isSame = before.text === now.text && before.value === now.value
  if (kept.length === 0 && !(isSame && before.none_kind)) return
  await trx
    .insertInto('coding')
    .values({
      id,
      answer_id: now.answerId,
      revision_id: now.id,
      user_id: before.user_id,
      suggester_version: null,
      codebook_version: before.codebook_version,
      is_settled: 1,
      none_kind: before.none_kind,
      created_at: now.submitted_at,
      replaces_id: null,
      taken_back_at: null,
      carried_from_id: before.id,
      reason: before.reason,
    })
    .execute()
  if (kept.length > 0) await trx.insertInto('tag').values(kept).execute()
}
