import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { kindNames, printEntries, type Question } from '#server/templates/kinds/kinds.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { everyKind, publishEveryKind, questionsAt } from '../support/every-kind.ts'
import { answerTo, type Form, inOrder } from '../support/fill.ts'
import { anna, fennholt, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let link: string
const questions = questionsAt(fennholt)

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  const [token = ''] = await invite(house.db, house.links, [anna])
  const version = await publishEveryKind(house.db, house.clock.now)
  await house.db.updateTable('campaign').set({ template_version_id: version }).execute()
  link = `/s/${token}`
})
afterEach(() => house.close())

const hidden = (body: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
const idOf = (n: number) => `EVERY-${n}`
const questionOf = (kind: Question['kind']) => questions.find((question) => question.kind === kind) as Question

async function send(at: string, form: Form, go = 'next', cookie = '') {
  const page = await house.get(at, cookie)
  const base = { version: hidden(page.body, 'version'), writer: hidden(page.body, 'writer'), go }
  return house.post(at, { ...base, ...form }, cookie)
}
const stored = (question: string, voice: 'customer' | 'rep' | 'observed' = 'customer') =>
  house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .select(['item', 'row', 'text', 'value', 'provenance'])
    .where('question', '=', question)
    .where('voice', '=', voice)
    .where('superseded_at', 'is', null)
    .execute()
    .then((rows) => rows.map((row) => ({ ...row, value: JSON.parse(row.value) as Record<string, unknown> })))
const said = async (question: string) =>
  inOrder((await stored(question)).map(({ provenance: _, ...row }) => row)).filter(
    ({ text, value }) => text !== '' || Object.keys(value).length > 0,
  )
const drafts = () => house.db.selectFrom('draft').selectAll().execute()
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

test('every kind of question is in the template of these tests', () => {
  expect(new Set(everyKind.questions.map(({ kind }) => kind))).toEqual(new Set(kindNames))
})

test('by mail and without JavaScript, what is stored of every kind is what was entered, and is printed everywhere', async () => {
  const answers = questions.map((question) => ({ question, ...answerTo(question) }))
  for (const [index, { question, form }] of answers.entries()) {
    const sent = await send(`${link}/q/${question.id}`, form)
    expect([question.kind, sent.status, sent.body]).toEqual([question.kind, 303, ''])
    const next = questions[index + 1]
    expect(sent.location).toContain(next ? `/q/${next.id}` : '/check')
    // The page shows it all again.
    const again = await house.get(`${link}/q/${question.id}`)
    expect(again.status).toBe(200)
    for (const value of Object.values(form)
      .flat()
      .filter((text) => text.length > 15))
      expect(again.body).toContain(escaped(value))
  }
  const check = await house.get(`${link}/check`)
  expect((await house.post(`${link}/submission`, { who: 'team' })).status).toBe(303)
  const receipt = await house.get(`${link}/receipt`)
  const copy = await house.get(`${link}/copy.txt`)
  for (const { question, stored } of answers) {
    expect([question.id, await said(question.id)]).toEqual([question.id, inOrder(stored)])
    const printed = printEntries(question, stored)
    expect(printed.length).toBeGreaterThan(0)
    for (const { label, choice, text, note } of printed)
      for (const words of [label, choice, text, note].filter(Boolean)) {
        expect(check.body).toContain(escaped(words))
        expect(receipt.body).toContain(escaped(words))
        expect(copy.body).toContain(words)
      }
  }
})

test('in a talk, what is stored of every kind is what was noted, in each voice', async () => {
  const cookie = await house.signIn(rosa.id)
  const version = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'every')
    .executeTakeFirstOrThrow()
  const opened = await house.post(
    `/customers/${fennholt.id}/interviews/new`,
    {
      key: '01900000-0000-4000-8000-0000000000aa',
      version: version.id,
      channel: 'interview',
      language: 'en',
      contact: anna.id,
      tookPlaceOn: '2026-11-23',
      place: '',
      present: '',
    },
    cookie,
  )
  expect([opened.status, opened.body]).toEqual([303, ''])
  const talk = '/interviews/01900000-0000-4000-8000-0000000000aa'
  const answers = questions.map((question) => ({ question, ...answerTo(question) }))
  for (const { question, form } of answers) {
    const own = question.kind === 'items' ? 'earn' : 'all'
    const beside = {
      [`${own}-manner`]: 'paraphrase',
      [`${own}-view`]: `My view of ${question.id}`,
      [`${own}-seen`]: `Seen at ${question.id}`,
    }
    const sent = await send(`${talk}/q/${question.id}`, { ...form, ...beside }, 'next', cookie)
    expect([question.kind, sent.status, sent.body]).toEqual([question.kind, 303, ''])
    expect((await house.get(`${talk}/q/${question.id}`, cookie)).body).toContain(`My view of ${question.id}`)
  }
  const check = await house.get(`${talk}/check`, cookie)
  expect((await house.post(`${talk}/submission`, { who: 'team', act: 'file' }, cookie)).status).toBe(303)
  const filed = await house.get(talk, cookie)
  for (const { question, stored: expected } of answers) {
    expect([question.id, await said(question.id)]).toEqual([question.id, inOrder(expected)])
    const item = question.kind === 'items' ? 'earn' : ''
    expect(await stored(question.id, 'rep')).toMatchObject([{ item, row: 0, text: `My view of ${question.id}` }])
    expect(await stored(question.id, 'observed')).toMatchObject([
      { item, row: 0, text: `Seen at ${question.id}`, provenance: 'observed' },
    ])
    for (const { item: at, text, provenance } of await stored(question.id))
      if (text)
        expect([question.id, at, provenance]).toEqual([
          question.id,
          at,
          question.kind !== 'items' || at === 'earn' ? 'paraphrase' : 'verbatim',
        ])
    for (const { choice, text, note } of printEntries(question, expected))
      for (const words of [choice, text, note].filter(Boolean)) {
        expect(check.body).toContain(escaped(words))
        expect(filed.body).toContain(escaped(words))
      }
  }
})

test('whoever opens the filed answers and sends them on as they are changes nothing', async () => {
  for (const question of questions) await send(`${link}/q/${question.id}`, answerTo(question).form)
  await house.post(`${link}/submission`, { who: 'team' })
  for (const question of questions) {
    const sent = await send(`${link}/q/${question.id}`, answerTo(question).form)
    expect([question.kind, sent.status]).toEqual([question.kind, 303])
  }
  expect(await drafts()).toEqual([])
})

test('an answer that is emptied after sending is empty, item by item and row by row', async () => {
  for (const question of questions) await send(`${link}/q/${question.id}`, answerTo(question).form)
  await house.post(`${link}/submission`, { who: 'team' })
  for (const question of questions) expect((await send(`${link}/q/${question.id}`, {}, 'skip')).status).toBe(303)
  const sent = await house.post(`${link}/submission`, { done: '1' })
  expect([sent.status, sent.body]).toEqual([303, ''])
  for (const question of questions) expect([question.id, await said(question.id)]).toEqual([question.id, []])
})

test('nothing said is told in the words of each kind, and skipping is as easy', async () => {
  for (const question of questions) {
    const page = await send(`${link}/q/${question.id}`, {})
    expect([question.kind, page.status]).toEqual([question.kind, 422])
    expect(page.body).toContain('“Skip this question”')
    const [, href = ''] = /<li><a href="#([^"]+)">/.exec(page.body) ?? []
    expect(page.body, `${question.kind} leads to #${href}`).toContain(`id="${href}"`)
    expect((await send(`${link}/q/${question.id}`, {}, 'skip')).status).toBe(303)
  }
  expect(await drafts()).toEqual([])
})

describe('what a browser cannot send is refused beside its field, and never kept', () => {
  const strange: [kind: Question['kind'], form: Form][] = [
    ['one', { choice: 'maybe' }],
    ['one', { choice: ['yes', 'no'] }],
    ['one', { choice: '__proto__' }],
    ['many', { choice: ['starting', 'unheard'] }],
    ['many', { choice: 'constructor' }],
    ['scale', { earn: '11' }],
    ['scale', { earn: '-1' }],
    ['scale', { earn: 'NaN' }],
    ['scale', { earn: '1e1' }],
    ['scale', { earn: '٥' }],
    ['sum100', { earn: '33.3' }],
    ['sum100', { earn: '101' }],
    ['sum100', { earn: '-5', spend: '105' }],
    ['sum100', { earn: 'NaN' }],
    ['sum100', { earn: 'Infinity' }],
    ['best_worst', { 'best-0': 'price' }],
    ['best_worst', { 'worst-0': 'toString' }],
    ['best_worst', { 'best-0': 'earn', 'worst-0': 'earn' }],
    ['rows', { 'effect-0': 'maims' }],
    ['rows', { 'strength-2': '12' }],
    ['rows', { 'result-0': 'x'.repeat(501) }],
    ['grid', { 'known-01900000-0000-7000-8000-000000000501': 'perhaps' }],
    ['short', { earn: 'x'.repeat(501) }],
    ['long', { text: 'x'.repeat(20_001) }],
  ]
  test.each(strange)('%s %j', async (kind, form) => {
    const { id } = questionOf(kind)
    for (const go of ['next', 'skip', 'back', 'row', 'clear']) {
      const page = await send(`${link}/q/${id}`, form, go)
      expect(page.status).toBe(422)
      expect(page.body).toMatch(/class="(error|total error)"/)
      expect(page.body).toContain('class="problems"')
      const [, href = ''] = /<li><a href="#([^"]+)">/.exec(page.body) ?? []
      expect(page.body, `leads to #${href}`).toContain(`id="${href}"`)
    }
    const draft = await house.post(`${link}/q/${id}/draft`, form)
    expect([draft.status, typeof JSON.parse(draft.body).sentence]).toEqual([422, 'string'])
    expect(await drafts()).toEqual([])
  })

  test('an item, a row or a thing that is not asked about is not kept', async () => {
    await send(`${link}/q/${questionOf('scale').id}`, { earn: '3', price: '9' })
    await send(`${link}/q/${questionOf('rows').id}`, {
      'result-0': 'Less scrap',
      'result-3': 'Too far',
      'result-999': 'x',
    })
    // Fennholt has no training.
    await send(`${link}/q/${questionOf('grid').id}`, {
      'known-01900000-0000-7000-8000-000000000501': 'yes',
      'known-01900000-0000-7000-8000-000000000503': 'yes',
    })
    const kept = (await drafts()).map(({ body }) => body).join('\n')
    expect(kept).toContain('Less scrap')
    for (const word of ['price', 'Too far', '999', '000503']) expect(kept).not.toContain(word)
  })
})

test('a wrong field keeps every other choice and word of its page', async () => {
  const rows = questionOf('rows')
  const { form } = answerTo(rows)
  const page = await send(`${link}/q/${rows.id}`, { ...form, 'effect-0': 'maims', rows: '3' })
  expect(page.status).toBe(422)
  for (const value of Object.values(form)
    .flat()
    .filter((text) => text.length > 15))
    expect(page.body).toContain(escaped(value))
  expect(page.body).toContain('Row 3')
  const sum = await send(`${link}/q/${questionOf('sum100').id}`, { earn: '33.3', spend: '60' })
  expect(sum.body).toContain('value="33.3"')
  expect(sum.body).toContain('value="60"')
})

describe('100 points', () => {
  const at = () => `${link}/q/${questionOf('sum100').id}`

  test('another sum is kept as a draft, and going on says what is left', async () => {
    const page = await send(at(), { earn: '40', spend: '50' })
    expect(page.status).toBe(422)
    expect(page.body).toContain('That is 90 of 100. Share out 10 more, or choose “Prefer not to say”.')
    expect(page.body).toContain('90 of 100</output>')
    expect(await drafts()).toHaveLength(1)
    expect((await house.get(at())).body).toContain('value="40"')
    const much = await send(at(), { earn: '60', spend: '50' })
    expect(much.body).toContain('That is 110 of 100. Take 10 away')
    expect((await send(at(), { earn: '40', spend: '50' }, 'back')).status).toBe(303)
    expect((await house.get(at())).body).toContain('value="40"')
  })

  test('whoever skips them half-way leaves them, and can send the rest', async () => {
    await send(`${link}/q/${idOf(1)}`, { text: 'The night line.' })
    await house.post(`${at()}/draft`, { earn: '40', spend: '50' })
    expect((await send(at(), { earn: '40', spend: '50' }, 'skip')).status).toBe(303)
    expect((await house.post(`${link}/submission`, { who: 'team' })).status).toBe(303)
    expect(await said(questionOf('sum100').id)).toEqual([])
  })

  test('nothing is sent with another sum, by whatever way', async () => {
    await send(`${link}/q/${idOf(1)}`, { text: 'The night line.' })
    await house.post(`${at()}/draft`, { earn: '40', spend: '50' })
    const check = await house.get(`${link}/check`)
    expect(check.body).toContain('That is 90 of 100')
    const sent = await house.post(`${link}/submission`, { who: 'team' })
    expect(sent.status).toBe(422)
    expect(sent.body).toContain(`href="${at()}"`)
    expect(await house.db.selectFrom('answer').selectAll().execute()).toEqual([])
  })

  test('“Prefer not to say” is an answer, and takes the place of points', async () => {
    expect((await send(at(), { earn: '40', spend: '50', declined: '1' })).status).toBe(303)
    await house.post(`${link}/submission`, { who: 'team' })
    expect(await said(questionOf('sum100').id)).toEqual([{ item: '', row: 0, text: '', value: { declined: true } }])
    expect((await house.get(`${link}/receipt`)).body).toContain('Prefer not to say')
  })

  test('what is left empty beside a full sum has got nothing', async () => {
    expect((await send(at(), { earn: '100' })).status).toBe(303)
    await house.post(`${link}/submission`, { who: 'team' })
    expect(await said(questionOf('sum100').id)).toHaveLength(4)
    expect(await said(questionOf('sum100').id)).toContainEqual({ item: 'feel', row: 0, text: '', value: { points: 0 } })
  })
})

test('the best alone is an answer', async () => {
  const { id } = questionOf('best_worst')
  expect((await send(`${link}/q/${id}`, { 'best-0': 'feel' })).status).toBe(303)
  await house.post(`${link}/submission`, { who: 'team' })
  expect(await said(id)).toEqual([{ item: 'feel', row: 0, text: '', value: { pick: 'best' } }])
})

test('a row can be added without JavaScript, up to the most that there may be', async () => {
  const at = `${link}/q/${questionOf('rows').id}`
  const first = await house.get(at)
  expect(first.body).toContain('Row 1')
  expect(first.body).not.toContain('Row 2')
  const added = await send(at, { 'result-0': 'Less scrap', rows: '1' }, 'row')
  expect(added.status).toBe(303)
  const second = await house.get(added.location.split('#')[0] ?? '')
  expect(second.body).toContain('Less scrap')
  expect(second.body).toContain('Row 2')
  const third = await house.get(`${at}?rows=3`)
  expect(third.body).toContain('Row 3')
  expect(third.body).not.toContain('Add a row')
  for (const odd of ['99', '-1', 'x', '1e3']) expect((await house.get(`${at}?rows=${odd}`)).body).not.toContain('Row 4')
})

test('what was chosen can be taken back, and words stay', async () => {
  const { id } = questionOf('one')
  await send(`${link}/q/${id}`, { choice: 'yes', why: 'The people' })
  const back = await send(`${link}/q/${id}`, { choice: 'yes', why: 'The people' }, 'clear')
  expect(back.location).toContain(`/q/${id}`)
  await house.post(`${link}/submission`, { who: 'team' })
  expect(await said(id)).toEqual([{ item: '', row: 0, text: 'The people', value: {} }])
})

test('a draft that was saved before rows were kept is still there', async () => {
  const { id } = questionOf('long')
  await send(`${link}/q/${id}`, { text: 'From before' })
  const [draft] = await drafts()
  await house.db
    .updateTable('draft')
    .set({ body: (draft?.body ?? '').replaceAll('"row":0,', '') })
    .execute()
  expect((await house.get(`${link}/q/${id}`)).body).toContain('From before')
  await house.post(`${link}/submission`, { who: 'team' })
  expect(await said(id)).toEqual([{ item: '', row: 0, text: 'From before', value: {} }])
})

test('the order is drawn once a person, and stays', async () => {
  const others = await house.db.selectFrom('invitation').selectAll().execute()
  expect(others).toHaveLength(1)
  const orderIn = (body: string) => [...body.matchAll(/id="(earn|spend|avoid|feel)"/g)].map(([, id]) => id)
  const { id } = questionOf('sum100')
  const first = orderIn((await house.get(`${link}/q/${id}`)).body)
  expect(first).toHaveLength(4)
  await send(`${link}/q/${id}`, { feel: '100' })
  expect(orderIn((await house.get(`${link}/q/${id}`)).body)).toEqual(first)
  const wrong = await send(`${link}/q/${id}`, { feel: '90' })
  expect(orderIn(wrong.body)).toEqual(first)
})

test('a grid asks about what they have, or about all that is offered; about nothing it is left out', async () => {
  const { id } = questionOf('grid')
  const theirs = await house.get(`${link}/q/${id}`)
  expect(theirs.body).toContain('Night service')
  expect(theirs.body).not.toContain('Training')
  await house.db.deleteFrom('customer_offering').execute()
  expect((await house.get(`${link}/q/${id}`)).body).toContain('Training')
  // What was said stays to be read when an offering ends.
  await send(`${link}/q/${id}`, { 'known-01900000-0000-7000-8000-000000000503': 'partly' })
  await house.db.updateTable('offering').set({ archived_at: '2026-11-23T09:00:00.000Z' }).execute()
  expect((await house.get(`${link}/check`)).body).toContain('<b>Training:</b> Know what it is for: Partly')
  await house.db.deleteFrom('draft').execute()
  expect((await house.get(`${link}/q/${id}`)).status).toBe(404)
  expect((await house.get(link)).body).toContain(`of ${everyKind.questions.length - 1}`)
})

test('a question page still costs the statements that it cost, and one more where there are offerings to ask about', async () => {
  const before = house.queries()
  await house.get(`${link}/q/${idOf(2)}`)
  expect(house.queries() - before).toBeLessThanOrEqual(5)
})

test('texts that are not about why they buy are neither tagged nor counted nor shown as evidence', async () => {
  for (const question of questions) await send(`${link}/q/${question.id}`, answerTo(question).form)
  await house.post(`${link}/submission`, { who: 'team' })
  await house.worker.drain()
  const read = await house.db
    .selectFrom('coding')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .select('question')
    .distinct()
    .execute()
  const coded = questions.filter((question) => question.coded).map(({ id }) => id)
  expect(new Set(read.map(({ question }) => question))).toEqual(new Set(coded))
  const waiting = await house.db
    .selectFrom('review_queue')
    .innerJoin('answer', 'answer.id', 'review_queue.answer_id')
    .select('question')
    .distinct()
    .execute()
  expect(new Set(waiting.map(({ question }) => question))).toEqual(new Set(coded))
  expect(coded).toContain(questionOf('one').id)
})
