import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { anna, fennholt, jonas, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let link: string
let other: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  const [first = '', second = ''] = await invite(house.db, house.links, [anna, jonas])
  link = `/s/${first}`
  other = `/s/${second}`
})
afterEach(() => house.close())

const hidden = (body: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''

async function save(question: string, fields: Record<string, string>, at = link) {
  const page = await house.get(`${at}/q/${question}`)
  return house.post(`${at}/q/${question}`, {
    version: hidden(page.body, 'version'),
    writer: hidden(page.body, 'writer'),
    go: 'next',
    ...fields,
  })
}
const rows = async () => ({
  responses: await house.db.selectFrom('response').selectAll().execute(),
  drafts: await house.db.selectFrom('draft').selectAll().execute(),
  answers: await house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .selectAll()
    .orderBy('question')
    .orderBy('item')
    .orderBy('number')
    .execute(),
})

async function answerAll(at = link, who = 'team') {
  await save('CORE-1', { text: 'You answer at three in the morning.' }, at)
  await save('CORE-2', { text: 'The night line.' }, at)
  await save('CORE-3', { avoid: 'Three saves this year', 'spend-worse': '1', 'earn-not_at_all': '1' }, at)
  await house.post(`${at}/q/CORE-4`, { go: 'skip', text: '' })
  return house.post(`${at}/submission`, { who })
}

test('the first page says who asks, how long it takes and who reads the answers, and asks the first question', async () => {
  const page = await house.get(link)
  expect(page.status).toBe(200)
  for (const words of [
    'Hello Anna.',
    'Fennholt Dairy',
    '8 minutes',
    'Lena Okafor reads your answers',
    'Why do you buy from us',
  ])
    expect(page.body).toContain(words)
  expect(page.headers['cache-control']).toBe('no-store')
  expect(page.headers['referrer-policy']).toBe('no-referrer')
  expect(page.headers['x-robots-tag']).toContain('noindex')
})

test('the page never names a driver', async () => {
  for (const question of ['CORE-1', 'CORE-2', 'CORE-3', 'CORE-4']) {
    const { body } = await house.get(`${link}/q/${question}`)
    expect(body).not.toMatch(/driver|revenue|\brisk\b|emotion/i)
  }
})

test('opening every page of a link changes nothing', async () => {
  for (const path of ['', '/q/CORE-1', '/q/CORE-3', '/check', '/receipt', '/call', '/later', '/erasure', '/privacy'])
    await house.get(link + path)
  expect(await rows()).toEqual({ responses: [], drafts: [], answers: [] })
})

test('a robot that presses every button and types nothing changes nothing', async () => {
  for (const [path, form] of [
    ['/q/CORE-1', { go: 'next' }],
    ['/q/CORE-1', { go: 'skip' }],
    ['/q/CORE-3', { go: 'back' }],
    ['/q/CORE-1/draft', {}],
    ['/submission', {}],
    ['/call', { phone: '' }],
    ['/later', {}],
    ['/erasure', {}],
    ['/owed', {}],
    ['/consent', {}],
  ] as const)
    await house.post(link + path, form)
  expect(await rows()).toEqual({ responses: [], drafts: [], answers: [] })
  expect(await house.db.selectFrom('follow_up').selectAll().execute()).toEqual([])
})

test('a robot on a link with answers under way, and on sent ones, changes nothing either', async () => {
  await save('CORE-1', { text: 'The night line.' })
  const begun = await rows()
  for (const question of ['CORE-1', 'CORE-2', 'CORE-3', 'CORE-4']) {
    const { body } = await house.get(`${link}/q/${question}`)
    const text = question === 'CORE-1' ? { text: 'The night line.' } : {}
    for (const go of ['next', 'skip', 'back'])
      await house.post(`${link}/q/${question}`, {
        ...text,
        go,
        version: hidden(body, 'version'),
        writer: hidden(body, 'writer'),
      })
  }
  await house.post(`${link}/submission`, {})
  expect(await rows()).toEqual(begun)

  await answerAll(other)
  const sent = await rows()
  for (const path of ['/submission', '/erasure', '/owed', '/call', '/later']) await house.post(other + path, {})
  await house.post(`${other}/consent`, { who: 'team' })
  await house.post(`${other}/q/CORE-1`, { go: 'next', text: 'You answer at three in the morning.', version: '0' })
  expect(await rows()).toEqual(sent)
})

test('an answer is saved by "Save and continue" and there again on any device', async () => {
  const reply = await save('CORE-1', { text: 'Your engineers.\r\nAnd the seals.' })
  expect(reply).toMatchObject({ status: 303, location: `${link}/q/CORE-2` })
  const page = await house.get(`${link}/q/CORE-1`)
  expect(page.body).toContain('Your engineers.\nAnd the seals.')
  expect(page.body).toContain('Saved 10:00')
  expect((await house.get(link)).location).toBe(`${link}/q/CORE-2`)
})

test('an answer is saved while it is typed', async () => {
  const reply = await house.post(`${link}/q/CORE-1/draft`, { text: 'Half a sen', version: '0', writer: 'tab-1' })
  expect(JSON.parse(reply.body)).toEqual({ version: 1, time: '10:00' })
  expect((await house.get(`${link}/q/CORE-1`)).body).toContain('Half a sen')
})

test('an old tab never overwrites a newer one, and what it wrote is not lost', async () => {
  const type = (text: string, version: string, writer: string) =>
    house.post(`${link}/q/CORE-1/draft`, { text, version, writer })
  await type('From the phone', '0', 'phone')
  await type('From the desk, later', '1', 'desk')
  const late = await type('The phone again', '1', 'phone')
  expect(late.status).toBe(409)
  expect(late.body).toContain('newer')
  const page = await house.post(`${link}/q/CORE-1`, {
    text: 'The phone again',
    version: '1',
    writer: 'phone',
    go: 'next',
  })
  expect(page.status).toBe(409)
  expect(page.body).toContain('From the desk, later')
  expect(page.body).toContain('The phone again')
  expect((await rows()).drafts.map((draft) => JSON.parse(draft.body).entries[0].text)).toEqual(['From the desk, later'])
})

test('a tab that lost our reply on a bad line goes on from what it saved itself', async () => {
  const type = (text: string, version: string) =>
    house.post(`${link}/q/CORE-1/draft`, { text, version, writer: 'phone' })
  await type('One', '0')
  expect((await type('One two', '0')).status).toBe(200)
})

test('answers wait for a choice of who may see them, and are sent once', async () => {
  await save('CORE-1', { text: 'The night line.' })
  const refused = await house.post(`${link}/submission`, {})
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Choose one of the three')
  expect(refused.body).toContain('The night line.')

  for (let press = 0; press < 2; press += 1)
    expect(await house.post(`${link}/submission`, { who: 'lead' })).toMatchObject({
      status: 303,
      location: `${link}/receipt`,
    })
  const { responses, answers, drafts } = await rows()
  expect(responses).toMatchObject([
    {
      state: 'submitted',
      consent_level: 'lead',
      segment: fennholt.segment,
      owner_id: rosa.id,
      channel: 'survey',
      took_place_on: '2026-11-23',
    },
  ])
  expect(answers).toMatchObject([
    { question: 'CORE-1', text: 'The night line.', provenance: 'typed', number: 1, after_prompt: 0 },
  ])
  expect(drafts).toEqual([])
  expect(await house.db.selectFrom('job').select('kind').execute()).toEqual([{ kind: 'suggest-tags' }])
})

test('no answer at all cannot be sent', async () => {
  const reply = await house.post(`${link}/submission`, { who: 'team' })
  expect(reply.status).toBe(422)
  expect(reply.body).toContain('one is enough')
})

test('"not at all" and "you make it worse" are answers without a word', async () => {
  await save('CORE-3', { 'earn-not_at_all': '1', 'spend-worse': '1' })
  await house.post(`${link}/submission`, { who: 'team' })
  expect((await rows()).answers.map(({ item, text, value }) => [item, text, value])).toEqual([
    ['earn', '', '{"not_at_all":true}'],
    ['spend', '', '{"worse":true}'],
  ])
})

test('an unprompted answer that is written after the prompts were shown is marked', async () => {
  await save('CORE-1', { text: 'First thought' })
  await save('CORE-2', { text: 'The night line' })
  await save('CORE-3', { avoid: 'Yes' })
  await save('CORE-1', { text: 'First thought, and you keep trouble away' })
  await save('CORE-2', { text: 'The night line' })
  await house.post(`${link}/submission`, { who: 'team' })
  expect((await rows()).answers.map(({ question, after_prompt }) => [question, after_prompt])).toEqual([
    ['CORE-1', 1],
    ['CORE-2', 0],
    ['CORE-3', 0],
  ])
})

test('the receipt shows the answers, who may see them and until when they can be changed', async () => {
  await answerAll()
  const page = await house.get(`${link}/receipt`)
  for (const words of [
    'Thank you, Anna',
    '23 November, 10:00',
    'You answer at three in the morning.',
    'we make it worse',
    'My account team and the project lead',
    '4 December',
    'WB-',
  ])
    expect(page.body).toContain(words)
  expect((await house.get(link)).location).toBe(`${link}/receipt`)
  expect((await house.get(`${link}/copy.txt`)).body).toContain('Three saves this year')
})

test('answers can be changed until the round closes; each version is kept', async () => {
  await answerAll()
  house.clock.forward(60_000)
  await save('CORE-2', { text: 'The night line, and Marek.' })
  expect((await house.get(`${link}/receipt`)).body).toContain('not sent yet')
  expect((await house.post(`${link}/submission`, {})).status).toBe(422)
  expect((await house.post(`${link}/submission`, { done: '1' })).status).toBe(303)
  const changed = (await rows()).answers.filter(({ question }) => question === 'CORE-2')
  expect(changed).toMatchObject([
    { number: 1, text: 'The night line.', superseded_at: '2026-11-23T10:01:00.000Z' },
    { number: 2, text: 'The night line, and Marek.', superseded_at: null, after_prompt: 1 },
  ])
  expect((await house.get(`${link}/receipt`)).body).toContain('You changed them on 23 November, 10:01')
})

test('consent can be changed later, and every choice is kept', async () => {
  await answerAll()
  await house.post(`${link}/consent`, { who: 'totals' })
  expect((await rows()).responses).toMatchObject([{ consent_level: 'totals' }])
  expect(await house.db.selectFrom('consent').select('level').orderBy('level').execute()).toEqual([
    { level: 'team' },
    { level: 'totals' },
  ])
})

test('pressing “Delete” twice deletes once, and what another tab sends at that moment is no fault of ours', async () => {
  await answerAll()
  const sent = await Promise.all([
    house.post(`${link}/erasure`, { sure: '1' }),
    house.post(`${link}/erasure`, { sure: '1' }),
    house.post(`${link}/consent`, { who: 'lead' }),
    house.post(`${link}/owed`, { owe: 'The drawing.' }),
    house.post(`${link}/call`, { phone: '1 555 0199', when: 'Thursday' }),
  ])
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 409, 409, 200])
  expect((await rows()).responses).toEqual([])
})

test('words that are saved while they are deleted are deleted too', async () => {
  const [, erased] = await Promise.all([
    house.post(`${link}/q/CORE-1`, { text: 'Not meant for you.', version: '0', writer: 'a tab', go: 'next' }),
    house.post(`${link}/erasure`, { sure: '1' }),
  ])
  expect(erased.body).toContain('Nothing of what you wrote is kept.')
  expect((await rows()).drafts).toEqual([])
})

test('erasing leaves no word behind', async () => {
  await answerAll()
  await house.worker.drain()
  await house.post(`${link}/owed`, { owe: 'The September invoice' })
  expect((await house.post(`${link}/erasure`, {})).status).toBe(422)
  expect((await house.post(`${link}/erasure`, { sure: '1' })).status).toBe(200)
  expect(await rows()).toEqual({ responses: [], drafts: [], answers: [] })
  for (const table of ['tag', 'coding', 'follow_up', 'consent', 'response_summary'] as const)
    expect(await house.db.selectFrom(table).selectAll().execute()).toEqual([])
  expect(await house.db.selectFrom('erasure').select('record_kind').execute()).toEqual([{ record_kind: 'response' }])
  expect((await house.get(link)).body).toContain('Why do you buy from us')
})

test('whoever asks for a call gets one, once', async () => {
  for (let press = 0; press < 2; press += 1) await house.post(`${link}/call`, { phone: '+49 170 1', when: 'Thursday' })
  expect(await house.db.selectFrom('follow_up').select(['kind', 'owner_id', 'due_on']).execute()).toEqual([
    { kind: 'call', owner_id: rosa.id, due_on: '2026-11-24' },
  ])
})

test('whoever wants to be asked later is told the day', async () => {
  const page = await house.post(`${link}/later`, { days: '7' })
  expect(page.body).toContain('30 November')
  expect(
    await house.db.selectFrom('invitation').select('ask_after_on').where('contact_id', '=', anna.id).execute(),
  ).toEqual([{ ask_after_on: '2026-11-30' }])
})

test('what we owe is answered in two working days', async () => {
  await answerAll()
  house.clock.now = new Date('2026-11-27T10:00:00.000Z')
  const page = await house.post(`${link}/owed`, { owe: 'A corrected invoice' })
  expect(page.body).toContain('1 December')
})

test('a link that is cut, invented or withdrawn says what to do', async () => {
  for (const bad of [link.slice(0, -1), `${link}A`, '/s/x', `/s/${'A'.repeat(44)}`]) {
    const page = await house.get(bad)
    expect(page.status).toBe(404)
    expect(page.body).toContain('Open it from the mail again')
  }
  await house.db.updateTable('invitation').set({ link_version: 2 }).where('contact_id', '=', anna.id).execute()
  expect((await house.get(link)).status).toBe(410)
})

test('after the closing day nothing can be written, and sent answers can still be read and deleted', async () => {
  await answerAll(other)
  await save('CORE-1', { text: 'Half' })
  house.clock.now = new Date('2026-12-05T10:00:00.000Z')
  const closed = await house.get(link)
  expect(closed.status).toBe(410)
  expect(closed.body).toContain(rosa.email)
  expect((await house.post(`${link}/q/CORE-1`, { text: 'Late', go: 'next', version: '1' })).status).toBe(410)
  expect((await house.post(`${link}/submission`, { who: 'team' })).status).toBe(410)
  expect((await house.get(`${other}/receipt`)).body).toContain('The night line.')
  expect((await house.post(`${other}/erasure`, { sure: '1' })).status).toBe(200)
})

test('where the customer’s time zone is not known, the closing day ends at midnight at the company', async () => {
  await house.db.updateTable('customer').set({ time_zone: null }).where('id', '=', fennholt.id).execute()
  await house.db.updateTable('company').set({ time_zone: 'Pacific/Auckland' }).execute()
  house.clock.now = new Date('2026-12-04T10:59:00.000Z')
  expect((await house.get(link)).status).toBe(200)
  house.clock.now = new Date('2026-12-04T11:01:00.000Z')
  expect((await house.get(link)).status).toBe(410)
})

test('who left the company is named to nobody: as in the mail, whoever launched the round stands in', async () => {
  expect((await house.get(`${link}/call`)).body).toContain('Rosa Lind')
  const left = { deactivated_at: '2026-11-22T08:00:00.000Z' }
  await house.db.updateTable('user').set(left).where('id', '=', rosa.id).execute()
  const page = await house.get(`${link}/call`)
  expect(page.body).not.toContain('Rosa Lind')
  expect(page.body).toContain('Lena Okafor')
})

test('markup in an answer stays text', async () => {
  await save('CORE-1', { text: '<script>alert(1)</script> & "quotes" </textarea>' })
  for (const path of ['/q/CORE-1', '/check']) {
    const { body } = await house.get(link + path)
    expect(body).not.toContain('<script>alert')
    expect(body).toContain('&lt;script&gt;alert(1)')
  }
})

test('an answer in any script, with emoji, comes back as it was written', async () => {
  const text = '夜間の電話 — спасибо, צוות מצוין 👩‍🔧'
  await save('CORE-1', { text })
  await house.post(`${link}/submission`, { who: 'team' })
  expect((await rows()).answers[0]?.text).toBe(text)
})

test('an answer that is far too long is refused beside the field, with every word kept', async () => {
  const text = `${'ä'.repeat(20_000)}tail`
  const page = await save('CORE-1', { text })
  expect(page.status).toBe(422)
  expect(page.body).toContain('4 characters longer')
  expect(page.body).toContain('tail</textarea>')
})

test('a draft is on no staff page', async () => {
  await save('CORE-1', { text: 'Unfinished-secret' })
  const cookie = await house.signIn(lena.id)
  for (const url of ['/', '/why', '/review', `/customers/${fennholt.id}`, '/campaigns', '/interviews', '/mailbox'])
    expect((await house.get(url, cookie)).body).not.toContain('Unfinished-secret')
})

test('two first saves at the same moment make one sitting', async () => {
  await Promise.all(
    [1, 2, 3].map((n) =>
      house.post(`${link}/q/CORE-${n === 3 ? 2 : n}/draft`, { text: `words ${n}`, version: '0', writer: `tab ${n}` }),
    ),
  )
  const { responses, drafts } = await rows()
  expect(responses).toHaveLength(1)
  expect(drafts.length).toBeGreaterThanOrEqual(2)
})

test('a question page costs a small, fixed number of statements', async () => {
  await save('CORE-1', { text: 'The night line.' })
  await house.get(`${link}/q/CORE-2`)
  const before = house.queries()
  await house.get(`${link}/q/CORE-2`)
  expect(house.queries() - before).toBeLessThanOrEqual(3)
})
