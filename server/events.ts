import type { Db } from './db.ts'
import { newId } from './ids.ts'
import { instant } from './time.ts'

type Actor = { actor: 'user'; userId: string } | { actor: 'customer' | 'system' }

/** Notes who did what to which record, inside the caller's transaction. `detail` never holds words of answers. */
export async function record(
  trx: Db,
  who: Actor,
  action: string,
  recordKind: string,
  recordId: string,
  now: Date,
  detail: Record<string, string | number> = {},
): Promise<void> {
  await trx
    .insertInto('event')
    .values({
      id: newId(),
      happened_at: instant(now),
      actor: who.actor,
      user_id: who.actor === 'user' ? who.userId : null,
      action,
      record_kind: recordKind,
      record_id: recordId,
      detail: JSON.stringify(detail),
    })
    .execute()
}
