import { type Kysely, sql } from 'kysely'

/**
 * An import is read and judged in a file of its own (DATA_DIR/imports) and then moved here in slices; this table says how
 * far it is. What waited to be confirmed, and the rejected rows of older imports, are uploaded again: they were kept
 * for a week only.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`drop table customer_import_row`.execute(db)
  await sql`drop table customer_import`.execute(db)
  await sql`create table customer_import (
    id text primary key,
    file_name text not null,
    state text not null check (state in ('reading', 'unreadable', 'previewed', 'applying', 'applied')),
    about text not null default '{}',
    sentence text not null default '',
    done integer not null default 0,
    total integer not null default 0,
    moved_line integer not null default 0,
    created_by text not null references "user" (id),
    created_at text not null,
    applied_at text
  )`.execute(db)
  await sql`create index customer_import_by on customer_import (created_by, created_at)`.execute(db)
  // An outcome is looked for by its customer.
  await sql`create index if not exists outcome_customer on outcome (customer_id)`.execute(db)
}
