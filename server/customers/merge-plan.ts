import type { User } from '../access.ts'
import type { Db } from '../db.ts'
import { conflict, forbidden } from '../errors.ts'
import type { Tables } from '../tables.ts'
import { type Customer, getCustomer } from './customers.ts'
import type { Year } from './years.ts'

/** What of a customer can differ between the two records, in the order in which the page asks. */
export const customerFields = [
  'name',
  'external_id',
  'status',
  'owner_id',
  'kind',
  'segment',
  'region',
  'country',
  'language',
  'time_zone',
  'customer_since',
] as const
export type CustomerField = (typeof customerFields)[number]

/** The same of a contact. */
export const contactFields = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'job_title',
  'buying_role',
  'language',
  'mail_basis',
  'external_id',
] as const
export type ContactField = (typeof contactFields)[number]

/** Which of the two records a value is taken from. */
export type Side = 'kept' | 'gone'
/** For a year that both have: one of the two, or both added up. */
export type YearChoice = Side | 'sum'

/**
 * The fields whose value is taken from the record that goes: those chosen, and those that only it has, unless somebody
 * chose to leave them empty. Nothing that is known is lost by not being asked about.
 */
export const takenFrom = <F extends string>(
  differing: F[],
  choices: Partial<Record<F, Side>>,
  kept: Record<F, string | null>,
  gone: Record<F, string | null>,
): F[] =>
  differing.filter((field) => choices[field] === 'gone' || (!kept[field] && gone[field] && choices[field] !== 'kept'))

export const mayMergeCustomers = (user: User): boolean => user.role !== 'rep'

export type CustomerPair = {
  kept: Customer
  gone: Customer
  differing: CustomerField[]
  /** Years that both have and that are not the same in both. */
  years: { year: number; kept: Year; gone: Year; mayAdd: boolean }[]
  moves: Record<MovedThing, number>
}

/** Two customers side by side: what differs, which years meet, and how much would move. Five statements. */
export async function getCustomerPair(db: Db, user: User, keptId: string, goneId: string): Promise<CustomerPair> {
  if (!mayMergeCustomers(user)) throw forbidden('Only leads and admins merge customers.')
  if (keptId === goneId) throw conflict('This is one and the same customer. Choose another one.')
  const [kept, gone] = [await getCustomer(db, user, keptId), await getCustomer(db, user, goneId)]
  const years = await db
    .selectFrom('customer_year')
    .selectAll()
    .where('customer_id', 'in', [keptId, goneId])
    .orderBy('year', 'desc')
    .execute()
  const meeting = years.flatMap((one) => {
    const other = years.find((row) => row.year === one.year && row.customer_id === goneId)
    if (one.customer_id !== keptId || !other || sameYear(one, other)) return []
    return [{ year: one.year, kept: one, gone: other, mayAdd: one.currency === other.currency }]
  })
  return {
    kept,
    gone,
    differing: customerFields.filter((field) => (kept[field] ?? '') !== (gone[field] ?? '')),
    years: meeting,
    moves: await countMoves(db, goneId),
  }
}

const sameYear = (one: Year, other: Year): boolean =>
  one.currency === other.currency &&
  one.revenue_minor === other.revenue_minor &&
  one.orders === other.orders &&
  one.margin_minor === other.margin_minor

/** Both years in one: what is known of either is added; the currency is the same, or `mayAdd` is false. */
export function addedYear(one: Year, other: Year): Year {
  const add = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b)
  return {
    year: one.year,
    currency: one.currency,
    revenue_minor: add(one.revenue_minor, other.revenue_minor),
    orders: add(one.orders, other.orders),
    margin_minor: add(one.margin_minor, other.margin_minor),
  }
}

/** Rows that hang on a customer and simply go along. */
export const movedTables = [
  'contact',
  'response',
  'invitation',
  'follow_up',
  'prediction',
  'outcome',
  'outcome_past',
  'vulnerability_record',
  'client_rating',
] as const satisfies (keyof Tables)[]
export type MovedTable = (typeof movedTables)[number]
type MovedThing = MovedTable | 'customer_year' | 'customer_offering' | 'customer_share'

async function countMoves(db: Db, id: string): Promise<Record<MovedThing, number>> {
  const things: MovedThing[] = [...movedTables, 'customer_year', 'customer_offering', 'customer_share']
  const row = await db
    .selectNoFrom((eb) =>
      things.map((table) =>
        eb
          .selectFrom(table)
          .select((count) => count.fn.countAll<number>().as('n'))
          .where('customer_id', '=', id)
          .as(table),
      ),
    )
    .executeTakeFirstOrThrow()
  const count = (table: MovedThing): number => row[table] ?? 0
  return {
    contact: count('contact'),
    response: count('response'),
    invitation: count('invitation'),
    follow_up: count('follow_up'),
    prediction: count('prediction'),
    outcome: count('outcome'),
    outcome_past: count('outcome_past'),
    vulnerability_record: count('vulnerability_record'),
    client_rating: count('client_rating'),
    customer_year: count('customer_year'),
    customer_offering: count('customer_offering'),
    customer_share: count('customer_share'),
  }
}
