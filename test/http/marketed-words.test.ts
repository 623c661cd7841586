import { afterAll, beforeAll, expect, test } from 'vitest'
import { figuresOf } from '#server/insights/figures.ts'
import { readFilters } from '#server/insights/forms.ts'
import { currentLedger } from '#server/insights/ledger.ts'
import { marketedVersions } from '#server/insights/marketed.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string
let admin: string
let rep: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 7)
  lead = await house.signIn(lena.id)
  admin = await house.signIn(ada.id)
  rep = await house.signIn(rosa.id)
})
afterAll(() => house.close())

test('before anything is written the page says why and how', async () => {
  expect((await house.get('/why/words', lead)).body).toContain('Copy a few sentences from your website below')
  const page = await house.get('/why/words', rep)
  expect(page.body).toContain('A lead or an admin can write it down')
  expect(page.body).not.toContain('<textarea')
})

test.each([
  ['', 'Write at least one claim.'],
  [' \n ', 'Write at least one claim.'],
  ['a\n'.repeat(13), 'Write 12 claims at most'],
  ['x'.repeat(301), 'Keep each claim below 300 characters.'],
])('claims that cannot be kept are shown again with the reason (%#)', async (claims, reason) => {
  const page = await house.post('/why/words', { claims }, lead)
  expect(page.status).toBe(422)
  expect(page.body).toContain(reason)
  expect(await marketedVersions(house.db)).toEqual([])
})

test('claims are tagged by the suggester, and count once a lead has confirmed them', async () => {
  expect(
    (await house.post('/why/words', { claims: 'We help you sell more.\nA <b>family</b> firm.' }, lead)).status,
  ).toBe(303)
  const [version] = await marketedVersions(house.db)
  expect(version?.isConfirmed).toBe(false)
  expect(version?.claims.map(({ text }) => text)).toEqual(['We help you sell more.', 'A <b>family</b> firm.'])
  const before = await house.get('/why/words', lead)
  expect(before.body).toContain('These claims count once a person has said')
  expect(before.body).not.toContain('<b>family</b>')

  const chosen = { id: version?.id ?? '', claim0: 'revenue', claim1: ['revenue', 'emotion'] }
  expect((await house.post('/why/words/drivers', chosen, lead)).status).toBe(303)
  const { body } = await house.get('/why/words', rep)
  const figures = figuresOf(await currentLedger(house.db), { ...readFilters({}), asked: 'unprompted' }, false)
  const page =
    figures.status === 'shown' ? `${figures.drivers.revenue['+'].all} of ${figures.n} customers` : 'is not shown'
  expect(body).toContain('You speak of revenue in 2 of 2 claims')
  expect(body).toContain(page)
  expect(body).not.toContain('/why/words/drivers')
})

test('reps change nothing', async () => {
  const [version] = await marketedVersions(house.db)
  for (const [path, form] of [
    ['/why/words', { claims: 'Ours.' }],
    ['/why/words/drivers', { id: version?.id ?? '', claim0: 'cost' }],
    [`/why/words/${version?.id}/erasure`, { sure: '1' }],
  ] as const)
    expect((await house.post(path, form, rep)).status).toBe(404)
})

test('strange choices are refused', async () => {
  const [version] = await marketedVersions(house.db)
  expect((await house.post('/why/words/drivers', { id: version?.id ?? '', claim0: 'price' }, lead)).status).toBe(422)
  expect((await house.post('/why/words/drivers', {}, lead)).status).toBe(422)
  expect((await house.post('/why/words/nowhere/erasure', { sure: '1' }, lead)).status).toBe(404)
  expect((await house.post(`/why/words/${version?.id}/erasure`, {}, lead)).status).toBe(422)
})

test('earlier versions are kept, an older page confirms nothing, and the lead erases what is to go', async () => {
  const [first] = await marketedVersions(house.db)
  house.clock.forward(1000)
  await house.post('/why/words', { claims: 'Nothing ever goes wrong.' }, admin)
  expect((await house.post('/why/words/drivers', { id: first?.id ?? '', claim0: 'cost' }, lead)).status).toBe(409)
  expect((await house.get('/why/words', rep)).body).toContain('Earlier versions')
  expect((await house.post(`/why/words/${first?.id}/erasure`, { sure: '1' }, lead)).status).toBe(303)
  expect((await marketedVersions(house.db)).map(({ claims }) => claims[0]?.text)).toEqual(['Nothing ever goes wrong.'])
})
