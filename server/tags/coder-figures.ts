import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'

/** Whether figures about single coders are shown to leads, since when, by whom and why. */
export type CoderSetting = { isShown: boolean; reason: string; by: string; at: string }

export async function coderSetting(db: Db): Promise<CoderSetting> {
  const row = await db
    .selectFrom('coder_figures')
    .innerJoin('user', 'user.id', 'coder_figures.set_by')
    .select(['is_shown', 'reason', 'set_at', 'user.name'])
    .executeTakeFirst()
  return { isShown: row?.is_shown === 1, reason: row?.reason ?? '', by: row?.name ?? '', at: row?.set_at ?? '' }
}

/** Shows or hides them; the reason stands on the page and in the record. */
export async function showCoders(
  db: Db,
  admin: { id: string },
  isShown: boolean,
  reason: string,
  now: Date,
): Promise<void> {
  const values = { is_shown: Number(isShown), reason, set_by: admin.id, set_at: instant(now) }
  await transact(db, async (trx) => {
    await trx
      .insertInto('coder_figures')
      .values({ id: 1, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
    const detail = { shown: values.is_shown, reason }
    await record(trx, { actor: 'user', userId: admin.id }, 'coder-figures', 'company', '1', now, detail)
  })
}
