import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
  cookie = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

const wrong = 'Cheapest of the three'
const right = 'Cheapest of the three -> C1+'

test('a lead changes the codebook without JavaScript, publishes it, and reads every version', async () => {
  const page = await web.open({ cookie, javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  await page.goto('/codebook')
  await page.getByRole('link', { name: 'Change it' }).click()
  await page.getByRole('link', { name: 'Cost' }).click()
  await page.getByLabel('So it is tagged').fill(wrong)
  await page.getByRole('button', { name: 'Keep in the draft' }).click()
  expect(await page.getByLabel('So it is tagged').inputValue()).toBe(wrong)
  await page.getByLabel('So it is tagged').fill(right)
  await page
    .getByRole('group', { name: /^C5/ })
    .getByLabel('State')
    .selectOption({ label: 'Merged into C4 Effort, hassle, ease of use' })
  await page.getByRole('button', { name: 'Keep in the draft' }).click()
  await page.getByLabel('Why it changes').fill('Nobody could tell C4 and C5 apart.')
  await page.getByRole('button', { name: 'Publish the next version' }).click()
  await page.getByText('Version 1.1.1 is in force.').waitFor()
  await page.getByRole('link', { name: 'Versions', exact: true }).click()
  await page.getByRole('link', { name: 'Version 1.1', exact: true }).click()
  await page.getByText('as it comes with Whybuy').waitFor()
})

test('the pages of the codebook are accessible, fit a small phone and stand as they should', async () => {
  const page = await web.open({ cookie, viewport: { width: 320, height: 700 } })
  const look = async (name: string) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.goto('/codebook/draft')
  await look('codebook-draft-none')
  await page.goto('/codebook/draft/risk')
  await page.getByLabel('So it is tagged').fill(wrong)
  await page.getByRole('button', { name: 'Keep in the draft' }).click()
  await look('codebook-part-wrong')
  await page.getByLabel('So it is tagged').fill('It never goes down -> K3+')
  await page.getByLabel('Name', { exact: true }).last().fill('Cyber security')
  await page.getByRole('button', { name: 'Keep in the draft' }).click()
  await look('codebook-draft')
  for (const part of ['cost', 'terms', 'rules', 'cases']) {
    await page.goto(`/codebook/draft/${part}`)
    await look(`codebook-part-${part}`)
  }
  for (const [url, name] of [
    ['/codebook/versions', 'codebook-versions'],
    ['/codebook/versions/1.1.1', 'codebook-own'],
    ['/codebook/versions/1.1.1/touched', 'codebook-touched'],
  ] as const) {
    await page.goto(url)
    await look(name)
  }
})
