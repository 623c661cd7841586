import { afterEach, beforeEach, expect, test } from 'vitest'
import { codebook } from '#server/tags/codebook.ts'
import { typedOf } from '#server/tags/codebook-forms.ts'
import { getCodebook } from '#server/tags/codebook-versions.ts'
import { makeResponse, suggest, toldSuggester } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, tom } from '../support/world.ts'

let house: TestApp
let asLena: string
let asAda: string
let asTom: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asLena = await house.signIn(lena.id)
  asAda = await house.signIn(ada.id)
  asTom = await house.signIn(tom.id)
})
afterEach(() => house.close())

/** Sends one part as its page shows it, with some fields typed anew. */
const edit = (part: Parameters<typeof typedOf>[1], fields: Record<string, string>, revision = 0, who = asLena) =>
  house.post(`/codebook/draft/${part}`, { ...typedOf(codebook, part), revision: String(revision), ...fields }, who)

const publish = (revision: number, note = 'Two coders read this differently.', who = asLena) =>
  house.post('/codebook/draft/publication', { revision: String(revision), note }, who)

/** An answer that somebody settled with a tag on C3. */
async function settled(text = 'Saves my team a day a week') {
  const told = toldSuggester({ [text]: [['C3+', text, 0.9]] })
  const { responseId } = await makeResponse(house.db, house.clock.now, [{ text }])
  await suggest(house.db, responseId, told, house.clock.now)
  const coding = await house.db.selectFrom('coding').select(['id', 'answer_id']).executeTakeFirstOrThrow()
  await house.db
    .updateTable('coding')
    .set({ user_id: lena.id, suggester_version: null, is_settled: 1 })
    .where('id', '=', coding.id)
    .execute()
  return coding
}

test('a change is kept in one draft, and nobody tags by it until it is published with a reason', async () => {
  expect((await edit('cost', { definition: 'What the customer spends, their patience too.' })).status).toBe(303)
  const draft = await house.get('/codebook/draft', asLena)
  expect(draft.body).toContain('Cost: the definition changed.')
  expect((await house.get('/codebook', asTom)).body).not.toContain('their patience too')

  expect((await publish(1, ' ')).status).toBe(422)
  expect((await publish(1)).status).toBe(303)
  const { body } = await house.get('/codebook', asTom)
  expect(body).toContain('their patience too')
  expect(body).toContain('Version 1.1.1, by Lena Okafor')
  expect(body).toContain('Two coders read this differently.')
  expect((await getCodebook(house.db)).version).toBe('1.1.1')
  expect(
    await house.db.selectFrom('event').select(['action', 'record_id']).where('record_kind', '=', 'codebook').execute(),
  ).toEqual([{ action: 'publish', record_id: '1.1.1' }])
})

test('an older version is still to be read as it was', async () => {
  await edit('cost', { definition: 'Anew.' })
  await publish(1)
  const { body } = await house.get('/codebook/versions/1.1', asTom)
  expect(body).toContain('working capital')
  expect(body).not.toContain('Anew.')
  const list = await house.get('/codebook/versions', asTom)
  expect(list.body).toMatch(/Version 1\.1\.1[\s\S]*In force[\s\S]*Version 1\.1</)
  expect((await house.get('/codebook/versions/9.9', asTom)).status).toBe(404)
})

test('a change says which tagged answers it may touch, and lists them until they are tagged anew', async () => {
  const { answer_id } = await settled()
  await edit('cost', { 'sub-C3-short': 'Time, theirs and their machines’' })
  const draft = await house.get('/codebook/draft', asLena)
  expect(draft.body).toContain('It may touch 1 tagged answer')
  expect((await house.get('/codebook/draft/touched?change=0', asLena)).body).toContain('Saves my team a day a week')

  house.clock.now = new Date(house.clock.now.getTime() + 1000)
  await publish(1)
  const listed = await house.get('/codebook/versions/1.1.1/touched?change=0', asLena)
  expect(listed.body).toContain('Tagged by version 1.1')
  expect(listed.body).toContain(`/review/${answer_id}`)

  await house.db.updateTable('coding').set({ codebook_version: '1.1.1' }).execute()
  expect((await house.get('/codebook/versions/1.1.1/touched?change=0', asLena)).body).toContain('All looked at')
})

test('a change of another driver touches none of these answers', async () => {
  await settled()
  await edit('revenue', { definition: 'The customer’s own income.' })
  expect((await house.get('/codebook/draft', asLena)).body).toContain('It touches no tagged answer')
})

test('a sub-code can be added, and it gets the next number', async () => {
  await edit('revenue', { newShort: 'Recommended by us', newElements: 'referrals, listings' })
  await publish(1)
  const book = await getCodebook(house.db)
  expect(book.subs.find(({ code }) => code === 'R5')).toEqual({
    code: 'R5',
    short: 'Recommended by us',
    elements: ['referrals', 'listings'],
  })
  expect(book.subs.map(({ code }) => code).slice(3, 6)).toEqual(['R4', 'R5', 'C1'])
})

test('a merged sub-code is read as the other, tags keep what they were set to, and the merge can be undone', async () => {
  await settled()
  await edit('cost', { 'sub-C3-state': 'C4' })
  await publish(1)
  expect((await house.get('/codebook', asTom)).body).toContain('C3 Time: read as C4')
  expect(await house.db.selectFrom('tag').select('sub').execute()).toEqual([{ sub: 'C3' }])

  await edit('cost', { 'sub-C3-state': 'in-use' })
  await publish(1)
  expect((await getCodebook(house.db)).version).toBe('1.1.2')
  expect((await house.get('/codebook', asTom)).body).toContain('C3 Time stands by itself again.')
  expect((await getCodebook(house.db)).subs).toEqual(codebook.subs)
})

test('a retired sub-code is named as out of use', async () => {
  await edit('cost', { 'sub-C5-state': 'retired' })
  await publish(1)
  const { body } = await house.get('/codebook', asTom)
  expect(body).toContain('C5 Smoother process, fit with our systems: retired')
})

const wrong: [why: string, part: Parameters<typeof typedOf>[1], fields: Record<string, string>, sentence: string][] = [
  ['an example without an arrow', 'cost', { positive: 'Cheapest of the three' }, 'an arrow'],
  ['a tag that the codebook lacks', 'cost', { positive: 'Cheap -> C9+' }, '“C9+” is none of this codebook'],
  ['a direction that is missing', 'cost', { positive: 'Cheap -> C1' }, 'such as “C3+ K1−”'],
  ['a merge into another driver', 'cost', { 'sub-C3-state': 'K3' }, 'Choose a sub-code of Cost'],
  ['a merge into itself', 'cost', { 'sub-C3-state': 'C3' }, 'Choose a sub-code of Cost'],
  ['a merge into what is retired', 'cost', { 'sub-C3-state': 'C4', 'sub-C4-state': 'retired' }, 'itself in use'],
  [
    'no sub-code left in use',
    'revenue',
    Object.fromEntries([1, 2, 3, 4].map((n) => [`sub-R${n}-state`, 'retired'])),
    'Keep at least one',
  ],
  ['a sub-code without a name', 'cost', { 'sub-C1-short': ' ' }, 'Name this sub-code'],
  ['a definition that is empty', 'cost', { definition: '' }, 'Write what this driver means.'],
  ['a rule without its text', 'rules', { 'rule-1-text': '' }, 'Write what the rule says'],
  [
    'no rule at all',
    'rules',
    Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [
        [`rule-${n + 1}-title`, ''],
        [`rule-${n + 1}-text`, ''],
      ]).flat(),
    ),
    'Keep at least one rule.',
  ],
  ['a term without meaning', 'terms', { 'flag-must': '' }, 'Write what this means.'],
  ['a hard case with an unknown outcome', 'cases', { hardCases: 'Local -> MAYBE' }, '“MAYBE” is none of this codebook'],
  ['a text without end', 'cases', { rulings: 'x'.repeat(20_001) }, 'Keep this to 20,000 characters.'],
]
for (const [why, part, fields, sentence] of wrong)
  test(`the draft does not take ${why}: the field says what to do and keeps every word`, async () => {
    const { status, body } = await edit(part, fields)
    expect(status).toBe(422)
    expect(body).toContain(sentence)
    expect(await house.db.selectFrom('codebook_draft').selectAll().execute()).toEqual([])
  })

test('arrows and minus signs may be typed in any way that a keyboard has', async () => {
  await edit('cases', { hardCases: 'Always late => K3−, C3- must (said twice)\r\nLocal → GEN' })
  await publish(1)
  expect((await getCodebook(house.db)).hardCases).toEqual([
    { text: 'Always late', tags: 'K3- C3-', flags: ['must'], note: 'said twice' },
    { text: 'Local', none: 'GEN' },
  ])
})

test('each part that is sent as it is shown changes nothing', async () => {
  for (const [index, part] of (['revenue', 'cost', 'risk', 'emotion', 'terms', 'rules', 'cases'] as const).entries())
    expect((await edit(part, {}, index)).status, part).toBe(303)
  expect((await publish(7)).status).toBe(422)
  expect((await house.db.selectFrom('codebook_draft').select('body').executeTakeFirstOrThrow()).body).toBe(
    JSON.stringify(codebook),
  )
})

test('of two people who change the draft at once the second sees it before anything is written over', async () => {
  await edit('cost', { definition: 'By Lena.' })
  const late = await edit('cost', { definition: 'By Ada.' }, 0, asAda)
  expect(late.status).toBe(409)
  expect(late.body).toContain('By Ada.')
  expect((await edit('cost', { definition: 'By Ada.' }, 1, asAda)).status).toBe(303)
  expect((await publish(1)).status).toBe(409)
  expect((await publish(2)).status).toBe(303)
  expect((await publish(2)).status).toBe(409)
})

test('a draft is given up only by a tick', async () => {
  await edit('cost', { definition: 'Anew.' })
  expect((await house.post('/codebook/draft/removal', {}, asLena)).status).toBe(422)
  expect((await house.post('/codebook/draft/removal', { sure: '1' }, asLena)).status).toBe(303)
  expect(await house.db.selectFrom('codebook_draft').selectAll().execute()).toEqual([])
})

test('reps read the codebook; to them its draft does not exist', async () => {
  await edit('cost', { definition: 'Anew.' })
  expect((await house.get('/codebook', asTom)).body).not.toContain('/codebook/draft')
  for (const url of ['/codebook/draft', '/codebook/draft/cost', '/codebook/draft/touched?change=0'])
    expect((await house.get(url, asTom)).status, url).toBe(404)
  expect((await edit('cost', {}, 1, asTom)).status).toBe(404)
  expect((await publish(1, 'Mine.', asTom)).status).toBe(404)
})

test('the codebook is exported as Markdown and as a REFI-QDA file', async () => {
  const markdown = await house.get('/codebook.md', asTom)
  expect(markdown.body).toContain('# Codebook 1.1, Brackwell Pumps')
  expect(markdown.body).toContain('- Cheapest of the three → C1+')

  const qdc = await house.get('/codebook.qdc', asTom)
  expect(qdc.headers['content-disposition']).toBe('attachment; filename="codebook-1.1.qdc"')
  const names = [...qdc.body.matchAll(/<Code guid="([0-9a-f-]{36})" name="([^"]*)" isCodable="(true|false)"/g)]
  // Four drivers and "none", nineteen sub-codes in two directions each, five outcomes without a driver.
  expect(names).toHaveLength(5 + 19 * 3 + 5)
  expect(new Set(names.map(([, guid]) => guid)).size).toBe(names.length)
  expect(qdc.body).toContain('xmlns="urn:QDA-XML:codebook:1.0"')
  expect((await house.get('/codebook.qdc', asTom)).body).toBe(qdc.body)
})

test('markup and control characters in a definition stay text in both exports', async () => {
  await edit('cost', { definition: '<b>&"cost"\u0007 _a_ *b*' })
  await publish(1)
  const qdc = await house.get('/codebook.qdc', asTom)
  expect(qdc.body).toContain('&lt;b&gt;&amp;&quot;cost&quot; _a_ *b*')
  expect((await house.get('/codebook.md', asTom)).body).toContain('\\<b\\>&"cost"\u0007 \\_a\\_ \\*b\\*')
})

test('a sub-code of the company’s own is offered and named beside an answer, a merged one reads as the other', async () => {
  const { answer_id } = await settled()
  await edit('cost', { newShort: 'Paperwork', newElements: '', 'sub-C3-state': 'C4' })
  await publish(1)
  const { body } = await house.get(`/review/${answer_id}`, asLena)
  expect(body).toContain('C6 Paperwork')
  expect(body).toContain('C4 Effort')
})
