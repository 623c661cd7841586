import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { acme, anna, jonas, lena, makeWorld, mirador } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeCrowd()
  web = await visit(house)
  cookie = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

/** Thirty more buyers at Acme, so that lists have pages, and some people who cannot be asked. */
async function makeCrowd() {
  const at = '2026-11-01T08:00:00.000Z'
  const names = ['Dora Pell', 'Sven Mohr', 'Li Tan', 'Maya Tarn', 'Piet Obermoor', 'Wim Janssen']
  const people = Array.from({ length: 30 }, (_, n) => {
    const [first = '', last = ''] = (names[n % names.length] ?? '').split(' ')
    return {
      id: `crowd-${String(n).padStart(2, '0')}`,
      customer_id: n % 3 === 0 ? mirador.id : acme.id,
      external_id: null,
      first_name: first,
      last_name: n < names.length ? last : `${last} ${n}`,
      email: n === 4 ? null : `guest-${n}@acme.example`,
      job_title: n % 2 ? 'buyer' : 'plant manager',
      buying_role: 'buys' as const,
      language: n === 7 ? 'fr' : 'en',
      mail_basis: n === 5 ? ('none' as const) : ('existing_customer' as const),
      created_at: at,
      updated_at: at,
      archived_at: null,
    }
  })
  await house.db.insertInto('contact').values(people).execute()
}

/** Moves with Tab, as somebody without a mouse does, until the wanted control has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate<string>(
      "(() => { const e = document.activeElement; return [e.getAttribute('aria-label'), e.labels?.[0]?.textContent, e.textContent].find(Boolean) ?? '' })()",
    )
    if (name.test(focused.trim())) return
  }
  throw new Error(`Tab never reaches ${name}`)
}

async function looksRight(page: Page, name: string): Promise<void> {
  // The frame of a mail lets no script in, axe's neither: the page around it is looked at here, the mail below.
  const frames = await page.evaluate<number>(
    "(() => { const all = [...document.querySelectorAll('iframe')]; all.forEach((one) => one.remove()); return all.length })()",
  )
  await expectAccessible(page)
  if (frames > 0) await page.reload()
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSidewaysScroll(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await shoot(page, name)
}

test('a lead makes and launches a campaign with the keyboard alone', async () => {
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  const press = async (name: RegExp) => {
    await tabTo(page, name)
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  }
  await page.goto('/campaigns')
  await press(/^New campaign$/)
  await tabTo(page, /^Name$/)
  await page.keyboard.type('Autumn 2026')
  await tabTo(page, /^Closes on$/)
  await page.keyboard.type('04122026')
  if ((await page.inputValue('#closesOn')) !== '2026-12-04') await page.fill('#closesOn', '2026-12-04')
  await press(/^Save and choose whom to ask$/)
  await page.waitForURL(/audience$/)
  await press(/^Save and write the mail$/)
  await page.waitForURL(/text$/)
  await press(/^Save and read it$/)
  await page.waitForURL(/preview$/)
  await press(/^Send me a test$/)
  await page.waitForURL(/preview\?contact/)
  expect(await page.textContent('.flash')).toContain(`on its way to ${lena.email}`)
  await house.worker.drain()
  await press(/^Check who gets it$/)
  await page.waitForURL(/recipients$/)
  await tabTo(page, /^To launch, type the number of people: 31$/)
  await page.keyboard.type('13')
  await press(/^Launch to 31 people$/)
  expect(await page.textContent('.problems')).toContain('It is 31 people now, not 13.')
  await tabTo(page, /^To launch/)
  await page.keyboard.press('Control+A')
  await page.keyboard.type('31')
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  await page.waitForURL(/campaigns\/[^/]+$/)
  expect(await page.textContent('.flash')).toContain('31 mails are on their way.')
  await house.worker.drain()
  await page.reload()
  expect(await page.textContent('svg title')).toBe('0 of 31 have answered')
})

test('each page of a campaign is accessible and fits a small phone', async () => {
  const page = await web.open({ cookie })
  await page.goto('/campaigns/new')
  await looksRight(page, 'campaign-new')
  await page.fill('#name', 'Winter 2027')
  await page.fill('#closesOn', '2020-01-01')
  await page.click('button:has-text("Save and choose")')
  await looksRight(page, 'campaign-new-wrong')
  await page.fill('#closesOn', '2026-12-18')
  await page.click('button:has-text("Save and choose")')
  await page.waitForURL(/audience$/)
  const path = new URL(page.url()).pathname.replace('/audience', '')
  await page.goto(`${path}/audience?find=an`)
  await page.click('button[aria-label^="Add: Anna"]')
  await page.goto(`${path}/audience?find=an`)
  await looksRight(page, 'campaign-audience')
  await page.goto(`${path}/text`)
  await page.fill('#body', 'Hello {nick_name}')
  await page.click('button:has-text("Save and read it")')
  await looksRight(page, 'campaign-text-wrong')
  await page.goto(`${path}/preview?contact=${anna.id}`)
  await looksRight(page, 'campaign-preview')
  await page.goto(`${path}/recipients`)
  await looksRight(page, 'campaign-recipients-none')
  await page.goto(`${path}/left-out`)
  await looksRight(page, 'campaign-left-out')
  await page.goto(`${path}/removal`)
  await looksRight(page, 'campaign-removal')
  house.clock.forward(31 * 86_400_000)
  const later = await web.open({ cookie: await house.signIn(lena.id) })
  await later.goto(`${path}/text`)
  await looksRight(later, 'campaign-text')
  await later.goto(`${path}/recipients`)
  await looksRight(later, 'campaign-recipients')
  house.clock.forward(-31 * 86_400_000)
})

test('the progress of a campaign is accessible, with every state that a mail and a person can have', async () => {
  await makeProgress()
  const page = await web.open({ cookie })
  const { id } = await house.db
    .selectFrom('campaign')
    .select('id')
    .where('name', '=', 'Autumn 2026')
    .executeTakeFirstOrThrow()
  await page.goto(`/campaigns/${id}`)
  await looksRight(page, 'campaign-progress')
  await page.goto(`/campaigns/${id}/joiners`)
  await looksRight(page, 'campaign-joiners')
  await page.goto(`/campaigns/${id}/closing-day`)
  await looksRight(page, 'campaign-closing-day')
  await page.goto(`/campaigns/${id}/closing`)
  await looksRight(page, 'campaign-closing')
  await page.goto(`/campaigns/${id}?q=anna`)
  await page.click('a:has-text("Anna Brandt")')
  await looksRight(page, 'campaign-invitation')
  await page.goto('/campaigns')
  await looksRight(page, 'campaign-list')
})

/** Some began, one asked for a call, mails were refused and put off; and somebody joined. */
async function makeProgress() {
  const at = '2026-11-23T10:00:00.000Z'
  const invitations = await house.db
    .selectFrom('invitation')
    .innerJoin('message', 'message.invitation_id', 'invitation.id')
    .select(['invitation.id', 'message.id as message', 'contact_id'])
    .orderBy('invitation.id')
    .execute()
  const ids = invitations.filter(({ contact_id }) => contact_id !== anna.id && contact_id !== jonas.id)
  const set = (index: number, change: Record<string, string>) =>
    house.db
      .updateTable('invitation')
      .set(change)
      .where('id', '=', ids[index]?.id ?? '')
      .execute()
  const mail = (index: number, state: 'bounced' | 'failed' | 'deferred', reply: string) =>
    house.db
      .updateTable('message')
      .set({ state, last_reply: reply, sent_at: null })
      .where('id', '=', ids[index]?.message ?? '')
      .execute()
  for (const index of [0, 1, 2, 3, 4, 5]) await set(index, { began_at: at })
  await set(6, { call_asked_at: at })
  await set(7, { declined_at: at })
  await set(8, { ask_after_on: '2027-02-01' })
  await mail(9, 'bounced', '550 5.1.1 The mailbox does not exist here')
  await mail(10, 'failed', '421 4.3.2 Closing for the night')
  await mail(11, 'deferred', '451 4.7.1 Greylisted, come back later')
  await house.db.updateTable('contact').set({ email: 'piet@obermoor.example' }).where('id', '=', 'crowd-04').execute()
}

test('the templates are accessible, for customers and for talks', async () => {
  const page = await web.open({ cookie })
  for (const [path, name] of [
    ['/templates', 'templates'],
    ['/templates/core', 'template-customer'],
    ['/templates/core?as=talk', 'template-talk'],
  ] as const) {
    await page.goto(path)
    await looksRight(page, name)
  }
})

test('somebody stops the mails on a phone, and staff see it', async () => {
  const { id } = await house.db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', anna.id)
    .executeTakeFirstOrThrow()
  const page = await web.open()
  await page.goto(`/u/${house.links.token(id, 1)}`)
  await looksRight(page, 'stop')
  await page.click('button:has-text("Stop these mails")')
  await looksRight(page, 'stop-wrong')
  await page.check('input[value="all"]')
  await page.click('button:has-text("Stop these mails")')
  await page.waitForURL(/stopped$/)
  await looksRight(page, 'stopped')
  await page.goto('/u/test')
  await looksRight(page, 'stop-test')
  await page.goto('/u/nonsense')
  await looksRight(page, 'stop-unknown')

  const staff = await web.open({ cookie })
  await house.post('/suppressions', { address: 'guest-9@acme.example' }, cookie)
  await staff.goto('/suppressions')
  await looksRight(staff, 'suppressions')
})

test('the mail itself is accessible and fits a small phone, light and dark', async () => {
  const mail = await house.db
    .selectFrom('mailbox_mail')
    .select('html_body')
    .where('recipient', '=', anna.email)
    .executeTakeFirstOrThrow()
  const page = await web.open()
  await page.setContent(mail.html_body)
  await looksRight(page, 'mail')
})
