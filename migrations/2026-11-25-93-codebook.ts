import { type Kysely, sql } from 'kysely'

/** Codebooks that a company edits: who made a version, from which one and why, and the one draft of the next. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table codebook_version add column created_by text references "user" (id)`.execute(db)
  await sql`alter table codebook_version add column base text`.execute(db)
  await sql`alter table codebook_version add column note text not null default ''`.execute(db)
  // A change of one sub-code asks which tags carry it.
  await sql`create index tag_sub on tag (sub, coding_id)`.execute(db)
  await sql`create table codebook_draft (
    id integer primary key check (id = 1),
    base text not null,
    body text not null,
    revision integer not null,
    edited_by text not null references "user" (id),
    edited_at text not null
  )`.execute(db)
}
