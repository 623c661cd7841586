import { afterEach, beforeEach, expect, test } from 'vitest'
import { drivers } from '#server/drivers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { sheetsOf } from '../support/sheets.ts'
import { addWeightCustomers, type Weighs, type WeightCustomer, weighingForty } from '../support/weight-world.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  lead = await house.signIn(lena.id)
})
afterEach(() => house.close())

const decoded = (body: string) => body.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')
const page = async (query = '', cookie = lead) => decoded((await house.get(`/why/weight${query}`, cookie)).body)
/** What stands in print, without pictures and choices; each cell apart from the next. */
const words = (body: string) =>
  body
    .slice(body.indexOf('<h1'))
    .replaceAll(/<(svg|form)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<\/t[dh]>/g, ' | ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
const row = (body: string, name: string) =>
  new RegExp(`\\| [RCKE] ${name} \\|[^|]*\\|[^|]*\\|[^|]*\\|`).exec(words(body))?.[0] ?? ''
const crowd = (length: number, name: string, person: Weighs, segment?: string): WeightCustomer[] =>
  Array.from({ length }, (_, at) => ({ name: `${name} ${at}`, people: [person], ...(segment ? { segment } : {}) }))
const even: Weighs = { points: [25, 25, 25, 25], scores: [5, 5, 5, 5] }
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('where nobody has weighed anything the page says what asks for it, and claims nothing', async () => {
  expect(words(await page())).toContain('Nobody has weighed the four reasons in this view.')
  expect((await house.get('/why/weight.csv', lead)).status).toBe(422)
})

test('each number equals a recount, and opens the customers behind it', async () => {
  await addWeightCustomers(house, weighingForty)
  const body = await page()
  const people = weighingForty.flatMap(({ people: own }) => own)
  const lostBy = people.map(({ points = [], scores = [] }) => {
    const known = scores
      .map((score, at) => ({ score, points: Number(points[at]) }))
      .filter(({ score }) => score !== 'out')
    const sum = known.reduce((all, one) => all + one.points, 0)
    return scores.map((score, at) => (score === 'out' ? 0 : (Number(points[at]) / sum) * (10 - score) * 10))
  })
  for (const [at, name] of ['Revenue', 'Cost', 'Risk', 'Emotion'].entries()) {
    const weight = mean(people.map(({ points = [] }) => Number(points[at])))
    const score = mean(people.flatMap(({ scores = [] }) => (scores[at] === 'out' ? [] : [Number(scores[at])])))
    const lost = mean(lostBy.map((one) => one[at] ?? 0))
    expect(row(body, name)).toMatch(
      new RegExp(`\\| +${Math.round(weight)} \\([^|]*\\| +${score.toFixed(1)} \\([^|]*\\| +${Math.round(lost)} \\(`),
    )
  }
  const whole = Math.round(mean(lostBy.map((one) => one.reduce((sum, value) => sum + value, 0))))
  expect(words(body)).toMatch(
    new RegExp(
      `Cost weighs most and is done worst: 45 .* Of 100 points that matter to a customer we leave ${whole} \\(`,
    ),
  )
  expect(words(body)).toContain('Emotion does not apply: 4 of 40, 10 % (4–23).')
  expect(words(body)).toMatch(/C Cost (\|[^|]*){3}\| matters more, done worse \|/)
  const links = [...body.matchAll(/href="(\/why\/weight\/customers\?[^"]*)"/g)].map(([, href = '']) => href)
  expect(links.length).toBeGreaterThan(12)
  for (const href of new Set(links)) {
    const opened = await house.get(href, lead)
    expect(opened.status, href).toBe(200)
    expect(words(opened.body), href).toMatch(/ \d+ customers?\./)
  }
  const said = decoded((await house.get('/why/weight/customers?of=said&driver=emotion', lead)).body)
  expect(words(said)).toContain('10 customers.')
  expect(words(said)).toContain(
    'Customer 04 Kim Customer 04 0, 2 November Points: Revenue 11, Cost 44, Risk 35, Emotion 10',
  )
})

test('what cannot be told apart is not ranked', async () => {
  const turned = (at: number) => [30, 20, 30, 20].map((_, place) => [40, 30, 20, 10][(place + at) % 4] ?? 0)
  await addWeightCustomers(
    house,
    Array.from({ length: 40 }, (_, at) => ({
      name: `Even ${at}`,
      people: [{ points: turned(at), scores: turned(at).map((value) => value / 10) }],
    })),
  )
  const text = words(await page())
  expect(text).toContain('Cannot tell which of the four weighs most. Cannot tell which of the four we do worst on.')
  expect(text).toContain('Cannot tell in which of the four most is missing.')
  expect(text).not.toMatch(/weighs most:|done worst|matters more,/)
})

test('five to nine customers give counts, and fewer give nothing', async () => {
  await addWeightCustomers(house, crowd(4, 'Few', { points: [10, 60, 20, 10], scores: [9, 2, 8, 8] }))
  expect(words(await page())).toContain('This choice is hidden: it has fewer than 5 customers.')
  await addWeightCustomers(house, crowd(3, 'More', { points: [60, 20, 10, 10], scores: [9, 2, 8, 8] }))
  const body = await page()
  expect(row(body, 'Cost')).toContain('most for 4 of 7')
  expect(row(body, 'Revenue')).toContain('most for 3 of 7')
  expect(words(body)).toContain('It takes 10 customers to say what weighs most.')
  expect(body).not.toContain('quadrants')
})

test('a group of fewer than five, or that would come out by subtraction, is hidden', async () => {
  await addWeightCustomers(house, [...crowd(12, 'Many', even, 'Many'), ...crowd(3, 'Few', even, 'Few')])
  const body = await page()
  expect(body).toMatch(/<option value="Few" disabled>Few, hidden: fewer than 5/)
  expect(body).toMatch(/<option value="Many" disabled>Many, hidden: beside the rest it shows fewer than 5/)
  for (const [segment, why] of [
    ['Few', 'it has fewer than 5 customers'],
    ['Many', 'beside the rest it shows fewer than 5 customers'],
  ]) {
    const text = words(await page(`?segment=${segment}`))
    expect(text).toContain(`This choice is hidden: ${why}.`)
    expect(text).not.toMatch(/\d of 100|of 10\b/)
    expect((await house.get(`/why/weight.csv?segment=${segment}`, lead)).status).toBe(422)
  }
})

test('what was given for totals only is counted from five customers on, and named never', async () => {
  await addWeightCustomers(house, crowd(12, 'Open', { points: [0, 100, 0, 0], scores: [5, 5, 5, 5] }))
  await addWeightCustomers(
    house,
    crowd(4, 'Quiet', { points: [100, 0, 0, 0], scores: [1, 1, 1, 1], consent: 'totals' }),
  )
  const few = words(await page())
  expect(few).toContain('12 customers shared out 100 points')
  expect(few).toContain('What fewer than 5 customers gave in confidence is left out')
  expect(row(await page(), 'Cost')).toContain('100 (100 to 100)')
  await addWeightCustomers(
    house,
    crowd(1, 'Hushed', { points: [100, 0, 0, 0], scores: [1, 1, 1, 1], consent: 'totals' }),
  )
  expect(words(await page())).toContain('17 customers shared out 100 points')
  expect(row(await page(), 'Revenue')).toMatch(/\| +29 \(/)
  const { body } = await house.get('/why/weight/customers?of=points', lead)
  expect(words(body)).toContain('17 customers.')
  expect(words(body)).toContain('5 further customers gave this in confidence.')
  expect(body).not.toMatch(/Quiet|Hushed/)
})

test('who opens what was entrusted to the lead is recorded', async () => {
  await addWeightCustomers(house, crowd(6, 'Open', even))
  await house.get('/why/weight', lead)
  const recorded = () =>
    house.db
      .selectFrom('event')
      .select('id')
      .where('action', '=', 'read-confidential')
      .where('user_id', '=', lena.id)
      .execute()
  expect(await recorded()).toHaveLength(0)
  await house.get('/why/weight/customers?of=points', lead)
  expect(await recorded()).toHaveLength(6)
})

test('several people of a customer count once, and who would rather not say is counted', async () => {
  await addWeightCustomers(house, crowd(9, 'One', { points: [0, 50, 50, 0], scores: [5, 5, 5, 5] }))
  await addWeightCustomers(house, [
    {
      name: 'Two',
      people: [
        { points: [100, 0, 0, 0], scores: [0, 5, 5, 5] },
        { points: [0, 100, 0, 0], scores: [10, 5, 5, 5] },
      ],
    },
    { name: 'Silent', people: [{ points: 'declined', scores: [5, 5, 5, 5] }] },
  ])
  const body = await page()
  expect(words(body)).toContain('10 customers shared out 100 points; indicative, 11 scored us')
  expect(row(body, 'Revenue')).toMatch(/\| +5 \([^|]*\| +5\.0 \(/)
  expect(words(body)).toContain('Would rather not share out points: 1 of 11')
  const declined = await house.get('/why/weight/customers?of=declined', lead)
  expect(words(declined.body)).toContain('Silent')
  expect(words(declined.body)).toContain('Points: would rather not say')
})

test('a drawing of a part takes thirty customers', async () => {
  await addWeightCustomers(house, weighingForty)
  expect(await page()).toContain('id="quadrants"')
  const part = await page('?segment=Food')
  expect(part).not.toContain('id="quadrants"')
  expect(words(part)).toContain('Drawn from 30 customers where only some are chosen; here are 20.')
  expect(words(part)).toContain('20 customers shared out 100 points; indicative')
})

test('most and least, asked in talks, stand apart from the points', async () => {
  await addWeightCustomers(house, [
    ...crowd(8, 'Risky', { picks: ['risk', 'emotion'], scores: [5, 5, 5, 5] }),
    ...crowd(4, 'Thrifty', { picks: ['cost', 'emotion'], scores: [5, 5, 5, 5] }),
  ])
  const text = words(await page())
  expect(text).toMatch(/Risk \| 8 of 12, 67 % \(39–86\) \| 0 of 12, 0 % \(0–24\) \| 0\.67 \(0\.\d\d to 0\.\d\d\)/)
  expect(text).toMatch(/Emotion \| 0 of 12, 0 % \(0–24\) \| 12 of 12, 100 % \(76–100\) \| −1\.00 \(−1\.00 to −1\.00\)/)
  expect(text).toContain('12 scored us')
  expect(text).not.toContain('shared out 100 points')
  expect(words((await house.get('/why/weight/customers?of=best&driver=risk', lead)).body)).toContain('8 customers.')
  expect(words(await page('?channel=interview'))).toContain('Risk | 8 of 12')
  expect(words(await page('?channel=survey'))).toContain('Nobody has weighed')
})

test('the file holds what the page shows, and leaves out what it hides', async () => {
  await addWeightCustomers(house, weighingForty)
  const { body, headers } = await house.get('/why/weight.csv?segment=Food', lead)
  expect(headers['content-disposition']).toContain('what-weighs.csv')
  const lines = body
    .replace('\uFEFF', '')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
  expect(lines[0]).toEqual([
    'part',
    'driver',
    'unit',
    'customers',
    'of_customers',
    'value',
    'value_low',
    'value_high',
    'place',
  ])
  const food = weighingForty.filter(({ segment }) => segment === 'Food').flatMap(({ people }) => people)
  for (const [at, driver] of drivers.entries()) {
    const line = lines.find(([part, of]) => part === 'weight' && of === driver)
    expect(line?.[3]).toBe('20')
    expect(Number(line?.[5])).toBeCloseTo(mean(food.map(({ points = [] }) => Number(points[at]))), 9)
  }
  expect(lines.filter(([part]) => part === 'left_undone')).toHaveLength(5)
  expect(lines.find(([part, of]) => part === 'said_unprompted' && of === 'risk')?.slice(3, 6)).toEqual([
    '20',
    '20',
    '1',
  ])
})

test('the report and the workbook say the same', async () => {
  await addWeightCustomers(house, weighingForty)
  const sentence = /Cost weighs most and is done worst: [^.]+\.\d [^.]+\.\d [^.]+\.\d\)[^.]+\./.exec(
    words(await page()),
  )?.[0]
  const report = words((await house.get('/why/report', lead)).body)
  expect(sentence).toBeTruthy()
  expect(report).toContain(sentence)
  expect(report).toContain('Left undone For each customer points/100 times')
  expect(report).not.toContain('choose nothing here')
  expect(words((await house.get('/why/report?from=2026-01-01', lead)).body)).toContain('these choose nothing here')
  const few = (await house.get('/why/report?segment=Nowhere', lead)).body
  expect(few).not.toContain('What weighs')
  const reply = await house.app.inject({ method: 'GET', url: '/why.xlsx', headers: { host: 'ask.test', cookie: lead } })
  const sheet = sheetsOf(reply.rawPayload).get('What weighs') ?? []
  const csv = (await house.get('/why/weight.csv', lead)).body.replace('\uFEFF', '').trim().split('\r\n')
  expect(sheet).toHaveLength(csv.length)
  expect(sheet.map(([part, driver]) => `${part},${driver ?? ''}`)).toEqual(
    csv.map((line) => line.split(',').slice(0, 2).join(',')),
  )
})

test('a rep sees the figures, names only of own customers that allow it, and takes no file away', async () => {
  await addWeightCustomers(house, [
    ...crowd(10, 'Other', { ...even, consent: 'team' }),
    ...crowd(6, 'Own', { ...even, consent: 'team' }).map((one) => ({ ...one, owner: rosa.id })),
    ...crowd(6, 'Entrusted', even).map((one) => ({ ...one, owner: rosa.id })),
  ])
  const rep = await house.signIn(rosa.id)
  const body = await page('', rep)
  expect(words(body)).toContain('22 customers shared out 100 points')
  expect(body).not.toContain('/why/weight.csv')
  const behind = words((await house.get('/why/weight/customers?of=points', rep)).body)
  expect(behind).toContain('Own 0')
  expect(behind).not.toMatch(/Other|Entrusted/)
  expect(behind).toContain('16 further customers gave this in confidence or to colleagues.')
  expect((await house.get('/why/weight.csv', rep)).status).toBe(404)
  expect((await house.get('/why/weight', await house.signIn(ada.id))).status).toBe(200)
  expect((await house.get('/why/weight', '')).status).toBe(303)
})

test('those behind a number stand newest first, a page at a time', async () => {
  const day = (at: number) => `2026-11-${String(1 + (at % 20)).padStart(2, '0')}`
  await addWeightCustomers(
    house,
    Array.from({ length: 40 }, (_, at) => ({ name: `C${at}.`, people: [{ ...even, on: day(at) }] })),
  )
  const days = async (part: string) =>
    [
      ...words((await house.get(`/why/weight/customers?of=points${part}`, lead)).body).matchAll(/, (\d+) November/g),
    ].map(([, on]) => Number(on))
  const all = [...(await days('')), ...(await days('&page=2'))]
  expect(all).toHaveLength(40)
  expect(all).toEqual(all.toSorted((a, b) => b - a))
  expect(await days('&page=3')).toEqual([])
})

test('strange words in the address filter nothing or are not found', async () => {
  await addWeightCustomers(house, weighingForty)
  expect(words(await page('?channel=x&provenance=9&segment='))).toContain('40 customers shared out')
  expect((await house.get('/why/weight/customers?of=points&driver=x&page=-3', lead)).status).toBe(200)
  for (const query of ['', '?of=x', '?of=best', '?of=served'])
    expect((await house.get(`/why/weight/customers${query}`, lead)).status).toBe(404)
})

test('two contacts who turn out to be one person count as one', async () => {
  await addWeightCustomers(house, crowd(9, 'One', { points: [0, 100, 0, 0] }))
  await addWeightCustomers(house, [
    {
      name: 'Twice',
      people: [
        { points: [100, 0, 0, 0], on: '2026-11-03' },
        { points: [0, 100, 0, 0], on: '2026-11-01' },
      ],
    },
  ])
  expect(row(await page(), 'Revenue')).toMatch(/\| +5 \(/)
  const contacts = await house.db
    .selectFrom('contact')
    .select('id')
    .where('last_name', 'like', 'Twice %')
    .orderBy('last_name')
    .execute()
  await house.db
    .updateTable('response')
    .set({ contact_id: contacts[0]?.id ?? '' })
    .where('contact_id', '=', contacts[1]?.id ?? '')
    .execute()
  expect(row(await page(), 'Revenue')).toMatch(/\| +10 \(/)
})

test('a page takes few statements, however many customers there are', async () => {
  await addWeightCustomers(house, weighingForty)
  await page()
  const before = house.queries()
  await page('?segment=Food&owner=x')
  expect(house.queries() - before).toBeLessThanOrEqual(8)
})
