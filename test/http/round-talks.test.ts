import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { anna, fennholt, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let cookie: string
let rosas: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
  rosas = await house.signIn(rosa.id)
})
afterEach(() => house.close())

const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

/** A round with talks only: of the three customers each. */
async function launchedRound(): Promise<string> {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/pick`, { purpose: 'reasons', measure: 'revenue', count: '8' }, cookie)
  const check = await house.get(`${path}/recipients`, cookie)
  expect(check.body).toContain('Launch 3 talks')
  const launched = await house.post(`${path}/launch`, { count: '0' }, cookie)
  expect([launched.status, launched.location]).toEqual([303, path])
  return path
}
const talkWith = async (path: string, customer: string) =>
  (
    await house.db
      .selectFrom('campaign_pick')
      .select('contact_id')
      .where('campaign_id', '=', path.slice('/campaigns/'.length))
      .where('customer_id', '=', customer)
      .executeTakeFirstOrThrow()
  ).contact_id

async function hold(path: string, contact: string): Promise<string> {
  const round = path.slice('/campaigns/'.length)
  const page = await house.get(`/customers/${fennholt.id}/interviews/new?contact=${contact}&round=${round}`, rosas)
  const value = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.body)?.[1] ?? ''
  const version = value('version') || (/<option value="([^"]+)" selected>Why they buy/.exec(page.body)?.[1] ?? '')
  expect(page.body).toContain(`<option value="${contact}" selected>`)
  const opened = await house.post(
    `/customers/${fennholt.id}/interviews/new`,
    { key: value('key'), round: value('round'), version, channel: 'interview', contact, tookPlaceOn: '2026-11-23' },
    rosas,
  )
  expect(opened.status).toBe(303)
  return opened.location
}

test('a round of talks alone launches without a mail, and each talk stands on the day of who holds it', async () => {
  const path = await launchedRound()
  expect(await house.db.selectFrom('message').select('id').execute()).toEqual([])
  const day = text((await house.get('/', rosas)).body)
  expect(day).toContain('for the round “Autumn 2026”')
  expect(day).toContain('Guess first')
  expect(day).not.toContain(mirador.name)
  expect(text((await house.get('/', await house.signIn(tom.id))).body)).toContain('Talk with Carla Vance')
  expect(text((await house.get(path, cookie)).body)).toContain('To be held by Rosa Lind')
})

test('once a guess is made the guide opens with the person, the questions and the round filled in', async () => {
  const path = await launchedRound()
  const guess = { revenue: '10', cost: '40', risk: '80', emotion: '50', sentence: 'Because the line never stops.' }
  await house.post(`/customers/${fennholt.id}/prediction`, guess, rosas)
  const contact = await talkWith(path, fennholt.id)
  const day = (await house.get('/', rosas)).body.replaceAll('&#x3D;', '=')
  expect(day).toContain(`/customers/${fennholt.id}/interviews/new?contact=${contact}&amp;round=${path.slice(11)}`)
  await hold(path, contact)
  const response = await house.db.selectFrom('response').select(['campaign_id', 'contact_id']).executeTakeFirstOrThrow()
  expect(response).toEqual({ campaign_id: path.slice(11), contact_id: contact })
})

test('a talk is begun when its guide is open, and done when its notes are filed', async () => {
  const path = await launchedRound()
  await hold(path, await talkWith(path, fennholt.id))
  expect(text((await house.get(path, cookie)).body)).toContain('Rosa Lind has opened the guide')
  const titles = (await house.get('/', rosas)).body
  expect(titles).not.toContain('Talk with Anna Brandt for the round')
  await house.db.updateTable('response').set({ state: 'submitted', submitted_at: '2026-11-23T10:00:00.000Z' }).execute()
  const progress = text((await house.get(path, cookie)).body)
  expect(progress).toContain('Talks 1 of 3 filed')
  expect(progress).toContain('Held and filed')
})

test('a lead asks by mail instead, once, under every rule for mails', async () => {
  const path = await launchedRound()
  const contact = await talkWith(path, fennholt.id)
  const instead = (who: string, cookieOf = cookie) => house.post(`${path}/talks/mails`, { contact: who }, cookieOf)
  expect((await instead(contact, rosas)).status).toBe(404)
  expect((await instead('nobody')).status).toBe(404)
  const both = await Promise.all([instead(contact), instead(contact)])
  expect(both.map(({ status }) => status).sort()).toEqual([303, 404])
  await house.worker.drain()
  const mails = await house.db.selectFrom('mailbox_mail').select('recipient').execute()
  expect(mails.length).toBe(1)
  expect((await house.get('/', rosas)).body).not.toContain('Fennholt Dairy</a>. head')

  await house.db.updateTable('contact').set({ mail_basis: 'none' }).where('id', '=', wile.id).execute()
  const refused = await instead(wile.id)
  expect(refused.status).toBe(409)
  expect(refused.body).toContain('They cannot be asked by mail: no basis for writing to them.')
  expect(
    (
      await house.db
        .selectFrom('campaign_pick')
        .select('way')
        .where('contact_id', '=', wile.id)
        .executeTakeFirstOrThrow()
    ).way,
  ).toBe('talk')
})

test('a talk whose guide is open is not asked for by mail as well', async () => {
  const path = await launchedRound()
  const contact = await talkWith(path, fennholt.id)
  await hold(path, contact)
  expect((await house.post(`${path}/talks/mails`, { contact }, cookie)).status).toBe(409)
})

test('a made-up round on the opening page ties the talk to nothing', async () => {
  await launchedRound()
  const other = await draftCampaign(house, cookie, { name: 'Other' })
  const page = await house.get(
    `/customers/${fennholt.id}/interviews/new?contact=${anna.id}&round=${other.slice(11)}`,
    rosas,
  )
  expect(page.body).not.toContain('name="round"')
  const key = /name="key" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const version = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const form = {
    key,
    round: other.slice(11),
    version: version.id,
    channel: 'interview',
    contact: anna.id,
    tookPlaceOn: '2026-11-23',
  }
  expect((await house.post(`/customers/${fennholt.id}/interviews/new`, form, rosas)).status).toBe(303)
  expect((await house.db.selectFrom('response').select('campaign_id').executeTakeFirstOrThrow()).campaign_id).toBeNull()
})
