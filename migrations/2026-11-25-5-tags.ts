import { type Kysely, sql } from 'kysely'

/** Readers' judgements of answers, the tags in them, and the one kept table from which figures are drawn. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table codebook_version (
    version text primary key,
    body text not null,
    hash text not null,
    created_at text not null
  )`.execute(db)
  await sql`create table coding (
    id text primary key,
    answer_id text not null references answer (id) on delete cascade,
    revision_id text not null references answer_revision (id) on delete cascade,
    user_id text references "user" (id),
    suggester_version text,
    codebook_version text not null references codebook_version (version),
    is_blind integer not null default 0 check (is_blind in (0, 1)),
    is_settled integer not null default 0 check (is_settled in (0, 1)),
    none_kind text check (none_kind in ('GEN', 'NONE', 'OFF', 'INERTIA', 'OTHER')),
    none_reason text not null default '',
    created_at text not null,
    replaces_id text references coding (id) on delete set null,
    taken_back_at text,
    check ((user_id is null) <> (suggester_version is null)),
    check (is_settled = 0 or user_id is not null)
  )`.execute(db)
  await sql`create index coding_revision on coding (revision_id)`.execute(db)
  await sql`create index coding_answer on coding (answer_id)`.execute(db)
  await sql`create index coding_settled_by on coding (user_id, id) where is_settled = 1`.execute(db)
  await sql`create unique index coding_settled on coding (revision_id) where is_settled = 1`.execute(db)
  await sql`create table tag (
    id text primary key,
    coding_id text not null references coding (id) on delete cascade,
    driver text not null check (driver in ('revenue', 'cost', 'risk', 'emotion')),
    direction text not null check (direction in ('+', '-')),
    sub text not null,
    about text not null check (about in ('us', 'competitor', 'own')),
    start_at integer not null,
    end_at integer not null,
    is_inferred integer not null default 0 check (is_inferred in (0, 1)),
    is_must integer not null default 0 check (is_must in (0, 1)),
    is_main integer not null default 0 check (is_main in (0, 1)),
    is_wish integer not null default 0 check (is_wish in (0, 1)),
    is_inertia integer not null default 0 check (is_inertia in (0, 1)),
    is_quant integer not null default 0 check (is_quant in (0, 1)),
    probability real,
    reason text not null default '',
    unique (coding_id, driver, direction, sub, about, is_wish)
  )`.execute(db)
  await sql`create table response_summary (
    response_id text not null references response (id) on delete cascade,
    provenance text not null,
    is_prompted integer not null check (is_prompted in (0, 1)),
    customer_id text not null references customer (id) on delete cascade,
    campaign_id text references campaign (id),
    channel text not null,
    segment text,
    region text,
    owner_id text references "user" (id),
    took_place_on text not null,
    answers integer not null,
    settled integer not null,
    revenue_plus integer not null,
    revenue_minus integer not null,
    cost_plus integer not null,
    cost_minus integer not null,
    risk_plus integer not null,
    risk_minus integer not null,
    emotion_plus integer not null,
    emotion_minus integer not null,
    primary key (response_id, provenance, is_prompted)
  )`.execute(db)
  await sql`create index response_summary_customer on response_summary (customer_id)`.execute(db)
  await sql`create index response_summary_campaign on response_summary (campaign_id)`.execute(db)
  // What nobody has settled yet, highest priority first; written anew with the summary of its sitting.
  await sql`create table review_queue (
    revision_id text primary key references answer_revision (id) on delete cascade,
    answer_id text not null references answer (id) on delete cascade,
    response_id text not null references response (id) on delete cascade,
    priority real not null
  )`.execute(db)
  await sql`create index review_queue_order on review_queue (priority desc, revision_id)`.execute(db)
  await sql`create index review_queue_response on review_queue (response_id)`.execute(db)
  // Names each sitting whose summary has changed, last change last, so that readers who keep figures in memory catch up.
  await sql`create table response_summary_change (
    seq integer primary key autoincrement,
    response_id text not null unique
  )`.execute(db)
  for (const [event, row] of [
    ['insert', 'new'],
    ['update', 'new'],
    ['delete', 'old'],
  ])
    await sql
      .raw(`create trigger response_summary_${event} after ${event} on response_summary begin
        delete from response_summary_change where response_id = ${row}.response_id;
        insert into response_summary_change (response_id) values (${row}.response_id);
      end`)
      .execute(db)
}
