import { afterEach, beforeEach, expect, test } from 'vitest'
import { revise, suggest, toldSuggester } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { pressOn, readAs, sayTo } from '../support/coding.ts'
import { acme, ada, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let asLena: string
let asAda: string
let asRosa: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  // Two readers: the lead, and an admin who was named as a coder.
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  asLena = await house.signIn(lena.id)
  asAda = await house.signIn(ada.id)
  asRosa = await house.signIn(rosa.id)
})
afterEach(() => house.close())

const night = 'The night line picks up, so I sleep'
const told = toldSuggester({
  [night]: [
    ['K3+', 'The night line picks up', 0.9],
    ['E2+', 'I sleep', 0.6],
  ],
})
const say = (text: string, sitting: Parameters<typeof sayTo>[3] = {}) => sayTo(house, told, text, sitting)
const open = (answerId: string, as: string) => house.get(`/review/${answerId}`, as)

const people = () =>
  house.db
    .selectFrom('coding')
    .select(['id', 'user_id', 'is_settled', 'is_blind', 'reason', 'taken_back_at', 'sample_id'])
    .where('user_id', 'is not', null)
    .orderBy('id')
    .execute()
const tagsOf = async (codingId: string) =>
  (await house.db.selectFrom('tag').selectAll().where('coding_id', '=', codingId).orderBy('start_at').execute()).map(
    (tag) => `${tag.sub || tag.driver}${tag.direction} ${tag.start_at}-${tag.end_at}`,
  )
const queued = async (as: string) =>
  [...(await house.get('/review', as)).body.matchAll(/<a href="\/review\/([0-9a-f-]{36})"/g)].map(([, id]) => id)

test('the page of a blind answer, its list and its neighbours hold no suggestion, no guess and no name of the customer', async () => {
  await house.db.updateTable('customer').set({ name: 'Zanzibar Secretworks' }).where('id', '=', acme.id).execute()
  await house.db
    .updateTable('contact')
    .set({ first_name: 'Quillan', last_name: 'Hartmannsen', email: 'q.h@secretworks.example' })
    .where('id', '=', wile.id)
    .execute()
  await house.post(
    `/customers/${acme.id}/prediction`,
    { revenue: '10', cost: '40', risk: '80', emotion: '50', sentence: 'Because the moonlight never stops.' },
    asRosa,
  )
  const text =
    'We at Zanzibar sleep: the night line picks up. Zanzibar Secretworks says so, q.h@secretworks.example too. Regards, Quillan Hartmannsen'
  const told = toldSuggester({ [text]: [['K3+', 'the night line picks up', 0.87]] }, 'version-of-secrets')
  const { answerId } = await sayTo(house, told, text)
  const second = await sayTo(house, told, text)
  const pages = [
    await open(answerId, asLena),
    await house.get('/review', asLena),
    await open(second.answerId, asLena),
    await house.get(`/review/${second.answerId}?after=${answerId}`, asLena),
    await pressOn(house, await open(answerId, asLena), answerId, 'add risk +', asLena),
  ]
  for (const { body, status } of pages) {
    expect(status).toBe(200)
    expect(body).toContain('sleep: the night line picks up')
    expect(body).not.toMatch(/zanzibar|secretworks|quillan|hartmannsen|moonlight/i)
    expect(body).not.toMatch(
      /class="tag [^"]*suggested|second opinion|stands in the word list|87\s*%|version-of-secrets/i,
    )
  }
  expect(pages[0]?.body).toContain('We at •••••••• sleep')
  // The covers are as long as the names, so that a span lies on the words as they were written.
  await readAs(house, asLena, answerId, ['K3+ the night line picks up'])
  const [coding] = await people()
  expect(await tagsOf(coding?.id ?? '')).toEqual([`K3+ 22-45`])
  expect(text.slice(22, 45)).toBe('the night line picks up')
})

test('an answer of the sample settles by itself when two people read it alike, whatever words they marked', async () => {
  const { answerId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+ The night line picks up'])
  expect((await people()).map(({ is_settled, is_blind }) => [is_settled, is_blind])).toEqual([[0, 1]])
  const waits = await open(answerId, asLena)
  expect(waits.body).toContain('It counts once a second person has read it too')
  expect(await queued(asLena)).toEqual([])
  expect(await queued(asAda)).toEqual([answerId])
  const second = await open(answerId, asAda)
  expect(second.body).not.toContain('Lena')
  expect(second.body).not.toContain('tag risk plus')
  await readAs(house, asAda, answerId, ['K3+ night line'])
  expect((await people()).map(({ user_id, is_settled }) => [user_id, is_settled])).toEqual([
    [lena.id, 0],
    [ada.id, 1],
  ])
  const { body } = await open(answerId, asLena)
  expect(body).toContain('Both read it alike')
  expect(body).toContain('Ada Moss')
})

test('what was read in two ways is settled side by side with a reason, and both readings are kept', async () => {
  const { answerId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+ The night line picks up', 'E2+ I sleep'])
  await readAs(house, asAda, answerId, ['K3+ The night line picks up', 'C3+ picks up'])
  // Who read last sees nothing of the other as long as a slip can still be mended.
  expect((await open(answerId, asAda)).body).toContain('The two readings differ')
  const page = await open(answerId, asLena)
  expect(page.body).toContain('Two readings, one answer')
  for (const words of ['Reading A', 'Reading B', 'In both readings', 'Only in reading'])
    expect(page.body).toContain(words)
  // Their own name stands in the frame alone: at the head of the page, and on what is printed.
  expect(page.body.match(/Ada Moss|Lena Okafor/g)).toEqual(['Lena Okafor', 'Lena Okafor'])
  expect(page.body).toMatch(/Printed on [^<]* for Lena Okafor/)
  const unsaid = await pressOn(house, page, answerId, 'confirm', asLena)
  expect(unsaid.status).toBe(422)
  expect(unsaid.body).toContain('id="reason-error"')
  expect((await people()).every(({ is_settled }) => is_settled === 0)).toBe(true)
  const kept = await pressOn(house, page, answerId, 'keep 1', asLena, { reason: 'It says sleep.' })
  expect(kept.body).toContain('It says sleep.')
  expect((await pressOn(house, kept, answerId, 'confirm', asLena)).location).toBe('/review')
  const all = await people()
  expect(all.map(({ is_settled, is_blind }) => [is_settled, is_blind])).toEqual([
    [0, 1],
    [0, 1],
    [1, 0],
  ])
  expect(all[2]?.reason).toBe('It says sleep.')
  expect((await tagsOf(all[2]?.id ?? '')).length).toBe(2)
  expect((await open(answerId, asAda)).body).toContain('Lena Okafor settled it: It says sleep.')
  expect((await house.get('/review', asLena)).body).not.toContain('read in two ways')
})

test('whoever settles may take one reading as it is, or none of the four, or tag anew', async () => {
  const made = [await say(night), await say('All is fine'), await say('It never stops')]
  for (const { answerId } of made) {
    await readAs(house, asLena, answerId, ['E1+'])
    await readAs(house, asAda, answerId, ['GEN'])
  }
  expect((await house.get('/review', asLena)).body).toContain('Three answers were read in two ways')
  const [one = '', two = '', three = ''] = made.map(({ answerId }) => answerId)
  const settleBy = async (answerId: string, act: string, more: Record<string, string> = {}) => {
    const page = await pressOn(house, await open(answerId, asLena), answerId, act, asLena, more)
    return pressOn(house, page, answerId, 'confirm', asLena, { reason: 'So it is' })
  }
  const which = async (answerId: string, word: RegExp) => {
    const { body } = await open(answerId, asLena)
    const [, first = ''] = /Reading A<\/h3>(.*?)<\/button>/s.exec(body) ?? []
    return word.test(first) ? 'take 0' : 'take 1'
  }
  await settleBy(one, await which(one, /E1/))
  await settleBy(two, await which(two, /None of the four/))
  let page = await pressOn(house, await open(three, asLena), three, 'drop 0', asLena)
  page = await pressOn(house, page, three, 'add risk +', asLena, { markWords: 'never stops', markAt: '3' })
  await pressOn(house, page, three, 'confirm', asLena, { reason: 'Neither saw the event' })
  const settled = await house.db
    .selectFrom('coding')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['coding.answer_id', 'none_kind', 'sub', 'driver'])
    .where('is_settled', '=', 1)
    .orderBy('coding.answer_id')
    .execute()
  expect(settled).toEqual([
    { answer_id: one, none_kind: null, sub: 'E1', driver: 'emotion' },
    { answer_id: two, none_kind: 'GEN', sub: null, driver: null },
    { answer_id: three, none_kind: null, sub: '', driver: 'risk' },
  ])
})

test("the customer's own rep is not among the two where others are, and meets the answer again once it is settled", async () => {
  const { answerId } = await say(night, { customer: acme, level: 'team' })
  expect(await queued(asRosa)).toEqual([])
  const page = await open(answerId, asRosa)
  expect(page.body).toContain('Two others read this answer blind')
  const forged = { revision: '', mode: 'blind', sample: '', act: 'confirm', none: '1' }
  await house.post(`/review/${answerId}`, forged, asRosa)
  const { id, revision_id } = await house.db.selectFrom('blind_sample').selectAll().executeTakeFirstOrThrow()
  await house.post(`/review/${answerId}`, { ...forged, revision: revision_id, sample: id }, asRosa)
  await house.post(`/review/${answerId}`, { ...forged, revision: revision_id, mode: 'plain' }, asRosa)
  expect(await people()).toEqual([])
  await readAs(house, asLena, answerId, ['K3+'])
  await readAs(house, asAda, answerId, ['K3+'])
  expect((await open(answerId, asRosa)).body).toContain('settled this answer')
})

test('with one reader nothing is read blind, the page says who is needed, and work goes on', async () => {
  await house.db.updateTable('user').set({ is_coder: 0 }).where('id', '=', ada.id).execute()
  const { answerId } = await say(night)
  const { body } = await house.get('/review', asLena)
  expect(body).toContain('A second reader is needed')
  expect((await open(answerId, asLena)).body).toContain('Confirm 2 tags and next')
  expect(await house.db.selectFrom('blind_sample').selectAll().execute()).toEqual([])
})

test('once a second reader comes, what waits already is drawn, and what one person has coded alone is not', async () => {
  await house.db.updateTable('user').set({ is_coder: 0 }).where('id', '=', ada.id).execute()
  const alone = await say(night)
  const waiting = await say('It never stops')
  await pressOn(house, await open(alone.answerId, asLena), alone.answerId, 'confirm', asLena)
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  const third = await say('Too expensive')
  await readAs(house, asLena, third.answerId, ['C1-'])
  const sampled = await house.db.selectFrom('blind_sample').select('answer_id').orderBy('answer_id').execute()
  expect(sampled.map(({ answer_id }) => answer_id)).toContain(third.answerId)
  expect(sampled.map(({ answer_id }) => answer_id)).not.toContain(alone.answerId)
  expect(waiting.answerId).not.toBe('')
})

test('a coder who is deactivated in the middle leaves the reading, and what waits for a second is read as any other', async () => {
  const { answerId } = await say(night)
  await readAs(house, asAda, answerId, ['K3+'])
  await house.db
    .updateTable('user')
    .set({ deactivated_at: house.clock.now.toISOString() })
    .where('id', '=', ada.id)
    .execute()
  expect((await house.get('/review', asLena)).body).toContain('A second reader is needed')
  const page = await open(answerId, asLena)
  expect(page.body).toContain('Confirm 2 tags and next')
  await pressOn(house, page, answerId, 'confirm', asLena)
  expect((await people()).map(({ user_id, is_settled }) => [user_id, is_settled])).toEqual([
    [ada.id, 0],
    [lena.id, 1],
  ])
})

test('two people who send the second reading at the same moment leave one settled coding at most', async () => {
  await house.db.updateTable('user').set({ role: 'lead' }).where('id', '=', tom.id).execute()
  const asTom = await house.signIn(tom.id)
  const { answerId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+'])
  const forms = await Promise.all(
    [asAda, asTom].map(async (as) => pressOn(house, await open(answerId, as), answerId, 'add risk +', as)),
  )
  const replies = await Promise.all(
    [asAda, asTom].map((as, n) =>
      pressOn(house, forms[n] as (typeof forms)[number], answerId, 'confirm', as, { 'tag-0-code': 'K3' }),
    ),
  )
  expect(replies.map(({ status }) => status)).toEqual([303, 303])
  const all = await people()
  expect(all.filter(({ is_settled }) => is_settled === 1)).toHaveLength(1)
  expect(new Set(all.map(({ user_id }) => user_id)).size).toBe(all.length)
})

test('a second press stores a reading once', async () => {
  const { answerId } = await say(night)
  const page = await pressOn(house, await open(answerId, asLena), answerId, 'add risk +', asLena)
  await Promise.all([1, 2].map(() => pressOn(house, page, answerId, 'confirm', asLena)))
  await pressOn(house, page, answerId, 'confirm', asLena)
  expect(await people()).toHaveLength(1)
})

test('two who settle the same answer at the same moment leave one settlement, and the second is told', async () => {
  const { answerId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+'])
  await readAs(house, asAda, answerId, ['E2+'])
  house.clock.forward(11 * 60_000)
  const pages = await Promise.all([asLena, asAda].map((as) => open(answerId, as)))
  const replies = await Promise.all(
    [asLena, asAda].map((as, n) =>
      pressOn(house, pages[n] as (typeof pages)[number], answerId, 'keep 0', as, { reason: 'x' }),
    ),
  )
  const sent = await Promise.all(
    [asLena, asAda].map((as, n) => pressOn(house, replies[n] as (typeof replies)[number], answerId, 'confirm', as)),
  )
  expect(sent.map(({ status }) => status)).toEqual([303, 303])
  expect((await people()).filter(({ is_settled }) => is_settled === 1)).toHaveLength(1)
  const flashes = sent.flatMap(({ cookies }) => cookies.map(({ value }) => decodeURIComponent(value)))
  expect(flashes.some((sentence) => sentence.includes('settled that answer before you'))).toBe(true)
})

test('u takes back blind readings one after another, but none that could have been compared', async () => {
  const made = [await say(night), await say('It never stops'), await say('Too expensive')]
  for (const { answerId } of made) await readAs(house, asLena, answerId, ['K3+'])
  const [first = '', second = '', third = ''] = made.map(({ answerId }) => answerId)
  await readAs(house, asAda, second, ['E2+'])
  house.clock.forward(11 * 60_000)
  const undo = async (as: string) => (await house.post('/review/undo', {}, as)).location
  expect(await undo(asLena)).toBe(`/review/${third}`)
  expect((await open(third, asLena)).body).toContain('Confirm 1 tag and next')
  expect(await undo(asLena)).toBe(`/review/${first}`)
  expect(await undo(asLena)).toBe('/review')
  expect(await undo(asAda)).toBe('/review')
})

test('a slip of the second reader can be mended for ten minutes', async () => {
  const { answerId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+'])
  await readAs(house, asAda, answerId, ['E2+'])
  expect((await house.post('/review/undo', {}, asAda)).location).toBe(`/review/${answerId}`)
  const page = await open(answerId, asAda)
  await pressOn(house, await pressOn(house, page, answerId, 'drop 0', asAda), answerId, 'add risk +', asAda).then(
    (next) => pressOn(house, next, answerId, 'confirm', asAda, { 'tag-0-code': 'K3' }),
  )
  expect((await people()).filter(({ is_settled }) => is_settled === 1)).toHaveLength(1)
})

test('after a change the tags whose words still stand count on, the answer comes to the front, and what changed is shown', async () => {
  await house.db.updateTable('user').set({ is_coder: 0 }).where('id', '=', ada.id).execute()
  const { answerId, responseId } = await say(night)
  await say('Too expensive')
  await pressOn(house, await open(answerId, asLena), answerId, 'confirm', asLena)
  const summary = () =>
    house.db
      .selectFrom('response_summary')
      .select(['settled', 'risk_plus', 'emotion_plus'])
      .where('response_id', '=', responseId)
      .executeTakeFirstOrThrow()
  expect(await summary()).toEqual({ settled: 1, risk_plus: 1, emotion_plus: 1 })
  await revise(
    house.db,
    answerId,
    'Since May the night line picks up. The night line picks up, so I rest',
    house.clock.now,
  )
  await suggest(house.db, responseId, told, house.clock.now)
  // "I sleep" no longer stands, so it is not counted; it stays in the record with the words before.
  expect(await summary()).toEqual({ settled: 1, risk_plus: 1, emotion_plus: 0 })
  expect((await queued(asLena))[0]).toBe(answerId)
  const page = await open(answerId, asLena)
  expect(page.body).toContain('Text changed, look again.')
  expect(page.body).toMatch(/<del>[^<]*sleep<\/del>/)
  expect(page.body).toMatch(/<ins>[^<]*rest<\/ins>/)
  const kept = (await people()).at(-1)
  expect(await tagsOf(kept?.id ?? '')).toEqual(['K3+ 35-58'])
  expect(
    await house.db
      .selectFrom('tag')
      .select('id')
      .where('coding_id', '=', (await people())[0]?.id ?? '')
      .execute(),
  ).toHaveLength(2)
  const evidence = async () => (await house.get('/why/answers?of=heard', asLena)).body
  const behind = await evidence()
  await pressOn(house, page, answerId, 'confirm', asLena)
  expect(await queued(asLena)).not.toContain(answerId)
  expect(behind).toContain('text changed, look again')
  expect(await evidence()).not.toContain('text changed, look again')
  // Taken back, the kept tags count again and the answer waits again.
  await house.post('/review/undo', {}, asLena)
  expect((await queued(asLena))[0]).toBe(answerId)
  expect(await summary()).toEqual({ settled: 1, risk_plus: 1, emotion_plus: 0 })
})

test('consent that is lowered in the middle shuts the account team out and keeps the readers', async () => {
  await house.db
    .insertInto('customer_share')
    .values({ customer_id: mirador.id, user_id: rosa.id, shared_at: house.clock.now.toISOString() })
    .execute()
  const { answerId, responseId } = await say(night, { customer: mirador, level: 'team' })
  const page = await open(answerId, asRosa)
  expect(page.body).toContain('one other read this answer')
  await house.db.updateTable('response').set({ consent_level: 'totals' }).where('id', '=', responseId).execute()
  expect((await pressOn(house, page, answerId, 'confirm', asRosa, { none: '1' })).status).toBe(404)
  await readAs(house, asLena, answerId, ['K3+'])
  await readAs(house, asAda, answerId, ['K3+'])
  expect((await people()).map(({ is_settled }) => is_settled)).toEqual([0, 1])
})

test('an answer that is erased in the middle takes its readings with it, and the page says that it is gone', async () => {
  const { answerId, responseId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+'])
  const page = await open(answerId, asAda)
  await house.db.deleteFrom('response').where('id', '=', responseId).execute()
  expect((await pressOn(house, page, answerId, 'confirm', asAda, { none: '1' })).status).toBe(404)
  for (const table of ['coding', 'blind_sample', 'blind_draw', 'review_queue'] as const)
    expect(await house.db.selectFrom(table).selectAll().execute()).toEqual([])
  expect((await house.get('/agreement', asLena)).body).toContain('No answer has been read by two people yet.')
})

test('words that change before they are settled are read blind anew', async () => {
  const { answerId, responseId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+'])
  await revise(house.db, answerId, 'On second thoughts it is the price', house.clock.now)
  await suggest(house.db, responseId, told, house.clock.now)
  expect(await queued(asLena)).toEqual([answerId])
  await readAs(house, asLena, answerId, ['C1-'])
  await readAs(house, asAda, answerId, ['C1-'])
  expect((await people()).map(({ is_settled }) => is_settled)).toEqual([0, 0, 1])
})

test('someone who is not signed in reads nothing, and a stranger sees neither disagreements nor figures of others', async () => {
  const { answerId } = await say(night)
  await readAs(house, asLena, answerId, ['K3+'])
  await readAs(house, asAda, answerId, ['E2+'])
  for (const url of ['/agreement', '/agreement/risk-helps']) expect((await house.get(url)).status).toBe(303)
  expect((await house.get('/agreement/risk-helps', asRosa)).status).toBe(404)
  expect((await house.get('/agreement', asRosa)).body).not.toContain('/agreement/risk-helps')
  expect((await house.get('/agreement/risk-helps', asLena)).body).toContain('One answer')
  expect((await house.get('/agreement/joy-helps', asLena)).status).toBe(404)
})

test('nobody is shown what is suggested for an answer of the sample where answers are read or taken away, until it is settled', async () => {
  const made = await say(night)
  const urls = ['/why/answers?driver=risk&direction=%2B&suggestions=1', '/why/answers?show=waiting&suggestions=1']
  const seen = async (as: string) => {
    const pages = await Promise.all(urls.map((url) => house.get(url, as)))
    expect(pages.map(({ status }) => status)).toEqual([200, 200])
    const files = await Promise.all(['answers', 'evidence'].map((kind) => house.get(`/why/files/${kind}`, as)))
    expect(files.map(({ status }) => status)).toEqual([200, 200])
    return {
      pages: /class="tag|suggested, not confirmed/.test(pages.map(({ body }) => body).join('')),
      named: pages[0]?.body.includes(`/customers/${acme.id}`),
      words: pages[1]?.body.includes(night),
      files: /K3\+|E2\+/.test(files.map(({ body }) => body).join('')),
      line: files[0]?.body.includes(night),
    }
  }
  const covered = { pages: false, named: false, words: true, files: false, line: true }
  expect(await seen(asLena)).toEqual(covered)
  expect(await seen(asAda)).toEqual(covered)
  await readAs(house, asLena, made.answerId, ['K3+'])
  expect(await seen(asLena)).toEqual(covered)
  expect(await seen(asAda)).toEqual(covered)
  await readAs(house, asAda, made.answerId, ['K3+'])
  expect(await seen(asAda)).toEqual({ pages: true, named: true, words: false, files: true, line: true })
})

test('with one coder nothing is read blind, and suggestions stand where they stood', async () => {
  await house.db.updateTable('user').set({ is_coder: 0 }).where('id', '=', ada.id).execute()
  await say(night)
  const { body } = await house.get('/why/files/answers', asLena)
  expect(body).toContain('K3+; E2+')
})
