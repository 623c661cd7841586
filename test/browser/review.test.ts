import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeResponse, revise, suggest, toldSuggester } from '../support/answers.ts'
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
beforeEach(async () => {
  await house.db.deleteFrom('response').execute()
})

const night =
  'Honestly, it is the night line. If a pump stops at two in the morning, someone picks up and tells us what to do, and the plant is running again before the tankers arrive. That lets me sleep. You are not the cheapest, and the invoices need three calls every month, but I would not go back.'
const told = toldSuggester({
  [night]: [
    ['K3+', 'If a pump stops at two in the morning, someone picks up and tells us what to do', 0.91],
    ['E2+', 'That lets me sleep', 0.74],
    ['C1-', 'not the cheapest', 0.62],
    ['R4+', 'the plant is running again before the tankers arrive', 0.41],
  ],
  'The seals last twice as long as the ones we had before': [['C2+', 'last twice as long', 0.7]],
  'Nobody else delivers to the island': [['K3+', 'delivers', 0.7]],
})

async function say(text: string, more: Partial<Parameters<typeof makeResponse>[2][number]> = {}) {
  const { responseId, answerId } = await makeResponse(house.db, house.clock.now, [
    { text, question: 'CORE-2', ...more },
  ])
  await suggest(house.db, responseId, told, house.clock.now)
  return answerId
}

const settled = () =>
  house.db
    .selectFrom('coding')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select([
      'coding.answer_id',
      'coding.none_kind',
      'tag.driver',
      'tag.direction',
      'tag.sub',
      'tag.start_at',
      'tag.end_at',
    ])
    .where('is_settled', '=', 1)
    .orderBy('coding.id')
    .orderBy('tag.start_at')
    .execute()

/** Selects words of the answer as a mouse would. */
const select = (page: Page, words: string) =>
  page.evaluate(`(() => {
    const words = ${JSON.stringify(words)}
    const walker = document.createTreeWalker(document.querySelector('#said'), NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(words)
      if (at < 0) continue
      getSelection().setBaseAndExtent(node, at, node, at + words.length)
      return
    }
    throw new Error('not there: ' + words)
  })()`)
const confirmLabel = (page: Page) => page.locator('#review .actions .button[value=confirm]').innerText()

test('the pages for reading answers are accessible, fit a small phone and stand as they should', async () => {
  await say('The seals last twice as long as the ones we had before')
  await say('Nobody else delivers to the island')
  await say('Price. And habit, if I am honest')
  const answerId = await say(night)
  const page = await web.open({ cookie, viewport: { width: 320, height: 700 } })
  for (const [url, name] of [
    [`/review/${answerId}`, 'review'],
    ['/review', 'review-queue'],
    ['/codebook', 'codebook'],
  ] as const) {
    await page.setViewportSize({ width: 320, height: 700 })
    await page.goto(url)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.setViewportSize({ width: 320, height: 700 })
  await page.goto(`/review/${answerId}`)
  await page.keyboard.press('a')
  await page.keyboard.press('a')
  await page.keyboard.press('x')
  await page.keyboard.press('c')
  await page.locator('details[open] select[id$="-code"]').waitFor()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'review-own')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.locator('dialog[open]').waitFor()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'review-keys')
  await page.keyboard.press('Escape')

  await page.locator('[value="confirm"].button').waitFor()
  await revise(house.db, answerId, 'On second thoughts it is the price', house.clock.now)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The customer changed this answer' }).waitFor()
  await expectAccessible(page)
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSidewaysScroll(page)
  await shoot(page, 'review-changed')

  await house.db.deleteFrom('response').execute()
  await page.goto('/review')
  await expectAccessible(page)
  await shoot(page, 'review-empty')
})

test('an answer whose suggestions are right costs one key, and the next is painted within 100 ms', async () => {
  const ids = []
  for (let n = 0; n < 12; n += 1) ids.push(await say('Nobody else delivers to the island'))
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${ids[0]}`)
  // The time from the key to the frame in which another answer stands, as the browser itself measures it.
  await page.evaluate(`(() => {
    window.times = []
    let pressed = 0
    addEventListener('keydown', () => { pressed = performance.now() }, true)
    new MutationObserver(() => {
      if (!pressed) return
      const from = pressed
      pressed = 0
      requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - from)))
    }).observe(document.querySelector('main'), { childList: true })
  })()`)
  let keys = 0
  for (const id of ids.slice(0, 10)) {
    await page.waitForURL(`**/review/${id}`)
    await page.locator(`form[action="/review/${id}"]`).waitFor()
    await page.keyboard.press('Enter')
    keys += 1
  }
  await page.waitForURL(`**/review/${ids[10]}`)
  // The next answer stands before the server has taken this one.
  await expect.poll(async () => (await settled()).length).toBe(10)
  expect(keys / 10).toBeLessThanOrEqual(2)
  await page.waitForFunction('times.length === 10')
  const times = await page.evaluate<number[]>('times.sort((a, b) => a - b)')
  expect(times[4], `median of ${times.map(Math.round).join(', ')} ms`).toBeLessThan(100)
})

test('words are selected and tagged by keys, turned, dismissed, and an emoji before them shifts nothing', async () => {
  const text = `👍🏽 🎉 ${night}`
  const answerId = await say(text)
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${answerId}`)
  await select(page, 'That lets me sleep')
  await page.keyboard.press('4')
  await page.locator('.tag-row').first().waitFor()
  await select(page, 'the invoices need three calls')
  await page.keyboard.press('Shift+2')
  await page.locator('.tag-row >> nth=1').waitFor()
  await select(page, 'someone picks up')
  await page.keyboard.press('3')
  await page.locator('.tag-row >> nth=2').waitFor()
  await page.keyboard.press('-')
  await page.locator('.tag-row .tag.risk.minus').waitFor()
  await page.keyboard.press('+')
  await page.locator('.tag-row .tag.risk.plus').waitFor()
  expect(await page.locator('details[data-rule=risk]').getAttribute('open')).not.toBeNull()
  expect(await confirmLabel(page)).toContain('Confirm 3 tags')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/review')
  const words = (await settled()).map(
    ({ driver, direction, start_at, end_at }) =>
      `${driver}${direction} ${Array.from(text)
        .slice(start_at ?? 0, end_at ?? 0)
        .join('')}`,
  )
  expect(words).toEqual([
    'risk+ someone picks up',
    'emotion+ That lets me sleep',
    'cost- the invoices need three calls',
  ])
})

test('words across two marks are taken whole, and overlapping spans keep the text as it was written', async () => {
  const answerId = await say(night)
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${answerId}`)
  await page.evaluate(`(() => {
    const marks = document.querySelectorAll('#said mark')
    getSelection().setBaseAndExtent(marks[0].firstChild, 3, marks[1].firstChild, 9)
  })()`)
  await page.keyboard.press('2')
  await page.locator('.tag-row[data-state=own]').waitFor()
  const said = await page.evaluate<string>(`(() => {
    const copy = document.querySelector('#said').cloneNode(true)
    for (const code of copy.querySelectorAll('.code')) code.remove()
    return copy.textContent
  })()`)
  expect(said).toBe(night)
  expect(await page.locator('#said mark mark').count()).toBeGreaterThan(0)
})

test('suggestions are added and dismissed by a and x, none by 0, and u takes back answer after answer', async () => {
  const first = await say(night)
  const second = await say('Nobody else delivers to the island')
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${first}`)
  // Typed without waiting: each key acts on the page as the one before left it.
  for (const key of ['a', 'x', 'x', 'x']) await page.keyboard.press(key)
  await page.locator('.tag-row[data-state=dismissed] >> nth=2').waitFor()
  expect(await confirmLabel(page)).toContain('Confirm 1 tag')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/review/${second}`)
  await page.keyboard.press('0')
  await page.getByRole('button', { name: 'Confirm none and next' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/review')
  expect(await settled()).toMatchObject([
    { answer_id: first, driver: 'risk', sub: 'K3' },
    { answer_id: second, none_kind: 'GEN', driver: null },
  ])
  await page.goto(`/review/${second}`)
  await page.keyboard.press('u')
  await page.getByText('Taken back').waitFor()
  expect(await settled()).toHaveLength(1)
  await page.keyboard.press('u')
  await page.waitForURL(`**/review/${first}`)
  expect(await settled()).toEqual([])
})

test('j and k walk through the queue without confirming', async () => {
  const first = await say('Nobody else delivers to the island')
  const second = await say('Nobody else delivers to the island')
  const page = await web.open({ cookie })
  await page.goto(`/review/${first}`)
  await page.keyboard.press('j')
  await page.waitForURL(`**/review/${second}`)
  await page.keyboard.press('k')
  await page.waitForURL(`**/review/${first}`)
  expect(await settled()).toEqual([])
})

test('keys never act while one writes in a field, and Enter there goes back to the tag', async () => {
  const answerId = await say('Never stops, 1 in 3')
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${answerId}`)
  await page.keyboard.press('3')
  await page.locator('.tag-row').waitFor()
  await page.keyboard.press('c')
  const words = page.locator('textarea')
  await words.fill('')
  await words.pressSequentially('1 in 3')
  expect(await words.inputValue()).toBe('1 in 3')
  await page.keyboard.press('Enter')
  await page.locator('#said mark', { hasText: /^1 in 3$/ }).waitFor()
  expect(await settled()).toEqual([])
  await page.keyboard.press('Enter')
  await page.waitForURL('**/review')
  expect(await settled()).toMatchObject([{ driver: 'risk', start_at: 13, end_at: 19 }])
})

test('a slow press on the button counts although a field has just been changed', async () => {
  const answerId = await say('Never stops, and the price is fair')
  const page = await web.open({ cookie, viewport: { width: 1280, height: 900 } })
  await page.goto(`/review/${answerId}`)
  await page.keyboard.press('3')
  await page.locator('.tag-row').waitFor()
  await page.keyboard.press('c')
  await page.locator('textarea').fill('Never stops')
  await page.locator('.button[value=confirm]').scrollIntoViewIfNeeded()
  const box = await page.locator('.button[value=confirm]').boundingBox()
  await page.mouse.move((box?.x ?? 0) + 10, (box?.y ?? 0) + 10)
  await page.mouse.down()
  await page.waitForTimeout(250)
  await page.mouse.up()
  await page.waitForURL('**/review')
  expect(await settled()).toMatchObject([{ driver: 'risk', start_at: 0, end_at: 11 }])
})

test('whoever has switched single keys off is not surprised by them', async () => {
  const answerId = await say(night)
  await house.db.updateTable('user').set({ has_shortcuts: 0 }).where('id', '=', lena.id).execute()
  const page = await web.open({ cookie })
  await page.goto(`/review/${answerId}`)
  for (const key of ['x', '1', '0', 'Enter', 'j']) await page.keyboard.press(key)
  expect(await page.locator('kbd').count()).toBe(0)
  expect(await confirmLabel(page)).toContain('Confirm 4 tags')
  expect(page.url()).toContain(answerId)
  expect(await settled()).toEqual([])
  await house.db.updateTable('user').set({ has_shortcuts: 1 }).where('id', '=', lena.id).execute()
})

test('everything works without JavaScript', async () => {
  const answerId = await say(night)
  const page = await web.open({ cookie, javaScriptEnabled: false })
  await page.goto(`/review/${answerId}`)
  await page.getByRole('button', { name: 'Dismiss Revenue' }).click()
  await page.getByRole('button', { name: 'Add Cost −' }).click()
  await page.getByText('Change Cost −', { exact: false }).first().click()
  await page.getByLabel('Value and sub-code').selectOption('C4')
  await page.getByLabel('The words that say so').fill('the invoices need three calls every month')
  await page.getByLabel('Gives a number').check()
  await page.getByRole('button', { name: 'Confirm 3 tags and next' }).click()
  await page.waitForURL('**/review')
  expect((await settled()).map(({ sub, direction }) => `${sub}${direction}`)).toEqual(['K3+', 'E2+', 'C4-'])
})

test('when the server cannot be reached, the tags stay and the page says so', async () => {
  const answerId = await say(night)
  const page = await web.open({ cookie })
  await page.goto(`/review/${answerId}`)
  await page.context().setOffline(true)
  await page.keyboard.press('Enter')
  await page.getByText('The server cannot be reached').waitFor()
  await page.context().setOffline(false)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/review')
  expect(await settled()).toHaveLength(4)
})
