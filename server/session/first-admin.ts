import { forgetCompany, getCompany, writeCompany } from '../company.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { instant } from '../time.ts'
import type { FirstAdminForm } from './forms.ts'
import { consumeLink, createSignInLink, openSession } from './session.ts'

/** The address at which the first admin sets up the account, or undefined once somebody can sign in. */
export async function firstAdminLink(db: Db, baseUrl: string, now: Date): Promise<string | undefined> {
  const somebody = await db
    .selectFrom('user')
    .select('id')
    .where('deactivated_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (somebody) return undefined
  const token = await createSignInLink(db, null, now, 24 * 60)
  return `${baseUrl}/sign-in/${token}`
}

/**
 * Makes the first admin, who also codes, and the company, and signs them in: all or none of it.
 * Returns the session's token; 410 if the link cannot be used.
 */
export async function setUpFirstAdmin(
  db: Db,
  token: string,
  form: FirstAdminForm,
  device: string,
  now: Date,
): Promise<string> {
  const company = await getCompany(db)
  const sessionToken = await transact(db, async (trx) => {
    await consumeLink(trx, token, null, now)
    const admin = { name: form.name, role: 'admin' as const, is_coder: 1, time_zone: form.timeZone }
    // The address may be there already, of somebody who was deactivated.
    const { id } = await trx
      .insertInto('user')
      .values({ id: newId(), email: form.email, ...admin, created_at: instant(now), deactivated_at: null })
      .onConflict((conflict) => conflict.column('email').doUpdateSet({ ...admin, deactivated_at: null }))
      .returning('id')
      .executeTakeFirstOrThrow()
    await writeCompany(trx, { ...company, name: form.company, timeZone: form.timeZone }, now)
    await record(trx, { actor: 'user', userId: id }, 'set-up', 'company', '1', now)
    return openSession(trx, id, device, now)
  })
  forgetCompany(db)
  return sessionToken
}
