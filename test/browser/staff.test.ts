import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstAdminLink } from '#server/session/first-admin.ts'
import { createSignInLink } from '#server/session/session.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { ada, lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp
let web: Visit

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

/** Sound at 320 px and at 1280 px; and a picture of it when asked for. */
async function look(page: Page, name: string): Promise<void> {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    await expectNoSidewaysScroll(page)
    await expectAccessible(page)
  }
  await shoot(page, name)
}

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate<string>(
      '(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()',
    )
    if (focused.startsWith(name)) return
  }
  throw new Error(`No control "${name}" can be reached by Tab.`)
}

test('an admin opens a colleague’s link in the mailbox, and everything is done by keyboard', async () => {
  const page = await web.open()
  await page.goto('/account')
  await tabTo(page, 'Your work e-mail address')
  await page.keyboard.type(rosa.email)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sign-in/sent')
  await look(page, 'session-sent')
  await house.worker.drain()

  const admin = await web.open({ cookie: await house.signIn(ada.id), viewport: { width: 1280, height: 900 } })
  await admin.goto('/mailbox')
  await tabTo(admin, 'Your link to sign in')
  await admin.keyboard.press('Enter')
  await admin.waitForURL('**/mailbox/*')
  const frame = admin.frameLocator('iframe.mail-frame')
  const button = frame.getByRole('link', { name: 'Sign in', exact: true })
  await expect.poll(() => button.isVisible()).toBe(true)
  const path = new URL((await button.getAttribute('href')) ?? '').pathname

  const confirm = await web.open()
  await confirm.goto(`${path}?next=/account`)
  await look(confirm, 'session-confirm')
  await confirm.locator('#device-own').focus()
  await confirm.keyboard.press('Space')
  await tabTo(confirm, 'Sign in as Rosa Lind')
  await confirm.keyboard.press('Enter')
  await confirm.waitForURL('**/account')
  expect(await confirm.textContent('.who')).toContain('Rosa Lind')
})

test('a link in a framed mail opens in a tab of its own, with its page in working order', async () => {
  const page = await web.open({ cookie: await house.signIn(ada.id) })
  await house.db
    .updateTable('mailbox_mail')
    .set({
      html_body: `<!doctype html><html lang="en"><head><title>A mail</title><script>document.title = 'ran'</script></head><body><main><h1>A mail</h1><p><a href="${web.origin}/sign-in/sent">Go</a></p></main></body></html>`,
    })
    .execute()
  await page.goto('/mailbox')
  await page.click('.mails a')
  const opened = page.context().waitForEvent('page')
  await page.frameLocator('iframe.mail-frame').getByRole('link', { name: 'Go' }).click()
  const tab = await opened
  await tab.waitForLoadState()
  expect(await tab.textContent('h1')).toBe('Look in your mail')
  expect(await tab.evaluate('self.origin')).toBe(web.origin)
})

test('the pages before signing in are accessible and fit a small phone', async () => {
  const page = await web.open()
  await page.goto('/sign-in')
  await look(page, 'session-sign-in')
  await page.fill('#email', 'rosa')
  await page.click('button')
  await look(page, 'session-sign-in-wrong')
  await page.goto('/sign-in/not-a-link')
  await look(page, 'session-stale')
})

test('the pages about oneself, people, settings and mail are accessible and fit a small phone', async () => {
  const lost = await createSignInLink(house.db, ada.id, house.clock.now)
  await house.app.inject({
    method: 'POST',
    url: `/sign-in/${lost}`,
    headers: {
      host: 'ask.test',
      origin: 'http://ask.test',
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1',
    },
    payload: 'device=own',
  })
  await house.db
    .updateTable('user')
    .set({ deactivated_at: '2026-11-20T08:00:00.000Z' })
    .where('id', '=', tom.id)
    .execute()
  await house.post('/sign-in', { email: lena.email })
  await house.post(
    '/users',
    { name: 'Ida Voss', email: 'ida.voss@brackwell.example', role: 'lead' },
    await house.signIn(ada.id),
  )
  await house.worker.drain()
  const page = await web.open({ cookie: await house.signIn(ada.id) })
  const pages: [path: string, name: string][] = [
    ['/', 'start'],
    ['/account', 'account'],
    ['/users', 'users'],
    [`/users/${rosa.id}`, 'user'],
    [`/users/${tom.id}`, 'user-gone'],
    [`/users/${rosa.id}/deactivation`, 'user-deactivation'],
    ['/settings', 'settings'],
    ['/mailbox', 'mailbox'],
    ['/mailbox?q=nobody', 'mailbox-none'],
  ]
  for (const [path, name] of pages) {
    await page.goto(path)
    await look(page, name)
  }
  await page.goto('/mailbox')
  await page.click('.mails a')
  await expectNoSidewaysScroll(page)
  // The frame lets no script in, axe's neither: the page around it is looked at here, the mail below.
  expect((await new AxeBuilder({ page }).setLegacyMode(true).analyze()).violations).toEqual([])
  await shoot(page, 'mail-html')
  await page.click('text=Plain text')
  await look(page, 'mail-text')
  await page.click('text=Headers')
  await look(page, 'mail-headers')
  await page.goto('/users')
  await page.click('text=Send the invitation')
  await look(page, 'users-wrong')
})

test('the mails to staff are accessible themselves, at the width of a small phone', async () => {
  const mails = await house.db.selectFrom('mailbox_mail').select(['subject', 'html_body']).execute()
  expect(new Set(mails.map(({ subject }) => subject)).size).toBeGreaterThanOrEqual(2)
  const page = await web.open({ viewport: { width: 320, height: 700 } })
  for (const { html_body } of mails) {
    await page.setContent(html_body)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  }
})

test('the first admin’s page is accessible and fits a small phone', async () => {
  const empty = await startApp()
  const other = await visit(empty)
  const page = await other.open()
  await page.goto(new URL((await firstAdminLink(empty.db, other.origin, empty.clock.now)) ?? '').pathname)
  await look(page, 'first-admin')
  await page.fill('#name', 'Ada Moss')
  await page.fill('#email', ada.email)
  await page.fill('#company', 'Brackwell Pumps')
  await page.selectOption('#timeZone', 'Europe/London')
  await page.click('text=Set up and go in')
  await page.waitForURL(`${other.origin}/`)
  await look(page, 'start-first')
  await other.close()
  await empty.close()
})
