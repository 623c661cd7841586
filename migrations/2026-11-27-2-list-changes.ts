import { type Kysely, sql } from 'kysely'

/**
 * Which customers changed on the list, by trigger, so that what is kept in memory of it can catch up: who they are, what
 * they paid (years change the latest one beside the name), who was asked, what followed, and their band. And what somebody
 * names in an answer is a change of what that customer told.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table list_change (
    seq integer primary key autoincrement,
    customer_id text not null unique
  )`.execute(db)
  await sql`insert into list_change (customer_id) select id from customer order by id`.execute(db)

  // No "insert or replace": whatever a statement says about its own conflicts would hold for that too.
  const touched = (table: string, customer: string) =>
    `delete from ${table} where customer_id = ${customer}; insert into ${table} (customer_id) values (${customer});`
  const onList = async (name: string, when: string, ...customers: string[]) => {
    const body = customers.map((customer) => touched('list_change', customer)).join(' ')
    await sql.raw(`create trigger list_change_${name} after ${when} begin ${body} end`).execute(db)
  }
  await onList('customer_new', 'insert on customer', 'new.id')
  await onList(
    'customer_changed',
    `update of name, segment, region, owner_id, status, archived_at, latest_year, latest_revenue_minor, latest_currency
      on customer`,
    'new.id',
  )
  await onList('customer_gone', 'delete on customer', 'old.id')
  for (const table of ['invitation', 'outcome', 'vulnerability_record']) {
    await onList(`${table}_new`, `insert on ${table}`, 'new.customer_id')
    await onList(`${table}_gone`, `delete on ${table}`, 'old.customer_id')
  }
  await onList('invitation_moved', 'update of customer_id on invitation', 'old.customer_id', 'new.customer_id')
  await onList('outcome_changed', 'update on outcome', 'old.customer_id', 'new.customer_id')
  await onList('vulnerability_record_changed', 'update on vulnerability_record', 'old.customer_id', 'new.customer_id')

  for (const [name, when, row] of [
    ['new', 'insert', 'new'],
    ['changed', 'update', 'new'],
    ['gone', 'delete', 'old'],
  ] as const) {
    const whose = `(select customer_id from response join answer on answer.response_id = response.id
      where answer.id = ${row}.answer_id)`
    await sql
      .raw(`create trigger customer_change_mention_${name} after ${when} on aspect_mention begin
        delete from customer_change where customer_id = ${whose};
        insert into customer_change (customer_id) select ${whose} where ${whose} is not null; end`)
      .execute(db)
  }
}
