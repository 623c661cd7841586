import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { lossPart } from '#server/value/loss-part.ts'
import { keepBands, lossByBand, type Watched, watched } from '#server/value/losses.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addOutcomeCustomers } from '../support/outcomes-world.ts'
import { lena, makeWorld, mirador } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

const bandsOf = (id: string) =>
  house.db
    .selectFrom('vulnerability_record')
    .select(['from_on', 'band'])
    .where('customer_id', '=', id)
    .orderBy('id')
    .execute()

const leave = (id: string, on: string) =>
  house.db
    .insertInto('outcome')
    .values({
      ...{ id: newId(), customer_id: id, kind: 'left', basis: 'actual', happened_on: on },
      ...{ recorded_by: lena.id, recorded_at: house.clock.now.toISOString() },
    })
    .execute()

test('a band is noted when it changes only, and a loss counts in the band from before it', async () => {
  await addOutcomeCustomers(house, [{ name: 'Steady', k: 3, stay: 9 }])
  const start = house.clock.now
  await keepBands(house.db, start)
  await keepBands(house.db, start)
  expect(await bandsOf(mirador.id)).toMatchObject([{ band: 'low' }])
  const later = new Date(start.getTime() + 5 * 86_400_000)
  const on = later.toISOString().slice(0, 10)
  await leave(mirador.id, on)
  await house.db
    .insertInto('vulnerability_record')
    .values({ id: newId(), customer_id: mirador.id, from_on: on, band: 'act' })
    .execute()
  const found = await watched(house.db)
  expect(found.filter(({ isLost }) => isLost)).toEqual([{ band: 'low', isLost: true }])
  const { body } = await house.get('/vulnerable', await house.signIn(lena.id))
  expect(body).toContain(`${found.length} of 50 customers and 1 of 10 losses so far: not yet.`)
})

test('who left before any band was noted counts nowhere, and an erased customer leaves the record', async () => {
  await leave(mirador.id, '2026-01-01')
  await keepBands(house.db, house.clock.now)
  expect((await watched(house.db)).some(({ isLost }) => isLost)).toBe(false)
  await house.db.deleteFrom('customer').where('id', '=', mirador.id).execute()
  expect(await bandsOf(mirador.id)).toEqual([])
})

test('from 50 customers with 10 losses the shares by band are told, with how well they fit', () => {
  const of = (band: Watched['band'], n: number, lost: number): Watched[] =>
    Array.from({ length: n }, (_, at) => ({ band, isLost: at < lost }))
  const all = [...of('act', 10, 6), ...of('watch', 20, 4), ...of('low', 30, 0)]
  expect(lossByBand(all.slice(1, 50))).toBeUndefined()
  const found = lossByBand(all)
  // 6·4/10 + 4·16/20 + 0 = 5.6 of 60; for all 10·50/60 of 60.
  expect(found?.brier).toBeCloseTo(5.6 / 60, 10)
  expect(found?.plain).toBeCloseTo((10 * 50) / 60 / 60, 10)
  expect(lossPart(all).rows).toEqual([
    { name: 'Act', text: '6 of 10, 60 % (31–83), indicative' },
    { name: 'Watch', text: '4 of 20, 20 % (8–42), indicative' },
    { name: 'Low', text: '0 of 30, 0 % (0–11)' },
  ])
})
