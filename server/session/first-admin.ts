import type { Db } from '../db.ts'
import { createSignInLink } from './session.ts'

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
