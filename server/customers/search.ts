import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../db.ts'

/** More than so many places where a word stands are not gone through one by one. */
const many = 30_000

/** For `where` on a query of `customer`: one condition for each word that is looked for. */
export type Search = RawBuilder<SqlBool>[]

/**
 * Finds the customers whose name, number or people hold every word of `q`, whatever their case and accents; a word of two
 * letters must begin a word there. undefined if no word has two letters, 'none' if a word stands nowhere.
 */
export async function searchFor(db: Db, q: string): Promise<Search | 'none' | undefined> {
  const matches = q
    .normalize('NFC')
    .split(/[\s\p{Cc}]+/u)
    .filter((word) => [...word].length > 1)
    .slice(0, 6)
    .map((word) => `"${[...word].length === 2 ? ' ' : ''}${word.replaceAll('"', '""')}"`)
  if (matches.length === 0) return undefined
  const found = await Promise.all(matches.map(async (match) => ({ match, places: await countPlaces(db, match) })))
  if (found.some(({ places }) => places === 0)) return 'none'
  return found.map(({ match, places }) => (places > many ? walked(match) : gathered(match)))
}

async function countPlaces(db: Db, match: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from (
    select rowid from customer_words_index where customer_words_index match ${match} limit ${sql.lit(many + 1)}
  )`.execute(db)
  return rows[0]?.n ?? 0
}

const rowsOf = (match: string) => sql`select rowid from customer_words_index where customer_words_index match ${match}`

/** Few places: the customers there are gathered first. */
const gathered = (match: string) =>
  sql<SqlBool>`customer.id in (select customer_id from customer_words where id in (${rowsOf(match)}))`

/** Many places: the list is walked in its order, and each customer asked, until enough have been found. */
const walked = (match: string) =>
  sql<SqlBool>`exists (select 1 from customer_words as w where w.customer_id = customer.id and +w.id in (${rowsOf(match)}))`
