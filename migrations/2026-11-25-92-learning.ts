import { type Kysely, sql } from 'kysely'

/** What the suggester learns from people's decisions in this installation: its versions, and what each learned from. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table learned_model (
    id text primary key,
    number integer not null unique,
    base text not null,
    made_at text not null,
    decisions integer not null,
    customers integer not null,
    held_out integer not null,
    figures text not null,
    outcome text not null check (outcome in ('kept', 'worse', 'too_few')),
    body text not null,
    is_in_use integer not null default 0 check (is_in_use in (0, 1)),
    is_forgotten integer not null default 0 check (is_forgotten in (0, 1))
  )`.execute(db)
  await sql`create unique index learned_model_in_use on learned_model (is_in_use) where is_in_use = 1`.execute(db)
  await sql`create table learned_from (
    model_id text not null references learned_model (id) on delete cascade,
    response_id text not null references response (id) on delete cascade,
    primary key (model_id, response_id)
  ) without rowid`.execute(db)
  await sql`create index learned_from_response on learned_from (response_id)`.execute(db)
  // However a response is erased, no version that learned from it keeps what it learned, nor is it used one moment longer.
  await sql`create trigger learned_from_erased after delete on learned_from begin
    update learned_model set body = '', is_in_use = 0, is_forgotten = 1 where id = old.model_id;
  end`.execute(db)
  await sql`create table learning (
    id integer primary key check (id = 1),
    is_on integer not null check (is_on in (0, 1)),
    changed_by text references "user" (id),
    changed_at text,
    looked_at text
  )`.execute(db)
  await sql`insert into learning (id, is_on) values (1, 1)`.execute(db)
}
