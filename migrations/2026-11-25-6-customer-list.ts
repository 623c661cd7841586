import { type Kysely, sql } from 'kysely'

/** The list of customers at 100,000 of them: what its search looks through, and indexes that know every filter. */
export async function up(db: Kysely<never>): Promise<void> {
  // A row for each customer and one for each contact of today: names, address and number, each after a space, so that
  // two letters can be looked for where a word begins. The database keeps it, so that no writer can forget.
  await sql`create table customer_words (
    id integer primary key,
    customer_id text not null,
    contact_id text not null default '',
    words text not null,
    unique (customer_id, contact_id)
  )`.execute(db)
  // Three letters in a row, whatever their case and accents. Its content is the table above.
  await sql`create virtual table customer_words_index using fts5 (
    words, content = 'customer_words', content_rowid = 'id', columnsize = 0,
    tokenize = 'trigram case_sensitive 0 remove_diacritics 1'
  )`.execute(db)
  // Rows with such ids are not in the index yet: an import has them put there in large steps, since a small step for each
  // slice that it writes would have the index merged over and over.
  await sql`create table customer_words_pending (first_id integer primary key, last_id integer not null)`.execute(db)
  const isIndexed = (row: string) =>
    `not exists (select 1 from customer_words_pending where ${row}.id between first_id and last_id)`
  const add = (row: string) => `insert into customer_words_index (rowid, words) values (${row}.id, ${row}.words);`
  const takeOut = (row: string) =>
    `insert into customer_words_index (customer_words_index, rowid, words) values ('delete', ${row}.id, ${row}.words);`
  await trigger('customer_words_insert', `after insert on customer_words when ${isIndexed('new')}`, add('new'))
  await trigger('customer_words_delete', `after delete on customer_words when ${isIndexed('old')}`, takeOut('old'))
  await trigger(
    'customer_words_update',
    `after update on customer_words when ${isIndexed('new')}`,
    takeOut('old') + add('new'),
  )

  const customer = (row: string) => `' ' || ${row}.name || ' ' || coalesce(${row}.external_id, '')`
  const contact = (row: string) =>
    `' ' || ${row}.first_name || ' ' || ${row}.last_name || ' ' || coalesce(${row}.email, '') || ' ' || coalesce(${row}.external_id, '')`
  const addCustomer = `insert into customer_words (customer_id, words) values (new.id, ${customer('new')});`
  const addContact = `insert into customer_words (customer_id, contact_id, words)
    select new.customer_id, new.id, ${contact('new')} where new.archived_at is null;`
  const takeContactOut = 'delete from customer_words where customer_id = old.customer_id and contact_id = old.id;'
  await trigger('customer_found_insert', 'after insert on customer', addCustomer)
  await trigger(
    'customer_found_update',
    'after update of name, external_id on customer',
    `update customer_words set words = ${customer('new')} where customer_id = new.id and contact_id = '';`,
  )
  await trigger(
    'customer_found_delete',
    'after delete on customer',
    'delete from customer_words where customer_id = old.id;',
  )
  await trigger('contact_found_insert', 'after insert on contact', addContact)
  await trigger(
    'contact_found_update',
    'after update of customer_id, first_name, last_name, email, external_id, archived_at on contact',
    takeContactOut + addContact,
  )
  await trigger('contact_found_delete', 'after delete on contact', takeContactOut)
  await sql`insert into customer_words (customer_id, words)
    select c.id, ${sql.raw(customer('c'))} from customer as c`.execute(db)
  await sql`insert into customer_words (customer_id, contact_id, words)
    select c.customer_id, c.id, ${sql.raw(contact('c'))} from contact as c where c.archived_at is null`.execute(db)

  // Sorted by another column and narrowed by a filter at once, the list is still read from one index alone.
  for (const [name, columns] of [
    ['customer_revenue', 'latest_currency, latest_revenue_minor'],
    ['customer_contacts', 'contact_count'],
    ['customer_answered', 'last_answer_at'],
  ] as const) {
    await sql.raw(`drop index ${name}`).execute(db)
    await sql
      .raw(`create index ${name} on customer (archived_at, ${columns}, id, status, segment, region, owner_id)`)
      .execute(db)
  }
  // The search reads customer_words instead.
  await sql`drop index contact_words`.execute(db)

  function trigger(name: string, when: string, body: string) {
    return sql.raw(`create trigger ${name} ${when} begin ${body} end`).execute(db)
  }
}
