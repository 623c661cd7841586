import { mayOpen, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { currentList, type OnList } from '../on-list.ts'
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

/** Whether somebody of a customer was invited in a view. Of the filters it knows campaign, segment, region and owner. */
export function isAskedIn({ campaigns, segment, region, ownerId }: OnList, filters: Filters): boolean {
  const fits = (value: string | null, wanted: string) => wanted === '' || (value ?? notGiven) === wanted
  return (
    (filters.campaign === '' ? campaigns.length > 0 : campaigns.includes(filters.campaign)) &&
    fits(segment, filters.segment) &&
    fits(region, filters.region) &&
    fits(ownerId, filters.owner)
  )
}

/**
 * The customers that this person may open of those who were invited in a view, largest newest yearly revenue first, per
 * currency (the one most of them pay in first), unknown last.
 */
export async function askedCustomers(
  db: Db,
  user: User,
  filters: Filters,
  heard: ReadonlySet<string>,
): Promise<AskedCustomer[]> {
  const list = await currentList(db)
  const staff = await db.selectFrom('user').select(['id', 'name']).execute()
  const names = new Map(staff.map(({ id, name }) => [id, name]))
  const open = user.role === 'rep' ? await openTo(db, user) : list
  const customers: AskedCustomer[] = []
  for (const one of list.values())
    if (isAskedIn(one, filters) && open.has(one.id))
      customers.push({
        id: one.id,
        name: one.name,
        owner: names.get(one.ownerId ?? '') ?? '',
        currency: one.revenue?.currency ?? '',
        revenueMinor: one.revenue?.minor ?? 0,
        isHeard: heard.has(one.id),
      })
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

async function openTo(db: Db, user: User): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('customer').select('id').where(mayOpen(user)).execute()
  return new Set(rows.map(({ id }) => id))
}
