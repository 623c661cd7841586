import { type Kysely, sql } from 'kysely'

/** What customers say must stay, under names of our own, so that many sentences can be counted as one thing. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table aspect (
    id text primary key,
    name text not null unique collate nocase,
    offering_id text references offering (id),
    created_by text not null references "user" (id),
    created_at text not null
  )`.execute(db)
  // The revision tells whether the words are still those that were read.
  await sql`create table aspect_mention (
    aspect_id text not null references aspect (id),
    answer_id text not null references answer (id) on delete cascade,
    revision_id text not null references answer_revision (id) on delete cascade,
    place integer not null check (place between 1 and 3),
    named_by text not null references "user" (id),
    named_at text not null,
    primary key (answer_id, place),
    unique (answer_id, aspect_id)
  ) without rowid`.execute(db)
  await sql`create index aspect_mention_aspect on aspect_mention (aspect_id)`.execute(db)
  await sql`create index aspect_mention_revision on aspect_mention (revision_id)`.execute(db)
}
