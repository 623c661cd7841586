import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { newId, newToken } from '../ids.ts'
import { readFilters } from '../insights/forms.ts'
import { takeHelped } from '../insights/snapshot.ts'
import { instant } from '../time.ts'
import type { PredictionForm } from './forms.ts'
import { listSealOf } from './seal.ts'

/** Writes a lead's guess about the whole list beside any earlier one; the newest that is not sealed counts. */
export async function addListGuess(db: Db, user: User, form: PredictionForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await trx
      .insertInto('list_guess')
      .values({
        id: newId(),
        user_id: user.id,
        campaign_id: null,
        ...form,
        nonce: newToken(),
        seal: null,
        made_at: instant(now),
        sealed_at: null,
      })
      .execute()
  })
}

/** This lead's newest guess that is not sealed. */
export const openListGuess = (db: Db, user: User) =>
  db
    .selectFrom('list_guess')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('seal', 'is', null)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/**
 * Seals each lead's newest open guess about the whole list, inside the caller's transaction, when the mails of a round
 * are queued. Whoever sealed one for this round already keeps that one: later guesses may know the answers.
 */
export async function sealListGuesses(trx: Db, campaignId: string, now: Date): Promise<void> {
  const rows = await trx
    .selectFrom('list_guess')
    .selectAll()
    .where((eb) => eb.or([eb('seal', 'is', null), eb('campaign_id', '=', campaignId)]))
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  for (const [, guesses] of Map.groupBy(rows, ({ user_id }) => user_id)) {
    const [newest] = guesses
    if (!newest || guesses.some(({ campaign_id }) => campaign_id === campaignId)) continue
    const sealed = { ...newest, sealed_at: instant(now) }
    await trx
      .updateTable('list_guess')
      .set({ campaign_id: campaignId, sealed_at: sealed.sealed_at, seal: listSealOf(sealed) })
      .where('id', '=', newest.id)
      .execute()
  }
}

/** This lead's sealed guesses, newest first, three at most, each with what the customers of its round said. */
export async function sealedListGuesses(db: Db, user: User) {
  const rows = await db
    .selectFrom('list_guess')
    .innerJoin('campaign', 'campaign.id', 'list_guess.campaign_id')
    .selectAll('list_guess')
    .select(['campaign.name as campaignName', 'campaign.id as campaignId'])
    .where('list_guess.user_id', '=', user.id)
    .where('seal', 'is not', null)
    .orderBy('sealed_at', 'desc')
    .limit(3)
    .execute()
  const found = []
  for (const row of rows) {
    const heard = await takeHelped(db, user, readFilters({ campaign: row.campaignId }))
    found.push({ ...row, heard })
  }
  return found
}
export type SealedListGuess = Awaited<ReturnType<typeof sealedListGuesses>>[number]
