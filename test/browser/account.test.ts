import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { addFollowUp } from '#server/follow-ups/follow-ups.ts'
import { newId } from '#server/ids.ts'
import { createAddressLink } from '#server/session/addresses.ts'
import { codeAt, stepAt } from '#server/session/totp.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { png } from '../support/pictures.ts'
import { acme, ada, lena, makeWorld, mirador, rosa } from '../support/world.ts'

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

const secretOf = async (id: string) =>
  (await house.db.selectFrom('second_factor').select('secret').where('user_id', '=', id).executeTakeFirstOrThrow())
    .secret

test('an admin chooses a password, sets up a second factor by keyboard, and comes in again with both', async () => {
  const page = await web.open({ cookie: await house.signIn(ada.id) })
  await page.goto('/account/password')
  await page.fill('#password', 'password1234')
  await page.getByRole('button', { name: 'Show what is in' }).click()
  expect(await page.inputValue('#password')).toBe('password1234')
  expect(await page.getAttribute('#password', 'type')).toBe('text')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#password-error')
  await look(page, 'password-wrong')
  await page.fill('#password', 'weir lantern otter')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/account')
  await look(page, 'account-ways')

  await page.goto('/account/second-factor')
  await look(page, 'factor-off')
  await page.getByRole('button', { name: 'Set it up' }).press('Enter')
  await page.waitForSelector('svg.qr')
  await look(page, 'factor-picture')
  await page.fill('#code', codeAt(await secretOf(ada.id), stepAt(house.clock.now)))
  await page.keyboard.press('Enter')
  await page.waitForSelector('.codes')
  await look(page, 'recovery-codes')
  const code = (await page.locator('.codes code').first().textContent()) ?? ''
  const download = page.waitForEvent('download')
  await page.click('text=Download them')
  expect((await download).suggestedFilename()).toBe('whybuy-recovery-codes.txt')
  await page.goto('/account/second-factor')
  await look(page, 'factor-on')

  const other = await web.open()
  await other.goto('/sign-in?next=/users')
  await other.click('text=Sign in with a password')
  await look(other, 'sign-in-password')
  await other.fill('#email', ada.email)
  await other.fill('#password', 'not the right one')
  await other.keyboard.press('Enter')
  await other.waitForSelector('#password-error')
  await look(other, 'sign-in-password-wrong')
  await other.fill('#password', 'weir lantern otter')
  await other.keyboard.press('Enter')
  await other.waitForURL('**/sign-in/code')
  await look(other, 'sign-in-code')
  await other.fill('#code', '000000')
  await other.keyboard.press('Enter')
  await other.waitForSelector('#code-error')
  await look(other, 'sign-in-code-wrong')
  await other.fill('#code', code)
  await other.keyboard.press('Enter')
  await other.waitForURL('**/users')
  expect(await other.textContent('.who')).toContain('Ada Moss')
})

test('without script a password is typed and sent all the same', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id), javaScriptEnabled: false })
  await page.goto('/account/password')
  expect(await page.locator('.reveal').count()).toBe(0)
  await page.fill('#password', 'kitchen velvet harbour')
  await page.click('text=Save the password')
  await page.waitForURL('**/account')
})

test('pages that ask who is there, and those about a new address, are accessible and fit a small phone', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id) })
  const rep = await web.open({ cookie: await house.signIn(rosa.id) })
  await page.goto('/account/password/removal')
  await look(page, 'password-removal')
  house.clock.forward(20 * 60_000)
  await page.goto('/account/password')
  await look(page, 'password-asked')
  await rep.goto('/account/address')
  await look(rep, 'address-asked')
  await rep.click('text=Mail me a link')
  await rep.waitForSelector('.flash')
  const change = { userId: rosa.id, email: 'rosa.new@brackwell.example', askedBy: rosa.id }
  const token = await createAddressLink(house.db, change, house.clock.now)
  const nobody = await web.open()
  await nobody.goto(`/address/${token}`)
  await nobody.click('text=Use this address')
  await nobody.waitForSelector('#sure-error')
  await look(nobody, 'address-confirm')
  await nobody.check('#sure')
  await nobody.click('text=Use this address')
  await nobody.waitForURL('**/address/confirmed')
  await look(nobody, 'address-confirmed')
})

test('an admin hands over what a rep holds, one by one, before the rep leaves', async () => {
  const at = '2026-11-20T08:00:00.000Z'
  const { id: version } = await house.db.selectFrom('template_version').select('id').executeTakeFirstOrThrow()
  for (const customer of [acme, mirador])
    await transact(house.db, (trx) =>
      addFollowUp(
        trx,
        {
          customerId: customer.id,
          contactId: null,
          responseId: null,
          kind: 'promise',
          text: 'Send the drawing',
          ownerId: rosa.id,
          dueOn: '2026-12-01',
          createdBy: rosa.id,
        },
        house.clock.now,
      ),
    )
  await house.db
    .insertInto('campaign')
    .values({
      id: newId(),
      name: 'Spring round',
      series: 'Why',
      round: 1,
      template_version_id: version,
      state: 'launched',
      sender_id: rosa.id,
      closes_on: '2026-12-31',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .execute()
  await house.db
    .insertInto('response')
    .values({
      id: newId(),
      reference: 'WB-TEST23',
      customer_id: acme.id,
      contact_id: null,
      invitation_id: null,
      campaign_id: null,
      template_version_id: version,
      channel: 'interview',
      author_id: rosa.id,
      language: 'en',
      state: 'draft',
      took_place_on: '2026-11-19',
      segment: null,
      region: null,
      owner_id: rosa.id,
      created_at: at,
      submitted_at: null,
      revised_at: null,
    })
    .execute()
  await house.db.deleteFrom('second_factor').execute()
  const page = await web.open({ cookie: await house.signIn(ada.id) })
  await page.goto(`/users/${rosa.id}`)
  await look(page, 'person')
  await page.click('text=Deactivate Rosa Lind')
  await page.click('button:has-text("Deactivate Rosa Lind")')
  await page.waitForSelector('#keeps-error')
  await look(page, 'deactivation-held')
  await page.click('text=Hand over first')
  await look(page, 'hand-over')
  await page.click('text=One by one')
  await look(page, 'hand-over-one')
  for (const name of ['Acme Tools', 'Fennholt Dairy'])
    await page.getByLabel(name).selectOption({ label: name === 'Acme Tools' ? 'Tom Adair, rep' : 'Lena Okafor, lead' })
  await page.getByLabel('They go out in the name of').selectOption({ label: 'Lena Okafor, lead' })
  await page.getByRole('button', { name: 'Hand over' }).press('Enter')
  await page.waitForURL('**/deactivation')
  expect(await page.textContent('.flash')).toContain('2 customers, 2 follow-ups and 1 campaign')
  await page.click('button:has-text("Deactivate Rosa Lind")')
  await page.waitForURL('**/users')
})

test('an admin gives the company a logo and a colour, and looks at them before they hold', async () => {
  const page = await web.open({ cookie: await house.signIn(ada.id), viewport: { width: 1280, height: 900 } })
  await page.goto('/settings')
  await page.fill('#colour', '#ffd84d')
  await page.setInputFiles('#logo', { name: 'logo.png', mimeType: 'image/png', buffer: png(440, 96) })
  await page.click('text=See how it looks first')
  await page.waitForSelector('#colour-error')
  await look(page, 'settings-colour-wrong')
  await page.fill('#colour', '#1f3bb3')
  await page.fill('#logoAlt', 'Brackwell Pumps')
  await page.click('text=See how it looks first')
  await page.waitForURL('**/settings/preview')
  const dark = page.frameLocator('iframe[title="The page, dark"]')
  const button = dark.getByRole('button', { name: 'Save and continue' })
  await expect.poll(() => button.isVisible()).toBe(true)
  // White on blue by day; by night a lighter shade of the same hue, on dark paper.
  const inFrame = (part: string, expression: string) =>
    page
      .frames()
      .find((frame) => frame.url().endsWith(part))
      ?.evaluate<string | number>(expression)
  const fill = "getComputedStyle(document.querySelector('.button')).backgroundColor"
  expect(await inFrame('page?scheme=light', fill)).toBe('rgb(31, 59, 179)')
  expect(await inFrame('page?scheme=dark', fill)).not.toBe('rgb(31, 59, 179)')
  expect(await inFrame('page?scheme=dark', 'getComputedStyle(document.body).backgroundColor')).toBe('rgb(23, 22, 18)')
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    await expectNoSidewaysScroll(page)
  }
  await expect.poll(() => inFrame('html?scheme=dark', "document.querySelector('img').naturalWidth")).toBe(440)
  await shoot(page, 'settings-preview')
  await page.click('text=Save these settings')
  await page.waitForSelector('.flash')
  await look(page, 'settings-look')
  const customer = await web.open()
  await customer.goto('/sign-in')
  await expect.poll(() => customer.evaluate<number>("document.querySelector('.from img').naturalWidth")).toBe(440)
  await look(customer, 'sign-in-branded')
})

test('the letters to staff are accessible themselves, at the width of a small phone', async () => {
  await house.worker.drain()
  expect(await house.db.selectFrom('job').select(['kind', 'last_error']).execute()).toEqual([])
  const mails = await house.db.selectFrom('mailbox_mail').select(['subject', 'html_body']).execute()
  expect(new Set(mails.map(({ subject }) => subject)).size).toBeGreaterThanOrEqual(4)
  const page = await web.open({ viewport: { width: 320, height: 700 } })
  const seen = new Set<string>()
  for (const { subject, html_body } of mails) {
    if (seen.has(subject)) continue
    seen.add(subject)
    await page.setContent(html_body)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  }
})
