import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wilson } from '#server/insights/intervals.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { autumn, empty, makeFiguresWorld } from '../support/figures-world.ts'
import { recountFigures } from '../support/recount.ts'
import { addRound, addTrustCustomers, type Says, type TrustCustomer } from '../support/trust-world.ts'
import { ada, lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp
let lead: string
let rep: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 7, 120)
  lead = await house.signIn(lena.id)
  rep = await house.signIn(rosa.id)
})
afterAll(() => house.close())

const decoded = (body: string) => body.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')
/** What stands in print, without tags; each cell apart from the next. */
const words = (body: string) =>
  decoded(body.slice(body.indexOf('<main')))
    .replaceAll(/<\/t[dh]>/g, ' | ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
const page = async (query = '', cookie = lead, of = house) => (await of.get(`/why/trust${query}`, cookie)).body
/** One section of the page, in words. */
const section = (body: string, id: string) =>
  words(`<main>${body.split('<section').find((one) => one.includes(`<h2 id="${id}"`)) ?? ''}`)
const percent = (share: number) => Math.round(100 * share)

/** A house of its own with one round and these customers. */
async function planted(customers: TrustCustomer[], draw?: Parameters<typeof addRound>[3]) {
  const own = await startApp()
  await makeWorld(own.db)
  await addRound(own, 'round', 'Planted', draw)
  await addTrustCustomers(own, 'round', customers)
  return own
}
const many = (length: number, make: (at: number) => TrustCustomer) => Array.from({ length }, (_, at) => make(at))
const help: Says = { driver: 'risk', direction: '+', sub: 'K1' }
const harm: Says = { driver: 'cost', direction: '-', sub: 'C1' }

test('what became of the invitations equals a count in plain SQL, and so do both rates', async () => {
  for (const campaign of ['', autumn.id]) {
    const { rows } = await sql<Record<'complete' | 'partial' | 'refused' | 'bounced' | 'silent', number>>`
      select sum(r.state is 'submitted') as complete, sum(r.state is 'withdrawn') as refused, sum(r.state is 'draft') as partial,
        sum(r.state is null and m.state = 'bounced') as bounced, sum(r.state is null and m.state = 'sent') as silent
      from invitation i join message m on m.invitation_id = i.id left join response r on r.invitation_id = i.id
      where ${campaign} in ('', i.campaign_id)`.execute(house.db)
    const count = rows[0]
    if (!count) throw new Error('A count has one row.')
    const found = section(await page(`?campaign=${campaign}`), 'silence')
    expect(found).toContain(`Answered | ${count.complete} |`)
    expect(found).toContain(`Began and did not send | ${count.partial} |`)
    expect(found).toContain(`took it back | ${count.refused} |`)
    expect(found).toContain(`Mail not delivered | ${count.bounced} |`)
    expect(found).toContain(`Silent | ${count.silent} |`)
    const reached = count.complete + count.partial + count.refused + count.silent
    expect(found).toContain(`RR1 ${percent(count.complete / (reached + count.bounced))} %: ${count.complete} of`)
    expect(found).toContain(`RR5 ${percent(count.complete / reached)} %: ${count.complete} of the ${reached} whom`)
  }
})

test('shares without what is inferred, and as far as silence could move them, equal a recount', async () => {
  for (const query of ['', `?campaign=${autumn.id}`]) {
    const counted = await recountFigures(house.db, query ? { campaign: autumn.id } : {})
    const n = counted.readCustomers
    const body = await page(query)
    const asked = Number(/of (\d+) customers asked/.exec(section(body, 'silence'))?.[1])
    for (const [label, key] of [
      ['Risk \\+', 'risk +'],
      ['Cost −', 'cost -'],
    ] as const) {
      const { confirmed = 0, inferred = 0 } = counted.counts[key] ?? {}
      const all = confirmed + inferred
      const share = (x: number) =>
        `${x} of ${n}, ${percent(x / n)} % \\(${percent(wilson(x, n).low)}–${percent(wilson(x, n).high)}\\)`
      expect(section(body, 'inferred')).toMatch(
        new RegExp(`${label} \\| +${share(all)} +\\| +${share(confirmed)} +\\| +${inferred} +\\|`),
      )
      const bounds = `${percent(all / asked)}–${percent((all + asked - n) / asked)} %`
      expect(section(body, 'silence')).toMatch(new RegExp(`${label} \\| +${share(all)} +\\| +${bounds}`))
    }
  }
})

test('a number opens as many customers', async () => {
  const [, href = '', count = ''] = /<td data-name="All"><a href="([^"]*)">(\d+) of/.exec(await page()) ?? []
  expect((await house.get(decoded(href), lead)).body).toContain(`<p>${count} customer`)
})

test('talks that the own rep holds bring less harm to light where they do, and the page says to read them apart', async () => {
  const own = await planted([
    ...many(30, (at) => ({ name: `Mail ${at}`, owner: rosa.id, invited: 'answered', says: at < 21 ? [harm] : [help] })),
    ...many(30, (at) => ({ name: `Own ${at}`, owner: rosa.id, talkBy: rosa.id, says: at < 3 ? [harm] : [help] })),
    ...many(12, (at) => ({ name: `Other ${at}`, owner: rosa.id, talkBy: tom.id, says: at < 6 ? [harm] : [help] })),
  ])
  const asLead = await own.signIn(lena.id)
  const found = section(await page('', asLead, own), 'modes')
  expect(found).toContain('To their own rep customers name harm less often: 10 %, against 70 % by survey')
  expect(found).toContain('Read talks with the own rep apart.')
  expect(found).toMatch(/Any harm \| +21 of 30, 70 % \(52–83\) +\| +3 of 30, 10 % \(3–26\) +\| +6 of 12, 50 %/)
  expect(found).toContain('−60 points (−75 to −36)')
  // By the names of interviewers, whatever their results.
  expect(found.indexOf('Rosa Lind')).toBeLessThan(found.indexOf('Tom Adair'))
  const asRep = section(await page('', await own.signIn(rosa.id), own), 'modes')
  expect(asRep).toContain('Rosa Lind')
  expect(asRep).not.toContain('Tom Adair')
  await own.close()
})

test('where talks by others are of fewer than five, the own ones are hidden too, since talks are shown as one', async () => {
  const own = await planted([
    ...many(25, (at) => ({ name: `Mail ${at}`, owner: rosa.id, invited: 'answered', says: [help] })),
    ...many(20, (at) => ({ name: `Own ${at}`, owner: rosa.id, talkBy: rosa.id, says: [help] })),
    ...many(3, (at) => ({ name: `Other ${at}`, owner: rosa.id, talkBy: tom.id, says: [harm] })),
  ])
  const found = section(await page('', await own.signIn(lena.id), own), 'modes')
  expect(found).toContain('2 ways are hidden')
  expect(found).not.toContain('Talk with')
  expect(found).not.toContain('Rosa Lind')
  expect(found).not.toContain('Tom Adair')
  await own.close()
})

test('who answers late and says otherwise is a hint at the silent; who says the same is told so', async () => {
  const late = (at: number): Says[] => (at < 30 ? [help] : [harm])
  const own = await planted(many(60, (at) => ({ name: `C ${at}`, invited: 'answered', days: 1 + at, says: late(at) })))
  const asLead = await own.signIn(lena.id)
  const found = section(await page('', asLead, own), 'silence')
  expect(found).toContain('whoever took longer to answer says')
  expect(found).toContain('less often that we help with risk')
  expect(found).toContain('more often that we hurt with cost')
  expect(found).toMatch(/Cost − \| +0 of 30, 0 % \(0–11\) +\| +30 of 30, 100 % \(89–100\)/)
  await own.close()
  const same = await planted(many(60, (at) => ({ name: `C ${at}`, invited: 'answered', days: 1 + at, says: [help] })))
  expect(section(await page('', await same.signIn(lena.id), same), 'silence')).toContain('nothing detectably different')
  await same.close()
})

test('the page tells the largest that are silent by name, to whom may open them, and in what the rest differ', async () => {
  const own = await planted([
    ...many(20, (at) => ({
      name: `Small ${at}`,
      owner: tom.id,
      invited: 'answered',
      says: [help],
      revenueMinor: 1_000_00 + at,
      since: '2020-01-01',
      segment: 'Food',
    })),
    ...many(12, (at) => ({
      name: `Large ${at}`,
      owner: at < 6 ? rosa.id : tom.id,
      invited: 'silent',
      revenueMinor: 9_000_00 + at * 100,
      since: '2010-01-01',
      segment: at < 6 ? 'Paper' : 'Food',
    })),
  ])
  const asLead = await own.signIn(lena.id)
  const found = section(await page('', asLead, own), 'silence')
  expect(found).toContain('12 of 32 customers asked are silent.')
  expect(found).toContain('Of the 10 largest (revenue in EUR) 10 are silent, a finding in itself: Large 11, Large 10')
  expect(found).toContain(
    'They differ from those heard in revenue, how long they have been customers, segment and who looks after them.',
  )
  expect(found).toMatch(
    /Revenue, average \| +€1k \(n 20\) +\| +€9\.01k \(n 12\) +\| +[\d.]+ +\| +less among those heard/,
  )
  expect(found).toMatch(/Segment: Paper \| +0 % \(n 20\) +\| +50 % \(n 12\) +\| +1\.41 +\| +less among those heard/)
  const asRosa = section(await page('', await own.signIn(rosa.id), own), 'silence')
  expect(asRosa).toContain('Large 5')
  expect(asRosa).not.toContain('Large 11')
  await own.close()
})

test('a random sample has an interval for its whole list, one that hands have changed has none', async () => {
  const heard = many(
    40,
    (at): TrustCustomer => ({ name: `C ${at}`, invited: 'answered', says: at < 10 ? [help] : [harm] }),
  )
  const drawn = await planted(heard, { purpose: 'figures', wanted: 60, listSize: 212 })
  const found = section(await page('?campaign=round', await drawn.signIn(lena.id), drawn), 'chosen')
  const { low, high } = wilson(10, 40, 212)
  expect(found).toContain('Drawn at random: 2 of the 212 customers on the list.')
  expect(found).toMatch(new RegExp(`Risk \\+ \\| +10 of 40, 25 % \\(14–40\\) +\\| +${percent(low)}–${percent(high)} %`))
  expect(
    section(await page('?campaign=round&segment=Food', await drawn.signIn(lena.id), drawn), 'chosen'),
  ).not.toContain('Interval for all')
  await drawn.close()
  const changed = await planted(heard, { purpose: 'figures', wanted: 60, listSize: 212, dropped: 1 })
  const after = section(await page('?campaign=round', await changed.signIn(lena.id), changed), 'chosen')
  expect(after).toContain('changed by hand since, so no random sample. By hand: 1 dropped.')
  expect(after).not.toContain('Interval for all')
  await changed.close()
  const best = await planted(heard, { purpose: 'reasons', wanted: 60, listSize: 212 })
  expect(section(await page('?campaign=round', await best.signIn(lena.id), best), 'chosen')).toContain('Hand-picked')
  await best.close()
})

test('the page tells languages, codebooks, the age of answers, and when talks stopped bringing new sub-codes', async () => {
  const subs = ['K1', 'K2', 'R1', 'R2', 'C1']
  const own = await planted([
    ...many(12, (at) => ({
      name: `T ${at}`,
      owner: rosa.id,
      talkBy: rosa.id,
      on: `2026-10-${String(at + 1).padStart(2, '0')}`,
      codebook: at < 6 ? 'test' : 'later',
      language: at < 6 ? 'en' : 'de',
      says: [{ driver: 'risk', direction: '+', sub: subs[Math.min(at, 4)] ?? '' }],
    })),
    ...many(8, (at) => ({ name: `Old ${at}`, invited: 'answered', on: '2025-01-02', says: [help] })),
  ])
  const asLead = await own.signIn(lena.id)
  const body = await page('', asLead, own)
  expect(section(body, 'basis')).toContain(
    '8 of 20 customers spoke last more than twelve months ago. Read by 2 versions of the codebook',
  )
  expect(section(body, 'basis')).toContain('German and English')
  expect(section(body, 'basis')).toContain('later and test')
  expect(section(body, 'more')).toContain('bring little new: reached at 5+2 of 12 talks')
  expect(section(body, 'more')).toContain('With 20 customers a theme that 14 % of customers hold would have been heard')
  await own.close()
})

test('a choice of answers has no response of its own, and the page says so', async () => {
  const found = section(await page('?channel=survey'), 'silence')
  expect(found).toContain('known of whole rounds only')
  expect(found).not.toContain('if the rest all said no')
})

test('a hidden, a silent and an empty view say nothing of answers', async () => {
  for (const query of ['?segment=Bakeries', `?campaign=${empty.id}`, '?segment=Nowhere', '?from=2099-01-01']) {
    const reply = await house.get(`/why/trust${query}`, lead)
    expect(reply.status).toBe(200)
    for (const id of ['inferred', 'modes', 'basis', 'more']) expect(reply.body).not.toContain(`<h2 id="${id}">`)
    expect(reply.body).not.toContain('id="bounds-table"')
    expect(reply.body).not.toContain('id="contrast-table"')
  }
  expect(await page('?segment=Bakeries')).toContain('fewer than 5 customers, so it has no figures')
  expect(await page('?segment=Nowhere')).toContain('Nobody has been heard in this view')
})

test('every role reads the same figures; only who may take them away or read what was entrusted is led on', async () => {
  const asked = (body: string) => section(body, 'inferred')
  expect(asked(await page('', rep))).toBe(asked(await page()))
  expect(await page('', rep)).not.toContain('/agreement')
  expect(await page('', rep)).not.toContain('/why/trust.csv')
  expect(await page()).toContain('/agreement')
  expect((await house.get('/why/trust.csv', rep)).status).toBe(404)
  expect((await house.get('/why/trust', await house.signIn(ada.id))).status).toBe(200)
  expect((await house.get('/why/trust', '')).status).toBe(303)
})

test('the card leads here in five lines at most, and the view goes along', async () => {
  const body = decoded((await house.get(`/why?campaign=${autumn.id}`, lead)).body)
  expect(body).toContain(`href="/why/trust?campaign=${autumn.id}"`)
  const card = /<dl class="facts tight trust">([\s\S]*?)<\/dl>/.exec(body)?.[1] ?? ''
  expect(card.match(/<dt>/g)?.length).toBeLessThanOrEqual(5)
  expect(card).toContain('Silent')
  expect(card).toContain('Chosen')
})

test('the file and the report hold what the page says', async () => {
  const body = await page()
  const verdicts = [...body.matchAll(/<p class="verdict"><b>([^<]*)<\/b>/g)].map(([, text = '']) => decoded(text))
  expect(verdicts).toHaveLength(7)
  const csv = (await house.get('/why/trust.csv', lead)).body.replaceAll('""', '"')
  const report = decoded((await house.get('/why/report', lead)).body)
  for (const verdict of verdicts) {
    expect(csv).toContain(verdict.replaceAll('&quot;', '"'))
    expect(report).toContain(verdict)
  }
  expect(csv.split('\r\n')[0]).toBe('\uFEFFquestion,part,row,column,value')
  expect(csv).toMatch(/Who stayed silent,What became of the invitations,Answered,People,\d+/)
  expect(report).toContain('Krippendorff')
})

test('a page is a fixed number of queries, and one that is asked again costs no more than before', async () => {
  const small = await startApp()
  await makeWorld(small.db)
  await makeFiguresWorld(small.db, 5, 15)
  const counts: number[] = []
  for (const [place, cookie] of [
    [house, lead],
    [small, await small.signIn(lena.id)],
  ] as const) {
    await place.get('/why/trust', cookie)
    await place.get('/why/trust', cookie)
    const before = place.queries()
    await place.get('/why/trust', cookie)
    counts.push(place.queries() - before)
  }
  expect(Math.max(...counts)).toBeLessThanOrEqual(16)
  await small.close()
})
