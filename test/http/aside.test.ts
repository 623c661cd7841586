import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAside } from '#server/aside.ts'
import { keepApart } from '#server/customers/duplicates.ts'
import { findDuplicates } from '#server/customers/kept-duplicates.ts'
import { type Db, openDatabase } from '#server/db.ts'
import { migrate } from '#server/migrate.ts'
import { fennholt, lena, makeWorld } from '../support/world.ts'

/** What is read in a thread of its own needs a database on disk. */
const folder = mkdtempSync(join(tmpdir(), 'whybuy-aside-'))
let db: Db

beforeAll(async () => {
  db = openDatabase(join(folder, 'whybuy.db'))
  await migrate(db)
  await makeWorld(db)
})
afterAll(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true })
})

test('a statement read aside brings the same rows as here, with its values, and cannot write', async () => {
  const statement = sql<{ name: string }>`select name from customer where id = ${fennholt.id}`
  expect(await readAside(db, statement)).toEqual((await statement.execute(db)).rows)
  await expect(readAside(db, sql`delete from customer returning id`)).rejects.toThrow(/readonly/)
  await expect(readAside(db, sql`select nothing`)).rejects.toThrow(/nothing/)
})

test('customers that stand there twice are found aside, once, and again after something was done to a record', async () => {
  const at = '2026-11-01T08:00:00.000Z'
  await sql`insert into customer (id, name, status, created_at, updated_at)
    values ('0190000f-0000-7000-8000-000000000001', 'Twin Tools Ltd', 'active', ${at}, ${at}),
      ('0190000f-0000-7000-8000-000000000002', 'TWIN-TOOLS GmbH', 'active', ${at}, ${at})`.execute(db)
  const first = await findDuplicates(db)
  const pair = first.proposals.find(({ one }) => one.name === 'Twin Tools Ltd')
  expect(pair).toMatchObject({ other: { name: 'TWIN-TOOLS GmbH' }, reasons: ['the same name but for its form'] })
  expect(await findDuplicates(db)).toBe(first)
  const reader = { ...lena, isCoder: false, hasShortcuts: false, timeZone: 'UTC' }
  await keepApart(db, reader, pair?.one.id ?? '', pair?.other.id ?? '', new Date(at))
  expect((await findDuplicates(db)).proposals.map(({ one }) => one.name)).not.toContain('Twin Tools Ltd')
})
