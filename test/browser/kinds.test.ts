import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { invite } from '../support/campaign.ts'
import { publishEveryKind, questionsAt } from '../support/every-kind.ts'
import { answerTo, fillByKeyboard, inOrder, pressByKeyboard } from '../support/fill.ts'
import { anna, carla, fennholt, jonas, makeWorld, mirador, rosa, wile } from '../support/world.ts'

let house: TestApp
let browser: Visit
let links: string[]
let version: string

beforeAll(async () => {
  house = await startApp({ baseUrl: 'http://127.0.0.1' })
  await makeWorld(house.db)
  links = await invite(house.db, house.links, [anna, jonas, carla, wile])
  version = await publishEveryKind(house.db, house.clock.now)
  await house.db.updateTable('campaign').set({ template_version_id: version }).execute()
  browser = await visit(house)
}, 60_000)
afterAll(async () => {
  await browser.close()
  await house.close()
})

const said = async (link: string, question: string) => {
  const rows = await house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('invitation', 'invitation.id', 'response.invitation_id')
    .select(['item', 'row', 'text', 'value'])
    .where('question', '=', question)
    .where('voice', '=', 'customer')
    .where('superseded_at', 'is', null)
    .where('invitation.id', '=', house.links.read(link)?.invitationId ?? '')
    .execute()
  return inOrder(rows.map((row) => ({ ...row, value: JSON.parse(row.value) }))).filter(
    ({ text, value }) => text !== '' || Object.keys(value).length > 0,
  )
}

for (const [mode, index, customer] of [
  ['with JavaScript', 0, fennholt],
  ['without JavaScript', 2, mirador],
] as const)
  test(`every kind is answered at 390 px by keyboard alone, ${mode}`, { timeout: 240_000 }, async () => {
    const link = links[index] ?? ''
    const hasScript = mode === 'with JavaScript'
    const page = await browser.open({ javaScriptEnabled: hasScript, reducedMotion: 'reduce' })
    await page.goto(`/s/${link}`)
    const answers = questionsAt(customer).map((question) => ({ question, ...answerTo(question) }))
    for (const { question, form } of answers) {
      expect(await page.textContent('h1')).toBe(question.text)
      // The check itself needs JavaScript; the page is the same.
      if (hasScript) await expectAccessible(page)
      await expectNoSidewaysScroll(page)
      await fillByKeyboard(page, form)
      await expectNoSidewaysScroll(page)
      await pressByKeyboard(page, 'next')
    }
    expect(await page.textContent('h1')).toBe('Before you send')
    if (hasScript) {
      await expectAccessible(page)
      await shoot(page, 'kinds-check')
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await page.check('#who-team')
    await page.click('button:has-text("Send my answers")')
    for (const { question, stored } of answers)
      expect([question.id, await said(link, question.id)]).toEqual([question.id, inOrder(stored)])
  })

test('every kind looks as it should, empty, filled and wrong', { timeout: 240_000 }, async () => {
  const link = links[3] ?? ''
  const page = await browser.open({ reducedMotion: 'reduce' })
  for (const question of questionsAt(wile.customer)) {
    await page.goto(`/s/${link}/q/${question.id}`)
    await shoot(page, `kind-${question.id}-empty`)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.click('button[value="next"]')
    await expectAccessible(page)
    await shoot(page, `kind-${question.id}-wrong`)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`/s/${link}/q/${question.id}`)
    await fillByKeyboard(page, answerTo(question).form)
    await shoot(page, `kind-${question.id}-filled`)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expectAccessible(page)
    }
    await page.setViewportSize({ width: 390, height: 844 })
  }
})

test('no target is smaller than 24 pixels on the smallest phone', { timeout: 60_000 }, async () => {
  const page = await browser.open({ viewport: { width: 320, height: 568 } })
  for (const question of questionsAt(jonas.customer)) {
    await page.goto(`/s/${links[1]}/q/${question.id}`)
    await expectNoSidewaysScroll(page)
    const small = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll('form input:not([type=hidden]), form button')]
      .map((one) => [one, one.closest('.rating, .picks') ? one.closest('label') : one.labels?.[0]?.contains(one) ? one.closest('label') : one])
      .filter(([, target]) => target.checkVisibility())
      .map(([one, target]) => [one.name, target.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 24 || height < 24)
      .map(([name, { width, height }]) => name + ' ' + width + ' x ' + height)`)
    expect([question.kind, small]).toEqual([question.kind, []])
  }
})

test('points are counted as one types, the same line is never both, and a choice can be taken back', async () => {
  const page = await browser.open()
  const [sum, picks, one] = (['sum100', 'best_worst', 'one'] as const).map(
    (kind) => questionsAt().find((question) => question.kind === kind)?.id,
  )
  await page.goto(`/s/${links[1]}/q/${sum}`)
  await page.fill('#earn', '40')
  await page.fill('#spend', '50')
  expect(await page.textContent('#total')).toBe('10 points are left to share 90 of 100')
  await page.fill('#avoid', '11')
  expect(await page.textContent('#total')).toBe('1 point is too many 101 of 100')
  await page.fill('#avoid', '10')
  expect(await page.textContent('#total')).toBe(' 100 of 100')

  await page.goto(`/s/${links[1]}/q/${picks}`)
  await page.check('[name="best-0"][value="earn"]')
  await page.check('[name="worst-0"][value="earn"]')
  expect(await page.isChecked('[name="best-0"][value="earn"]')).toBe(false)

  await page.goto(`/s/${links[1]}/q/${one}`)
  expect(await page.isVisible('button[value="clear"]')).toBe(false)
  await page.check('[name="choice"][value="yes"]')
  await page.fill('#why', 'The people')
  await page.click('button[value="clear"]')
  expect(await page.isChecked('[name="choice"][value="yes"]')).toBe(false)
  // It is saved a moment later, like anything that is typed.
  await page.waitForTimeout(2_500)
  await page.reload()
  expect(await page.inputValue('#why')).toBe('The people')
  expect(await page.isChecked('[name="choice"][value="yes"]')).toBe(false)
})

test('a finger reaches every choice, and a screen reader hears what each stands for', async () => {
  const page = await browser.open({ hasTouch: true })
  const [scale, picks, grid] = (['scale', 'best_worst', 'grid'] as const).map(
    (kind) => questionsAt(jonas.customer).find((question) => question.kind === kind)?.id,
  )
  await page.goto(`/s/${links[1]}/q/${scale}`)
  const earn = page.getByRole('group', { name: 'Earning more' })
  await earn.getByRole('radio', { name: '8' }).tap()
  expect(await page.isChecked('[name="earn"][value="8"]')).toBe(true)
  expect(await earn.getByRole('radio', { name: '8' }).isChecked()).toBe(true)
  await earn.getByText('Does not apply').tap()
  expect(await page.isChecked('[name="earn"][value="8"]')).toBe(false)

  await page.goto(`/s/${links[1]}/q/${picks}`)
  await page.getByRole('radio', { name: 'Matters most: Earning more' }).tap()
  await page.getByRole('radio', { name: 'Matters least: Avoiding things going wrong' }).tap()
  expect(await page.isChecked('[name="best-0"][value="earn"]')).toBe(true)
  expect(await page.isChecked('[name="worst-0"][value="avoid"]')).toBe(true)

  await page.goto(`/s/${links[1]}/q/${grid}`)
  const worth = page.getByRole('group', { name: /Is it worth having\?\s+Pumps/ })
  await worth.getByText('Partly').tap()
  expect(await worth.getByRole('radio', { name: 'Partly' }).isChecked()).toBe(true)
})

test('a talk is noted in every kind, offline too, and filed', { timeout: 240_000 }, async () => {
  const cookie = await house.signIn(rosa.id)
  const id = '01900000-0000-4000-8000-0000000000ab'
  const setting = {
    channel: 'interview',
    language: 'en',
    contact: anna.id,
    tookPlaceOn: '2026-11-23',
    place: '',
    present: '',
  }
  await house.post(`/customers/${fennholt.id}/interviews/new`, { key: id, version, ...setting }, cookie)
  const page = await browser.open({ cookie, reducedMotion: 'reduce' })
  await page.goto(`/interviews/${id}/q/EVERY-1`)
  const answers = questionsAt(fennholt).map((question) => ({ question, ...answerTo(question) }))
  // The guide fetches the other questions while there is a line.
  await page.waitForTimeout(3_000)
  const isOffline = ({ kind }: { kind: string }) => kind === 'rows' || kind === 'scale' || kind === 'grid'
  for (const { question, form } of answers) {
    expect(await page.textContent('#question')).toBe(question.text)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    if (question.kind === 'rows' || question.kind === 'best_worst') await shoot(page, `talk-${question.id}`)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.context().setOffline(isOffline(question))
    await fillByKeyboard(page, form)
    await pressByKeyboard(page, 'next')
    await page.context().setOffline(false)
    await page.waitForTimeout(300)
  }
  await page.goto(`/interviews/${id}/check`)
  await page.waitForTimeout(1_500)
  await page.goto(`/interviews/${id}/check`)
  await expectAccessible(page)
  await shoot(page, 'talk-kinds-check')
  await page.check('#who-team')
  await page.click('button[value="file"]')
  await expectAccessible(page)
  await shoot(page, 'talk-kinds-filed')
  for (const { question, stored } of answers) {
    const rows = await house.db
      .selectFrom('answer')
      .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
      .select(['item', 'row', 'text', 'value'])
      .where('response_id', '=', id)
      .where('question', '=', question.id)
      .where('voice', '=', 'customer')
      .execute()
    const kept = rows.map((row) => ({ ...row, value: JSON.parse(row.value) }))
    const telling = kept.filter(({ text, value }) => text !== '' || Object.keys(value).length > 0)
    expect([question.id, inOrder(telling)]).toEqual([question.id, inOrder(stored)])
  }
})
