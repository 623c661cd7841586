import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { indexPending, wordsPending } from '#server/customers/import/words.ts'
import { openDatabase } from '#server/db.ts'
import { migrate } from '#server/migrate.ts'

test('a customer deleted between two slices leaves its place in the index to the next one, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-words-'))
  const file = join(folder, 'whybuy.db')
  const db = openDatabase(file)
  await migrate(db)
  await db.destroy()
  const live = new Database(file)
  const insert = live.prepare("insert into customer (id, name, created_at, updated_at) values (?, ?, '', '')")
  const pending = wordsPending(live)
  const name = live.prepare('insert into customer_words (customer_id, words) values (?, ?)')
  // As an import does: while its range is open, no trigger writes the words of the search.
  const slice = live.transaction((names: string[]) =>
    pending(() => {
      for (const one of names) insert.run(one, one)
      for (const one of names) name.run(one, ` ${one} `)
    }),
  )
  slice(['Alder', 'Beaver'])
  live.prepare("delete from customer where id = 'Beaver'").run()
  slice(['Castor', 'Dornau'])
  await indexPending(live, new Int32Array(new SharedArrayBuffer(8)))
  const check = "insert into customer_words_index (customer_words_index, rank) values ('integrity-check', 1)"
  expect(() => live.exec(check)).not.toThrow()
  const found = live.prepare('select rowid from customer_words_index where customer_words_index match ?')
  expect(['alder', 'beaver', 'castor', 'dornau'].map((word) => found.all(`"${word}"`).length)).toEqual([1, 0, 1, 1])
  live.close()
  rmSync(folder, { recursive: true, force: true })
})
