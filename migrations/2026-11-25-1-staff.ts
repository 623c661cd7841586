import { type Kysely, sql } from 'kysely'

/** The company that asks, its staff, their sessions, and what was done by whom. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table company (
    id integer primary key check (id = 1),
    name text not null,
    postal_address text not null,
    phone text not null,
    sender_name text not null,
    sender_address text not null,
    privacy_text text not null,
    time_zone text not null,
    updated_at text not null
  )`.execute(db)
  await sql`create table "user" (
    id text primary key,
    email text not null unique,
    name text not null,
    role text not null check (role in ('rep', 'lead', 'admin')),
    is_coder integer not null default 0 check (is_coder in (0, 1)),
    has_shortcuts integer not null default 1 check (has_shortcuts in (0, 1)),
    phone text not null default '',
    time_zone text not null,
    created_at text not null,
    deactivated_at text
  )`.execute(db)
  await sql`create table sign_in_link (
    token_hash text primary key,
    user_id text references "user" (id) on delete cascade,
    created_at text not null,
    expires_at text not null,
    used_at text
  )`.execute(db)
  await sql`create table session (
    id text primary key,
    token_hash text not null unique,
    user_id text not null references "user" (id) on delete cascade,
    device text not null,
    created_at text not null,
    last_seen_at text not null,
    expires_at text not null,
    revoked_at text
  )`.execute(db)
  await sql`create index session_user on session (user_id)`.execute(db)
  await sql`create table event (
    id text primary key,
    happened_at text not null,
    actor text not null check (actor in ('user', 'customer', 'system')),
    user_id text references "user" (id),
    action text not null,
    record_kind text not null,
    record_id text not null,
    detail text not null default '{}'
  )`.execute(db)
  await sql`create index event_record on event (record_kind, record_id)`.execute(db)
}
