import { sql } from 'kysely'
import type { Db } from '../db.ts'
import type { Channel } from '../tables.ts'
import type { Person } from '../templates/kinds/kind.ts'
import { isAskable, needsOfferings, resolve } from '../templates/kinds/kinds.ts'
import { type TemplateVersion, versionAsAsked } from '../templates/templates.ts'

/** Whom a sitting asks. `seed` is what their orders are drawn from; it stays the same as long as the sitting lasts. */
export type Asked = {
  channel: Channel
  language: string
  customerId: string
  /** Null before the first word. */
  responseId: string | null
  seed: string
  /** The day on which it takes place. */
  on: string
}

/**
 * A version as one sitting asks it: the questions made for its channel and language, each in the order drawn for this
 * person and about the offerings that concern them; a question about nothing is left out. Reads nothing unless a
 * question is about offerings.
 */
export async function versionFor(db: Db, version: TemplateVersion, asked: Asked): Promise<TemplateVersion> {
  const spoken = versionAsAsked(version, asked.channel, asked.language)
  const { questions } = spoken.template
  const offerings = questions.some(needsOfferings) ? await offeringsFor(db, asked) : []
  const person = { seed: asked.seed, offerings }
  return {
    ...spoken,
    template: {
      ...spoken.template,
      questions: questions.map((question) => resolve(question, person)).filter(isAskable),
    },
  }
}

/**
 * What of our offerings a customer is asked about: those that they have, all if we know of none; and whatever this
 * sitting has answers or drafts about, so that nothing that was said disappears when an offering ends.
 */
async function offeringsFor(db: Db, { customerId, responseId, on }: Asked): Promise<Person['offerings']> {
  const { rows } = await sql<{ id: string; label: string }>`
    with theirs as (select offering_id from customer_offering join offering on offering.id = offering_id
      where customer_id = ${customerId} and archived_at is null
        and coalesce(since_on, '') <= ${on} and coalesce(until_on, '9999') >= ${on})
    select id, name as label from offering
    where id in (select offering_id from theirs)
      or (archived_at is null and not exists (select 1 from theirs))
      or exists (select 1 from answer where response_id = ${responseId} and item like '%.' || offering.id)
      or exists (select 1 from draft where response_id = ${responseId} and instr(body, '.' || offering.id || '"') > 0)
    order by name collate nocase, id`.execute(db)
  return rows.map(({ id, label }) => ({ id, label }))
}
