import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { recount, refreshSummary } from '#server/tags/tags.ts'
import { makeResponse, revise, suggest, toldSuggester } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

const rows = () =>
  house.db
    .selectFrom('response_summary')
    .selectAll()
    .orderBy('provenance')
    .orderBy('is_prompted')
    .orderBy('response_id')
    .execute()
const told = toldSuggester({ 'It never stops': [['K3+', 'never stops']], 'Too dear': [['C1-', 'Too dear']] })
const none = { is_inferred: 0, is_must: 0, is_main: 0, is_wish: 0, is_inertia: 0, is_quant: 0 }

/** Settles the latest words of an answer with these tags, as if a person had. */
async function settle(
  answerId: string,
  tags: [driver: 'revenue' | 'cost' | 'risk' | 'emotion', direction: '+' | '-', more?: object][],
) {
  const { db } = house
  const revision = await db
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .select(['answer_revision.id', 'answer.response_id'])
    .where('answer_id', '=', answerId)
    .where('superseded_at', 'is', null)
    .executeTakeFirstOrThrow()
  const id = newId()
  await db
    .insertInto('coding')
    .values({
      id,
      answer_id: answerId,
      revision_id: revision.id,
      user_id: lena.id,
      suggester_version: null,
      codebook_version: '1.1',
      is_settled: 1,
      none_kind: tags.length > 0 ? null : 'GEN',
      created_at: house.clock.now.toISOString(),
    })
    .execute()
  for (const [driver, direction, more] of tags)
    await db
      .insertInto('tag')
      .values({
        id: newId(),
        coding_id: id,
        driver,
        direction,
        sub: '',
        about: 'us',
        start_at: 0,
        end_at: 2,
        probability: null,
        ...none,
        ...more,
      })
      .execute()
  await transact(db, (trx) => refreshSummary(trx, revision.response_id))
}

test('what is only suggested stands apart from what a person settled', async () => {
  const { responseId, answerIds } = await makeResponse(house.db, house.clock.now, [
    { text: 'It never stops' },
    { text: 'Too dear', question: 'CORE-2' },
  ])
  await suggest(house.db, responseId, told, house.clock.now)
  expect(await rows()).toMatchObject([
    { answers: 2, settled: 0, risk_plus: 8, cost_minus: 8, risk_minus: 0, is_prompted: 0 },
  ])
  await settle(answerIds[0] ?? '', [
    ['risk', '+'],
    ['emotion', '+', { is_inferred: 1 }],
  ])
  expect(await rows()).toMatchObject([{ answers: 2, settled: 1, risk_plus: 1, emotion_plus: 2, cost_minus: 8 }])
})

test('a settled coding silences the suggestions of its answer', async () => {
  const { responseId, answerId } = await makeResponse(house.db, house.clock.now, [{ text: 'It never stops' }])
  await suggest(house.db, responseId, told, house.clock.now)
  await settle(answerId, [])
  expect(await rows()).toMatchObject([{ answers: 1, settled: 1, risk_plus: 0 }])
})

test('stated, inferred and wished stand as their own bits, and what is about others does not count', async () => {
  const { responseId, answerIds } = await makeResponse(house.db, house.clock.now, [
    { text: 'a' },
    { text: 'b' },
    { text: 'c' },
  ])
  await suggest(house.db, responseId, told, house.clock.now)
  await settle(answerIds[0] ?? '', [
    ['risk', '+'],
    ['cost', '-', { is_wish: 1 }],
    ['revenue', '+', { about: 'own' }],
  ])
  await settle(answerIds[1] ?? '', [
    ['risk', '+', { is_inferred: 1 }],
    ['cost', '-'],
    ['emotion', '-', { about: 'competitor' }],
  ])
  await settle(answerIds[2] ?? '', [
    ['risk', '+'],
    ['cost', '-', { is_wish: 1, is_inferred: 1 }],
  ])
  expect(await rows()).toMatchObject([{ risk_plus: 3, cost_minus: 5, revenue_plus: 0, emotion_minus: 0, settled: 3 }])
})

test('prompted and unprompted words, and each way of knowing, have rows of their own', async () => {
  const { responseId } = await makeResponse(house.db, house.clock.now, [
    { text: 'It never stops' },
    { text: 'Too dear', question: 'CORE-3', item: 'spend' },
    { text: 'It never stops', question: 'CORE-2', afterPrompt: true },
    { text: 'It never stops', voice: 'observed', provenance: 'observed' },
    { text: 'It never stops', voice: 'rep', provenance: 'paraphrase' },
    { text: '', question: 'CORE-4' },
    { text: '', question: 'CORE-3', item: 'feel', value: { not_at_all: true } },
  ])
  await suggest(house.db, responseId, told, house.clock.now)
  expect(await rows()).toMatchObject([
    { provenance: 'observed', is_prompted: 0, answers: 1, risk_plus: 8 },
    { provenance: 'typed', is_prompted: 0, answers: 1, risk_plus: 8, cost_minus: 0 },
    { provenance: 'typed', is_prompted: 1, answers: 3, risk_plus: 8, cost_minus: 8 },
  ])
})

test('nothing stands for drafts and for withdrawn responses', async () => {
  const { db } = house
  const draft = await makeResponse(db, house.clock.now, [{ text: 'It never stops' }], { state: 'draft' })
  await suggest(db, draft.responseId, told, house.clock.now)
  const sent = await makeResponse(db, house.clock.now, [{ text: 'It never stops' }])
  await suggest(db, sent.responseId, told, house.clock.now)
  expect(await rows()).toHaveLength(1)
  await db.updateTable('response').set({ state: 'withdrawn' }).where('id', '=', sent.responseId).execute()
  await suggest(db, sent.responseId, told, house.clock.now)
  expect(await rows()).toEqual([])
  expect(await db.selectFrom('review_queue').selectAll().execute()).toEqual([])
})

test('changed words count by their new reading alone', async () => {
  const { responseId, answerId } = await makeResponse(house.db, house.clock.now, [{ text: 'It never stops' }])
  await suggest(house.db, responseId, told, house.clock.now)
  await settle(answerId, [['risk', '+']])
  await revise(house.db, answerId, 'Too dear', house.clock.now)
  await suggest(house.db, responseId, told, house.clock.now)
  expect(await rows()).toMatchObject([{ answers: 1, settled: 0, risk_plus: 0, cost_minus: 8 }])
})

test('a newer suggester takes the place of the older one', async () => {
  const { responseId } = await makeResponse(house.db, house.clock.now, [{ text: 'It never stops' }])
  await suggest(house.db, responseId, told, house.clock.now)
  await suggest(
    house.db,
    responseId,
    toldSuggester({ 'It never stops': [['E2+', 'never']] }, 'told-2'),
    house.clock.now,
  )
  expect(await rows()).toMatchObject([{ risk_plus: 0, emotion_plus: 8 }])
})

test('counting anew finds and mends every row that is wrong, missing or too many', async () => {
  const { db } = house
  const kept: string[] = []
  for (const text of ['It never stops', 'Too dear', 'Nothing known'])
    kept.push((await makeResponse(db, house.clock.now, [{ text }])).responseId)
  for (const id of kept) await suggest(db, id, told, house.clock.now)
  const right = await rows()
  const queue = () => db.selectFrom('review_queue').selectAll().orderBy('revision_id').execute()
  const waiting = await queue()
  expect(await recount(db)).toEqual({ rows: 3, wrong: 0 })
  await db
    .updateTable('response_summary')
    .set({ risk_plus: 1 })
    .where('response_id', '=', kept[0] ?? '')
    .execute()
  await db
    .deleteFrom('response_summary')
    .where('response_id', '=', kept[1] ?? '')
    .execute()
  await db
    .updateTable('response_summary')
    .set({ is_prompted: 1 })
    .where('response_id', '=', kept[2] ?? '')
    .execute()
  await db.deleteFrom('review_queue').execute()
  expect(await recount(db)).toEqual({ rows: 3, wrong: 4 })
  expect(await rows()).toEqual(right)
  expect(await queue()).toEqual(waiting)
  expect(await recount(db)).toEqual({ rows: 3, wrong: 0 })
})
