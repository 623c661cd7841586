import { type Kysely, sql } from 'kysely'

/**
 * An import writes thousands of rows in one transaction: what the database else keeps beside each of them by trigger (the
 * words of the search, the number of contacts, the latest year), it writes itself, once for all. It holds an open range in
 * customer_words_pending while it does; nobody else ever sees one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const isAlone = 'not exists (select 1 from customer_words_pending where last_id = 9007199254740991)'
  const trigger = async (name: string, table: string, body: string) => {
    await sql.raw(`drop trigger ${name}`).execute(db)
    await sql.raw(`create trigger ${name} after insert on ${table} when ${isAlone} begin ${body} end`).execute(db)
  }
  await trigger(
    'customer_found_insert',
    'customer',
    `insert into customer_words (customer_id, words)
       values (new.id, ' ' || new.name || ' ' || coalesce(new.external_id, ''));`,
  )
  await trigger(
    'contact_found_insert',
    'contact',
    `insert into customer_words (customer_id, contact_id, words)
       select new.customer_id, new.id, ' ' || new.first_name || ' ' || new.last_name || ' ' || coalesce(new.email, '')
         || ' ' || coalesce(new.external_id, '') where new.archived_at is null;`,
  )
  await trigger(
    'contact_kept_on_insert',
    'contact',
    `update customer set contact_count =
       (select count(*) from contact where customer_id = customer.id and archived_at is null)
       where id = new.customer_id;`,
  )
  await trigger(
    'customer_year_kept_on_insert',
    'customer_year',
    `update customer set (latest_year, latest_revenue_minor, latest_currency) =
       (select year, revenue_minor, currency from customer_year
        where customer_id = customer.id and revenue_minor is not null order by year desc limit 1)
       where id = new.customer_id;`,
  )
}
