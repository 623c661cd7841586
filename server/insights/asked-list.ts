import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { notGiven } from './ledger.ts'

/** What became of one invitation; `not_asked` if it never left, or was taken back before anybody answered. */
export const invitationStates = ['complete', 'partial', 'refused', 'undelivered', 'silent', 'not_asked'] as const
export type InvitationState = (typeof invitationStates)[number]

/** What the list knows of a customer, and its invitations. Amounts are of the newest known year. */
export type Listed = {
  id: string
  segment: string
  region: string
  owner: string
  status: string
  since: string
  currency: string
  revenueMinor: number | undefined
  /** Of revenue, 0 to 1. */
  margin: number | undefined
  invitations: { campaign: string; state: InvitationState }[]
}

type Kept = { customers: Listed[]; version: string; readAt: number; reading: Promise<unknown> | undefined }
const kept = new WeakMap<Db, Promise<Kept>>()

/** Longer lists are read anew in the background, and no oftener than this, so that nobody waits and no answer is held up. */
const long = 2_000
const patience = 10_000
const step = 250

/**
 * The whole list of customers with their invitations, in the order of ids. Kept in memory until the database changes; a
 * list of more than 2,000 customers may lag some seconds behind, since it is read a few at a time while others are served.
 */
export async function askedList(db: Db): Promise<Listed[]> {
  const before = kept.get(db)
  if (!before) return keep(db)
  const state = await before
  if (state.version === (await versionOf(db))) return state.customers
  if (state.customers.length <= long) return keep(db)
  if (!state.reading && performance.now() - state.readAt > patience) {
    state.reading = keep(db)
    state.reading.catch(() => kept.delete(db))
  }
  return state.customers
}

async function keep(db: Db): Promise<Listed[]> {
  const next = read(db)
  // While a long list is read, the one before stands for it.
  if (kept.has(db)) {
    const state = await next
    kept.set(db, Promise.resolve(state))
    return state.customers
  }
  kept.set(db, next)
  next.catch(() => kept.delete(db))
  return (await next).customers
}

/** Changes with each write, whether ours or of another process. */
async function versionOf(db: Db): Promise<string> {
  const { rows: ours } = await sql<{ n: number }>`select total_changes() as n`.execute(db)
  const { rows: others } = await sql<{ data_version: number }>`pragma data_version`.execute(db)
  return `${ours[0]?.n} ${others[0]?.data_version}`
}

async function read(db: Db): Promise<Kept> {
  const version = await versionOf(db)
  const customers: Listed[] = []
  for (let last = ''; ; ) {
    const rows = await customersAfter(db, last)
    const end = rows.at(-1)?.id ?? ''
    const invitations = Map.groupBy(await invitationsBetween(db, last, end), ({ customer }) => customer)
    for (const row of rows)
      customers.push({
        id: row.id,
        segment: row.segment ?? notGiven,
        region: row.region ?? notGiven,
        owner: row.owner_id ?? notGiven,
        status: row.status,
        since: row.customer_since ?? '',
        currency: row.latest_currency ?? '',
        revenueMinor: row.latest_revenue_minor ?? undefined,
        margin:
          row.margin_minor !== null && row.latest_revenue_minor !== null && row.latest_revenue_minor > 0
            ? row.margin_minor / row.latest_revenue_minor
            : undefined,
        invitations: (invitations.get(row.id) ?? []).map(({ campaign, state }) => ({ campaign, state })),
      })
    if (rows.length < step) return { customers, version, readAt: performance.now(), reading: undefined }
    last = end
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const customersAfter = (db: Db, last: string) =>
  db
    .selectFrom('customer')
    .leftJoin('customer_year', (join) =>
      join
        .onRef('customer_year.customer_id', '=', 'customer.id')
        .onRef('customer_year.year', '=', 'customer.latest_year'),
    )
    .select(['customer.id', 'segment', 'region', 'owner_id', 'status', 'customer_since'])
    .select(['latest_currency', 'latest_revenue_minor', 'customer_year.margin_minor'])
    .where('customer.id', '>', last)
    .orderBy('customer.id')
    .limit(step)
    .execute()

const invitationsBetween = (db: Db, after: string, end: string) =>
  db
    .selectFrom('invitation')
    .leftJoin('message', (join) =>
      join.onRef('message.invitation_id', '=', 'invitation.id').on('message.kind', '=', 'invite'),
    )
    .leftJoin('response', 'response.invitation_id', 'invitation.id')
    .select(['invitation.customer_id as customer', 'invitation.campaign_id as campaign'])
    // Who took back what they had said refuses now; a mail that is still to leave has asked nobody.
    .select(
      sql<InvitationState>`case
        when response.state = 'submitted' then 'complete'
        when invitation.declined_at is not null or response.state = 'withdrawn' then 'refused'
        when response.state = 'draft' then 'partial'
        when message.state in ('bounced', 'failed') then 'undelivered'
        when invitation.withdrawn_at is not null or message.state in ('queued', 'sending', 'deferred', 'skipped', 'cancelled')
          then 'not_asked'
        else 'silent' end`.as('state'),
    )
    .where('invitation.customer_id', '>', after)
    .where('invitation.customer_id', '<=', end)
    .orderBy('invitation.id')
    .execute()
