import { afterEach, beforeEach, expect, test } from 'vitest'
import { enqueue } from '#server/queue.ts'
import { outcomesSoFar } from '#server/tags/tags.ts'
import { makeResponse, revise, suggest, toldSuggester } from '../support/answers.ts'
import { type Reply, startApp, type TestApp } from '../support/app.ts'
import { reviewForm } from '../support/coding.ts'
import { acme, ada, fennholt, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let asLena: string
let asRosa: string
let asTom: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asLena = await house.signIn(lena.id)
  asRosa = await house.signIn(rosa.id)
  asTom = await house.signIn(tom.id)
})
afterEach(() => house.close())

const night = 'The night line picks up, so I sleep'
const told = toldSuggester({
  [night]: [
    ['K3+', 'The night line picks up', 0.9],
    ['E2+', 'I sleep', 0.6],
  ],
  'Too expensive': [['C1-', 'Too expensive', 0.9]],
})

/** An answer that the told suggester has read. */
async function say(text: string, sitting: Parameters<typeof makeResponse>[3] = {}) {
  const made = await makeResponse(house.db, house.clock.now, [{ text }], sitting)
  await suggest(house.db, made.responseId, told, house.clock.now)
  return made
}

/** Presses a button on a page that was read, with some fields changed. */
const press = (
  page: Reply,
  answerId: string,
  act: string,
  as: string,
  changes: Record<string, string | string[]> = {},
) => house.post(`/review/${answerId}`, { ...reviewForm(page.body), act, ...changes }, as)

async function open(answerId: string, as: string): Promise<Reply> {
  return house.get(`/review/${answerId}`, as)
}

const codings = () =>
  house.db
    .selectFrom('coding')
    .select(['id', 'user_id', 'is_settled', 'none_kind'])
    .where('user_id', 'is not', null)
    .orderBy('id')
    .execute()
const tags = (codingId: string) =>
  house.db.selectFrom('tag').selectAll().where('coding_id', '=', codingId).orderBy('start_at').execute()
async function settledTags() {
  const coding = (await codings()).find((one) => one.is_settled)
  return (await tags(coding?.id ?? '')).map(
    (tag) => `${tag.sub || tag.driver}${tag.direction} ${tag.start_at}-${tag.end_at}`,
  )
}

test('nobody who is not signed in reads an answer', async () => {
  const { answerId } = await say(night)
  for (const url of ['/review', `/review/${answerId}`, '/codebook']) {
    const page = await house.get(url)
    expect(page.status).toBe(303)
    expect(page.location).toContain('/sign-in')
  }
  expect((await house.post(`/review/${answerId}`, { act: 'confirm' })).status).toBe(303)
  expect(await codings()).toEqual([])
})

test('an answer whose suggestions are right is confirmed by one press, and the next one follows', async () => {
  const first = await say(night)
  const second = await say('Too expensive')
  const page = await open(first.answerId, asLena)
  expect(page.body).toContain('Confirm 2 tags and next')
  expect(page.body).toContain('stands in the word list')
  const reply = await press(page, first.answerId, 'confirm', asLena)
  expect(reply.status).toBe(303)
  expect(await settledTags()).toEqual(['K3+ 0-23', 'E2+ 28-35'])
  expect(reply.location).toBe('/review')
  expect((await house.get('/review', asLena)).body).toContain(`/review/${second.answerId}`)
  expect((await house.get('/review', asLena)).body).not.toContain(`/review/${first.answerId}`)
})

test('what hurts, what is uncertain and what large customers say comes first, in a stable order', async () => {
  await house.db
    .insertInto('customer_year')
    .values([
      { customer_id: acme.id, year: 2026, revenue_minor: 100, orders: null, margin_minor: null, currency: 'EUR' },
      { customer_id: mirador.id, year: 2026, revenue_minor: 900, orders: null, margin_minor: null, currency: 'EUR' },
    ])
    .execute()
  const sure = await say(night)
  const large = await say(night, { customer: mirador })
  const hurt = await say('Too expensive')
  const unknown = await say('Because of the thing in the yard', { customer: mirador })
  const order = async () =>
    [...(await house.get('/review', asLena)).body.matchAll(/<a href="\/review\/([^"]+)"/g)].map(([, id]) => id)
  expect(await order()).toEqual([unknown, large, hurt, sure].map(({ answerId }) => answerId))
  expect(await order()).toEqual(await order())
})

test('the company and the person never stand on the pages for tagging, not even for the lead', async () => {
  const { answerId } = await say(night, { customer: acme })
  for (const as of [asLena, asRosa])
    for (const url of ['/review', `/review/${answerId}`]) {
      const { body } = await house.get(url, as)
      expect(body).toContain('night line')
      for (const name of [acme.name, wile.last, wile.email]) expect(body).not.toContain(name)
    }
})

test('a rep tags what own customers gave to the account team, and never sees a word given in confidence', async () => {
  const open = await say('Words for the team', { customer: acme, level: 'team' })
  const lead = await say('Words for the lead', { customer: acme, level: 'lead' })
  const totals = await say('Words for totals', { customer: acme, level: 'totals' })
  const foreign = await say('Words of a stranger', { customer: mirador, level: 'team' })
  const { body } = await house.get('/review', asRosa)
  expect(body).toContain('Words for the team')
  for (const words of ['Words for the lead', 'Words for totals', 'Words of a stranger'])
    expect(body).not.toContain(words)
  expect(body).toContain('One answer waits')
  const own = await house.get(`/review/${open.answerId}`, asRosa)
  expect(own.status).toBe(200)
  expect(own.body).not.toMatch(/Words (for the lead|for totals|of a stranger)/)
  for (const { answerId } of [lead, totals, foreign]) {
    expect((await house.get(`/review/${answerId}`, asRosa)).status).toBe(404)
    expect((await press(own, answerId, 'confirm', asRosa)).status).toBe(404)
  }
  const all = (await house.get('/review', asLena)).body
  for (const words of ['Words for the lead', 'Words for totals', 'Words of a stranger']) expect(all).toContain(words)
  expect((await house.get('/review', asTom)).body).toContain('Words of a stranger')
})

test('an admin tags only after being named as a coder', async () => {
  await say('Words for totals', { level: 'totals' })
  expect((await house.get('/review', await house.signIn(ada.id))).body).not.toContain('Words for totals')
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  expect((await house.get('/review', await house.signIn(ada.id))).body).toContain('Words for totals')
})

test('who noted a talk tags the own notes, and the own view is never tagged', async () => {
  const { answerIds } = await makeResponse(
    house.db,
    house.clock.now,
    [
      { text: 'It never stops, he said', provenance: 'paraphrase' },
      { text: 'I believe he bluffs', voice: 'rep', provenance: 'paraphrase' },
    ],
    { customer: mirador, level: 'totals', channel: 'interview', authorId: rosa.id },
  )
  await house.db.transaction().execute((trx) => enqueue(trx, 'suggest-tags', { responseId: 'none' }, house.clock.now))
  const responseId = (await house.db.selectFrom('answer').select('response_id').executeTakeFirstOrThrow()).response_id
  await suggest(house.db, responseId, told, house.clock.now)
  const { body } = await house.get('/review', asRosa)
  expect(body).toContain('It never stops, he said')
  expect(body).not.toContain('bluffs')
  expect((await house.get(`/review/${answerIds[1]}`, asRosa)).status).toBe(404)
})

test('a suggestion is dismissed, another value is set on selected words, and both are stored as the person meant', async () => {
  const { answerId } = await say(`👍🏽 ${night}`)
  let page = await open(answerId, asLena)
  expect(page.body).toContain('sees nothing')
  page = await press(page, answerId, 'add emotion +', asLena, { markWords: 'I sleep', markAt: '31' })
  expect(page.status).toBe(200)
  page = await press(page, answerId, 'add risk -', asLena, { markWords: 'The night line picks up', markAt: '3' })
  expect(page.body).toContain('Confirm 2 tags and next')
  page = await press(page, answerId, 'flip 1', asLena)
  expect((await press(page, answerId, 'confirm', asLena)).status).toBe(303)
  expect(await settledTags()).toEqual(['risk+ 3-26', 'emotion+ 31-38'])
})

test('without JavaScript a tag is added, its value, direction, sub-code, words and flags are written, and it is stored', async () => {
  const { answerId } = await say('Bills are wrong every month, and the seals leak')
  let page = await open(answerId, asLena)
  page = await press(page, answerId, 'add cost -', asLena)
  const changes = { 'tag-0-code': 'C4', 'tag-0-words': 'Bills are wrong', 'tag-0-flags': ['must', 'quant'] }
  page = await press(page, answerId, 'add risk -', asLena, changes)
  const more = { 'tag-1-code': 'K1', 'tag-1-words': 'the seals leak', 'tag-1-about': 'competitor' }
  expect((await press(page, answerId, 'confirm', asLena, more)).status).toBe(303)
  expect(await settledTags()).toEqual(['C4- 0-15', 'K1- 33-47'])
  const [coding] = await codings()
  expect(await tags(coding?.id ?? '')).toMatchObject([
    { is_must: 1, is_quant: 1, is_main: 0, about: 'us' },
    { is_must: 0, about: 'competitor' },
  ])
})

test('words that do not stand in the answer are refused beside their field, and nothing typed is lost', async () => {
  const { answerId } = await say('It never stops')
  let page = await open(answerId, asLena)
  page = await press(page, answerId, 'add risk +', asLena)
  page = await press(page, answerId, 'confirm', asLena, { 'tag-0-words': 'it never STOPS', 'tag-0-code': 'K3' })
  expect(page.status).toBe(422)
  expect(page.body).toContain('id="tag-0-words-error"')
  expect(page.body).toContain('it never STOPS')
  expect(page.body).toMatch(/value="K3" selected/)
  expect(await codings()).toEqual([])
})

test('the same tag twice, no tag at all, and tags with "none of the four" are refused with a sentence', async () => {
  const { answerId } = await say('It never stops, never ever')
  const empty = await press(await open(answerId, asLena), answerId, 'confirm', asLena)
  expect(empty.status).toBe(422)
  expect(empty.body).toContain('Set a tag, or say that this names none of the four.')
  let page = await press(empty, answerId, 'add risk +', asLena, { markWords: 'never stops', markAt: '3' })
  page = await press(page, answerId, 'add risk +', asLena, { markWords: 'never ever', markAt: '16' })
  const twice = await press(page, answerId, 'confirm', asLena)
  expect(twice.status).toBe(422)
  expect(twice.body).toContain('This tag stands twice.')
  const both = await press(page, answerId, 'confirm', asLena, { none: '1' })
  expect(both.body).toContain('Either tags or none of the four')
  expect(await codings()).toEqual([])
})

test('"none of the four" is stored with its kind and leaves the suggestions out', async () => {
  const { answerId } = await say(night)
  const page = await press(await open(answerId, asLena), answerId, 'none', asLena)
  expect(page.body).toContain('Confirm none and next')
  await press(page, answerId, 'confirm', asLena, { noneKind: 'INERTIA' })
  expect(await codings()).toMatchObject([{ none_kind: 'INERTIA', is_settled: 1 }])
  expect(await settledTags()).toEqual([])
})

test('a dismissed suggestion is not stored', async () => {
  const { answerId } = await say(night)
  let page = await press(await open(answerId, asLena), answerId, 'drop 0', asLena)
  expect(page.body).toContain('Confirm 1 tag and next')
  page = await press(page, answerId, 'show', asLena)
  await press(page, answerId, 'confirm', asLena)
  expect(await settledTags()).toEqual(['E2+ 28-35'])
})

test('the last answer is taken back, and the one before it, until nothing is left', async () => {
  const first = await say(night)
  const second = await say('Too expensive')
  await press(await open(first.answerId, asLena), first.answerId, 'confirm', asLena)
  await press(await open(second.answerId, asLena), second.answerId, 'confirm', asLena)
  for (const { answerId } of [second, first]) {
    const reply = await house.post('/review/undo', {}, asLena)
    expect(reply.location).toBe(`/review/${answerId}`)
    expect((await house.get('/review', asLena)).body).toContain(`/review/${answerId}`)
  }
  expect((await house.post('/review/undo', {}, asLena)).location).toBe('/review')
  expect((await codings()).map(({ is_settled }) => is_settled)).toEqual([0, 0])
  // What was set is offered again as it was, and nothing that was dismissed comes in by itself.
  expect((await open(first.answerId, asLena)).body).toContain('Confirm 2 tags and next')
})

test('taking back a coding that replaced another lets the other count again', async () => {
  const { answerId } = await say(night)
  await press(await open(answerId, asRosa), answerId, 'confirm', asRosa)
  const page = await open(answerId, asLena)
  expect(page.body).toContain('Rosa Lind settled this answer')
  const changed = await press(page, answerId, 'drop 1', asLena)
  await press(changed, answerId, 'confirm', asLena)
  expect((await codings()).map(({ user_id, is_settled }) => [user_id, is_settled])).toEqual([
    [rosa.id, 0],
    [lena.id, 1],
  ])
  await house.post('/review/undo', {}, asLena)
  expect((await codings()).map(({ is_settled }) => is_settled)).toEqual([1, 0])
})

test('two people who settle the same answer at the same time leave one settled coding, and the second is told', async () => {
  const { answerId } = await say(night)
  const [ofRosa, ofLena] = [await open(answerId, asRosa), await open(answerId, asLena)]
  const replies = await Promise.all([
    press(ofRosa, answerId, 'confirm', asRosa),
    press(ofLena, answerId, 'confirm', asLena),
  ])
  expect(replies.map(({ status }) => status)).toEqual([303, 303])
  expect((await codings()).filter(({ is_settled }) => is_settled)).toHaveLength(1)
  const told = replies.flatMap(({ cookies }) =>
    cookies.filter(({ name }) => name === 'flash').map(({ value }) => decodeURIComponent(value)),
  )
  expect(told.some((sentence) => sentence.includes('settled that answer before you'))).toBe(true)
})

test("a rep's tags stand beside the lead's and do not count", async () => {
  const { answerId } = await say(night)
  await press(await open(answerId, asLena), answerId, 'confirm', asLena)
  await press(await open(answerId, asRosa), answerId, 'drop 0', asRosa).then((page) =>
    press(page, answerId, 'confirm', asRosa),
  )
  expect((await codings()).map(({ user_id, is_settled }) => [user_id, is_settled])).toEqual([
    [lena.id, 1],
    [rosa.id, 0],
  ])
})

test('words that the customer changed meanwhile are shown instead of tagged', async () => {
  const { answerId } = await say(night)
  const page = await open(answerId, asLena)
  await revise(house.db, answerId, 'On second thoughts it is the price', house.clock.now)
  for (const act of ['confirm', 'add risk +']) {
    const reply = await press(page, answerId, act, asLena)
    expect(reply.status).toBe(409)
    expect(reply.body).toContain('The customer changed this answer')
    expect(reply.body).toContain('On second thoughts it is the price')
  }
  expect(await codings()).toEqual([])
})

test('an answer is shown as it was written, and nothing in it acts', async () => {
  const attack = '<script>alert(1)</script> "quoted" & <b onmouseover=x>never</b>\nsecond line'
  const { answerId } = await say(attack)
  let page = await open(answerId, asLena)
  page = await press(page, answerId, 'add risk +', asLena)
  expect(page.body).not.toContain('<script>alert')
  expect(page.body).not.toContain('<b onmouseover')
  expect((await press(page, answerId, 'confirm', asLena)).status).toBe(303)
  expect(await settledTags()).toEqual([`risk+ 0-${Array.from(attack).length}`])
  expect((await house.get('/review', asLena)).body).not.toContain('<script>alert')
})

test('an answer of ticks alone is tagged without words', async () => {
  const said = [{ text: '', question: 'CORE-3', item: 'avoid', value: { worse: true } }]
  const { responseId, answerId } = await makeResponse(house.db, house.clock.now, said)
  await suggest(house.db, responseId, told, house.clock.now)
  let page = await open(answerId, asLena)
  expect(page.body).toContain('Ticked: you make it worse')
  page = await press(page, answerId, 'add risk -', asLena)
  expect((await press(page, answerId, 'confirm', asLena)).status).toBe(303)
  expect(await settledTags()).toEqual(['risk- 0-0'])
})

test('a form that no page of ours made is refused, and another site cannot send one', async () => {
  const { answerId } = await say(night)
  const page = await open(answerId, asLena)
  for (const changes of [{ act: 'burn' }, { act: 'add joy +' }, { 'tag-0-code': 'Z9' }, { 'tag-0-direction': '*' }])
    expect((await press(page, answerId, 'confirm', asLena, changes)).status).toBe(422)
  const elsewhere = { origin: 'https://elsewhere.example' }
  expect(
    (await house.post(`/review/${answerId}`, { ...reviewForm(page.body), act: 'confirm' }, asLena, elsewhere)).status,
  ).toBe(403)
  expect(await codings()).toEqual([])
})

test('each page costs the same few queries, however long the queue', async () => {
  const cost = async (url: string) => {
    await house.get(url, asLena)
    const before = house.queries()
    expect((await house.get(url, asLena)).status).toBe(200)
    return house.queries() - before
  }
  const { answerId } = await say(night)
  await say('Too expensive')
  const few = [await cost('/review'), await cost(`/review/${answerId}`)]
  for (let n = 0; n < 30; n += 1) await say(`${n} more to read`)
  expect([await cost('/review'), await cost(`/review/${answerId}`)]).toEqual(few)
  expect(Math.max(...few)).toBeLessThanOrEqual(10)
})

test('what became of the suggestions is counted from the settled tags', async () => {
  const first = await say(night)
  const second = await say('Too expensive')
  const waiting = await say(night)
  let page = await press(await open(first.answerId, asLena), first.answerId, 'drop 0', asLena)
  page = await press(page, first.answerId, 'add cost +', asLena, { markWords: 'The night line', markAt: '0' })
  await press(page, first.answerId, 'confirm', asLena)
  page = await press(await open(second.answerId, asLena), second.answerId, 'hold 0', asLena)
  await press(page, second.answerId, 'confirm', asLena, { 'tag-0-code': 'C3' })
  expect(await outcomesSoFar(house.db)).toEqual({ confirmed: 1, corrected: 1, rejected: 1, missed: 1 })
  await suggest(house.db, waiting.responseId, toldSuggester({}, 'told-2'), house.clock.now)
  expect(await outcomesSoFar(house.db)).toEqual({ confirmed: 1, corrected: 1, rejected: 1, missed: 1 })
})

test('a page of the list beyond the last shows the last', async () => {
  await say(night)
  expect((await house.get('/review?page=9', asLena)).body).toContain('night line')
})

test('people read the codebook as a page', async () => {
  const { status, body } = await house.get('/codebook', asTom)
  expect(status).toBe(200)
  for (const words of ['Version 1.1', 'One step only.', 'Peace of mind', 'Price and terms'])
    expect(body).toContain(words)
})

test('a submitted response is read by the suggester in the background, once a version', async () => {
  const { responseId } = await makeResponse(house.db, house.clock.now, [{ text: night }], { customer: fennholt })
  for (let n = 0; n < 2; n += 1) {
    await enqueue(house.db, 'suggest-tags', { responseId }, house.clock.now)
    await house.worker.drain()
  }
  const rows = await house.db.selectFrom('coding').selectAll().execute()
  expect(rows).toMatchObject([{ user_id: null, is_settled: 0 }])
  expect(await house.db.selectFrom('codebook_version').select('version').execute()).toEqual([{ version: '1.1' }])
})

test('from the list an answer is confirmed as suggested, once, and only as long as that is what stands', async () => {
  const first = await say(night)
  const second = await say('Too expensive')
  const { body } = await house.get('/review', asLena)
  const formOn = (answerId: string) => {
    const [, html = ''] = new RegExp(`action="/review/${answerId}/suggestion">(.*?)</form>`, 's').exec(body) ?? []
    return Object.fromEntries(
      [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    )
  }
  expect(body).toContain('Confirm 2 tags')
  const confirm = (answerId: string, form: Record<string, string>, as = asLena) =>
    house.post(`/review/${answerId}/suggestion`, form, as)
  const form = formOn(first.answerId)
  expect((await confirm(first.answerId, form)).location).toBe('/review')
  expect(await settledTags()).toEqual(['K3+ 0-23', 'E2+ 28-35'])
  expect((await confirm(first.answerId, form)).location).toBe(`/review/${first.answerId}`)
  await suggest(
    house.db,
    second.responseId,
    toldSuggester({ 'Too expensive': [['C2-', 'Too', 0.5]] }, 'told-9'),
    house.clock.now,
  )
  expect((await confirm(second.answerId, formOn(second.answerId))).location).toBe(`/review/${second.answerId}`)
  expect((await confirm(second.answerId, {})).location).toBe(`/review/${second.answerId}`)
  expect((await confirm(second.answerId, form, asTom)).status).toBe(404)
  expect(await codings()).toHaveLength(1)
})
