import { type Kysely, sql } from 'kysely'

/**
 * Which customers' facts changed, by trigger, so that what is kept in memory about them can catch up; and the points of
 * the vulnerability score, each change a version.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table customer_change (
    seq integer primary key autoincrement,
    customer_id text not null unique
  )`.execute(db)
  await sql`insert into customer_change (customer_id)
    select distinct customer_id from response where state = 'submitted'`.execute(db)
  const touched = (...ids: string[]) =>
    ids.map((id) => `insert or replace into customer_change (customer_id) values (${id});`).join(' ')
  for (const [name, when, ids] of [
    ['response_new', 'insert on response', ['new.customer_id']],
    [
      'response_changed',
      'update of state, consent_level, customer_id, submitted_at, revised_at on response',
      ['old.customer_id', 'new.customer_id'],
    ],
    ['response_gone', 'delete on response', ['old.customer_id']],
    ['summary_new', 'insert on response_summary', ['new.customer_id']],
    ['summary_changed', 'update on response_summary', ['new.customer_id']],
    ['summary_gone', 'delete on response_summary', ['old.customer_id']],
  ] as const)
    await sql.raw(`create trigger customer_change_${name} after ${when} begin ${touched(...ids)} end`).execute(db)

  await sql`create table vulnerability_points (
    version integer primary key,
    points text not null,
    note text not null,
    changed_by text not null references "user" (id),
    changed_at text not null
  )`.execute(db)
}
