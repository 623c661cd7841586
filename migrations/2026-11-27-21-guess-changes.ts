import { type Kysely, sql } from 'kysely'

/** What was guessed of a customer is kept in memory beside what it said. */
export async function up(db: Kysely<never>): Promise<void> {
  const touched = (customer: string) =>
    `delete from customer_change where customer_id = ${customer};
     insert into customer_change (customer_id) values (${customer});`
  for (const [name, when, body] of [
    ['new', 'insert', touched('new.customer_id')],
    ['changed', 'update', touched('old.customer_id') + touched('new.customer_id')],
    ['gone', 'delete', touched('old.customer_id')],
  ] as const)
    await sql
      .raw(`create trigger customer_change_guess_${name} after ${when} on prediction begin ${body} end`)
      .execute(db)
}
