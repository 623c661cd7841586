import { afterAll, beforeAll, expect, test } from 'vitest'
import { versionFor } from '#server/answers/asking.ts'
import { newId } from '#server/ids.ts'
import type { Question } from '#server/templates/kinds/kinds.ts'
import { getTemplateVersion } from '#server/templates/templates.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { answerTo, type Form, fillByKeyboard, inOrder, pressByKeyboard, type Stored } from '../support/fill.ts'
import { newestVersion } from '../support/versions.ts'
import { carla, lena, makeWorld, mirador } from '../support/world.ts'

/** Every template that comes with Whybuy, answered in full as it is asked, in a real browser: what is kept is what was entered. */

let house: TestApp
let browser: Visit
let asLena: string

beforeAll(async () => {
  house = await startApp({ baseUrl: 'http://127.0.0.1' })
  await makeWorld(house.db)
  await house.db
    .insertInto('offering')
    .values(['Process pumps', 'Night line'].map((name) => ({ id: newId(), name, archived_at: null })))
    .execute()
  asLena = await house.signIn(lena.id)
  browser = await visit(house)
}, 60_000)
afterAll(async () => {
  await browser.close()
  await house.close()
})

/** Asks Carla with a template, in a round of its own. Returns her link and the questions as she is asked them. */
async function ask(key: string, language: string) {
  const at = house.clock.now.toISOString()
  const [campaign, invitation, version] = [newId(), newId(), await newestVersion(house.db, key)]
  await house.db.updateTable('contact').set({ language }).where('id', '=', carla.id).execute()
  await house.db
    .insertInto('campaign')
    .values({
      id: campaign,
      name: key,
      series: campaign,
      round: 1,
      template_version_id: version,
      state: 'launched',
      sender_id: lena.id,
      closes_on: '2026-12-04',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .execute()
  await house.db
    .insertInto('invitation')
    .values({
      id: invitation,
      campaign_id: campaign,
      contact_id: carla.id,
      customer_id: mirador.id,
      created_at: at,
      began_at: null,
      call_asked_at: null,
      ask_after_on: null,
      declined_at: null,
      withdrawn_at: null,
    })
    .execute()
  const questions = await questionsOf(version, 'survey', language, invitation)
  return { path: `/s/${house.links.token(invitation, 1)}`, questions, invitation }
}

async function questionsOf(
  version: string,
  channel: 'survey' | 'interview' | 'observation',
  language: string,
  seed: string,
): Promise<Question[]> {
  const asked = { channel, language, customerId: mirador.id, responseId: null, seed, on: '2026-11-23' }
  return (await versionFor(house.db, await getTemplateVersion(house.db, version), asked)).template.questions
}

/** What is on record for each question in one voice, and in which language. */
async function kept(of: { invitation: string } | { response: string }, voice: 'customer' | 'observed' | 'rep') {
  const rows = await house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .select(['question', 'item', 'row', 'text', 'value', 'answer_revision.language'])
    .where('voice', '=', voice)
    .where('superseded_at', 'is', null)
    .where((eb) => ('invitation' in of ? eb('invitation_id', '=', of.invitation) : eb('response.id', '=', of.response)))
    .execute()
  return rows
    .map(({ value, ...row }) => ({ ...row, value: JSON.parse(value) as Stored['value'] }))
    .filter(({ text, value }) => text !== '' || Object.keys(value).length > 0)
}
const byQuestion = (rows: Awaited<ReturnType<typeof kept>>, id: string) =>
  inOrder(rows.filter(({ question }) => question === id)).map(({ item, row, text, value }) => ({
    item,
    row,
    text,
    value,
  }))

for (const [key, language, hasScript] of [
  ['core-rel', 'en', true],
  ['core-driv', 'en', true],
  ['loss', 'en', true],
  ['succ', 'en', true],
  ['core-rel', 'de', false],
  ['core-driv', 'en', false],
  ['loss', 'en', false],
  ['succ', 'en', false],
] as const)
  test(`${key} is answered at 390 px by keyboard alone, in ${language}, ${hasScript ? 'with' : 'without'} JavaScript`, {
    timeout: 240_000,
  }, async () => {
    const { path, questions, invitation } = await ask(key, language)
    const page = await browser.open({ javaScriptEnabled: hasScript, reducedMotion: 'reduce' })
    await page.goto(path)
    const answers = questions.map((question) => ({ question, ...answerTo(question) }))
    for (const { question, form } of answers) {
      expect(await page.textContent('h1')).toBe(question.text)
      if (hasScript) await expectAccessible(page)
      await fillByKeyboard(page, form)
      await expectNoSidewaysScroll(page)
      await pressByKeyboard(page, 'next')
    }
    await page.check('#who-team')
    await page.click('form[action$="/submission"] button[type="submit"]')
    const rows = await kept({ invitation }, 'customer')
    for (const { question, stored } of answers)
      expect([question.id, byQuestion(rows, question.id)]).toEqual([question.id, inOrder(stored)])
    expect(new Set(rows.map((row) => row.language))).toEqual(new Set([language]))
  })

for (const [key, channel] of [
  ['core-rel', 'interview'],
  ['core-driv', 'interview'],
  ['deep', 'interview'],
  ['succ', 'interview'],
  ['loss', 'interview'],
  ['obs', 'observation'],
] as const)
  test(`${key} is noted at 390 px by keyboard alone, and filed`, { timeout: 240_000 }, async () => {
    const response = newId()
    const version = await newestVersion(house.db, key)
    const opening = { version, channel, key: response, language: 'en', contact: carla.id, tookPlaceOn: '2026-11-23' }
    const { location } = await house.post(
      `/customers/${mirador.id}/interviews/new`,
      { ...opening, place: '', present: '' },
      asLena,
    )
    expect(location).toBe(`/interviews/${response}`)
    const page = await browser.open({ cookie: asLena, reducedMotion: 'reduce' })
    await page.goto(location)
    const notes = (await questionsOf(version, channel, 'en', response)).map((question) => ({
      question,
      ...noteTo(question),
    }))
    for (const { question, form } of notes) {
      expect(await page.textContent('h2#question')).toBe(question.text)
      await expectAccessible(page)
      await fillByKeyboard(page, form)
      await expectNoSidewaysScroll(page)
      await pressByKeyboard(page, 'next')
    }
    await page.check('#who-team')
    await page.click('button[value="file"]')
    await page.waitForURL(`**${location}`)
    const [theirs, seen, own] = [
      await kept({ response }, 'customer'),
      await kept({ response }, 'observed'),
      await kept({ response }, 'rep'),
    ]
    for (const { question, stored, view, saw } of notes) {
      expect([question.id, byQuestion(theirs, question.id)]).toEqual([question.id, inOrder(stored)])
      expect([question.id, byQuestion(seen, question.id).map(({ text }) => text)]).toEqual([
        question.id,
        saw ? [saw] : [],
      ])
      expect([question.id, byQuestion(own, question.id).map(({ text }) => text)]).toEqual([
        question.id,
        view ? [view] : [],
      ])
    }
  })

/** What is noted to a question: their answer, what was seen on a visit, the author's view; as far as there is room. */
function noteTo(question: Question): { form: Form; stored: Stored[]; view: string; saw: string } {
  const has = (voice: 'customer' | 'observed' | 'rep') => question.voices?.includes(voice) ?? false
  if (!question.voices) return { ...answerTo(question), view: '', saw: '' }
  const { form, stored } = has('customer') ? answerTo(question) : { form: {}, stored: [] }
  const saw = has('observed') ? `Seen at ${question.id}: a pump, by hand.` : ''
  const view = has('rep') ? `My view of ${question.id}.` : ''
  return {
    form: { ...form, ...(saw ? { 'all-seen': saw } : {}), ...(view ? { 'all-view': view } : {}) },
    stored,
    view,
    saw,
  }
}

test('whoever is asked in German meets German, from the first page to the receipt', { timeout: 60_000 }, async () => {
  const { path } = await ask('core-rel', 'de')
  const page = await browser.open()
  await page.goto(path)
  await expectAccessible(page)
  await shoot(page, 'german-first')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.click('button[value="next"]')
  await expectAccessible(page)
  await shoot(page, 'german-wrong')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.fill('#text', 'Weil nachts jemand kommt.')
  await page.waitForSelector('[role="status"]:has-text("Gespeichert um")')
  await page.click('button[value="next"]')
  await page.goto(`${path}/check`)
  await expectAccessible(page)
  await shoot(page, 'german-check')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.check('#who-lead')
  await page.click('button[type="submit"]')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'german-receipt')
})

test('a template is looked at and tried, on a phone and on a desk', { timeout: 120_000 }, async () => {
  const page = await browser.open({ cookie: asLena })
  for (const [name, path] of [
    ['templates', '/templates'],
    ['template-rel', '/templates/rel'],
    ['template-core-german', '/templates/core?language=de'],
    ['template-loss-talk', '/templates/loss?as=talk'],
    ['preview-customer', '/templates/core-driv/preview/customer?question=DRIV-1'],
    ['preview-german', '/templates/core-rel/preview/sheet?language=de&question=REL-1'],
    ['preview-talk', '/templates/succ/preview/talk?question=SUCC-6'],
    ['preview-visit', '/templates/obs/preview/talk?question=OBS-2'],
    ['talk-open-all', `/customers/${mirador.id}/interviews/new`],
  ] as const) {
    await page.goto(path)
    // What stands in the frame is a page by itself, and looked at as one.
    if (name === 'preview-customer') await page.waitForSelector('iframe')
    else await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
    await page.setViewportSize({ width: 390, height: 844 })
  }
})
