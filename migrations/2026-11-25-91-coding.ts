import { type Kysely, sql } from 'kysely'

/** Double coding: which answers two people read blind, how their readings were settled, and what a customer's change leaves. */
export async function up(db: Kysely<never>): Promise<void> {
  // Every answer is considered once, in the order in which it came; whether it is drawn follows from its place.
  await sql`create table blind_draw (
    answer_id text primary key references answer (id) on delete cascade,
    round text not null,
    place integer not null,
    is_drawn integer not null check (is_drawn in (0, 1))
  )`.execute(db)
  await sql`create index blind_draw_round on blind_draw (round, place)`.execute(db)
  await sql`create table blind_sample (
    id text primary key,
    kind text not null check (kind in ('first', 'round', 'drift')),
    round text not null,
    answer_id text not null references answer (id) on delete cascade,
    revision_id text not null references answer_revision (id) on delete cascade,
    response_id text not null references response (id) on delete cascade,
    unique (revision_id, round, kind)
  )`.execute(db)
  await sql`create index blind_sample_answer on blind_sample (answer_id)`.execute(db)
  await sql`create index blind_sample_response on blind_sample (response_id)`.execute(db)
  await sql`alter table coding add column sample_id text references blind_sample (id) on delete set null`.execute(db)
  await sql`alter table coding add column reason text not null default ''`.execute(db)
  // Tags whose words still stand after the customer's change, from the coding of the words before.
  await sql`alter table coding add column carried_from_id text references coding (id) on delete set null`.execute(db)
  await sql`create index coding_sample on coding (sample_id) where sample_id is not null`.execute(db)
  await sql`create index coding_person on coding (user_id, id) where user_id is not null`.execute(db)
  await sql`alter table review_queue add column sample_id text references blind_sample (id) on delete set null`.execute(
    db,
  )
  await sql`alter table review_queue add column is_changed integer not null default 0 check (is_changed in (0, 1))`.execute(
    db,
  )
  // Figures about single coders are off until an admin turns them on, with a reason.
  await sql`create table coder_figures (
    id integer primary key check (id = 1),
    is_shown integer not null check (is_shown in (0, 1)),
    reason text not null,
    set_by text not null references "user" (id),
    set_at text not null
  )`.execute(db)
}
