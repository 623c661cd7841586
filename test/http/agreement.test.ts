import { afterEach, beforeEach, expect, test } from 'vitest'
import { enqueue } from '#server/queue.ts'
import { cohenKappa, gwetAC1, krippendorffAlpha } from '#server/tags/agreement.ts'
import { agreementFor } from '#server/tags/tags.ts'
import { makeResponse, toldSuggester } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { readAs, sayTo } from '../support/coding.ts'
import { ada, lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp
let asLena: string
let asAda: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  asLena = await house.signIn(lena.id)
  asAda = await house.signIn(ada.id)
})
afterEach(() => house.close())

const told = toldSuggester({})

/** Says and reads a number of answers: each entry is what Lena and what Ada read. */
async function readBoth(pairs: [string, string][]): Promise<string[]> {
  const ids: string[] = []
  for (const [n, [ofLena, ofAda]] of pairs.entries()) {
    const { answerId } = await sayTo(house, told, `Answer ${n}: it never stops and it is cheap`)
    await readAs(house, asLena, answerId, ofLena.split(' '))
    await readAs(house, asAda, answerId, ofAda.split(' '))
    ids.push(answerId)
  }
  return ids
}

/** The cells of the row of a value, in words. */
const rowOf = (body: string, name: string): string[] => {
  const row = [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].find(([, html]) => {
    const head = /<th scope="row">(.*?)<\/th>/s.exec(html ?? '')?.[1] ?? ''
    return head
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .includes(name)
  })
  return [...(row?.[1] ?? '').matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) =>
    (cell ?? '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
}

test('the page shows for each value what two people read, counted by hand: 20 yes-yes, 5, 10 and 15 no-no give κ 0.40', async () => {
  const pairs: [string, string][] = [
    ...Array.from({ length: 20 }, (): [string, string] => ['K3+', 'K3+']),
    ...Array.from({ length: 5 }, (): [string, string] => ['GEN', 'K3+']),
    ...Array.from({ length: 10 }, (): [string, string] => ['K3+', 'GEN']),
    ...Array.from({ length: 15 }, (): [string, string] => ['GEN', 'GEN']),
  ]
  await readBoth(pairs)
  const { body } = await house.get('/agreement', asLena)
  const table = [
    [20, 5],
    [10, 15],
  ]
  const units = [
    ...Array.from({ length: 20 }, () => [true, true]),
    ...Array.from({ length: 15 }, () => [true, false]),
    ...Array.from({ length: 15 }, () => [false, false]),
  ]
  const printed = (figure: number | null) => (figure ?? Number.NaN).toFixed(2)
  const row = rowOf(body, 'Risk +')
  expect(row.slice(0, 6)).toEqual(['50', '35', '70 %', '55 %', printed(cohenKappa(table)), printed(gwetAC1(table))])
  expect(row[4]).toBe('0.40')
  expect(row[6]?.startsWith(printed(krippendorffAlpha(units)))).toBe(true)
  expect(row[8]).toContain('Settle and recode')
  expect(row[8]).not.toContain('Too few')
  // Nobody gave this one: that proves nothing.
  expect(rowOf(body, 'Emotion −')).toEqual(['50', '0', '100 %', '0 %', '–', '1.00', '–', '–', 'No variation'])
  expect(body).toContain('To be settled and read afresh: Risk +.')
  expect(body).toContain('35 of 50 answers carry the same tags')
  // The same figures, intervals and all, as long as nothing changes; others may see them too.
  expect((await house.get('/agreement', asLena)).body).toBe(body)
  const figures = await agreementFor(house.db)
  expect(figures.n).toBe(50)
  const list = await house.get('/agreement/risk-helps', asLena)
  expect(list.body).toContain('15 answers')
  expect(list.body.match(/Waits to be settled/g)).toHaveLength(15)
}, 60_000)

test('below fifty answers the figures are shown as too few to say', async () => {
  await readBoth([
    ['K3+', 'K3+'],
    ['C1-', 'K3+'],
    ['GEN', 'GEN'],
  ])
  const { body } = await house.get('/agreement', asLena)
  expect(body).toContain('until then they are indicative')
  expect(rowOf(body, 'Risk +')[8]).toContain('Too few to say')
})

test('a coder sees only the own figures, until an admin lets leads see all, with a reason that everybody reads', async () => {
  await readBoth([
    ['K3+', 'K3+'],
    ['C1-', 'K3+'],
  ])
  const section = async (as: string) =>
    /Who reads<\/h2>(.*?)<\/section>/s.exec((await house.get('/agreement', as)).body)?.[1] ?? ''
  expect(await section(asLena)).toContain('You')
  expect(await section(asLena)).toContain('2 answers read blind, 1 of them exactly as the other did')
  expect(await section(asLena)).not.toContain('Ada Moss')
  const asRosa = await house.signIn(rosa.id)
  expect(await section(asRosa)).not.toMatch(/You|Ada Moss|Lena Okafor/)
  expect((await house.post('/agreement/coder-figures', { reason: 'x' }, asLena)).status).toBe(404)
  const empty = await house.post('/agreement/coder-figures', { reason: ' ' }, asAda)
  expect(empty.status).toBe(422)
  expect(empty.body).toContain('id="reason-error"')
  await house.post('/agreement/coder-figures', { reason: 'Training of new coders' }, asAda)
  expect(await section(asLena)).toContain('Ada Moss')
  expect(await section(asRosa)).toContain('Training of new coders')
  expect(await section(asRosa)).not.toContain('2 answers read blind')
  await house.post('/agreement/coder-figures/end', {}, asAda)
  expect(await section(asLena)).not.toContain('Ada Moss')
  const events = await house.db.selectFrom('event').select('action').where('action', '=', 'coder-figures').execute()
  expect(events).toHaveLength(2)
})

test('what is withdrawn no longer enters the figures', async () => {
  const [first = ''] = await readBoth([
    ['K3+', 'K3+'],
    ['C1-', 'K3+'],
  ])
  expect((await agreementFor(house.db)).n).toBe(2)
  const { response_id } = await house.db
    .selectFrom('answer')
    .select('response_id')
    .where('id', '=', first)
    .executeTakeFirstOrThrow()
  await house.db.updateTable('response').set({ state: 'withdrawn' }).where('id', '=', response_id).execute()
  expect((await agreementFor(house.db)).n).toBe(1)
})

test('in a later round old answers are read again blind, by who read them and by another, and now is held against then', async () => {
  await house.db.updateTable('user').set({ is_coder: 0 }).where('id', '=', ada.id).execute()
  const old: string[] = []
  for (let n = 0; n < 12; n += 1) {
    const { answerId } = await sayTo(house, told, `Old ${n}: it never stops`)
    await readAs(house, asLena, answerId, ['K3+'])
    old.push(answerId)
  }
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  house.clock.forward(60_000)
  const campaign = await addRounds()
  const { responseId } = await makeResponse(house.db, house.clock.now, [{ text: 'A new one' }])
  await house.db.updateTable('response').set({ campaign_id: campaign }).where('id', '=', responseId).execute()
  await enqueue(house.db, 'suggest-tags', { responseId }, house.clock.now)
  await house.worker.drain()
  const drawn = await house.db.selectFrom('blind_sample').select('answer_id').where('kind', '=', 'drift').execute()
  expect(drawn).toHaveLength(10)
  const again = drawn.map(({ answer_id }) => answer_id)
  const [one = '', two = ''] = again
  const page = await house.get(`/review/${one}`, asAda)
  expect(page.body).toContain('Read it afresh')
  expect(page.body).not.toMatch(/Lena Okafor|settled this answer|tag risk plus/)
  await readAs(house, asAda, one, ['K3+'])
  await readAs(house, asLena, one, ['K3+'])
  await readAs(house, asAda, two, ['C3+'])
  // What counts stays as it was.
  const settled = await house.db.selectFrom('coding').select('user_id').where('is_settled', '=', 1).execute()
  expect(settled.every(({ user_id }) => user_id === lena.id)).toBe(true)
  expect(settled).toHaveLength(12)
  const { body } = await house.get('/agreement', asLena)
  expect(body).toContain('2 of 10 old answers read again. 2 of 3 readings say the same')
  expect(body).toContain('By whoever had read it: 1 of 1.')
  expect(body).toContain('By somebody else: 1 of 2.')
  // Drawn once a round, whatever comes.
  await enqueue(house.db, 'suggest-tags', { responseId }, house.clock.now)
  await house.worker.drain()
  expect(await house.db.selectFrom('blind_sample').select('id').where('kind', '=', 'drift').execute()).toHaveLength(10)
  // A third reader finds both places taken, or kept for whoever read it before.
  await house.db.updateTable('user').set({ role: 'lead' }).where('id', '=', tom.id).execute()
  const asTom = await house.signIn(tom.id)
  expect((await house.get(`/review/${one}`, asTom)).body).not.toContain('Read it afresh')
  expect((await house.get(`/review/${two}`, asTom)).body).not.toContain('Read it afresh')
})

/** Two launched rounds; returns the id of the second. */
async function addRounds(): Promise<string> {
  const template = await house.db.selectFrom('template_version').select('id').executeTakeFirstOrThrow()
  const ids = ['01900000-0000-7000-8000-000000000901', '01900000-0000-7000-8000-000000000902']
  for (const [n, id] of ids.entries())
    await house.db
      .insertInto('campaign')
      .values({
        id,
        name: n === 0 ? 'Autumn' : 'Spring',
        series: 'Why',
        round: n + 1,
        template_version_id: template.id,
        state: 'launched',
        sender_id: lena.id,
        closes_on: '2026-12-24',
        created_by: lena.id,
        created_at: house.clock.now.toISOString(),
        launched_by: lena.id,
        launched_at: new Date(house.clock.now.getTime() + n).toISOString(),
      })
      .execute()
  return ids[1] ?? ''
}
