import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Role, Tables } from './tables.ts'

/** The member of staff who asks. */
export type User = {
  id: string
  name: string
  email: string
  role: Role
  isCoder: boolean
  hasShortcuts: boolean
  timeZone: string
}

/** Leads and admins edit what everybody tags by, and decide; everybody reads both. */
export const isEditor = (user: User): boolean => user.role !== 'rep'

const always = sql<SqlBool>`1 = 1`

/** Leads, and admins who were named as coders, may read what customers entrusted to the lead. */
export const isReader = (user: User): boolean => user.role === 'lead' || user.isCoder

/**
 * For `.where(mayOpen(user))` on a query of `customer`: reps open the customers that they own and those shared with
 * them, leads and admins open all.
 */
export function mayOpen(user: User) {
  return (eb: ExpressionBuilder<Tables, 'customer'>) => (user.role === 'rep' ? ownedOrShared(user, eb) : always)
}

function ownedOrShared(user: User, eb: ExpressionBuilder<Tables, 'customer'>) {
  // A list of the few that were shared, not a look for each customer: so that an index finds both halves.
  return eb.or([
    eb('customer.owner_id', '=', user.id),
    eb(
      'customer.id',
      'in',
      eb
        .selectFrom('customer_share')
        .select('customer_share.customer_id')
        .where('customer_share.user_id', '=', user.id),
    ),
  ])
}

/**
 * For `.where(mayReadNamed(user))` on a query that joins `response` and `customer`: whose words this person may read
 * together with the name. Level `team`: the account team, leads and named coders; `lead`: leads and named coders;
 * `totals`: nobody. Who noted a talk may always read the own notes.
 */
export function mayReadNamed(user: User) {
  return (eb: ExpressionBuilder<Tables, 'response' | 'customer'>) =>
    eb.or([
      eb('response.author_id', '=', user.id),
      ...(isReader(user) ? [eb('response.consent_level', 'in', ['team', 'lead'])] : []),
      eb.and([eb('response.consent_level', '=', 'team'), ownedOrShared(user, eb)]),
    ])
}

/** The same rule in memory, for those who read every account (`isReader`). */
export const readsNamed = (user: User, sitting: { author: string; level: string }): boolean =>
  sitting.level !== 'totals' || sitting.author === user.id

/**
 * For `.where(mayCode(user))` on the same query: whose words this person may read without the name, in order to tag
 * them. Leads and named coders read every level; others what they may read with the name.
 */
export function mayCode(user: User) {
  return (eb: ExpressionBuilder<Tables, 'response' | 'customer'>) => (isReader(user) ? always : mayReadNamed(user)(eb))
}
