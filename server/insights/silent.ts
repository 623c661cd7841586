import { sql } from 'kysely'
import { mayOpen, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { notGiven } from './ledger.ts'
import type { Filters } from './view.ts'

/** A customer who was asked: heard or silent, and the newest revenue known. */
export type AskedCustomer = {
  id: string
  name: string
  owner: string
  currency: string
  revenueMinor: number
  isHeard: boolean
}

/**
 * The customers that this person may open of those who were invited in a view, largest newest yearly revenue first, per
 * currency (the one most of them pay in first), unknown last. Of the filters it knows campaign, segment, region, owner.
 */
export async function askedCustomers(
  db: Db,
  user: User,
  filters: Filters,
  heard: ReadonlySet<string>,
): Promise<AskedCustomer[]> {
  const fits = (column: string, value: string) =>
    value === ''
      ? sql<boolean>`1 = 1`
      : value === notGiven
        ? sql<boolean>`${sql.ref(column)} is null`
        : sql<boolean>`${sql.ref(column)} = ${value}`
  const rows = await db
    .selectFrom('customer')
    .leftJoin('user as owner', 'owner.id', 'customer.owner_id')
    .leftJoin('customer_year', (join) =>
      join.onRef('customer_year.customer_id', '=', 'customer.id').on('customer_year.year', '=', (years) =>
        years
          .selectFrom('customer_year as newest')
          .select((eb) => eb.fn.max('newest.year').as('year'))
          .whereRef('newest.customer_id', '=', 'customer.id')
          .where('newest.revenue_minor', 'is not', null),
      ),
    )
    .select(['customer.id', 'customer.name', 'owner.name as owner'])
    .select(['customer_year.currency', 'customer_year.revenue_minor'])
    .where(mayOpen(user))
    .where(fits('customer.segment', filters.segment))
    .where(fits('customer.region', filters.region))
    .where(fits('customer.owner_id', filters.owner))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('invitation')
          .select('invitation.id')
          .whereRef('invitation.customer_id', '=', 'customer.id')
          .where(fits('invitation.campaign_id', filters.campaign)),
      ),
    )
    .execute()
  const customers = rows.map((row) => ({
    id: row.id,
    name: row.name,
    owner: row.owner ?? '',
    currency: row.revenue_minor === null ? '' : (row.currency ?? ''),
    revenueMinor: row.revenue_minor ?? 0,
    isHeard: heard.has(row.id),
  }))
  const payers = new Map<string, number>()
  for (const { currency } of customers) if (currency) payers.set(currency, (payers.get(currency) ?? 0) + 1)
  const rank = (currency: string) => payers.get(currency) ?? 0
  return customers.sort(
    (a, b) =>
      rank(b.currency) - rank(a.currency) ||
      (a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : 0) ||
      b.revenueMinor - a.revenueMinor ||
      (a.name < b.name ? -1 : 1),
  )
}
