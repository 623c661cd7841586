import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
})
afterEach(() => house.close())

const statesOf = (page: string) => [...page.matchAll(/>(Done|Now|Later)</g)].map(([, state]) => state)

test('at first the way begins with the list', async () => {
  await makeWorld(house.db)
  await house.db.deleteFrom('contact').execute()
  await house.db.deleteFrom('customer').execute()
  const page = await house.get('/', await house.signIn(ada.id))
  expect(statesOf(page.body)).toEqual(['Now', 'Later', 'Later', 'Later', 'Later', 'Later'])
  expect(page.body).toContain('href="/customers/import"')
})

test('with customers and contacts there, the next step is to choose', async () => {
  await makeWorld(house.db)
  for (const { id } of [ada, lena]) {
    const page = await house.get('/', await house.signIn(id))
    expect(statesOf(page.body)).toEqual(['Done', 'Now', 'Later', 'Later', 'Later', 'Later'])
    expect(page.body).toContain('3 customers, 4 contacts.')
  }
})

test('a rep never sees the way, but the own day', async () => {
  await makeWorld(house.db)
  const page = await house.get('/', await house.signIn(rosa.id))
  expect(page.status).toBe(200)
  expect(statesOf(page.body)).toEqual([])
})

test('the home page costs the same few queries, however much there is', async () => {
  await makeWorld(house.db)
  const cookie = await house.signIn(ada.id)
  await house.get('/', cookie)
  const before = house.queries()
  await house.get('/', cookie)
  expect(house.queries() - before).toBeLessThanOrEqual(5)
})
