import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { addFollowUp } from '#server/follow-ups/follow-ups.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { invite } from '../support/campaign.ts'
import { acme, anna, fennholt, jonas, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
  cookie = await house.signIn(rosa.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})
beforeEach(async () => {
  await house.db.deleteFrom('follow_up').execute()
  await house.db.deleteFrom('response').execute()
})

const words = 'When the yeast pump jammed in July, Marek had us brewing by the evening.'

/** Presses Tab until the control with this label has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, label: RegExp): Promise<void> {
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate<string>(`(() => {
      const at = document.activeElement
      const labels = [...(at.labels ?? [])].map((one) => one.textContent)
      const by = (at.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent)
      return [...labels, ...by, at.textContent].filter(Boolean).join(' ')
    })()`)
    if (label.test(name)) return
  }
  throw new Error(`nothing that Tab reaches is called ${label}`)
}

/** Two customers of Rosa's of whom nobody knows why they buy: never asked, and asked long ago. */
async function addUnknown(): Promise<void> {
  const names = ['Castor & Wren Brewing', 'Sable Bay Seafood']
  const customers = names.map((name, n) => ({
    id: `01900000-0000-7000-8000-00000000070${n}`,
    external_id: null,
    name,
    segment: 'Food and drink',
    region: 'South',
    country: 'GB',
    time_zone: 'Europe/London',
    language: 'en',
    owner_id: rosa.id,
    customer_since: null,
    created_at: '2026-11-01T08:00:00.000Z',
    updated_at: '2026-11-01T08:00:00.000Z',
    archived_at: null,
  }))
  await house.db.insertInto('customer').values(customers).execute()
  const [, old] = customers
  if (old)
    await makeResponse(house.db, house.clock.now, [{ text: 'Your ice never melts.' }], {
      customer: { id: old.id, owner: rosa },
      on: '2025-04-20',
    })
}

/** Jonas was invited four days ago and has not answered. */
async function addSilent(): Promise<void> {
  await invite(house.db, house.links, [jonas])
  const { id } = await house.db.selectFrom('invitation').select('id').executeTakeFirstOrThrow()
  const at = '2026-11-19T08:00:00.000Z'
  await house.db
    .insertInto('message')
    .values({
      id: `message-${id}`,
      invitation_id: id,
      kind: 'invite',
      state: 'sent',
      message_id: '<1@test>',
      created_at: at,
      sent_at: at,
    })
    .execute()
}

async function openGuide(page: Page): Promise<string> {
  await page.goto(`/customers/${fennholt.id}/interviews/new`)
  await page.getByLabel('With whom').selectOption(anna.id)
  await page.getByRole('button', { name: 'Open the guide' }).click()
  await page.waitForURL(/\/q\/CORE-1$/)
  return /interviews\/([^/]+)/.exec(page.url())?.[1] ?? ''
}

test('a rep notes a talk by keyboard, and files it', async () => {
  const page = await web.open({ cookie })
  await page.goto(`/customers/${fennholt.id}/interviews/new`)
  await tabTo(page, /With whom/)
  await page.keyboard.type('Anna')
  await tabTo(page, /^Where/)
  await page.keyboard.type('at their dairy')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/q\/CORE-1$/)

  await tabTo(page, /Why do you buy from us/)
  await page.keyboard.type(words)
  await tabTo(page, /My view/)
  await page.keyboard.type('She would follow Marek.')
  await tabTo(page, /What I saw/)
  await page.keyboard.type('A rival’s price list.')
  await page.locator('form[data-draft] [role=status]').getByText('Saved 10:00').waitFor()
  await tabTo(page, /^Save and next/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/q\/CORE-2$/)
  await tabTo(page, /^Save and check/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/check/)
  await tabTo(page, /What we promised/)
  await page.keyboard.type('Say who covers Marek’s holidays')
  await tabTo(page, /Their account team/)
  await page.keyboard.press('Space')
  await tabTo(page, /^File the notes/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/interviews\/[^/]+$/)

  for (const text of [words, 'She would follow Marek.', 'A rival’s price list.', 'Say who covers Marek’s holidays'])
    await page.getByText(text).first().waitFor()
  const said = await house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .select(['voice', 'text'])
    .where('text', '<>', '')
    .orderBy('voice')
    .execute()
  expect(said).toEqual([
    { voice: 'customer', text: words },
    { voice: 'observed', text: 'A rival’s price list.' },
    { voice: 'rep', text: 'She would follow Marek.' },
  ])
})

test('notes typed while offline are kept on the device and go out later', async () => {
  const page = await web.open({ cookie })
  await openGuide(page)
  await page.context().setOffline(true)
  await page.locator('#text').fill(words)
  await page.locator('#all-view').focus()
  await page.getByText('You are offline.').waitFor()
  await page.context().setOffline(false)
  await page.getByText('Saved 10:00').waitFor({ timeout: 15_000 })
  const draft = await house.db.selectFrom('draft').select('body').executeTakeFirstOrThrow()
  expect(draft.body).toContain(words)
})

test('a whole talk is noted without a line: every question is there, and all of it goes out later', async () => {
  const page = await web.open({ cookie })
  await openGuide(page)
  await page.waitForLoadState('networkidle')
  await page.context().setOffline(true)
  await page.locator('#text').fill(words)
  await page.getByRole('button', { name: 'Save and next' }).click()
  await page.waitForURL(/\/q\/CORE-2$/)
  await page.getByText('What you noted at CORE-1 waits on this device').waitFor()
  await page.locator('#text').fill('Marek has to stay.')
  await page.getByRole('link', { name: /Question 3/ }).click()
  await page.waitForURL(/\/q\/CORE-3$/)
  await page.locator('#avoid').fill('Three stops less this year.')
  await page.getByRole('button', { name: 'Save and check' }).click()
  await page.getByText('Checking and filing need a line.').waitFor()
  await page.getByRole('link', { name: /Question 1/ }).click()
  expect(await page.locator('#text').inputValue()).toBe(words)
  expect(await house.db.selectFrom('draft').selectAll().execute()).toEqual([])

  await page.context().setOffline(false)
  await page.getByText('Saved 10:00').waitFor({ timeout: 15_000 })
  await page.getByRole('link', { name: 'Check' }).click()
  for (const text of [words, 'Marek has to stay.', 'Three stops less this year.'])
    await page.getByText(text).waitFor({ timeout: 15_000 })
  expect(await page.evaluate<string>('JSON.stringify(Object.entries(localStorage))')).toBe('[]')
})

test('notes that were left on the device go out when the talks are opened again', async () => {
  const page = await web.open({ cookie })
  const talk = await openGuide(page)
  await page.context().setOffline(true)
  await page.locator('#text').fill(words)
  await page.locator('#all-view').focus()
  await page.getByText('You are offline.').waitFor()
  // The page is left before the line is back: nothing of it runs any more.
  await page.goto('about:blank')
  await page.context().setOffline(false)
  await page.goto('/interviews')
  await page.getByText('1 of 4 questions noted').waitFor()
  await page.goto(`/interviews/${talk}/q/CORE-1`)
  expect(await page.locator('#text').inputValue()).toBe(words)
})

test('without JavaScript a talk is noted by saving each page', async () => {
  const page = await web.open({ cookie, javaScriptEnabled: false })
  await openGuide(page)
  await page.locator('#text').fill(words)
  await page.getByRole('button', { name: 'Save and next' }).click()
  await page.waitForURL(/\/q\/CORE-2$/)
  await page.getByRole('button', { name: 'Save and check' }).click()
  await page.getByLabel('I did not ask').check()
  await page.getByRole('button', { name: 'File the notes' }).click()
  await page.getByText(words).waitFor()
  const { consent_level } = await house.db.selectFrom('response').select('consent_level').executeTakeFirstOrThrow()
  expect(consent_level).toBe('totals')
})

test('the pages of talks, of what we owe and of the day are accessible and fit a small phone', async () => {
  const now = house.clock.now
  const owed = (text: string, dueOn: string, kind: 'call' | 'owed' | 'promise') =>
    transact(house.db, (trx) =>
      addFollowUp(
        trx,
        {
          customerId: fennholt.id,
          contactId: anna.id,
          responseId: null,
          kind,
          text,
          ownerId: rosa.id,
          dueOn,
          createdBy: kind === 'promise' ? rosa.id : null,
        },
        now,
      ),
    )
  const late = await owed('Send the corrected September invoices', '2026-11-11', 'promise')
  await owed('Call about the portal', '2026-11-23', 'call')
  await owed('Is anyone looking at the noise from line 2?', '2026-11-30', 'owed')
  await makeResponse(house.db, now, [{ text: 'If a pump stops at night the milk is lost by morning.' }], {
    customer: fennholt,
  })
  await makeResponse(house.db, now, [{ text: 'Only for Lena.' }], { customer: acme, level: 'lead' })
  await addUnknown()
  await addSilent()

  const page = await web.open({ cookie, viewport: { width: 320, height: 700 } })
  const look = async (name: string) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.goto('/interviews')
  await look('talks-none')
  await page.goto(`/customers/${fennholt.id}/interviews/new`)
  await look('talk-new')
  await page.getByRole('button', { name: 'Open the guide' }).click()
  await page.locator('.problems').waitFor()
  await look('talk-new-wrong')

  const talk = await openGuide(page)
  await page.locator('#text').fill(words)
  await page.locator('#all-view').fill('She would follow Marek, not us.')
  await page.locator('#all-seen').fill('A rival’s price list on the desk.')
  await page.getByText('Saved 10:00').waitFor()
  await look('talk-guide')
  await page.goto(`/interviews/${talk}/q/CORE-3`)
  await page.locator('#avoid').fill('Three stops less this year.')
  await page.getByText('Saved 10:00').waitFor()
  await look('talk-guide-four')
  await page.goto(`/interviews/${talk}/q/CORE-2`)
  await look('talk-guide-late')
  await page.goto(`/interviews/${talk}/check`)
  await page.getByRole('button', { name: 'File the notes' }).click()
  await page.locator('.problems').waitFor()
  await look('talk-check-wrong')
  await page.goto('/interviews')
  await look('talks-draft')
  await page.goto(`/interviews/${talk}/setting`)
  await look('talk-setting')
  await page.goto('/')
  await look('today')
  await page.goto(`/interviews/${talk}/check`)
  await page.getByLabel('Their account team').check()
  await page.getByRole('button', { name: 'File the notes' }).click()
  await page.waitForURL(/\/interviews\/[^/]+$/)
  await look('talk-filed')
  await page.goto(`/interviews/${talk}/withdrawal`)
  await look('talk-withdrawal')
  await page.goto(`/customers/${fennholt.id}/interviews/new`)
  await page.getByLabel('With whom').selectOption('nobody')
  await page.getByLabel('A visit: you watch').check()
  await page.getByRole('button', { name: 'Open the guide' }).click()
  await page.waitForURL(/\/q\/CORE-1$/)
  await look('visit-guide')
  await page.goto(page.url().replace('CORE-1', 'CORE-3'))
  await look('visit-guide-four')
  await page.goto('/follow-ups')
  await look('owed')
  await page.goto(`/follow-ups/${late}`)
  await look('owed-one')
}, 180_000)
