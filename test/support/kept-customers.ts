import { expect } from 'vitest'
import { newId } from '#server/ids.ts'
import type { TestApp } from './app.ts'
import { anna, fennholt } from './world.ts'

/**
 * A customer record in which everything has happened: figures of two years, an offering, an outcome that was corrected
 * and one that they only stated, two customers and two contacts that were merged, and a pair that looks alike.
 */
export async function keepCustomers({ db, post }: TestApp, people: { lena: string; rosa: string }): Promise<void> {
  const page = `/customers/${fennholt.id}`
  const send = async (path: string, form: Record<string, string>, cookie = people.rosa) =>
    expect((await post(path, form, cookie)).status, path).toBe(303)
  await send(`${page}/years/new`, { year: '2025', currency: 'EUR', revenue: '412000', orders: '31', margin: '98000' })
  await send(`${page}/years/2025`, { currency: 'EUR', revenue: '412500', orders: '31', margin: '98000' })
  await send(`${page}/years/new`, { year: '2024', currency: 'EUR', revenue: '389000', orders: '28' })
  const [night, old] = [newId(), newId()]
  await send('/offerings', { key: night, name: 'Night line' }, people.lena)
  await send('/offerings', { key: old, name: 'Fax of the stock' }, people.lena)
  await send(`/offerings/${old}/archiving`, {}, people.lena)
  await send(`${page}/offerings/new`, { offering: night, sinceOn: '2019-04-01' })
  const [left, renewed] = [newId(), newId()]
  await send(`${page}/outcomes/new`, { key: left, kind: 'left', basis: 'actual', happenedOn: '2026-03-01' })
  const renewal = { kind: 'renewed', basis: 'stated', happenedOn: '2026-02-12', note: 'For two years.' }
  await send(`${page}/outcomes/new`, { key: renewed, ...renewal })
  await send(`${page}/outcomes/${renewed}`, { ...renewal, happenedOn: '2026-02-14' })

  const [twin, likeness, same] = [newId(), newId(), newId()]
  await send('/customers/new', { key: twin, name: 'Fennholt Creamery', status: 'active' }, people.lena)
  await send(`${page}/merge`, { other: twin }, people.lena)
  await send('/customers/new', { key: likeness, name: 'FENNHOLT DAIRY Ltd.', status: 'active' }, people.lena)
  const person = { firstName: 'A.', lastName: 'Brandt', email: 'a.brandt@fennholt.example', mailBasis: 'none' }
  await send(`${page}/contacts/new`, { key: same, ...person })
  await send(`/contacts/${anna.id}/merge`, { other: same })
  expect(await db.selectFrom('merge').select('id').execute()).toHaveLength(2)
}
