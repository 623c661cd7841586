import { type Kysely, sql } from 'kysely'

/** What is kept in memory by person changes too where two contacts turn out to be one, or a contact is erased. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create trigger customer_change_response_person after update of contact_id on response
    begin insert or replace into customer_change (customer_id) values (new.customer_id); end`.execute(db)
}
