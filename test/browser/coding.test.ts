import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { revise, suggest, toldSuggester } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { readAs, sayTo } from '../support/coding.ts'
import { ada, lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let asLena: string
let asAda: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
  asLena = await house.signIn(lena.id)
  asAda = await house.signIn(ada.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})
beforeEach(async () => {
  await house.db.deleteFrom('response').execute()
  await twoReaders(true)
})

const twoReaders = (isTwo: boolean) =>
  house.db
    .updateTable('user')
    .set({ is_coder: Number(isTwo) })
    .where('id', '=', ada.id)
    .execute()

const night =
  'Honestly, it is the night line. If a pump stops at two, someone picks up. That lets me sleep. Anna at Fennholt says the same, and you are not the cheapest.'
const told = toldSuggester({ [night]: [['K3+', 'someone picks up', 0.8]] })
const say = async (text: string) => (await sayTo(house, told, text)).answerId

const settled = () =>
  house.db
    .selectFrom('coding')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['coding.answer_id', 'coding.none_kind', 'tag.driver', 'tag.direction', 'tag.sub'])
    .select(['tag.start_at', 'tag.end_at'])
    .where('is_settled', '=', 1)
    .orderBy('coding.id')
    .orderBy('tag.start_at')
    .execute()
const standing = () =>
  house.db
    .selectFrom('coding')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('is_blind', '=', 1)
    .where('taken_back_at', 'is', null)
    .executeTakeFirstOrThrow()

/** Reads an answer by keys alone: "3" and the like set a driver, "!3" hurts, "0" says none; then Enter. */
async function byKeys(page: Page, answerId: string, keys: string[]): Promise<void> {
  await page.locator(`form[action="/review/${answerId}"]`).waitFor()
  for (const [n, key] of keys.entries()) {
    await page.keyboard.press(key.startsWith('!') ? `Shift+${key.slice(1)}` : key)
    if (key === '0') await page.locator('#none-kind:focus').waitFor()
    else await page.locator(`.tag-row[data-state=own] >> nth=${n}`).waitFor()
  }
  await page.keyboard.press('Enter')
}

test('thirty answers are coded by two people by keys alone, undone, settled, and the page of agreement shows that run', async () => {
  const ids: string[] = []
  for (let n = 0; n < 30; n += 1) ids.push(await say(`Answer ${n}: it never stops and the price is fair`))
  // What each reads: mostly the same, sometimes more, sometimes none.
  const ofLena = ids.map((_, n) => (n % 6 === 5 ? ['0'] : n % 3 === 0 ? ['3', '2'] : ['3']))
  const ofAda = ids.map((_, n) =>
    n % 10 === 4 ? ['!3'] : n % 6 === 5 ? ['0'] : n % 9 === 0 ? ['3'] : n % 3 === 0 ? ['3', '2'] : ['3'],
  )
  const page = await web.open({ cookie: asLena, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${ids[0]}`)
  for (const [n, id] of ids.entries()) await byKeys(page, id, ofLena[n] ?? [])
  await page.waitForURL('**/review')
  await expect.poll(async () => (await standing()).n).toBe(30)
  // Back to the first, across page loads, and once more.
  for (const id of ids.toReversed()) {
    if (page.url().endsWith('/review')) await page.getByRole('button', { name: 'Take back my last' }).click()
    else await page.keyboard.press('u')
    await page.waitForURL(`**/review/${id}`)
    if (id === ids[15]) await page.reload()
    await page.locator(`form[action="/review/${id}"]`).waitFor()
  }
  expect((await standing()).n).toBe(0)
  // Each still holds what was set; Enter confirms it again.
  for (const id of ids) {
    await page.locator(`form[action="/review/${id}"]`).waitFor()
    await page.keyboard.press('Enter')
  }
  await page.waitForURL('**/review')
  await expect.poll(async () => (await standing()).n).toBe(30)

  const other = await web.open({ cookie: asAda, viewport: { width: 1280, height: 900 } })
  await other.goto(`/review/${ids[0]}`)
  for (const [n, id] of ids.entries()) await byKeys(other, id, ofAda[n] ?? [])
  await other.waitForURL('**/review')
  await expect.poll(async () => (await standing()).n).toBe(60)

  const alike = ids.filter((_, n) => String(ofLena[n]) === String(ofAda[n]))
  expect(new Set((await settled()).map(({ answer_id }) => answer_id))).toEqual(new Set(alike))
  const disputed = ids.filter((id) => !alike.includes(id))
  for (const id of disputed) {
    await page.goto(`/review/${id}`)
    await page.getByRole('button', { name: 'Take this reading' }).first().click()
    await page.locator('.tag-row[data-state=own]').first().waitFor()
    await page.getByLabel('Why you decide so').fill('The words name the event.')
    await page.getByRole('button', { name: /^Settle/ }).click()
    await page.waitForURL('**/review')
  }
  expect(new Set((await settled()).map(({ answer_id }) => answer_id)).size).toBe(30)

  await page.goto('/agreement')
  for (const [name, key] of [
    ['Risk +', '3'],
    ['Risk −', '!3'],
    ['Cost +', '2'],
  ] as const) {
    const [a, b] = [ofLena, ofAda].map((all) => all.map((keys) => keys.includes(key)))
    const shown = await page
      .locator('tr', { has: page.locator('th', { hasText: name.slice(0, -2) }) })
      .filter({ hasText: name.at(-1) ?? '' })
    const cells = await shown
      .filter({ has: page.locator(`.tag.${name.endsWith('+') ? 'plus' : 'minus'}`) })
      .locator('td')
      .allInnerTexts()
    const figures = byHand(a ?? [], b ?? [])
    expect(cells[0]).toContain('30')
    expect(cells[2], name).toContain(`${Math.round(figures.agreement * 100)}`)
    expect(cells[4], `κ of ${name}`).toContain(figures.kappa.toFixed(2).replace('-', '−'))
    expect(cells[5], `AC1 of ${name}`).toContain(figures.ac1.toFixed(2).replace('-', '−'))
    expect(cells[6], `α of ${name}`).toContain(figures.alpha.toFixed(2).replace('-', '−'))
  }
  await page.setViewportSize({ width: 320, height: 700 })
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'agreement')
  await page.goto('/agreement/risk-helps')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'agreement-disagreements')
  await page.goto(`/review/${disputed[0]}`)
  await expectAccessible(page)
  await shoot(page, 'review-settled-readings')
}, 120_000)

/** κ, α and AC1 of two coders' yes and no, from their definitions; α with n twice the number of answers. */
function byHand(a: boolean[], b: boolean[]) {
  const n = a.length
  const yesA = a.filter(Boolean).length
  const yesB = b.filter(Boolean).length
  const agreement = a.filter((value, at) => value === b[at]).length / n
  const chance = (yesA / n) * (yesB / n) + (1 - yesA / n) * (1 - yesB / n)
  const share = (yesA + yesB) / (2 * n)
  const gwet = 2 * share * (1 - share)
  const ones = yesA + yesB
  const zeros = 2 * n - ones
  const apart = 1 - agreement
  return {
    agreement,
    kappa: (agreement - chance) / (1 - chance),
    ac1: (agreement - gwet) / (1 - gwet),
    alpha: 1 - ((2 * n - 1) * apart * n) / (ones * zeros),
  }
}

test('words are marked by keys alone, tagged, moved, and given a sub-code by letter and by search', async () => {
  await twoReaders(false)
  const text = `👍🏽 ${night}`
  const answerId = await say(text)
  const page = await web.open({ cookie: asLena, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${answerId}`)
  const marked = () => page.evaluate<string>('getSelection().toString()')
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await press('n')
  expect(await marked()).toBe('👍🏽')
  await press('ArrowRight')
  expect(await marked()).toBe('Honestly')
  await press('ArrowDown', 'ArrowDown')
  expect(await marked()).toBe('That')
  await press('Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight')
  expect(await marked()).toBe('That lets me sleep')
  await press('4')
  await page.locator('.tag-row[data-state=own] .tag.emotion').waitFor()
  await press('s')
  await page.locator('dialog#sub-codes[open]').waitFor()
  expect(await page.locator('#sub-codes li:visible').count()).toBe(5)
  await expectAccessible(page)
  await shoot(page, 'review-sub-codes')
  await page.setViewportSize({ width: 1280, height: 900 })
  await press('b')
  await page.locator('.tag-row[data-state=own]', { hasText: 'E2' }).waitFor()
  // By search, another driver's too.
  await press('s')
  await page.locator('dialog#sub-codes[open]').waitFor()
  await press('/')
  await page.keyboard.type('contin')
  await press('Enter')
  await page.locator('.tag-row[data-state=own]', { hasText: 'K3' }).waitFor()
  // The tag in hand moves to other words.
  await press('n', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowLeft')
  const moved = await marked()
  await press('m')
  await page.locator('.tag-row[data-state=own] .said', { hasText: moved }).waitFor()
  await press('n', 'Escape')
  expect(await marked()).toBe('')
  await press('Enter')
  await page.waitForURL('**/review')
  const [tag] = (await settled()).filter(({ start_at }) => start_at !== null)
  expect(
    Array.from(text)
      .slice(tag?.start_at ?? 0, tag?.end_at ?? 0)
      .join(''),
  ).toBe(moved)
})

test('none of the four takes its kind by a letter, Escape goes back, and 0 takes it back', async () => {
  await twoReaders(false)
  const answerId = await say('We have always used you')
  const page = await web.open({ cookie: asLena, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${answerId}`)
  await page.keyboard.press('0')
  await page.locator('#none-kind:focus').waitFor()
  await page.keyboard.press('0')
  await page.locator('#none:not(:checked)').waitFor()
  await page.keyboard.press('0')
  await page.locator('#none-kind:focus').waitFor()
  await page.keyboard.press('End')
  const kind = await page.locator('#none-kind').inputValue()
  expect(kind).not.toBe('GEN')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/review')
  expect(await settled()).toMatchObject([{ none_kind: kind, driver: null }])
})

test('the pages of double coding are accessible, fit a small phone and stand as they should', async () => {
  const first = await say(night)
  const second = await say('It never stops, and nobody else comes at night')
  await say('The price is fair')
  const page = await web.open({ cookie: asLena, viewport: { width: 320, height: 700 } })
  const look = async (url: string, name: string) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await page.goto(url)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await look(`/review/${first}`, 'review-blind')
  await readAs(house, asLena, first, ['K3+ someone picks up', 'E2+ That lets me sleep', 'C1- not the cheapest'])
  await readAs(house, asLena, second, ['K3+ It never stops'])
  await look(`/review/${first}`, 'review-waiting')
  await readAs(house, asAda, first, ['K3+ someone picks up', 'E2+ lets me sleep', 'R4+ a pump stops'])
  await readAs(house, asAda, second, ['GEN'])
  await look('/review', 'review-queue-disputed')
  await look(`/review/${first}`, 'review-settle')
  await page.getByRole('button', { name: 'Settle with 2 tags' }).click()
  await page.locator('.problems').waitFor()
  await expectAccessible(page)
  await shoot(page, 'review-settle-wrong')
  await look('/agreement', 'agreement-few')

  await twoReaders(false)
  const third = await say(night)
  await readAs(house, asLena, third, ['E2+ That lets me sleep'])
  await revise(house.db, third, `${night.replace('sleep', 'rest at night')} And the seals last.`, house.clock.now)
  const { response_id } = await house.db
    .selectFrom('answer')
    .select('response_id')
    .where('id', '=', third)
    .executeTakeFirstOrThrow()
  await suggest(house.db, response_id, told, house.clock.now)
  await look(`/review/${third}`, 'review-text-changed')
  await look('/review', 'review-queue-one-reader')
})

test('two readings are settled without JavaScript', async () => {
  const answerId = await say(night)
  await readAs(house, asLena, answerId, ['K3+ someone picks up', 'E2+ That lets me sleep'])
  await readAs(house, asAda, answerId, ['K3+ someone picks up'])
  const page = await web.open({ cookie: asLena, javaScriptEnabled: false })
  await page.goto(`/review/${answerId}`)
  await page.getByRole('button', { name: 'Add Emotion' }).click()
  await page.getByLabel('Why you decide so').fill('Sleep is named.')
  await page.getByRole('button', { name: 'Settle with 2 tags' }).click()
  await page.waitForURL('**/review')
  expect((await settled()).map(({ sub }) => sub)).toEqual(['K3', 'E2'])
})
