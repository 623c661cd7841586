import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, anna, fennholt, lena, makeWorld, rosa } from '../support/world.ts'

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

/** Anna's answer, tagged by Lena: the first reason that anybody settled. */
async function settleOne(): Promise<void> {
  const at = '2026-11-20T08:00:00.000Z'
  const { answerId } = await makeResponse(
    house.db,
    new Date(at),
    [{ text: 'It never stops.', provenance: 'verbatim' }],
    { customer: fennholt, contact: anna, channel: 'interview', authorId: rosa.id },
  )
  const revision = await house.db
    .selectFrom('answer_revision')
    .select('id')
    .where('answer_id', '=', answerId)
    .executeTakeFirstOrThrow()
  await house.db
    .insertInto('codebook_version')
    .values({ version: 'test', body: '{}', hash: 'test', created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await house.db
    .insertInto('coding')
    .values({
      id: 'coding-1',
      answer_id: answerId,
      revision_id: revision.id,
      user_id: lena.id,
      suggester_version: null,
      codebook_version: 'test',
      is_settled: 1,
      none_kind: null,
      created_at: at,
    })
    .execute()
}

test('once a reason is settled, a lead starts with why, and an admin with what is waiting', async () => {
  await makeWorld(house.db)
  await settleOne()
  const lead = await house.get('/', await house.signIn(lena.id))
  expect([lead.status, lead.location]).toEqual([303, '/why'])
  const admin = await house.get('/', await house.signIn(ada.id))
  expect(admin.body).toContain('What is waiting')
  expect(admin.body).toContain('1 talk noted.')
})
