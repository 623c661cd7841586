import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let web: Visit
let lead: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 7)
  web = await visit(house)
  lead = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

const small = { viewport: { width: 320, height: 700 } }

test('the breakdown is accessible and fits a small phone', async () => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto('/why')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'why')
})

test('with suggestions, and with every choice open, it still is', async () => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto('/why?suggestions=1&from=2026-06-02')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'why-suggestions')
})

test('a view that is hidden says so, accessibly', async () => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto('/why?segment=Bakeries')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'why-hidden')
})

test('the words behind a number are accessible and fit a small phone', async () => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto('/why/answers?driver=risk&direction=%2B')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'why-answers')
})

test('a lead filters, opens a number by keyboard and reads the words behind it', async () => {
  const page = await web.open({ cookie: lead })
  await page.goto('/why')
  await page.getByLabel('Region').selectOption('North')
  await page.getByRole('button', { name: 'Show' }).click()
  const number = page.locator('.bars .risk p a').first()
  const count = Number(await number.textContent())
  await number.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/why\/answers\?.*region=North/)
  expect(await page.locator('h1 + p').textContent()).toBe(`${count} customers`)
})

test('a rep reads the same figures', async () => {
  const page = await web.open({ cookie: await house.signIn(rosa.id) })
  await page.goto('/why')
  const mine = await page.locator('.lead').textContent()
  const theirs = await web.open({ cookie: lead })
  await theirs.goto('/why')
  expect(await theirs.locator('.lead').textContent()).toBe(mine)
})

test.each(['segment', 'owner', 'channel', 'asked'])('groups by %s are accessible and fit a small phone', async (by) => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto(`/why/groups?by=${by}`)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, `why-groups-${by}`)
})

test('who is silent is accessible and fits a small phone', async () => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto('/why/silent')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'why-silent')
})

test('what we say beside what they say is accessible and fits a small phone, before and after it is confirmed', async () => {
  const page = await web.open({ ...small, cookie: lead })
  await page.goto('/why/words')
  await expectAccessible(page)
  await page
    .getByLabel('What do you say of yourselves?')
    .fill('We help you sell more.\nWe answer at three in the morning.')
  await page.getByRole('button', { name: 'Keep' }).click()
  await expectAccessible(page)
  await page.getByRole('checkbox', { name: 'Risk' }).nth(1).check()
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('You speak of').waitFor()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'why-words')
})

test('on a phone the words follow the four bars, and the page is no longer than it needs to be', async () => {
  const page = await web.open({ viewport: { width: 390, height: 844 }, cookie: lead })
  await page.goto('/why')
  const tops: number[] = []
  for (const name of ['.stats', '.bars', '.quote, .noted', '.trust', '.counts'])
    tops.push((await page.locator(name).first().boundingBox())?.y ?? 0)
  expect(tops).toEqual(tops.toSorted((a, b) => a - b))
  expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(4500)
})

test('on paper it reads as a document', async () => {
  if (!process.env.SHOTS) return
  const page = await web.open({ cookie: lead, viewport: { width: 794, height: 1123 } })
  await page.goto('/why')
  await page.emulateMedia({ media: 'print' })
  await page.screenshot({ path: 'test/shots/why-print.png', fullPage: true })
})
