import { sql } from 'kysely'
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

/** The same for many records of one kind, in one statement. */
export async function recordEach(
  trx: Db,
  who: Actor,
  action: string,
  recordKind: string,
  recordIds: string[],
  now: Date,
): Promise<void> {
  const rows = JSON.stringify(recordIds.map((recordId) => [newId(), recordId]))
  const userId = who.actor === 'user' ? who.userId : null
  await sql`insert into event (id, happened_at, actor, user_id, action, record_kind, record_id, detail)
    select value ->> 0, ${instant(now)}, ${who.actor}, ${userId}, ${action}, ${recordKind}, value ->> 1, '{}'
    from json_each(${rows})`.execute(trx)
}
