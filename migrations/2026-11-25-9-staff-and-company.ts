import { type Kysely, sql } from 'kysely'

/** Passwords, second factors and new addresses of staff, how the company looks, and work that cannot wait. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table "user" add column password_hash text`.execute(db)
  await sql`alter table "user" add column password_set_at text`.execute(db)
  // How somebody came in: whoever did so by a mailed link a moment ago need not prove again that the address is theirs.
  await sql`alter table session add column opened_by text not null default 'link' check (opened_by in ('link', 'password'))`.execute(
    db,
  )
  await sql`create table second_factor (
    user_id text primary key references "user" (id) on delete cascade,
    secret text not null,
    created_at text not null,
    confirmed_at text,
    last_step integer not null default 0,
    wrong_codes integer not null default 0,
    wrong_since text
  )`.execute(db)
  await sql`create table recovery_code (
    user_id text not null references "user" (id) on delete cascade,
    code_hash text not null,
    used_at text,
    primary key (user_id, code_hash)
  )`.execute(db)
  // Somebody who has proved the first factor and owes the second.
  await sql`create table pending_sign_in (
    token_hash text primary key,
    user_id text not null references "user" (id) on delete cascade,
    opened_by text not null check (opened_by in ('link', 'password')),
    stays integer not null check (stays in (0, 1)),
    next text not null,
    tries integer not null default 0,
    expires_at text not null,
    used_at text
  )`.execute(db)
  await sql`create table address_change (
    token_hash text primary key,
    user_id text not null references "user" (id) on delete cascade,
    email text not null,
    asked_by text not null references "user" (id) on delete cascade,
    created_at text not null,
    expires_at text not null,
    used_at text
  )`.execute(db)

  // Older logos stay: mails that were kept show them.
  await sql`create table logo (
    hash text primary key,
    type text not null check (type in ('image/png', 'image/jpeg', 'image/svg+xml')),
    bytes blob not null,
    width integer not null,
    height integer not null,
    created_at text not null
  )`.execute(db)
  await sql`alter table company add column colour text not null default ''`.execute(db)
  await sql`alter table company add column logo_hash text references logo (hash)`.execute(db)
  await sql`alter table company add column logo_alt text not null default ''`.execute(db)
  await sql`alter table company add column needs_second_factor integer not null default 0 check (needs_second_factor in (0, 1))`.execute(
    db,
  )
  await sql`create table company_draft (
    user_id text primary key references "user" (id) on delete cascade,
    body text not null,
    saved_at text not null
  )`.execute(db)

  // A person waits for a mail with a link: it goes before the thousands of a launch.
  await sql`alter table job add column is_urgent integer not null default 0 check (is_urgent in (0, 1))`.execute(db)
  await sql`drop index job_due`.execute(db)
  await sql`create index job_due on job (is_urgent desc, run_at) where failed_at is null`.execute(db)
}
