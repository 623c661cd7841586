import { sql } from 'kysely'
import { z } from 'zod'
import { mayReadNamed, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { notFound } from '../errors.ts'
import { besideNames } from '../insights/small-groups.ts'

/** What a customer says of something that it could have from us. */
type Told = { known?: Answer; worth?: Answer; on: string; responseId: string; level: string }
export type Answer = 'yes' | 'partly' | 'no'

const stored = z.object({ choice: z.enum(['yes', 'partly', 'no']).optional() })
const parts = /^(known|worth)\.(.+)$/

/** By offering, what each customer said of it last (SUCC-8); one statement, however many customers. */
async function toldBy(db: Db, customers: string[]): Promise<Map<string, Map<string, Told>>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select(['response.customer_id as customer', 'response.id as responseId', 'response.took_place_on as on'])
    .select(['response.consent_level as level', 'answer.item', 'answer_revision.value'])
    .where('response.customer_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .where('response.state', '=', 'submitted')
    .where('answer.voice', '=', 'customer')
    .where('answer.question', '=', 'SUCC-8')
    .orderBy('response.took_place_on', 'desc')
    .orderBy('response.id', 'desc')
    .execute()
  const found = new Map<string, Map<string, Told>>()
  for (const { customer, responseId, on, level, item, value } of rows) {
    const [, part, offering = ''] = parts.exec(item) ?? []
    const { choice } = stored.parse(JSON.parse(value))
    if (!choice || !part) continue
    const own = found.get(customer) ?? new Map<string, Told>()
    found.set(customer, own)
    const told = own.get(offering) ?? { on, responseId, level }
    own.set(offering, told)
    // What an earlier sitting said of it does not mend what the newest left out.
    if (told.responseId !== responseId) continue
    if (part === 'known') told.known = choice
    else told.worth = choice
  }
  return found
}
const currentlyTold = byCustomer(toldBy)

/** How many customers said something of an offering, know what it is for, and find it worth having. */
export type OfferingRow = {
  id: string
  name: string
  told: number
  /** Customers who said whether they know what it is for, and those who do. */
  asked: { known: number; worth: number }
  known: number
  worth: number
}

/** The others are listed by name with their answer, so one to four who answered for totals only are not counted. */
const countedOf = <One extends { customer: string; level: string }>(all: One[]): One[] =>
  besideNames(
    all,
    ({ customer }) => customer,
    ({ level }) => level === 'totals',
  )

/** Every offering that is sold, by what customers say of it. */
export async function offeringsTold(db: Db): Promise<OfferingRow[]> {
  const told = await currentlyTold(db)
  const offerings = await db
    .selectFrom('offering')
    .select(['id', 'name'])
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute()
  const rows = new Map(
    offerings.map(({ id, name }): [string, OfferingRow] => [
      id,
      { id, name, told: 0, asked: { known: 0, worth: 0 }, known: 0, worth: 0 },
    ]),
  )
  const said = Map.groupBy(
    [...told].flatMap(([customer, own]) => [...own].map(([id, one]) => ({ id, customer, ...one }))),
    ({ id }) => id,
  )
  for (const [id, row] of rows) {
    const all = said.get(id) ?? []
    row.told = countedOf(all).length
    for (const part of ['known', 'worth'] as const) {
      const answers = countedOf(all.filter((one) => one[part]))
      row.asked[part] = answers.length
      row[part] = answers.filter((one) => one[part] === 'yes').length
    }
  }
  return [...rows.values()]
}

/** Who said what of one offering, as far as this reader may see it with the name, and how many said something in all. */
export async function offeringTold(db: Db, user: User, id: string) {
  const offering = await db.selectFrom('offering').select(['id', 'name']).where('id', '=', id).executeTakeFirst()
  if (!offering) throw notFound('That offering')
  const told = [...(await currentlyTold(db))].flatMap(([customer, own]) => {
    const said = own.get(id)
    return said ? [{ customer, ...said }] : []
  })
  const responses = JSON.stringify(told.map(({ responseId }) => responseId))
  const names = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select(['response.id as responseId', 'customer.name'])
    .where('response.id', 'in', sql<string>`(select value from json_each(${responses}))`)
    .where(mayReadNamed(user))
    .execute()
  const nameOf = new Map(names.map(({ responseId, name }) => [responseId, name]))
  const rows = told
    .flatMap((one) => {
      const name = nameOf.get(one.responseId)
      return name === undefined ? [] : [{ ...one, name }]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return { offering, rows, told: countedOf(told).length }
}
export type OfferingTold = Awaited<ReturnType<typeof offeringTold>>
