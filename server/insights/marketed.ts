import { z } from 'zod'
import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { type Driver, drivers } from '../drivers.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { suggester } from '../tags/suggester.ts'
import { instant } from '../time.ts'

export type MarketedClaim = { place: number; text: string; suggested: Driver[]; drivers: Driver[] }
/** One version of what the company says of itself. `isConfirmed`: a person has said which drivers each claim speaks of. */
export type Marketed = { id: string; by: string; at: string; isConfirmed: boolean; claims: MarketedClaim[] }

const driverList = z.array(z.enum(drivers))

/** All versions, newest first. */
export async function marketedVersions(db: Db): Promise<Marketed[]> {
  const versions = await db
    .selectFrom('marketed_words')
    .innerJoin('user', 'user.id', 'marketed_words.created_by')
    .select(['marketed_words.id', 'user.name as by', 'marketed_words.created_at', 'marketed_words.confirmed_at'])
    .orderBy('marketed_words.created_at', 'desc')
    .orderBy('marketed_words.id', 'desc')
    .execute()
  const claims = await db.selectFrom('marketed_claim').selectAll().orderBy('words_id').orderBy('place').execute()
  const byVersion = Map.groupBy(claims, ({ words_id }) => words_id)
  return versions.map(({ id, by, created_at, confirmed_at }) => ({
    id,
    by,
    at: created_at,
    isConfirmed: confirmed_at !== null,
    claims: (byVersion.get(id) ?? []).map((claim) => ({
      place: claim.place,
      text: claim.text,
      suggested: driverList.parse(JSON.parse(claim.suggested)),
      drivers: driverList.parse(JSON.parse(claim.drivers)),
    })),
  }))
}

/** The drivers that the shipped suggester reads in a claim, in their usual order. What it says of hurting is no claim. */
function driversIn(text: string): Driver[] {
  const found = new Set(
    suggester
      .suggest({ text })
      .suggestions.filter(({ direction }) => direction === '+')
      .map(({ driver }) => driver),
  )
  return drivers.filter((driver) => found.has(driver))
}

/** Keeps the claims as a new version, each with what the suggester reads in it; it counts once a person has confirmed it. */
export async function addMarketed(db: Db, user: User, claims: string[], now: Date): Promise<void> {
  const id = newId()
  const rows = claims.map((text, place) => {
    const suggested = JSON.stringify(driversIn(text))
    return { words_id: id, place, text, suggested, drivers: suggested }
  })
  await transact(db, async (trx) => {
    const at = instant(now)
    await trx
      .insertInto('marketed_words')
      .values({ id, created_by: user.id, created_at: at, confirmed_by: null, confirmed_at: null })
      .execute()
    await trx.insertInto('marketed_claim').values(rows).execute()
    await record(trx, { actor: 'user', userId: user.id }, 'add', 'marketed_words', id, now, { claims: rows.length })
  })
}

/** A person's choice of drivers for each claim of the newest version. Throws conflict if another version came between. */
export async function confirmMarketed(db: Db, user: User, id: string, chosen: Driver[][], now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const newest = await trx
      .selectFrom('marketed_words')
      .select('id')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!newest) throw notFound('These words')
    if (newest.id !== id) throw conflict('Somebody has written other words meanwhile. Look at those first.')
    const places = await trx.selectFrom('marketed_claim').select('place').where('words_id', '=', id).execute()
    for (const { place } of places)
      await trx
        .updateTable('marketed_claim')
        .set({ drivers: JSON.stringify(chosen[place] ?? []) })
        .where('words_id', '=', id)
        .where('place', '=', place)
        .execute()
    await trx
      .updateTable('marketed_words')
      .set({ confirmed_by: user.id, confirmed_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'confirm', 'marketed_words', id, now)
  })
}

/** Erases one version with its claims. */
export async function eraseMarketed(db: Db, user: User, id: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await trx.deleteFrom('marketed_claim').where('words_id', '=', id).execute()
    const gone = await trx.deleteFrom('marketed_words').where('id', '=', id).returning('id').executeTakeFirst()
    if (!gone) throw notFound('These words')
    await record(trx, { actor: 'user', userId: user.id }, 'erase', 'marketed_words', id, now)
  })
}
