import { afterEach, beforeEach, expect, test } from 'vitest'
import { getCompany, mayWrite } from '#server/company.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, makeWorld } from '../support/world.ts'

let house: TestApp
let admin: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  admin = await house.signIn(ada.id)
})
afterEach(() => house.close())

const form = {
  name: 'Brackwell Pumps & Valves',
  postalAddress: '4 Weir Lane, Brackwell',
  phone: '',
  senderName: '',
  senderAddress: '',
  privacyText: 'We keep answers for three years.',
  timeZone: 'Europe/London',
}

test('what an admin saves stands on the next page', async () => {
  expect((await house.post('/settings', form, admin)).status).toBe(303)
  expect((await house.get('/sign-in')).body).toContain('Brackwell Pumps &amp; Valves')
  expect(await getCompany(house.db)).toMatchObject({ ...form })
  const event = await house.db.selectFrom('event').select('action').where('record_kind', '=', 'company').execute()
  expect(event).toEqual([{ action: 'changed' }])
})

test('the settings and the home page say what is missing before mail may go out', async () => {
  await house.post('/settings', { ...form, postalAddress: ' ' }, admin)
  expect(mayWrite(await getCompany(house.db))).toBe(false)
  for (const path of ['/settings', '/'])
    expect((await house.get(path, admin)).body).toContain('Still missing: your postal address.')
  await house.post('/settings', form, admin)
  for (const path of ['/settings', '/']) expect((await house.get(path, admin)).body).not.toContain('Still missing')
})

test('a wrong field keeps every word and says what to do', async () => {
  const page = await house.post('/settings', { ...form, name: '', senderAddress: 'research' }, admin)
  expect(page.status).toBe(422)
  expect(page.body).toContain('Write the name of your company')
  expect(page.body).toContain('value="research"')
  expect(page.body).toContain('We keep answers for three years.')
})
