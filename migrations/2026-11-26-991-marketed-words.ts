import { type Kysely, sql } from 'kysely'

/** What the company says of itself, kept by version, each claim tagged by driver and confirmed by a person. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table marketed_words (
    id text primary key,
    created_by text not null references "user" (id),
    created_at text not null,
    confirmed_by text references "user" (id),
    confirmed_at text,
    check ((confirmed_by is null) = (confirmed_at is null))
  )`.execute(db)
  await sql`create table marketed_claim (
    words_id text not null references marketed_words (id) on delete cascade,
    place integer not null check (place >= 0),
    text text not null check (text <> ''),
    suggested text not null check (json_valid(suggested)),
    drivers text not null check (json_valid(drivers)),
    primary key (words_id, place)
  ) without rowid`.execute(db)
}
