import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { publishEveryKind, questionsAt } from '../support/every-kind.ts'
import { answerTo } from '../support/fill.ts'
import { faultsIn } from '../support/valid-html.ts'
import { anna, fennholt, makeWorld, rosa } from '../support/world.ts'

/** Every kind of question gives valid HTML: empty, filled and wrong, by mail, in a talk and on a visit. */

let house: TestApp
let version: string
let link: string
const questions = questionsAt(fennholt)

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  const [token = ''] = await invite(house.db, house.links, [anna])
  version = await publishEveryKind(house.db, house.clock.now)
  await house.db.updateTable('campaign').set({ template_version_id: version }).execute()
  link = `/s/${token}`
})
afterAll(() => house.close())

async function expectValid(at: string, cookie = ''): Promise<void> {
  for (const question of questions) {
    const url = `${at}/q/${question.id}`
    const { form } = answerTo(question)
    const strange = {
      ...form,
      choice: 'strange',
      score: '11',
      earn: '11',
      'best-0': 'strange',
      'effect-0': 'x',
      text: 'x'.repeat(20_001),
    }
    const pages = [
      await house.get(url, cookie),
      await house.post(url, { ...strange, go: 'next' }, cookie),
      await house.post(url, { ...form, go: 'next' }, cookie).then(() => house.get(`${url}?rows=3`, cookie)),
    ]
    for (const [state, { body }] of pages.entries())
      expect([question.id, question.kind, state, await faultsIn(body)]).toEqual([question.id, question.kind, state, []])
  }
}

test('by mail', async () => {
  await expectValid(link)
  expect(await faultsIn((await house.get(`${link}/check`)).body)).toEqual([])
})

test.each(['interview', 'observation'])('as an %s', async (channel) => {
  const cookie = await house.signIn(rosa.id)
  const id = `01900000-0000-4000-8000-0000000000${channel === 'interview' ? 'aa' : 'ab'}`
  const setting = { channel, language: 'en', contact: anna.id, tookPlaceOn: '2026-11-23', place: '', present: '' }
  await house.post(`/customers/${fennholt.id}/interviews/new`, { key: id, version, ...setting }, cookie)
  await expectValid(`/interviews/${id}`, cookie)
  expect(await faultsIn((await house.get(`/interviews/${id}/check`, cookie)).body)).toEqual([])
})
