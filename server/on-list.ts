import { sql } from 'kysely'
import { byCustomer } from './by-customer.ts'
import type { Db } from './db.ts'

/** What the list knows of one customer. Revenue is that of the newest year in which it is known, margin likewise. */
export type OnList = {
  id: string
  name: string
  segment: string | null
  region: string | null
  ownerId: string | null
  status: string
  isArchived: boolean
  revenue: Amount | undefined
  margin: Amount | undefined
  /** Whether revenue of that year is more than 5 % above the year before; undefined where not both are known, in one currency. */
  grew: boolean | undefined
  /** Campaigns that have asked, or will ask, one of its people. */
  campaigns: string[]
  /** What happened, oldest first, and then as recorded; what was only stated is left out. */
  outcomes: { kind: string; on: string }[]
  /** Its bands of vulnerability, as noted, oldest first. */
  bands: { band: 'low' | 'watch' | 'act'; on: string }[]
}
type Amount = { minor: number; currency: string }

/** All customers as the list knows them now, archived ones too, by id. */
export const currentList = byCustomer(listedOf, 'list_change')

// One parameter however many there are.
const listOf = (ids: string[]) => sql<string>`(select value from json_each(${JSON.stringify(ids)}))`

async function listedOf(db: Db, ids: string[]): Promise<Map<string, OnList>> {
  const among = listOf(ids)
  const customers = await db
    .selectFrom('customer')
    .select(['id', 'name', 'segment', 'region', 'owner_id', 'status', 'archived_at'])
    .select(['latest_year', 'latest_revenue_minor', 'latest_currency'])
    .where('id', 'in', among)
    .execute()
  const years = Map.groupBy(
    await db
      .selectFrom('customer_year')
      .select(['customer_id', 'year', 'revenue_minor', 'margin_minor', 'currency'])
      .where('customer_id', 'in', among)
      .orderBy('year', 'desc')
      .execute(),
    (row) => row.customer_id,
  )
  const invitations = Map.groupBy(
    await db
      .selectFrom('invitation')
      .select(['customer_id', 'campaign_id'])
      .distinct()
      .where('customer_id', 'in', among)
      .execute(),
    (row) => row.customer_id,
  )
  const outcomes = Map.groupBy(
    await db
      .selectFrom('outcome')
      .select(['customer_id', 'kind', 'happened_on as on'])
      .where('customer_id', 'in', among)
      .where('basis', '=', 'actual')
      .orderBy('happened_on')
      .orderBy('recorded_at')
      .execute(),
    (row) => row.customer_id,
  )
  const bands = Map.groupBy(
    await db
      .selectFrom('vulnerability_record')
      .select(['customer_id', 'band', 'from_on as on'])
      .where('customer_id', 'in', among)
      .orderBy('from_on')
      .orderBy('id')
      .execute(),
    (row) => row.customer_id,
  )
  return new Map(
    customers.map((row) => {
      const own = years.get(row.id) ?? []
      const [minor, currency] = [row.latest_revenue_minor, row.latest_currency]
      const revenue = minor === null || currency === null ? undefined : { minor, currency }
      const before = own.find(({ year, currency: unit }) => year === (row.latest_year ?? 0) - 1 && unit === currency)
      return [
        row.id,
        {
          id: row.id,
          name: row.name,
          segment: row.segment,
          region: row.region,
          ownerId: row.owner_id,
          status: row.status,
          isArchived: row.archived_at !== null,
          revenue,
          margin: own.flatMap(({ margin_minor, currency: unit }) =>
            margin_minor === null ? [] : { minor: margin_minor, currency: unit },
          )[0],
          grew:
            revenue && before && before.revenue_minor !== null
              ? revenue.minor > 1.05 * before.revenue_minor
              : undefined,
          campaigns: (invitations.get(row.id) ?? []).map(({ campaign_id }) => campaign_id),
          outcomes: (outcomes.get(row.id) ?? []).map(({ kind, on }) => ({ kind, on })),
          bands: (bands.get(row.id) ?? []).map(({ band, on }) => ({ band, on })),
        },
      ]
    }),
  )
}
