import { type Kysely, sql } from 'kysely'

/** Templates as published, rounds of asking, each person's invitation, each mail, and the work still to be done. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table template_version (
    id text primary key,
    key text not null,
    number integer not null,
    body text not null,
    hash text not null,
    published_by text references "user" (id),
    published_at text not null,
    unique (key, number)
  )`.execute(db)
  await sql`create table campaign (
    id text primary key,
    name text not null,
    series text not null,
    round integer not null,
    template_version_id text not null references template_version (id),
    state text not null check (state in ('draft', 'launched', 'closed')),
    audience text not null default '{}',
    sender_id text references "user" (id),
    closes_on text not null,
    created_by text not null references "user" (id),
    created_at text not null,
    launched_by text references "user" (id),
    launched_at text,
    unique (series, round)
  )`.execute(db)
  await sql`create table campaign_text (
    campaign_id text not null references campaign (id) on delete cascade,
    kind text not null,
    language text not null,
    subject text not null,
    body text not null,
    primary key (campaign_id, kind, language)
  )`.execute(db)
  await sql`create table campaign_exclusion (
    campaign_id text not null references campaign (id) on delete cascade,
    contact_id text not null references contact (id) on delete cascade,
    reason text not null,
    primary key (campaign_id, contact_id)
  )`.execute(db)
  await sql`create table invitation (
    id text primary key,
    campaign_id text not null references campaign (id),
    contact_id text not null references contact (id) on delete cascade,
    customer_id text not null references customer (id) on delete cascade,
    link_version integer not null default 1,
    created_at text not null,
    began_at text,
    call_asked_at text,
    ask_after_on text,
    declined_at text,
    withdrawn_at text,
    unique (campaign_id, contact_id)
  )`.execute(db)
  await sql`create index invitation_contact on invitation (contact_id)`.execute(db)
  await sql`create index invitation_customer on invitation (customer_id)`.execute(db)
  await sql`create table message (
    id text primary key,
    invitation_id text not null references invitation (id) on delete cascade,
    kind text not null check (kind in ('invite', 'reminder-1', 'reminder-2', 'receipt', 'read-back', 'result')),
    state text not null check (state in ('queued', 'sending', 'sent', 'deferred', 'bounced', 'failed', 'skipped', 'cancelled')),
    tries integer not null default 0,
    message_id text not null unique,
    last_reply text not null default '',
    created_at text not null,
    sent_at text,
    unique (invitation_id, kind)
  )`.execute(db)
  await sql`create table message_event (
    id text primary key,
    message_id text not null references message (id) on delete cascade,
    happened_at text not null,
    kind text not null,
    code integer,
    reply text not null
  )`.execute(db)
  await sql`create index message_event_message on message_event (message_id)`.execute(db)
  // Stands by itself: it outlives the contact, and an import never lifts it.
  await sql`create table suppression (
    address text primary key,
    reason text not null check (reason in ('opt_out', 'bounce', 'complaint', 'staff')),
    created_at text not null
  )`.execute(db)
  await sql`create table job (
    id text primary key,
    kind text not null,
    payload text not null,
    dedupe_key text unique,
    run_at text not null,
    leased_until text,
    tries integer not null default 0,
    failed_at text,
    last_error text not null default '',
    created_at text not null
  )`.execute(db)
  await sql`create index job_due on job (run_at) where failed_at is null`.execute(db)
  await sql`create table mailbox_mail (
    id text primary key,
    message_id text not null,
    sender text not null,
    recipient text not null,
    subject text not null,
    headers text not null,
    text_body text not null,
    html_body text not null,
    kept_at text not null
  )`.execute(db)
  await sql`create index mailbox_mail_kept on mailbox_mail (kept_at)`.execute(db)
}
