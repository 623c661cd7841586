import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../db.ts'

/**
 * `many`: more than so many places where a word stands are not gone through one by one. `few`: where a word stands in no
 * more, the customers there are read and looked at for the other words.
 */
const usual = { many: 30_000, few: 3_000 }

/** For `where` on a query of `customer`: one condition for each word that is looked for. */
export type Search = RawBuilder<SqlBool>[]

/**
 * Finds the customers whose name, number or people hold every word of `q`, whatever their case and accents; a word of two
 * letters must begin a word there. undefined if no word has two letters, 'none' if a word stands nowhere.
 */
export async function searchFor(db: Db, q: string, { many, few } = usual): Promise<Search | 'none' | undefined> {
  const matches = q
    .normalize('NFC')
    .split(/[\s\p{Cc}]+/u)
    .filter((word) => [...word].length > 1)
    .slice(0, 6)
    .map((word) => `"${[...word].length === 2 ? ' ' : ''}${word.replaceAll('"', '""')}"`)
  if (matches.length === 0) return undefined
  const found = await Promise.all(matches.map(async (match) => ({ match, places: await countPlaces(db, match, many) })))
  if (found.some(({ places }) => places === 0)) return 'none'
  const rarest = found.reduce((rare, one) => (one.places < rare.places ? one : rare))
  const common = found.filter(({ places }) => places > many)
  if (rarest.places <= few && common.length > 0) {
    const ids = await withAll(db, rarest.match, common)
    if (ids.length === 0) return 'none'
    const others = found.filter((one) => one !== rarest && !common.includes(one))
    return [
      sql<SqlBool>`customer.id in (select value from json_each(${JSON.stringify(ids)}))`,
      ...others.map(({ match }) => gathered(match)),
    ]
  }
  return found.map(({ match, places }) => (places > many ? walked(match) : gathered(match)))
}

async function countPlaces(db: Db, match: string, many: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from (
    select rowid from customer_words_index where customer_words_index match ${match} limit ${sql.lit(many + 1)}
  )`.execute(db)
  return rows[0]?.n ?? 0
}

/** The customers of a rare word who hold all of some common ones too: those stand nearly everywhere, so only here they are looked for. */
async function withAll(db: Db, rare: string, common: { match: string }[]): Promise<string[]> {
  const { rows } = await sql<{ id: string; words: string }>`
    select customer_id as id, group_concat(words, '') as words from customer_words
    where customer_id in (select customer_id from customer_words where id in (${rowsOf(rare)}))
    group by customer_id`.execute(db)
  const wanted = common.map(({ match }) => folded(match.slice(1, -1).replaceAll('""', '"')))
  return rows.flatMap(({ id, words }) => {
    const text = folded(words)
    return wanted.every((word) => text.includes(word)) ? id : []
  })
}

/** As the index compares: without case and accents. */
const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

const rowsOf = (match: string) => sql`select rowid from customer_words_index where customer_words_index match ${match}`

/** Few places: the customers there are gathered first. */
const gathered = (match: string) =>
  sql<SqlBool>`customer.id in (select customer_id from customer_words where id in (${rowsOf(match)}))`

/** Many places: the list is walked in its order, and each customer asked, until enough have been found. */
const walked = (match: string) =>
  sql<SqlBool>`exists (select 1 from customer_words as w where w.customer_id = customer.id and +w.id in (${rowsOf(match)}))`
