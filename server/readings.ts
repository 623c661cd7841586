import { sql } from 'kysely'
import { type Db, transact } from './db.ts'
import { recordEach } from './events.ts'
import { instant } from './time.ts'

/** What is about to be shown to somebody, and at which level its customer gave it. */
type Shown = { responseId: string; consentLevel: string }

/**
 * Keeps a record of who read words that were given to the lead only: one event a sitting, reader and day. It is written
 * before the words are sent, so it is the one thing that opening a page may write (docs/decisions).
 */
export async function recordReadings(db: Db, userId: string, shown: Shown[], now: Date): Promise<void> {
  const confidential = [...new Set(shown.filter((one) => one.consentLevel === 'lead').map((one) => one.responseId))]
  if (confidential.length === 0) return
  const day = instant(now).slice(0, 10)
  const known = await db
    .selectFrom('event')
    .select('record_id')
    .where('record_kind', '=', 'response')
    // As one list, so that the statement is the same for few and for many.
    .where('record_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(confidential)}))`)
    .where('action', '=', 'read-confidential')
    .where('user_id', '=', userId)
    .where('happened_at', '>=', day)
    .execute()
  const isKnown = new Set(known.map((event) => event.record_id))
  const fresh = confidential.filter((id) => !isKnown.has(id))
  if (fresh.length === 0) return
  await transact(db, (trx) => recordEach(trx, { actor: 'user', userId }, 'read-confidential', 'response', fresh, now))
}
