import { z } from 'zod'
import { isReader, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import { getCustomer } from '../customers/customers.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import { listOf } from './facts.ts'
import type { RatingForm } from './rating-forms.ts'
import { ratingLines, type Scores } from './rating-rule.ts'

/** Whether its owner gave it, or a lead. */
export type Side = 'owner' | 'lead'
export type YesNo = 'yes' | 'no' | undefined
export type Rating = {
  side: Side
  raterId: string
  scores: Scores
  takeOn: YesNo
  chooseUs: YesNo
  evidence: string
  thoughts: string
  ratedAt: string
}
/** The newest rating of each side. */
export type Pair = { owner: Rating | undefined; lead: Rating | undefined }
export const noRating: Pair = { owner: undefined, lead: undefined }

const storedScores = z.partialRecord(z.enum(ratingLines), z.number())

async function ratingsOf(db: Db, customers: string[]): Promise<Map<string, Pair>> {
  const rows = await db
    .selectFrom('client_rating')
    .selectAll()
    .where('customer_id', 'in', listOf(customers))
    .orderBy('rated_at')
    .orderBy('id')
    .execute()
  const found = new Map<string, Pair>()
  // The newest comes last and stays.
  for (const row of rows) {
    const rating = {
      side: row.side,
      raterId: row.rater_id,
      scores: storedScores.parse(JSON.parse(row.scores)),
      takeOn: row.take_on ?? undefined,
      chooseUs: row.choose_us ?? undefined,
      evidence: row.evidence,
      thoughts: row.thoughts,
      ratedAt: row.rated_at,
    }
    found.set(row.customer_id, { ...(found.get(row.customer_id) ?? noRating), [row.side]: rating })
  }
  return found
}

/** Both sides of every customer that was rated, as of now. */
export const currentRatings = byCustomer(ratingsOf, 'list_change')

/** For which side somebody rates a customer: a lead for the leads, a rep for the customers that they own; nobody else. */
export function sideOf(user: User, ownerId: string | null): Side | undefined {
  if (user.role === 'lead') return 'lead'
  return user.role === 'rep' && ownerId === user.id ? 'owner' : undefined
}

/** Whether all who are to rate it have: the lead, and its owner where that is a rep who works here. */
export const isComplete = (pair: Pair, ownerRates: boolean): boolean =>
  pair.lead !== undefined && (pair.owner !== undefined || !ownerRates)

/**
 * Whether this person may see what the other side gave. Whoever has yet to rate sees nothing of it: a rep who owns the
 * customer until the own rating is given, a lead until both sides are.
 */
export function seesRatings(user: User, ownerId: string | null, pair: Pair, ownerRates: boolean): boolean {
  if (pair.owner?.raterId === user.id || pair.lead?.raterId === user.id) return true
  return sideOf(user, ownerId) !== 'owner' && isReader(user) && isComplete(pair, ownerRates)
}

/** Who still works here: names for printing, and which of them are reps, whose customers wait for their rating. */
export async function ratingStaff(db: Db): Promise<{ names: Map<string, string>; reps: Set<string> }> {
  const staff = await db.selectFrom('user').select(['id', 'name', 'role', 'deactivated_at']).execute()
  return {
    names: new Map(staff.map(({ id, name }) => [id, name])),
    reps: new Set(staff.flatMap(({ id, role, deactivated_at }) => (role === 'rep' && !deactivated_at ? [id] : []))),
  }
}

/** A customer that this person may open and, being its rep, a lead or a reader, may see rated; 404 for others. */
export async function getRated(db: Db, user: User, id: string) {
  const customer = await getCustomer(db, user, id)
  if (!sideOf(user, customer.owner_id) && !isReader(user)) throw notFound('That page')
  return customer
}

/**
 * Keeps a rating beside the earlier ones; the newest of a side stands. `key` is its id, so that pressing twice keeps one.
 * 404 for who rates this customer for no side, 409 for a customer that is not active.
 */
export async function addRating(
  db: Db,
  user: User,
  id: string,
  key: string,
  form: RatingForm,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const customer = await getRated(trx, user, id)
    const side = sideOf(user, customer.owner_id)
    if (!side) throw notFound('That page')
    if (customer.status !== 'active' || customer.archived_at)
      throw conflict('Only active customers are rated. Change the status of this one first.')
    const { takeOn, chooseUs, evidence, thoughts, ...scores } = form
    const added = await trx
      .insertInto('client_rating')
      .values({
        id: key,
        customer_id: id,
        rater_id: user.id,
        side,
        scores: JSON.stringify(scores),
        take_on: takeOn ?? null,
        choose_us: chooseUs ?? null,
        evidence,
        thoughts,
        rated_at: instant(now),
      })
      .onConflict((again) => again.column('id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'rate', 'customer', id, now, { side })
  })
}
