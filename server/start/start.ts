import type { Db } from '../db.ts'

/** How far the company has come, in numbers; nothing here says what anybody answered. */
export type Progress = {
  customers: number
  contacts: number
  campaigns: number
  guesses: number
  invited: number
  answered: number
  talks: number
  answers: number
  settled: number
}

/** True once a person has settled a coding: from then on there is something to read. */
export async function hasReasons(db: Db): Promise<boolean> {
  const row = await db.selectFrom('coding').select('id').where('is_settled', '=', 1).limit(1).executeTakeFirst()
  return row !== undefined
}

export async function getProgress(db: Db): Promise<Progress> {
  const row = await db
    .selectNoFrom((eb) => {
      const responses = eb.selectFrom('response').select((count) => count.fn.countAll<number>().as('n'))
      const submitted = responses.where('state', '=', 'submitted')
      return [
        eb
          .selectFrom('customer')
          .select((count) => count.fn.countAll<number>().as('n'))
          .where('archived_at', 'is', null)
          .as('customers'),
        eb
          .selectFrom('contact')
          .select((count) => count.fn.countAll<number>().as('n'))
          .where('archived_at', 'is', null)
          .as('contacts'),
        eb
          .selectFrom('campaign')
          .select((count) => count.fn.countAll<number>().as('n'))
          .as('campaigns'),
        eb
          .selectFrom('prediction')
          .select((count) => count.fn.count<number>('customer_id').distinct().as('n'))
          .as('guesses'),
        eb
          .selectFrom('invitation')
          .select((count) => count.fn.countAll<number>().as('n'))
          .as('invited'),
        submitted.where('channel', '=', 'survey').as('answered'),
        submitted.where('channel', '<>', 'survey').as('talks'),
        eb
          .selectFrom('response_summary')
          .select((sum) => sum.fn.coalesce(sum.fn.sum<number>('answers'), sum.lit(0)).as('n'))
          .as('answers'),
        eb
          .selectFrom('response_summary')
          .select((sum) => sum.fn.coalesce(sum.fn.sum<number>('settled'), sum.lit(0)).as('n'))
          .as('settled'),
      ]
    })
    .executeTakeFirstOrThrow()
  return {
    customers: row.customers ?? 0,
    contacts: row.contacts ?? 0,
    campaigns: row.campaigns ?? 0,
    guesses: row.guesses ?? 0,
    invited: row.invited ?? 0,
    answered: row.answered ?? 0,
    talks: row.talks ?? 0,
    answers: row.answers ?? 0,
    settled: row.settled ?? 0,
  }
}

/** Which admins can fill in what is missing, for those who cannot. */
export async function listAdminNames(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('user')
    .select('name')
    .where('role', '=', 'admin')
    .where('deactivated_at', 'is', null)
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}
