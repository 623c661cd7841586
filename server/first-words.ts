import { mayReadNamed, type User } from './access.ts'
import type { Db } from './db.ts'
import type { ConsentLevel, Provenance } from './tables.ts'

/** The first words of a sitting, as a list shows them. */
export type FirstWords = {
  responseId: string
  text: string
  provenance: Provenance
  authorId: string | null
  consentLevel: ConsentLevel
}

/**
 * The first words of each of these sittings in the customer's voice, as they stand now: of the first question that has
 * any. Only of sittings that this person may read with the name. One statement; whoever shows the words records the
 * reading (readings.ts).
 */
export async function findFirstWords(db: Db, user: User, responseIds: string[]): Promise<Map<string, FirstWords>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .select([
      'response.id as responseId',
      'response.author_id as authorId',
      'response.consent_level as consentLevel',
      'answer_revision.text',
      'answer_revision.provenance',
    ])
    // Asked for nothing it finds nothing: a page costs the same however much is on it.
    .where('response.id', 'in', ['', ...responseIds])
    .where('answer.voice', '=', 'customer')
    .where('answer_revision.superseded_at', 'is', null)
    .where('answer_revision.text', '<>', '')
    .where(mayReadNamed(user))
    .orderBy('answer.question', 'desc')
    .orderBy('answer.row', 'desc')
    .orderBy('answer.id', 'desc')
    .execute()
  // The first of each stands last, so that it is what the map keeps.
  return new Map(rows.map((row) => [row.responseId, row]))
}
