import { type Kysely, sql } from 'kysely'

/** What customers said, by whatever channel: sittings, drafts, answers with every revision, consent, and what we owe. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table response (
    id text primary key,
    reference text not null unique,
    customer_id text not null references customer (id) on delete cascade,
    contact_id text references contact (id) on delete set null,
    invitation_id text unique references invitation (id) on delete set null,
    campaign_id text references campaign (id),
    template_version_id text not null references template_version (id),
    channel text not null check (channel in ('survey', 'interview', 'observation', 'mail')),
    author_id text references "user" (id),
    language text not null,
    state text not null check (state in ('draft', 'submitted', 'withdrawn')),
    consent_level text not null default 'totals' check (consent_level in ('team', 'lead', 'totals')),
    took_place_on text not null,
    place text not null default '',
    present text not null default '',
    segment text,
    region text,
    owner_id text references "user" (id),
    created_at text not null,
    submitted_at text,
    revised_at text
  )`.execute(db)
  await sql`create index response_customer on response (customer_id)`.execute(db)
  await sql`create index response_campaign on response (campaign_id)`.execute(db)
  await sql`create index response_author on response (author_id)`.execute(db)
  // As with contacts: the list of customers sorts by the last answer, and the database keeps it.
  await sql`create index response_submitted on response (customer_id, submitted_at) where state = 'submitted'`.execute(
    db,
  )
  for (const [when, customers] of [
    ['insert', 'new.customer_id'],
    ['update of state, submitted_at, customer_id', 'old.customer_id, new.customer_id'],
    ['delete', 'old.customer_id'],
  ] as const)
    await sql
      .raw(`create trigger response_kept_on_${when.split(' ')[0]} after ${when} on response begin
        update customer set last_answer_at =
          (select max(submitted_at) from response where customer_id = customer.id and state = 'submitted')
        where id in (${customers});
      end`)
      .execute(db)
  // One row a page of questions; no staff page reads it, but for the author of notes.
  await sql`create table draft (
    response_id text not null references response (id) on delete cascade,
    question text not null,
    version integer not null,
    body text not null,
    writer text not null,
    saved_at text not null,
    primary key (response_id, question)
  )`.execute(db)
  await sql`create table answer (
    id text primary key,
    response_id text not null references response (id) on delete cascade,
    question text not null,
    item text not null default '',
    "row" integer not null default 0,
    voice text not null check (voice in ('customer', 'rep', 'observed')),
    unique (response_id, question, item, "row", voice)
  )`.execute(db)
  await sql`create table answer_revision (
    id text primary key,
    answer_id text not null references answer (id) on delete cascade,
    number integer not null,
    text text not null,
    value text not null default '{}',
    language text not null,
    provenance text not null check (provenance in ('typed', 'confirmed', 'verbatim', 'paraphrase', 'observed')),
    after_prompt integer not null check (after_prompt in (0, 1)),
    submitted_at text not null,
    superseded_at text,
    unique (answer_id, number)
  )`.execute(db)
  await sql`create unique index answer_revision_latest on answer_revision (answer_id) where superseded_at is null`.execute(
    db,
  )
  await sql`create table consent (
    id text primary key,
    response_id text not null references response (id) on delete cascade,
    level text not null check (level in ('team', 'lead', 'totals')),
    given_by text not null check (given_by in ('customer', 'author')),
    given_at text not null
  )`.execute(db)
  await sql`create index consent_response on consent (response_id)`.execute(db)
  await sql`create table prediction (
    id text primary key,
    customer_id text not null references customer (id) on delete cascade,
    user_id text not null references "user" (id),
    campaign_id text references campaign (id),
    response_id text references response (id) on delete set null,
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
  await sql`create index prediction_customer on prediction (customer_id)`.execute(db)
  await sql`create table follow_up (
    id text primary key,
    customer_id text not null references customer (id) on delete cascade,
    contact_id text references contact (id) on delete set null,
    response_id text references response (id) on delete set null,
    kind text not null check (kind in ('call', 'owed', 'promise')),
    text text not null,
    owner_id text references "user" (id),
    due_on text not null,
    created_by text references "user" (id),
    created_at text not null,
    done_by text references "user" (id),
    done_at text
  )`.execute(db)
  await sql`create index follow_up_owner on follow_up (owner_id)`.execute(db)
  await sql`create index follow_up_customer on follow_up (customer_id)`.execute(db)
  // Read after a restore, so that what was erased stays erased.
  await sql`create table erasure (
    record_kind text not null,
    record_id text not null,
    erased_at text not null,
    primary key (record_kind, record_id)
  )`.execute(db)
}
