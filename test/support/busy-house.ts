import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { queueMessage } from '#server/campaigns/campaigns.ts'
import { transact } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { toldSuggester } from './answers.ts'
import type { TestApp } from './app.ts'
import { invite } from './campaign.ts'
import { readAs, sayTo } from './coding.ts'
import { draftCampaign } from './draft.ts'
import { empty, makeFiguresWorld } from './figures-world.ts'
import { keepCustomers } from './kept-customers.ts'
import { leadWorks } from './lead-work.ts'
import { addWeightCustomers, weighingForty } from './weight-world.ts'
import { ada, anna, carla, fennholt, jonas, lena, makeWorld, rosa, wile } from './world.ts'

export type BusyHouse = {
  ada: string
  lena: string
  rosa: string
  /** An import that waits to be confirmed. */
  preview: string
  /** An answer that the lead has read blind and that waits for a second reader. */
  waiting: string
  /** Where each customer's link starts: answered, open, begun, closed. */
  links: string[]
  /** Where nobody in particular can start. */
  open: string[]
}

/**
 * A company in which everything has happened at least once, so that each page has something to show: campaigns, open,
 * begun, sent and closed links, tags confirmed and waiting, mails of each kind, a guess, an import, an archived record.
 */
export async function makeBusyHouse(house: TestApp): Promise<BusyHouse> {
  const { db, clock } = house
  await makeWorld(db)
  await makeFiguresWorld(db, 3, 30)
  // Nobody may write to some, so that rounds have people to leave out.
  await db
    .updateTable('contact')
    .set({ mail_basis: 'none' })
    .where('id', 'in', (some) => some.selectFrom('contact').select('id').orderBy('id', 'desc').limit(12))
    .execute()
  const [sent = '', open = '', begun = '', closed = ''] = await invite(db, house.links, [wile, anna, jonas, carla])
  const people = {
    ada: await house.signIn(ada.id),
    lena: await house.signIn(lena.id),
    rosa: await house.signIn(rosa.id),
  }

  await addCampaignTexts(house)
  await answer(house, begun, false)
  await answer(house, sent, true)
  expect((await house.post(`/s/${sent}/owed`, { owe: 'The drawing of the new seal.' })).status).toBeLessThan(400)
  // Carla was asked in a round that is over.
  await db.updateTable('campaign').set({ state: 'closed' }).where('id', '=', empty.id).execute()
  await db.updateTable('invitation').set({ campaign_id: empty.id }).where('contact_id', '=', carla.id).execute()
  const { id: invitation } = await db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', anna.id)
    .executeTakeFirstOrThrow()
  await transact(db, (trx) => queueMessage(trx, invitation, 'invite', clock.now))

  await house.post('/sign-in', { email: rosa.email })
  // Lena may come in by a password too, and Ada looks at settings before she saves them.
  expect((await house.post('/account/password', { password: 'weir lantern otter' }, people.lena)).status).toBe(303)
  const looks = { name: 'Brackwell Pumps', postalAddress: '4 Weir Lane', timeZone: 'UTC', colour: '#1f3bb3' }
  expect((await house.post('/settings', { ...looks, act: 'preview' }, people.ada)).status).toBe(303)
  const colleague = { name: 'Nils Berg', email: 'nils.berg@brackwell.example', role: 'rep' }
  expect((await house.post('/users', colleague, people.ada)).status).toBe(303)
  const guess = { revenue: '10', cost: '40', risk: '80', emotion: '50', sentence: 'Because the line never stops.' }
  expect((await house.post(`/customers/${fennholt.id}/prediction`, guess, people.rosa)).status).toBe(303)
  await pickRounds(house, people.lena)
  await keepCustomers(house, people)
  const preview = await uploadCustomers(house, people.lena)
  await house.worker.drain()
  const waiting = await readBlind(house, people)
  await addWeightCustomers(house, weighingForty.slice(0, 12))
  await leadWorks(house, people.lena)
  return {
    ...people,
    preview,
    waiting,
    links: [sent, open, begun, closed].flatMap((link) => [`/s/${link}`, `/u/${link}`]),
    open: [
      '/',
      '/sign-in',
      '/sign-in/sent',
      '/sign-in/no-such-link',
      '/sign-in/password',
      '/sign-in/code',
      '/address/no-such-link',
      '/address/confirmed',
      '/privacy',
      '/healthz',
      '/readyz',
      '/u/test',
      '/nowhere',
    ],
  }
}

/** Answers CORE as somebody who types into each box; sends it if `isSent`. */
async function answer(house: TestApp, link: string, isSent: boolean): Promise<void> {
  const texts: Record<string, Record<string, string>> = {
    'CORE-1': { text: 'You answer at three in the morning, and the milk is saved.' },
    'CORE-2': { text: 'The night line must stay.' },
    'CORE-3': { avoid: 'Three breakdowns less this year.', 'spend-worse': '1', 'earn-not_at_all': '1' },
    'CORE-4': { text: 'Whether your invoices are right. They are not.' },
  }
  for (const [question, fields] of Object.entries(texts)) {
    if (!isSent && question !== 'CORE-1') continue
    const { body } = await house.get(`/s/${link}/q/${question}`)
    const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
    const save = { version: hidden('version'), writer: hidden('writer'), go: 'next', ...fields }
    expect((await house.post(`/s/${link}/q/${question}`, save)).status).toBe(303)
  }
  if (isSent) expect((await house.post(`/s/${link}/submission`, { who: 'team' })).status).toBe(303)
}

/** Gives each campaign its mail, and adds one that is not launched. */
async function addCampaignTexts({ db, clock }: TestApp): Promise<void> {
  const template = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  await db
    .insertInto('campaign')
    .values({
      id: newId(),
      name: 'Spring 2027',
      series: 'Why they buy',
      round: 2,
      template_version_id: template.id,
      state: 'draft',
      sender_id: lena.id,
      closes_on: '2027-03-31',
      created_by: lena.id,
      created_at: clock.now.toISOString(),
      launched_by: null,
      launched_at: null,
    })
    .execute()
  for (const { id } of await db.selectFrom('campaign').select('id').execute())
    await db
      .insertInto('campaign_text')
      .values({
        campaign_id: id,
        kind: 'invite',
        language: 'en',
        subject: 'Why do you buy from {our_company}?',
        body: 'Hello {first_name},\n\nwe want to know why {company} buys from us.\n\n{question}\n\nThank you.',
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

/** One round that is being picked, with somebody dropped from it, and one of talks that is under way. */
async function pickRounds(house: TestApp, lena: string): Promise<void> {
  const reasons = { purpose: 'reasons', measure: 'revenue', count: '8' }
  for (const name of ['Talks of spring', 'Talks of summer']) {
    const path = await draftCampaign(house, lena, { name, closesOn: '2027-03-31' })
    expect((await house.post(`${path}/pick`, reasons, lena)).status).toBe(303)
    const first = await house.db
      .selectFrom('campaign_pick')
      .select('contact_id')
      .where('campaign_id', '=', path.slice('/campaigns/'.length))
      .executeTakeFirstOrThrow()
    const drop = { contact: first.contact_id, act: 'drop' }
    expect((await house.post(`${path}/pick/people`, drop, lena)).status).toBe(303)
    if (name === 'Talks of summer') expect((await house.post(`${path}/launch`, { count: '0' }, lena)).status).toBe(303)
  }
}

async function uploadCustomers(house: TestApp, cookie: string): Promise<string> {
  const file =
    'company,email,first_name,last_name\nNewcomer,new.comer@newcomer.example,New,Comer\nBroken,not an address,A,B\n'
  const boundary = createHash('sha256').update(file).digest('hex').slice(0, 20)
  const body = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="new.csv"\r\ncontent-type: text/csv\r\n\r\n${file}\r\n--${boundary}--\r\n`
  const response = await house.app.inject({
    method: 'POST',
    url: '/customers/import',
    headers: {
      host: 'ask.test',
      origin: 'http://ask.test',
      cookie,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    payload: body,
  })
  expect(response.statusCode).toBe(303)
  // Another one that is still being read.
  await house.db
    .insertInto('customer_import')
    .values({
      id: newId(),
      file_name: 'large.csv',
      state: 'reading',
      done: 20_000,
      total: 100_000,
      created_by: lena.id,
      created_at: house.clock.now.toISOString(),
      applied_at: null,
    })
    .execute()
  return String(response.headers.location)
}

/** Two people read some answers blind: one alike, one in two ways, one so far only by the lead. Returns the last. */
async function readBlind(house: TestApp, people: { ada: string; lena: string }): Promise<string> {
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  const [alike, apart, once] = await Promise.all(
    ['Anna says it never stops.', 'You are fair to us.', 'Nobody else comes at night.'].map((text) =>
      sayTo(house, toldSuggester({}), text),
    ),
  )
  for (const { answerId } of [alike, apart, once].filter((made) => made !== undefined))
    await readAs(house, people.lena, answerId, ['K3+'])
  await readAs(house, people.ada, alike?.answerId ?? '', ['K3+'])
  await readAs(house, people.ada, apart?.answerId ?? '', ['E3+'])
  return `/review/${once?.answerId}`
}
