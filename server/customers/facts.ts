import type { Db } from '../db.ts'
import { findOutcomes } from './outcomes.ts'

/** What stands on a customer's page beside its timeline: five statements. */
export async function findCustomerFacts(db: Db, customerId: string) {
  const [years, offerings, outcomes, shares, merges] = await Promise.all([
    db.selectFrom('customer_year').selectAll().where('customer_id', '=', customerId).orderBy('year', 'desc').execute(),
    db
      .selectFrom('customer_offering')
      .innerJoin('offering', 'offering.id', 'customer_offering.offering_id')
      .select(['offering.id', 'offering.name', 'customer_offering.since_on', 'customer_offering.until_on'])
      .where('customer_offering.customer_id', '=', customerId)
      .orderBy('offering.name')
      .execute(),
    findOutcomes(db, customerId),
    db
      .selectFrom('customer_share')
      .innerJoin('user', 'user.id', 'customer_share.user_id')
      .select(['user.id', 'user.name'])
      .where('customer_share.customer_id', '=', customerId)
      .orderBy('user.name')
      .execute(),
    db
      .selectFrom('merge')
      .innerJoin('user', 'user.id', 'merge.merged_by')
      .leftJoin('customer', 'customer.id', 'merge.gone_id')
      .leftJoin('contact', 'contact.id', 'merge.gone_id')
      .select(['merge.id', 'merge.kind', 'merge.merged_at', 'user.name as by'])
      .select(['customer.name', 'contact.first_name', 'contact.last_name'])
      .where('merge.customer_id', '=', customerId)
      .where('merge.undone_at', 'is', null)
      .orderBy('merge.merged_at', 'desc')
      .execute(),
  ])
  return { years, offerings, outcomes, shares, merges }
}
export type CustomerFacts = Awaited<ReturnType<typeof findCustomerFacts>>
