import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from '#server/db.ts'
import { migrate } from '#server/migrate.ts'

test('whatever points at something that can be erased is found by an index', async () => {
  const db = openDatabase(':memory:')
  await migrate(db)
  const { rows } = await sql<{ pointer: string; isFound: number }>`
    select t.name || '.' || f."from" as pointer,
      exists (
        select 1 from pragma_index_list(t.name) as i join pragma_index_info(i.name) as c on c.seqno = 0
        where c.name = f."from"
      ) or exists (
        select 1 from pragma_table_info(t.name) as c where c.name = f."from" and c.pk = 1
      ) as isFound
    from sqlite_master as t join pragma_foreign_key_list(t.name) as f
    where t.type = 'table'
      and f."table" in ('customer', 'contact', 'invitation', 'message', 'response', 'answer', 'answer_revision', 'coding', 'blind_sample')
  `.execute(db)
  expect(rows.length).toBeGreaterThan(30)
  expect(rows.filter(({ isFound }) => !isFound).map(({ pointer }) => pointer)).toEqual([])
  await db.destroy()
})
