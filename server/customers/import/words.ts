import type Database from 'better-sqlite3'
import { inTurn, type Turns } from '../../turns.ts'

/** How many rows the index takes in at once: some 50 ms. */
const step = 4_000

/**
 * Holds the search index back while a slice is written, inside its transaction: what is new in customer_words is noted as
 * pending instead (see the migration). Nobody else sees the open end of the range.
 */
export function wordsPending(live: Database.Database): <T>(work: () => T) => T {
  const next = live.prepare<[], { id: number }>('select coalesce(max(id), 0) + 1 as id from customer_words')
  const open = live.prepare('insert into customer_words_pending (first_id, last_id) values (?, 9007199254740991)')
  const close = live.prepare('update customer_words_pending set last_id = ? where first_id = ?')
  const extend = live.prepare('update customer_words_pending set last_id = ? where last_id = ?')
  const drop = live.prepare('delete from customer_words_pending where first_id = ?')
  const gone = live.prepare('delete from customer_words_pending where first_id >= ?')
  const trim = live.prepare('update customer_words_pending set last_id = ? where last_id >= ?')
  return (work) => {
    const first = next.get()?.id ?? 1
    // What waited here before belongs to rows that are gone, and a row may have their number now.
    gone.run(first)
    trim.run(first - 1, first)
    open.run(first)
    const result = work()
    const last = (next.get()?.id ?? 1) - 1
    if (last < first) drop.run(first)
    else if (extend.run(last, first - 1).changes > 0) drop.run(first)
    else close.run(last, first)
    return result
  }
}

/** Has the index take in what is pending, step by step; from then on the search finds it. Safe to begin anew. `between` runs between the steps. */
export async function indexPending(
  live: Database.Database,
  turns: Turns,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  const pending = live.prepare<[], { first_id: number; last_id: number }>(
    'select first_id, last_id from customer_words_pending order by first_id limit 1',
  )
  const add = live.prepare(
    'insert into customer_words_index (rowid, words) select id, words from customer_words where id between ? and ?',
  )
  const drop = live.prepare('delete from customer_words_pending where first_id = ?')
  const rest = live.prepare('insert into customer_words_pending (first_id, last_id) values (?, ?)')
  const take = live.transaction(({ first_id: first, last_id: last }: { first_id: number; last_id: number }) => {
    const end = Math.min(last, first + step - 1)
    add.run(first, end)
    drop.run(first)
    if (end < last) rest.run(end + 1, last)
  })
  for (let range = pending.get(); range; range = pending.get()) {
    const found = range
    inTurn(turns, () => take.immediate(found))
    await between()
  }
}
