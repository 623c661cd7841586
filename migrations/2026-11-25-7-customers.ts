import { type Kysely, sql } from 'kysely'

/** The customer record in full: outcomes as they were before, merges that can be undone, and what is not a duplicate. */
export async function up(db: Kysely<never>): Promise<void> {
  // A merged record stays as it was, archived, and says where it went: old addresses and numbers still lead somewhere.
  // Erasing what it went into erases it too.
  await sql`alter table customer add column merged_into text references customer (id) on delete cascade`.execute(db)
  await sql`create index customer_merged on customer (merged_into) where merged_into is not null`.execute(db)
  await sql`alter table contact add column merged_into text references contact (id) on delete cascade`.execute(db)
  await sql`create index contact_merged on contact (merged_into) where merged_into is not null`.execute(db)
  // A seal covers the id of the customer as it was when the guess was sealed.
  await sql`alter table prediction add column sealed_for text`.execute(db)
  // `outcome` holds what is believed now. What was corrected or taken back stands here, as it was.
  await sql`create table outcome_past (
    id text primary key,
    outcome_id text not null,
    customer_id text not null references customer (id) on delete cascade,
    kind text not null check (kind in ('renewed', 'grew', 'reduced', 'referred', 'left')),
    basis text not null check (basis in ('stated', 'actual')),
    happened_on text not null,
    note text not null,
    recorded_by text references "user" (id),
    recorded_at text not null,
    superseded_by text not null references "user" (id),
    superseded_at text not null
  )`.execute(db)
  await sql`create index outcome_past_customer on outcome_past (customer_id)`.execute(db)
  // `moved`: what was where before, so that undoing puts it back; ids and the values of the two records.
  await sql`create table merge (
    id text primary key,
    kind text not null check (kind in ('customer', 'contact')),
    customer_id text not null references customer (id) on delete cascade,
    kept_id text not null,
    gone_id text not null,
    moved text not null,
    merged_by text not null references "user" (id),
    merged_at text not null,
    undone_by text references "user" (id),
    undone_at text
  )`.execute(db)
  await sql`create index merge_customer on merge (customer_id)`.execute(db)
  await sql`create unique index merge_gone on merge (gone_id) where undone_at is null`.execute(db)
  // Two customers that look alike and are not the same; the smaller id comes first.
  await sql`create table not_duplicate (
    one_id text not null references customer (id) on delete cascade,
    other_id text not null references customer (id) on delete cascade,
    decided_by text not null references "user" (id),
    decided_at text not null,
    primary key (one_id, other_id)
  )`.execute(db)
  // What is erased leaves the index at once, not when it happens to be tidied.
  await sql`insert into customer_words_index (customer_words_index, rank) values ('secure-delete', 1)`.execute(db)
}
