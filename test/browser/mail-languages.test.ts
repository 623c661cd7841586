import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { draftCampaign } from '../support/draft.ts'
import { anna, lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string
beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await house.db.updateTable('contact').set({ language: 'de' }).where('id', '=', anna.id).execute()
  web = await visit(house)
  cookie = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

/** The frame of a mail lets no script in, axe's neither: the page around it is looked at without it. */
async function looksRight(page: Page, name: string): Promise<void> {
  await page.evaluate("document.querySelectorAll('iframe').forEach((one) => one.remove())")
  await expectAccessible(page)
  await page.reload()
  await expectNoSidewaysScroll(page)
  await shoot(page, name)
}

test('a lead goes from the mail in English to the one in German, reads it as Anna gets it, and it is accessible', async () => {
  const path = await draftCampaign(house, cookie)
  const page = await web.open({ cookie })
  await page.goto(`${path}/text`)
  await page.getByRole('link', { name: 'German (1)' }).click()
  expect(await page.getByLabel('Subject').inputValue()).toBe('Warum kaufen Sie bei uns?')
  await page.getByRole('heading', { name: 'As saved, for Anna Brandt' }).waitFor()
  await looksRight(page, 'mail-text-german')
  await page.getByRole('button', { name: 'Save and read it' }).click()
  await page.getByText('written in German').waitFor()
  await looksRight(page, 'mail-preview-german')
  for (const kind of ['invite', 'reminder-1', 'reminder-2', 'later']) {
    await page.goto(`${path}/preview/html?contact=${anna.id}&kind=${kind}`)
    await expectNoSidewaysScroll(page)
    await shoot(page, `mail-german-${kind}`)
  }
})
