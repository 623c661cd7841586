import { type Kysely, sql } from 'kysely'

/** Who buys from us, who speaks there, what they have from us, and how it went; and the staging of an import. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table customer (
    id text primary key,
    external_id text unique,
    name text not null,
    kind text not null default 'company' check (kind in ('company', 'department')),
    status text not null default 'active' check (status in ('prospect', 'active', 'lost')),
    segment text,
    region text,
    country text,
    time_zone text,
    language text,
    owner_id text references "user" (id),
    customer_since text,
    attributes text not null default '{}',
    created_at text not null,
    updated_at text not null,
    archived_at text,
    contact_count integer not null default 0,
    latest_year integer,
    latest_revenue_minor integer,
    latest_currency text,
    last_answer_at text
  )`.execute(db)
  await sql`create index customer_owner on customer (owner_id)`.execute(db)
  // The list of customers is read along these: in its usual order with every filter, and along each column that sorts.
  await sql`create index customer_list on customer (archived_at, name collate nocase, id, status, segment, region, owner_id)`.execute(
    db,
  )
  await sql`create index customer_revenue on customer (archived_at, latest_currency, latest_revenue_minor, id)`.execute(
    db,
  )
  await sql`create index customer_contacts on customer (archived_at, contact_count, id)`.execute(db)
  await sql`create index customer_answered on customer (archived_at, last_answer_at, id)`.execute(db)
  await sql`create index customer_segment on customer (segment)`.execute(db)
  await sql`create index customer_region on customer (region)`.execute(db)
  await sql`create table customer_share (
    customer_id text not null references customer (id) on delete cascade,
    user_id text not null references "user" (id) on delete cascade,
    shared_at text not null,
    primary key (customer_id, user_id)
  )`.execute(db)
  await sql`create index customer_share_user on customer_share (user_id)`.execute(db)
  await sql`create table customer_year (
    customer_id text not null references customer (id) on delete cascade,
    year integer not null,
    revenue_minor integer,
    orders integer,
    margin_minor integer,
    currency text not null,
    primary key (customer_id, year)
  )`.execute(db)
  await sql`create table offering (
    id text primary key,
    name text not null unique,
    archived_at text
  )`.execute(db)
  await sql`create table customer_offering (
    customer_id text not null references customer (id) on delete cascade,
    offering_id text not null references offering (id) on delete cascade,
    since_on text,
    until_on text,
    primary key (customer_id, offering_id)
  )`.execute(db)
  await sql`create table outcome (
    id text primary key,
    customer_id text not null references customer (id) on delete cascade,
    kind text not null check (kind in ('renewed', 'grew', 'reduced', 'referred', 'left')),
    basis text not null check (basis in ('stated', 'actual')),
    happened_on text not null,
    note text not null default '',
    recorded_by text references "user" (id),
    recorded_at text not null
  )`.execute(db)
  await sql`create table contact (
    id text primary key,
    customer_id text not null references customer (id) on delete cascade,
    external_id text unique,
    first_name text not null,
    last_name text not null,
    email text,
    phone text not null default '',
    job_title text not null default '',
    buying_role text check (buying_role in ('decides', 'buys', 'uses', 'influences', 'pays')),
    language text,
    mail_basis text not null check (mail_basis in ('existing_customer', 'consent', 'none')),
    created_at text not null,
    updated_at text not null,
    archived_at text
  )`.execute(db)
  await sql`create index contact_customer on contact (customer_id)`.execute(db)
  // Searching for words reads this instead of whole rows.
  await sql`create index contact_words on contact (customer_id, first_name, last_name, email, archived_at)`.execute(db)
  // Addresses are stored in lower case; an archived contact frees its address for the successor.
  await sql`create unique index contact_email on contact (email) where archived_at is null`.execute(db)
  await sql`create table customer_import (
    id text primary key,
    file_name text not null,
    state text not null check (state in ('previewed', 'applied', 'discarded')),
    columns text not null,
    created_by text not null references "user" (id),
    created_at text not null,
    applied_at text
  )`.execute(db)
  await sql`create table customer_import_row (
    import_id text not null references customer_import (id) on delete cascade,
    line integer not null,
    cells text not null,
    action text not null check (action in ('create', 'update', 'unchanged', 'reject')),
    problems text not null default '[]',
    primary key (import_id, line)
  )`.execute(db)

  // What the list sorts by stands in other tables. The database keeps it beside the name, so that no writer can forget.
  const contacts = (customer: string) => `update customer set contact_count =
    (select count(*) from contact where customer_id = customer.id and archived_at is null) where id = ${customer};`
  const latest = (customer: string) => `update customer set (latest_year, latest_revenue_minor, latest_currency) =
    (select year, revenue_minor, currency from customer_year
     where customer_id = customer.id and revenue_minor is not null order by year desc limit 1) where id = ${customer};`
  await keep('contact', 'insert', contacts('new.customer_id'))
  await keep('contact', 'delete', contacts('old.customer_id'))
  await keep('contact', 'update of customer_id, archived_at', contacts('old.customer_id') + contacts('new.customer_id'))
  await keep('customer_year', 'insert', latest('new.customer_id'))
  await keep('customer_year', 'delete', latest('old.customer_id'))
  await keep('customer_year', 'update', latest('new.customer_id'))

  function keep(table: string, when: string, body: string) {
    const name = `${table}_kept_on_${when.split(' ')[0]}`
    return sql.raw(`create trigger ${name} after ${when} on ${table} begin ${body} end`).execute(db)
  }
}
