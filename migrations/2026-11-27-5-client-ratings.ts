import { type Kysely, sql } from 'kysely'

/**
 * How the owner of a customer and the lead rate it, each apart. Nothing is overwritten: the newest of a side stands.
 * `scores` is JSON, 1 to 5 by line; a line that is not known is not in it. What is kept in memory of the list catches up
 * by the trigger's note, as for outcomes.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table client_rating (
    id text primary key,
    customer_id text not null references customer (id) on delete cascade,
    rater_id text not null references "user" (id),
    side text not null check (side in ('owner', 'lead')),
    scores text not null,
    take_on text check (take_on in ('yes', 'no')),
    choose_us text check (choose_us in ('yes', 'no')),
    evidence text not null,
    thoughts text not null default '',
    rated_at text not null
  )`.execute(db)
  await sql`create index client_rating_by_customer on client_rating (customer_id, rated_at, id)`.execute(db)
  await sql`create index client_rating_by_rater on client_rating (rater_id)`.execute(db)

  const touched = (customer: string) =>
    `delete from list_change where customer_id = ${customer}; insert into list_change (customer_id) values (${customer});`
  for (const [name, when, body] of [
    ['new', 'insert', touched('new.customer_id')],
    ['changed', 'update', touched('old.customer_id') + touched('new.customer_id')],
    ['gone', 'delete', touched('old.customer_id')],
  ] as const)
    await sql
      .raw(`create trigger list_change_client_rating_${name} after ${when} on client_rating begin ${body} end`)
      .execute(db)
}
