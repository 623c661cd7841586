import { type Kysely, sql } from 'kysely'

/** How a round's people were chosen, which of them are spoken with, and reminders. */
export async function up(db: Kysely<never>): Promise<void> {
  // Rounds that are under way keep what they promised when they were launched: no reminders.
  await sql`alter table campaign add column has_reminders integer not null default 0 check (has_reminders in (0, 1))`.execute(
    db,
  )
  // One proposal a round and list: that of the lead from everybody, and that of a rep from the own customers.
  await sql`create table campaign_draw (
    id text primary key,
    campaign_id text not null references campaign (id) on delete cascade,
    owner_id text references "user" (id),
    purpose text not null check (purpose in ('reasons', 'figures')),
    measure text not null check (measure in ('revenue', 'margin', 'orders')),
    wanted integer not null,
    margin integer,
    response_rate integer,
    seed text not null,
    list_size integer not null,
    facts text not null default '{}',
    drawn_by text not null references "user" (id),
    drawn_at text not null
  )`.execute(db)
  await sql`create unique index campaign_draw_list on campaign_draw (campaign_id, coalesce(owner_id, ''))`.execute(db)
  await sql`create table campaign_pick (
    campaign_id text not null references campaign (id) on delete cascade,
    contact_id text not null references contact (id) on delete cascade,
    customer_id text not null references customer (id) on delete cascade,
    draw_id text references campaign_draw (id) on delete set null,
    by_hand integer not null check (by_hand in (0, 1)),
    position integer not null,
    reasons text not null default '[]',
    way text not null check (way in ('talk', 'mail')),
    way_reason text not null,
    asker_id text references "user" (id),
    picked_by text not null references "user" (id),
    picked_at text not null,
    changed_by text references "user" (id),
    changed_at text,
    dropped_by text references "user" (id),
    dropped_at text,
    primary key (campaign_id, contact_id)
  )`.execute(db)
  await sql`create index campaign_pick_customer on campaign_pick (customer_id)`.execute(db)
  await sql`create index campaign_pick_asker on campaign_pick (asker_id)`.execute(db)
  // Who was asked lately is looked up by day, whatever the round.
  await sql`create index message_sent on message (sent_at)`.execute(db)
  // Whether somebody has been heard is asked for each mail that would remind them.
  await sql`create index response_contact on response (contact_id) where contact_id is not null`.execute(db)
}
