import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'

/** How many customers said that something must stay, among settled tags about us; and the newest such words. */
export async function mustStay(db: Db, user: User, most: number) {
  const rows = () =>
    db
      .selectFrom('tag')
      .innerJoin('coding', 'coding.id', 'tag.coding_id')
      .innerJoin('answer_revision', 'answer_revision.id', 'coding.revision_id')
      .innerJoin('answer', 'answer.id', 'coding.answer_id')
      .innerJoin('response', 'response.id', 'answer.response_id')
      .innerJoin('customer', 'customer.id', 'response.customer_id')
      .where('coding.is_settled', '=', 1)
      .where('answer_revision.superseded_at', 'is', null)
      .where('response.state', '=', 'submitted')
      .where('tag.is_must', '=', 1)
      .where('tag.about', '=', 'us')
  const { customers } = await rows()
    .select((eb) => eb.fn.count<number>('customer.id').distinct().as('customers'))
    .executeTakeFirstOrThrow()
  const words = await rows()
    .select(['answer_revision.text', 'customer.name as customer', 'response.id as responseId'])
    .select('response.consent_level as consentLevel')
    .where(mayReadNamed(user))
    .groupBy('answer_revision.id')
    .orderBy('response.took_place_on', 'desc')
    .limit(most)
    .execute()
  return { customers, words }
}
