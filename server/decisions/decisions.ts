import { type SqlBool, sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { type Snapshot, snapshotSchema } from '../insights/snapshot.ts'
import type { Verdict } from '../tables.ts'
import { instant } from '../time.ts'

/** Which part of the company carries a decision out. */
export const functions = [
  'Products',
  'Services and delivery',
  'Go-to-market and channels',
  'Experience and care',
  'Finance and administration',
  'Analytics',
] as const
export type FunctionName = (typeof functions)[number]

/** What is decided: the change, whose result it serves, who does it, and what would show that it worked. */
export type NewDecision = {
  formKey: string
  what: string
  because: string
  serves: string
  function: FunctionName
  owner: string
  dueOn: string
  lookOn: string
  shows: string
  goal: { way: 'above' | 'below'; percent: number } | undefined
  takesAway: boolean
}

export type Decision = Omit<NewDecision, 'formKey' | 'function'> & {
  id: string
  function: string
  snapshot: Snapshot
  decidedBy: string
  decidedAt: string
  withdrawn: { by: string; at: string; because: string } | undefined
  looks: Look[]
}
export type Look = { verdict: Verdict; note: string; snapshot: Snapshot | undefined; by: string; at: string }

/**
 * Keeps a decision with the figure and the words that it rests on. Sent twice by the same form it is one decision; returns
 * its id. `revisions` are answer revisions that the person could read; others are left out.
 */
export async function decide(
  db: Db,
  user: User,
  decision: NewDecision,
  snapshot: Snapshot,
  revisions: string[],
  now: Date,
): Promise<string> {
  return transact(db, async (trx) => {
    const known = await trx
      .selectFrom('decision')
      .select('id')
      .where('form_key', '=', decision.formKey)
      .executeTakeFirst()
    if (known) return known.id
    const id = newId()
    await trx
      .insertInto('decision')
      .values({
        id,
        form_key: decision.formKey,
        what: decision.what,
        because: decision.because,
        serves: decision.serves,
        function: decision.function,
        owner: decision.owner,
        due_on: decision.dueOn,
        look_on: decision.lookOn,
        shows: decision.shows,
        goal_way: decision.goal?.way ?? null,
        goal_percent: decision.goal?.percent ?? null,
        takes_away: Number(decision.takesAway),
        snapshot: JSON.stringify(snapshot),
        decided_by: user.id,
        decided_at: instant(now),
      })
      .execute()
    const quotes = await readableQuotes(trx, user, revisions)
    if (quotes.length > 0)
      await trx
        .insertInto('decision_quote')
        .values(quotes.map(({ revisionId }) => ({ decision_id: id, revision_id: revisionId })))
        .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'decide', 'decision', id, now)
    return id
  })
}

const readableQuotes = (db: Db, user: User, revisions: string[]) =>
  db
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .select(['answer_revision.id as revisionId', 'answer_revision.text', 'answer_revision.provenance'])
    .select(['answer_revision.superseded_at as supersededAt', 'customer.name as customer', 'customer.id as customerId'])
    .select(['response.id as responseId', 'response.took_place_on as tookPlaceOn'])
    .select(['response.consent_level as consentLevel'])
    .select(sql<string>`coalesce(contact.first_name || ' ' || contact.last_name, '')`.as('contact'))
    .where('answer_revision.id', 'in', revisions.length > 0 ? revisions : [''])
    .where('response.state', '=', 'submitted')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where(mayReadNamed(user))
    .orderBy('response.took_place_on', 'desc')
    .orderBy('answer_revision.id')
    .execute()
export type QuoteKept = Awaited<ReturnType<typeof readableQuotes>>[number]

/** The words that a decision rests on, as they stood, as far as this person may read them; and how many there are. */
export async function quotesOf(db: Db, user: User, decisionId: string): Promise<{ quotes: QuoteKept[]; all: number }> {
  const rows = await db
    .selectFrom('decision_quote')
    .select('revision_id')
    .where('decision_id', '=', decisionId)
    .execute()
  const ids = rows.map((row) => row.revision_id)
  return { quotes: await readableQuotes(db, user, ids), all: ids.length }
}

/** The revision that each of these answers has now. */
export async function revisionsOf(db: Db, answers: string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('answer_revision')
    .select(['id', 'answer_id'])
    .where('answer_id', 'in', answers.length > 0 ? answers : [''])
    .where('superseded_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.answer_id, row.id]))
}

const decisionRows = (db: Db) =>
  db
    .selectFrom('decision')
    .innerJoin('user as decider', 'decider.id', 'decision.decided_by')
    .leftJoin('user as withdrawer', 'withdrawer.id', 'decision.withdrawn_by')
    .selectAll('decision')
    .select(['decider.name as decider_name', 'withdrawer.name as withdrawer_name'])

type Row = Awaited<ReturnType<ReturnType<typeof decisionRows>['execute']>>[number]

const looksOf = (db: Db, ids: string[]) =>
  db
    .selectFrom('decision_look')
    .innerJoin('user', 'user.id', 'decision_look.looked_by')
    .select(['decision_id', 'verdict', 'note', 'snapshot', 'looked_at', 'user.name'])
    .where('decision_id', 'in', ids.length > 0 ? ids : [''])
    .orderBy('looked_at')
    .orderBy('decision_look.id')
    .execute()

async function withLooks(db: Db, rows: Row[]): Promise<Decision[]> {
  const looks = await looksOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    id: row.id,
    what: row.what,
    because: row.because,
    serves: row.serves,
    function: row.function,
    owner: row.owner,
    dueOn: row.due_on,
    lookOn: row.look_on,
    shows: row.shows,
    goal:
      row.goal_way === null || row.goal_percent === null ? undefined : { way: row.goal_way, percent: row.goal_percent },
    takesAway: row.takes_away === 1,
    snapshot: snapshotSchema.parse(JSON.parse(row.snapshot)),
    decidedBy: row.decider_name,
    decidedAt: row.decided_at,
    withdrawn: row.withdrawn_at
      ? { by: row.withdrawer_name ?? '', at: row.withdrawn_at, because: row.withdrawn_because }
      : undefined,
    looks: looks
      .filter((look) => look.decision_id === row.id)
      .map((look) => ({
        verdict: look.verdict,
        note: look.note,
        snapshot: look.snapshot === null ? undefined : snapshotSchema.parse(JSON.parse(look.snapshot)),
        by: look.name,
        at: look.looked_at,
      })),
  }))
}

/** What a list shows: what is under way (to be looked at soonest first), or what is over (newest first). */
export type Which = 'open' | 'over'

const isOver = sql<SqlBool>`(decision.withdrawn_at is not null or exists (
  select 1 from decision_look where decision_look.decision_id = decision.id and verdict in ('worked', 'failed')))`

/** One page of decisions and how many there are. */
export async function listDecisions(
  db: Db,
  which: Which,
  page: number,
  size: number,
): Promise<{ decisions: Decision[]; total: number }> {
  const condition = which === 'over' ? isOver : sql<SqlBool>`not ${isOver}`
  const rows = await decisionRows(db)
    .where(condition)
    .$if(which === 'open', (query) => query.orderBy('decision.look_on'))
    .orderBy('decision.decided_at', 'desc')
    .orderBy('decision.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const { total } = await db
    .selectFrom('decision')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where(condition)
    .executeTakeFirstOrThrow()
  return { decisions: await withLooks(db, rows), total }
}

/** The decision with this id. Throws 404 if there is none. */
export async function getDecision(db: Db, id: string): Promise<Decision> {
  const [decision] = await withLooks(db, await decisionRows(db).where('decision.id', '=', id).execute())
  if (!decision) throw notFound('That decision')
  return decision
}

/** Notes what a look at the figures came to. A decision that was withdrawn is not looked at any more: 409. */
export async function look(
  db: Db,
  user: User,
  id: string,
  verdict: Verdict,
  note: string,
  snapshot: Snapshot | undefined,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const decision = await getDecision(trx, id)
    if (decision.withdrawn) throw conflict('This decision was withdrawn, so there is nothing to look at any more.')
    const last = decision.looks.at(-1)
    // A second press of the button.
    if (last?.verdict === verdict && last.note === note) return
    await trx
      .insertInto('decision_look')
      .values({
        id: newId(),
        decision_id: id,
        verdict,
        note,
        snapshot: snapshot ? JSON.stringify(snapshot) : null,
        looked_by: user.id,
        looked_at: instant(now),
      })
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'look', 'decision', id, now)
  })
}

/** Takes a decision back with a reason; it stays readable. Twice is once. */
export async function withdrawDecision(db: Db, user: User, id: string, because: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const decision = await getDecision(trx, id)
    if (decision.withdrawn) return
    await trx
      .updateTable('decision')
      .set({ withdrawn_by: user.id, withdrawn_at: instant(now), withdrawn_because: because })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'withdraw', 'decision', id, now)
  })
}
