import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { draftCampaign } from '../support/draft.ts'
import { makeList, sayWhatTheyGet } from '../support/pick-world.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string
let path: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeList(house.db, 90)
  await sayWhatTheyGet(house.db, 0, 9, 'team')
  web = await visit(house)
  cookie = await house.signIn(lena.id)
  path = await draftCampaign(house, cookie)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

async function looksRight(page: Page, name: string): Promise<void> {
  await expectAccessible(page)
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSidewaysScroll(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await shoot(page, name)
}

/** Moves with Tab to a control and presses it, as somebody without a mouse does. */
async function press(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate<string>(
      "(() => { const e = document.activeElement; return [e.getAttribute('aria-label'), e.labels?.[0]?.textContent, e.textContent].find(Boolean) ?? '' })()",
    )
    if (!name.test(focused.trim())) continue
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    return
  }
  throw new Error(`Tab never reaches ${name}`)
}

test('a lead picks a round with the keyboard alone, drops a name, adds another, and goes on', async () => {
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`${path}/audience`)
  await press(page, /^Pick a round$/)
  await looksRight(page, 'pick-empty')
  await page.setViewportSize({ width: 1280, height: 900 })
  await press(page, /^Propose whom to ask$/)
  expect(await page.textContent('.lead')).toContain('12 customers: 12 talks.')
  await press(page, /^Drop: Customer/)
  expect(await page.textContent('.lead')).toContain('11 customers: 11 talks.')
  await press(page, /^Ask by mail: Customer/)
  expect(await page.textContent('.lead')).toContain('10 talks and 1 mail.')
  await page.fill('input[name=find]', 'fennholt')
  await press(page, /^Find$/)
  await press(page, /^Add: Anna Brandt$/)
  expect(await page.textContent('body')).toContain(
    'By hand: 1 added, 1 dropped and 1 asked in another way (Lena Okafor).',
  )
  await looksRight(page, 'pick')
})

test('a wrong number is told beside its field', async () => {
  const page = await web.open({ cookie })
  await page.goto(`${path}/pick`)
  await page.fill('#count', '40')
  await page.click('button:has-text("Propose anew")')
  expect(await page.textContent('.problems')).toContain('Choose 8 to 15 customers')
  expect(await page.inputValue('#count')).toBe('40')
  await looksRight(page, 'pick-wrong')
})

test('a rep proposes among the own customers, from the page of the day', async () => {
  const rep = await web.open({ cookie: await house.signIn(rosa.id) })
  await rep.goto('/')
  await rep.click('aside a:has-text("Autumn 2026")')
  await rep.click('button:has-text("Propose whom to ask")')
  await looksRight(rep, 'pick-rep')
})

test('the launch, the round under way and the rep’s day are accessible with talks in them', async () => {
  const page = await web.open({ cookie })
  await page.goto(`${path}/recipients`)
  await looksRight(page, 'pick-launch')
  await page.fill('#count', '1')
  await page.click('button:has-text("Launch to 1 person")')
  await page.waitForURL(/campaigns\/[^/]+$/)
  await looksRight(page, 'pick-progress')
  const rep = await web.open({ cookie: await house.signIn(rosa.id) })
  await rep.goto('/')
  expect(await rep.textContent('body')).toContain('for the round “Autumn 2026”')
  await looksRight(rep, 'pick-today')
  await rep.click('h3 a:has-text("for the round")')
  await looksRight(rep, 'pick-guide')
})

test('the texts of the reminders are accessible', async () => {
  const draft = await draftCampaign(house, cookie, { name: 'Winter 2027' })
  const page = await web.open({ cookie })
  await page.goto(`${draft}/text?kind=later`)
  await page.evaluate("document.querySelectorAll('iframe').forEach((one) => one.remove())")
  await expectAccessible(page)
  await page.reload()
  await shoot(page, 'pick-texts')
})
