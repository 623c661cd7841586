import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Company, findLogo, forgetCompany, type Logo, writeCompany } from '../company.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import type { Picture } from './logo.ts'

/** Keeps a logo under the hash of its bytes and returns that; the same picture is kept once. */
export async function keepLogo(db: Db, picture: Picture, now: Date): Promise<string> {
  const hash = createHash('sha256').update(picture.bytes).digest('hex')
  await transact(db, (trx) =>
    trx
      .insertInto('logo')
      .values({ hash, ...picture, created_at: instant(now) })
      .onConflict((again) => again.column('hash').doNothing())
      .execute(),
  )
  return hash
}

/** A logo that was kept, with what it says to whom does not see it; undefined without one. */
export async function logoOf(db: Db, hash: string, alt: string): Promise<Logo | undefined> {
  const row = await findLogo(db, hash)
  return row && { hash, type: row.type, alt, width: row.width, height: row.height }
}

/** Saves the settings: from the next page and mail on they hold. The draft of this admin has done its service. */
export async function saveSettings(db: Db, company: Company, userId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await writeCompany(trx, company, now)
    await trx.deleteFrom('company_draft').where('user_id', '=', userId).execute()
    await record(trx, { actor: 'user', userId }, 'changed', 'company', '1', now)
  })
  forgetCompany(db)
}

const draftSchema = z.object({
  name: z.string(),
  postalAddress: z.string(),
  phone: z.string(),
  senderName: z.string(),
  senderAddress: z.string(),
  privacyText: z.string(),
  timeZone: z.string(),
  colour: z.string(),
  needsSecondFactor: z.boolean(),
  logoHash: z.string(),
  logoAlt: z.string(),
})

/** Keeps what an admin wants to look at before saving it; a newer draft takes the place of the older one. */
export async function saveDraft(db: Db, company: Company, userId: string, now: Date): Promise<void> {
  const { logo, ...rest } = company
  const body = JSON.stringify({ ...rest, logoHash: logo?.hash ?? '', logoAlt: logo?.alt ?? '' })
  await transact(db, (trx) =>
    trx
      .insertInto('company_draft')
      .values({ user_id: userId, body, saved_at: instant(now) })
      .onConflict((again) => again.column('user_id').doUpdateSet({ body, saved_at: instant(now) }))
      .execute(),
  )
}

/** What this admin wanted to look at, or undefined. */
export async function findDraft(db: Db, userId: string): Promise<Company | undefined> {
  const row = await db.selectFrom('company_draft').select('body').where('user_id', '=', userId).executeTakeFirst()
  if (!row) return undefined
  const { logoHash, logoAlt, ...rest } = draftSchema.parse(JSON.parse(row.body))
  return { ...rest, logo: logoHash ? await logoOf(db, logoHash, logoAlt) : undefined }
}
