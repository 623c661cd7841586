import { type Kysely, sql } from 'kysely'

/**
 * For each row that is erased, the database looks through every table that may point at it. Without an index that is a
 * look at all of it: at 500,000 codings, some 90 ms for each coding that goes, while everybody else waits to write.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const [table, column] of [
    ['coding', 'replaces_id'],
    ['coding', 'carried_from_id'],
    ['review_queue', 'sample_id'],
    ['prediction', 'response_id'],
    ['follow_up', 'response_id'],
    ['follow_up', 'contact_id'],
  ] as const)
    await sql.raw(`create index ${table}_by_${column} on ${table} (${column}) where ${column} is not null`).execute(db)
  for (const [table, column] of [
    ['review_queue', 'answer_id'],
    ['campaign_pick', 'contact_id'],
    ['campaign_exclusion', 'contact_id'],
    ['not_duplicate', 'other_id'],
  ] as const)
    await sql.raw(`create index ${table}_by_${column} on ${table} (${column})`).execute(db)
}
