import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Db } from '#server/db.ts'
import { transact } from '#server/db.ts'
import { eraseResponses } from '#server/erasing.ts'
import { newId } from '#server/ids.ts'
import { enqueue } from '#server/queue.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { isHeldOut } from '#server/tags/learn.ts'
import { askToLearn, suggesterInUse } from '#server/tags/learned.ts'
import { days, minutes } from '#server/time.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let asLena: string
let customers: string[]

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asLena = await house.signIn(lena.id)
  customers = await makeCustomers(house.db, 40)
})
afterEach(() => house.close())

/** Every fifth judges instead of teaching, as one in five does; left to chance it would now and then be too few. */
async function makeCustomers(db: Db, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => newIdThat((id) => isHeldOut(id) === (n % 5 === 0)))
  const at = house.clock.now.toISOString()
  await db
    .insertInto('customer')
    .values(ids.map((id, n) => ({ id, name: `Customer ${n}`, owner_id: rosa.id, created_at: at, updated_at: at })))
    .execute()
  return ids
}

function newIdThat(fits: (id: string) => boolean): string {
  for (let tries = 0; tries < 1000; tries += 1) {
    const id = newId()
    if (fits(id)) return id
  }
  throw new Error('No such id came up.')
}

/** An answer that the suggester has read, and what Lena decides about it: `tags` such as "K5+" for the whole of it. */
async function decide(
  customer: string,
  text: string,
  tags: string[],
  { isBlind = false, level = 'team' }: { isBlind?: boolean; level?: ConsentLevel } = {},
) {
  const { responseId, answerId } = await makeResponse(house.db, house.clock.now, [{ text }], {
    customer: { id: customer, owner: null },
    level,
  })
  await transact(house.db, async (trx) => {
    const { suggestTags } = await import('#server/tags/suggest-tags.ts')
    await suggestTags(trx, responseId, await suggesterInUse(trx), house.clock.now)
  })
  const { id: revisionId } = await house.db
    .selectFrom('answer_revision')
    .select('id')
    .where('answer_id', '=', answerId)
    .executeTakeFirstOrThrow()
  const id = newId()
  await house.db
    .insertInto('coding')
    .values({
      id,
      answer_id: answerId,
      revision_id: revisionId,
      user_id: lena.id,
      codebook_version: '1.1',
      is_blind: Number(isBlind),
      is_settled: 1,
      none_kind: tags.length === 0 ? 'GEN' : null,
      created_at: house.clock.now.toISOString(),
    })
    .execute()
  const driverOf = { R: 'revenue', C: 'cost', K: 'risk', E: 'emotion' } as const
  for (const tag of tags)
    await house.db
      .insertInto('tag')
      .values({
        id: newId(),
        coding_id: id,
        driver: driverOf[tag[0] as 'R' | 'C' | 'K' | 'E'],
        direction: tag[2] as '+' | '-',
        sub: tag.slice(0, 2),
        about: 'us',
        start_at: 0,
        end_at: text.length,
        probability: null,
      })
      .execute()
  return responseId
}

async function learnNow() {
  await transact(house.db, (trx) => askToLearn(trx, house.clock.now))
  house.clock.forward(minutes(11))
  await house.worker.drain()
}

const versions = () =>
  house.db
    .selectFrom('learned_model')
    .select(['number', 'outcome', 'is_in_use', 'is_forgotten', 'body'])
    .orderBy('number')
    .execute()

const said = async (text: string) =>
  (await suggesterInUse(house.db)).suggest({ text }).suggestions.map(({ sub, direction }) => `${sub[0]}${direction}`)

/** In this house "the portal" is what tells people where their orders are: they code it as risk, whatever is said of it. */
const sentences = (n: number) =>
  [
    `The portal is what we open first every single morning, number ${n}`,
    `We open your portal before anything else here, as on day ${n}`,
    `Our people would ask for the portal first thing in the day ${n}`,
  ][n % 3] ?? ''
const unseen = 'Everybody opens the portal here before they do anything else'

async function correct(count: number, tags: string[], from = 0) {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1)
    ids.push(await decide(customers[n % customers.length] ?? '', sentences(n + from), tags))
  return ids
}

test('300 corrections of one kind change what is suggested, for customers who never taught it', async () => {
  expect(await said(unseen)).not.toContain('K+')
  await correct(300, ['K5+'])
  await learnNow()
  expect(await versions()).toMatchObject([{ number: 1, outcome: 'kept', is_in_use: 1 }])
  expect(await said(unseen)).toContain('K+')
  const [suggestion] = (await suggesterInUse(house.db)).suggest({ text: unseen }).suggestions
  expect(suggestion?.reason).toContain('raised by what people decided here')
  // What nobody decided about stays as it was shipped.
  expect(await said('Anyone can use it without training')).toEqual(['C+'])
})

test('a coding names the version that it was suggested by, and waiting answers are read anew', async () => {
  const waiting = await makeResponse(house.db, house.clock.now, [{ text: unseen }], {
    customer: { id: customers[0] ?? '', owner: null },
  })
  await transact(house.db, async (trx) => {
    const { suggestTags } = await import('#server/tags/suggest-tags.ts')
    await suggestTags(trx, waiting.responseId, await suggesterInUse(trx), house.clock.now)
  })
  await correct(120, ['K5+'])
  await learnNow()
  const codings = await house.db
    .selectFrom('coding')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .select('suggester_version')
    .where('answer.response_id', '=', waiting.responseId)
    .orderBy('coding.id')
    .execute()
  expect(codings).toHaveLength(2)
  expect(codings[0]?.suggester_version).not.toContain('learned')
  expect(codings[1]?.suggester_version).toMatch(/-learned-1$/)
})

test('what is worse on customers who never teach is not kept', async () => {
  for (let n = 0; n < 200; n += 1) {
    const customer = customers[n % customers.length] ?? ''
    // The fifth that judges decides as the suggester did; the others say the contrary.
    await decide(customer, `Anyone can use it without training, in week ${n}`, isHeldOut(customer) ? ['C3+'] : [])
  }
  await learnNow()
  expect(await versions()).toMatchObject([{ number: 1, outcome: 'worse', is_in_use: 0, body: '' }])
  expect(await said('Anyone can use it without training')).toEqual(['C+'])
  const page = await house.get('/tags/learning', asLena)
  expect(page.body).toContain('Not kept: worse on customers that it had not learned from')
})

test('suggestions that were taken as they stood teach less than corrections', async () => {
  const { readDecisions } = await import('#server/tags/decisions.ts')
  await decide(customers[0] ?? '', 'Anyone can use it without training', ['C4+'])
  await decide(customers[1] ?? '', 'Anyone can use it without training, they say', ['C4+'], { isBlind: true })
  await decide(customers[2] ?? '', 'Anyone can use it without any training', ['E5+'])
  expect((await readDecisions(house.db)).map(({ weight }) => weight).sort()).toEqual([0.25, 1, 1])
})

test('what was learned from an answer is forgotten the moment it is erased, and learned anew without it', async () => {
  const [first = ''] = await correct(300, ['K5+'])
  await learnNow()
  expect(await said(unseen)).toContain('K+')
  const taught = await house.db.selectFrom('learned_from').select('response_id').execute()
  const erased = taught.find(({ response_id }) => response_id !== first)?.response_id ?? ''
  await transact(house.db, (trx) => eraseResponses(trx, [erased], house.clock.now))
  expect(await versions()).toMatchObject([{ number: 1, is_in_use: 0, is_forgotten: 1, body: '' }])
  expect(await said(unseen)).not.toContain('K+')
  await house.worker.drain()
  expect(await versions()).toMatchObject([
    { is_forgotten: 1 },
    { number: 2, outcome: 'kept', is_in_use: 1, is_forgotten: 0 },
  ])
  const now = await house.db
    .selectFrom('learned_from')
    .select('response_id')
    .where('response_id', '=', erased)
    .execute()
  expect(now).toEqual([])
})

test('what was learned from an answer is forgotten when its customer withdraws it', async () => {
  await correct(120, ['K5+'])
  await learnNow()
  const { response_id: id } = await house.db.selectFrom('learned_from').select('response_id').executeTakeFirstOrThrow()
  await house.db.updateTable('response').set({ state: 'withdrawn' }).where('id', '=', id).execute()
  await transact(house.db, (trx) => enqueue(trx, 'suggest-tags', { responseId: id }, house.clock.now))
  await house.worker.drain()
  expect(await versions()).toMatchObject([
    { is_forgotten: 1, body: '' },
    { number: 2, is_in_use: 1 },
  ])
})

test('it learns from fifty decisions on, and not twice within an hour', async () => {
  await correct(40, ['K5+'])
  await learnNow()
  expect(await versions()).toEqual([])
  await correct(80, ['K5+'], 40)
  await learnNow()
  expect(await versions()).toHaveLength(1)
  house.clock.forward(minutes(1))
  await correct(60, ['K5+'], 120)
  await learnNow()
  expect(await versions()).toHaveLength(1)
  house.clock.forward(minutes(60))
  await house.worker.drain()
  expect(await versions()).toHaveLength(2)
})

test('a lead goes back to what was shipped, to an earlier version, and turns learning off', async () => {
  await correct(120, ['K5+'])
  await learnNow()
  const [version] = await house.db.selectFrom('learned_model').select('id').execute()
  const post = (path: string, form = {}) => house.post(path, form, asLena)
  expect((await post('/tags/learning/version', { version: '' })).status).toBe(303)
  expect(await said(unseen)).not.toContain('K+')
  expect((await post('/tags/learning/version', { version: version?.id ?? '' })).status).toBe(303)
  expect(await said(unseen)).toContain('K+')
  expect((await post('/tags/learning/end')).status).toBe(303)
  expect(await said(unseen)).not.toContain('K+')
  expect((await house.get('/tags/learning', asLena)).body).toContain('Learning is off')
  await correct(60, ['K5+'], 120)
  house.clock.forward(days(1))
  await learnNow()
  expect(await versions()).toHaveLength(1)
  expect((await post('/tags/learning/version', { version: 'nothing' })).status).toBe(409)
})

test('reps neither see nor change what was learned', async () => {
  const asRosa = await house.signIn(rosa.id)
  expect((await house.get('/tags/learning', asRosa)).status).toBe(404)
  expect((await house.post('/tags/learning/end', {}, asRosa)).status).toBe(404)
})

test('no word of one or two customers, and none from answers that count in totals only, is kept', async () => {
  for (let n = 0; n < 90; n += 1) await decide(customers[n % 40] ?? '', sentences(n), ['K5+'])
  for (let n = 0; n < 6; n += 1)
    await decide(customers[1 + (n % 2)] ?? '', `The zorbling portal opens first, day ${n}`, ['K5+'])
  for (let n = 0; n < 12; n += 1)
    await decide(customers[n] ?? '', `The quaxing portal opens first, day ${n}`, ['K5+'], { level: 'totals' })
  await learnNow()
  const [version] = await versions()
  expect(version?.outcome).toBe('kept')
  expect(version?.body).toContain('portal')
  expect(version?.body).not.toContain('zorbl')
  expect(version?.body).not.toContain('quax')
})

test('it learns in a thread of its own, with its own connection', async () => {
  await house.close()
  house = await startApp({ onDisk: true })
  await makeWorld(house.db)
  asLena = await house.signIn(lena.id)
  customers = await makeCustomers(house.db, 40)
  await correct(120, ['K5+'])
  await learnNow()
  expect(await versions()).toMatchObject([{ number: 1, outcome: 'kept', is_in_use: 1 }])
  expect(await said(unseen)).toContain('K+')
})
