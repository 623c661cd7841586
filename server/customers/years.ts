import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { notFound } from '../errors.ts'
import { record } from '../events.ts'
import { getCustomer } from './customers.ts'
import type { YearForm } from './forms.ts'

/** What a customer bought in one fiscal year; amounts in minor units of `currency`, null where nobody knows. */
export type Year = {
  year: number
  revenue_minor: number | null
  orders: number | null
  margin_minor: number | null
  currency: string
}

const columns = ['year', 'revenue_minor', 'orders', 'margin_minor', 'currency'] as const

export const findYear = (db: Db, customerId: string, year: number): Promise<Year | undefined> =>
  db
    .selectFrom('customer_year')
    .select(columns)
    .where('customer_id', '=', customerId)
    .where('year', '=', year)
    .executeTakeFirst()

/** One year as it is on record; 404 if there is none. */
export async function getYear(db: Db, customerId: string, year: number): Promise<Year> {
  const found = await findYear(db, customerId, year)
  if (!found) throw notFound('That year')
  return found
}

/** Writes what the customer bought in a year; the same year again replaces it, and the event keeps both. */
export async function saveYear(db: Db, user: User, id: string, form: YearForm, now: Date): Promise<void> {
  const row = {
    revenue_minor: form.revenue,
    orders: form.orders,
    margin_minor: form.margin,
    currency: form.currency,
  }
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    const before = await findYear(trx, id, form.year)
    const after = { year: form.year, ...row }
    if (before && columns.every((column) => before[column] === after[column])) return
    await trx
      .insertInto('customer_year')
      .values({ customer_id: id, year: form.year, ...row })
      .onConflict((again) => again.columns(['customer_id', 'year']).doUpdateSet(row))
      .execute()
    const detail = { year: form.year, ...told('', after), ...(before ? told('was_', before) : {}) }
    await record(trx, { actor: 'user', userId: user.id }, 'save-year', 'customer', id, now, detail)
  })
}

/** Takes a year off the record; the event keeps what it was. Doing it again changes nothing. */
export async function removeYear(db: Db, user: User, id: string, year: number, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    const before = await findYear(trx, id, year)
    if (!before) return
    await trx.deleteFrom('customer_year').where('customer_id', '=', id).where('year', '=', year).execute()
    const detail = { year, ...told('was_', before) }
    await record(trx, { actor: 'user', userId: user.id }, 'remove-year', 'customer', id, now, detail)
  })
}

/** A year as an event keeps it; what is not known is left out. */
function told(prefix: string, year: Year): Record<string, string | number> {
  const all = {
    currency: year.currency,
    revenue: year.revenue_minor,
    orders: year.orders,
    margin: year.margin_minor,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]): [string, string | number][] =>
      value === null ? [] : [[prefix + name, value]],
    ),
  )
}

/** What was written about one year and by whom, newest first. `detail` is the event's own JSON. */
export const findYearHistory = (db: Db, customerId: string, year: number) =>
  db
    .selectFrom('event')
    .leftJoin('user', 'user.id', 'event.user_id')
    .select(['event.action', 'event.happened_at', 'event.detail', 'user.name as by'])
    .where('event.record_kind', '=', 'customer')
    .where('event.record_id', '=', customerId)
    .where('event.action', 'in', ['save-year', 'remove-year'])
    .where((eb) => eb(eb.fn<number>('json_extract', ['event.detail', eb.val('$.year')]), '=', year))
    .orderBy('event.happened_at', 'desc')
    .orderBy('event.id', 'desc')
    .limit(50)
    .execute()
export type YearEvent = Awaited<ReturnType<typeof findYearHistory>>[number]
