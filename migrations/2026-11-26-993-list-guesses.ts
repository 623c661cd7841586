import { type Kysely, sql } from 'kysely'

/** What a lead expects of the whole list: of all who answer, the share that names each driver. Sealed as other guesses are. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table list_guess (
    id text primary key,
    user_id text not null references "user" (id),
    campaign_id text references campaign (id),
    revenue real not null check (revenue between 0 and 1),
    cost real not null check (cost between 0 and 1),
    risk real not null check (risk between 0 and 1),
    emotion real not null check (emotion between 0 and 1),
    sentence text not null,
    nonce text not null,
    seal text,
    made_at text not null,
    sealed_at text
  )`.execute(db)
  await sql`create index list_guess_by_user on list_guess (user_id, made_at)`.execute(db)
  await sql`create unique index list_guess_by_campaign on list_guess (campaign_id, user_id)
    where campaign_id is not null`.execute(db)
  await sql`create trigger list_guess_sealed before update on list_guess when old.seal is not null
    begin select raise(abort, 'A sealed guess never changes.'); end`.execute(db)
}
