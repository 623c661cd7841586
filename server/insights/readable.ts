import { sql } from 'kysely'
import { isReader, readsNamed, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { type Steps, unhurried } from '../unhurried.ts'
import { readableCustomers, readableOf } from './insights.ts'

type Sitting = { author: string; level: string; on: string }

/** Who noted the sittings of these customers, at which level and on which day, by their ids. */
async function sittingsOf(db: Db, customers: string[]): Promise<Map<string, Map<string, Sitting>>> {
  const rows = await db
    .selectFrom('response')
    .select(['id', 'customer_id as customer', 'author_id as author', 'consent_level as level', 'took_place_on as on'])
    .where('customer_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .where('state', '=', 'submitted')
    .execute()
  const found = new Map<string, Map<string, Sitting>>()
  for (const { id, customer, author, level, on } of rows) {
    const own = found.get(customer) ?? new Map<string, Sitting>()
    found.set(customer, own.set(id, { author: author ?? '', level, on }))
  }
  return found
}
const currentSittings = byCustomer(sittingsOf)

/**
 * Of these customers those of whom every sitting may be read with the name. What is counted over all that a customer said,
 * such as how many reasons it has, tells of each sitting: next to the words of one, what was given in confidence in another.
 */
export async function whollyReadable(
  db: Db,
  user: User,
  behind: ReadonlyMap<string, string[]>,
): Promise<Map<string, string[]>> {
  if (!isReader(user)) {
    const open = await readableOf(db, user, [...behind.values()].flat())
    return new Map([...behind].filter(([, responses]) => responses.every((one) => open.has(one))))
  }
  const known = await currentSittings(db)
  const isOpen = (sitting: Sitting | undefined) => sitting !== undefined && readsNamed(user, sitting)
  return new Map([...behind].filter(([id, all]) => all.every((one) => isOpen(known.get(id)?.get(one)))))
}

/**
 * As `readableCustomers`, for the sittings behind a number by customer. Those who read every account are answered from
 * memory, since for them it is most of what there is.
 */
export async function readableBehind(
  db: Db,
  user: User,
  behind: ReadonlyMap<string, string[]>,
  page: { limit: number; offset: number },
): Promise<{ customers: { id: string; name: string }[]; total: number }> {
  if (!isReader(user)) return readableCustomers(db, user, [...behind.values()].flat(), page)
  const known = await currentSittings(db)
  const { days, total } = await unhurried(byDay(user, behind, known))
  const ids: string[] = []
  let before = 0
  for (const on of [...days.keys()].sort().reverse()) {
    const those = days.get(on) ?? []
    const start = Math.max(0, page.offset - before)
    if (start < those.length) ids.push(...those.sort().slice(start, start + page.limit - ids.length))
    before += those.length
    if (ids.length >= page.limit) break
  }
  const named = await db
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('id', 'in', ['', ...ids])
    .execute()
  const names = new Map(named.map(({ id, name }) => [id, name]))
  return { customers: ids.map((id) => ({ id, name: names.get(id) ?? '' })), total }
}

/** Who may be read with the name by this person, by the newest day of what is behind the number: only a page is put in order. */
function* byDay(
  user: User,
  behind: ReadonlyMap<string, string[]>,
  known: ReadonlyMap<string, Map<string, Sitting>>,
): Steps<{ days: Map<string, string[]>; total: number }> {
  const days = new Map<string, string[]>()
  let total = 0
  let seen = 0
  for (const [id, responses] of behind) {
    seen += 1
    if (seen % 100 === 0) yield
    const own = known.get(id)
    if (!own) continue
    let on = ''
    for (const response of responses) {
      const sitting = own.get(response)
      if (sitting && sitting.on > on && readsNamed(user, sitting)) on = sitting.on
    }
    if (on === '') continue
    total += 1
    const those = days.get(on)
    if (those) those.push(id)
    else days.set(on, [id])
  }
  return { days, total }
}
