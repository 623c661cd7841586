import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#server/config.ts'
import { daysAgo, play } from '#server/demo/play.ts'
import { signedInVisitor, type Visitor } from '#server/demo/visitor.ts'
import { drivers } from '#server/drivers.ts'
import { shortfall } from '#server/insights/shortfall.ts'
import { createServer, type Server } from '#server/server.ts'
import { days } from '#server/time.ts'
import { currentFacts } from '#server/value/facts.ts'

const origin = 'http://localhost:3000'
const earlier = 'Why do you buy from us? First round'
const second = 'Why do you buy from us?'

let server: Server
let folder: string
let story: string
let lead: Visitor
let rounds: Map<string, string>

/** What stands on a page of the lead, without its pictures. */
async function read(path: string): Promise<string> {
  const { body } = await lead.get(path)
  const [, main = ''] = /<main[^>]*>([\s\S]*)<\/main>/.exec(body) ?? []
  return textOf(main)
}
const textOf = (html: string): string =>
  html
    .replaceAll(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()

const between = (earlier: string, later: string): Promise<string> =>
  read(`/why/rounds?earlier=${rounds.get(earlier)}&later=${rounds.get(later)}`)

// The demo is played once, on the days that it always takes place on.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whybuy-demo-'))
  let ago = days(daysAgo.start)
  const start = Date.parse('2026-11-25T10:00:00Z') - Date.now()
  const clock = () => new Date(Date.now() + start - ago)
  server = await createServer(readConfig({ LOG_LEVEL: 'error', DATA_DIR: folder, BASE_URL: origin }), clock)
  story = await play(server, origin, clock, (ms) => {
    ago = ms
  })
  const { db, app } = server
  const { id } = await db.selectFrom('user').select('id').where('role', '=', 'lead').executeTakeFirstOrThrow()
  lead = await signedInVisitor(app, db, origin, id, clock())
  const campaigns = await db.selectFrom('campaign').select(['id', 'name']).execute()
  rounds = new Map(campaigns.map((one) => [one.name, one.id]))
}, 180_000)

afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the demo', () => {
  it('prints four links that open', async () => {
    const links = story.match(/http:\/\/localhost:3000\/\S+/g) ?? []
    expect(links).toHaveLength(4)
    for (const link of links) {
      const url = new URL(link).pathname
      expect((await server.app.inject({ url, headers: { host: 'localhost:3000' } })).statusCode).toBe(200)
    }
  })

  it('rates some customers by their owner and the lead, who differ on two and are not done with two others', async () => {
    const page = await read('/value/list')
    expect(page).toMatch(/6 of \d+ active customers are rated. On 2 the raters differ/)
    expect(page).toContain('Obermoor Mills Fix')
    expect(page).toContain('Fennholt Dairy Grow')
    expect(page).toContain('Mirador Tiles Reprice or part')
    expect(await read('/value')).toMatch(/We would take on again customers with \d+ % of that revenue/)
  })

  it('shows that reps and the lead expect cost in paper, where few name it', async () => {
    const page = await read('/assumed')
    expect(page).toMatch(/Paper and packaging 7 customers.*? C Cost 7 2 2 0 5 /)
    expect(page).toContain('you expected cost more often than they say so')
  })

  it('shows one hollow giant', async () => {
    const page = await read('/value')
    expect(page).toContain('One customer gives us much and gets little. Start with Obermoor Mills.')
    expect(page.match(/hollow giant/g)).toHaveLength(1)
    expect(page).toContain('Obermoor Mills hollow giant')
  })

  it('shows what three large customers would leave over, and what would go with it', async () => {
    const { id } = await server.db
      .selectFrom('aspect')
      .select('id')
      .where('name', '=', 'Dates that hold')
      .executeTakeFirstOrThrow()
    expect(await read('/never-cut')).toMatch(/Dates that hold 3 3 13 % of EUR/)
    const page = await read(`/never-cut?cut=${id}`)
    expect(page).toMatch(/Kestrel Paper, Druckhaus Pulp,? and Ashlar Board/)
  })

  it('shows that more say that we hurt with cost, and that a rise as noise', async () => {
    const page = await between(earlier, second)
    expect(page).toContain('More customers say that we hurt with cost. Nothing else changed detectably.')
    expect(page).toMatch(/E Emotion \+ 17, 47 % 22, 61 % no detectable change/)
    expect(page.match(/no detectable change/g)).toHaveLength(7)
  })

  it('holds one driver that weighs most and is served worst', async () => {
    const all = [...(await currentFacts(server.db)).values()]
    const weighed = all.flatMap(({ points, scores }) => {
      const nothing = { revenue: undefined, cost: undefined, risk: undefined, emotion: undefined }
      return points && scores ? [{ points: points.value, scores: { ...nothing, ...scores.value } }] : []
    })
    expect(weighed.length).toBeGreaterThanOrEqual(30)
    const lost = weighed.flatMap((one) => shortfall(one) ?? [])
    const mean = (driver: (typeof drivers)[number]) => lost.reduce((sum, { by }) => sum + by[driver], 0) / lost.length
    const others = drivers.filter((driver) => driver !== 'cost').map(mean)
    expect(mean('cost')).toBeGreaterThan(3 * Math.max(...others))
    expect(await read('/vulnerable')).toContain('Cost weighs 50 points and scores 2')
  })

  it('shows that cost weighs most and is done worst, and claims no more of the weights', async () => {
    const page = await read('/why/weight')
    expect(page).toMatch(
      /Cost weighs most and is done worst: \d+ \(\d+ to \d+\) of 100 points, and a score of [\d.]+ \(/,
    )
    expect(page).toMatch(/Most is missing in cost: \d+ \(\d+ to \d+\) points\./)
    expect(page.match(/matters more, done worse/g)).toHaveLength(1)
    expect(page).toMatch(/C Cost ([^C]*?) matters more, done worse/)
    // Nothing of what is said, and of what is loud, was planted.
    expect(page).not.toMatch(/taken for granted|loud:/)
    // Whoever would rather not be named is counted out: there are fewer than five of them.
    expect(page).toContain('What fewer than 5 customers gave in confidence is left out')
    expect(await read('/why/weight/customers?of=points')).not.toContain('in confidence')
  })

  it('shows that in talks fewer speak of cost than in what they type', async () => {
    const page = await read('/why/groups?by=provenance')
    expect(page).toMatch(
      /Side by side Noted word for word: cost is named less often than by the rest, [^.]+\. Noted word for word: harm with cost is named less often than by the rest, [^.]+\. Indicative/,
    )
  })

  it('claims nothing that was not planted', async () => {
    for (const by of ['segment', 'region', 'owner'])
      expect(await read(`/why/groups?by=${by}`), by).toContain('No group can be told from the rest.')
    const names = [...rounds.keys()].filter((name) => name !== earlier && name !== second)
    for (const name of names)
      expect(await between(earlier, name), name).not.toMatch(/(More|Fewer) customers say|changed detectably/)
    const outcomes = await read('/why/outcomes')
    expect(outcomes.match(/Customers (who|with) [^.:]+ put [^.:]+ (higher|lower):/g)).toEqual([
      'Customers who get more put staying higher:',
    ])
    expect(outcomes.match(/Cannot tell whether customers with more reasons/g)).toHaveLength(2)
    // That emotion is expected less often than said is planted in every guess.
    expect(await read('/assumed')).toMatch(
      /Of \d+ customers guessed about before asking: emotion was expected less often than said\./,
    )
  })

  it('sets what the company says of itself beside what nobody markets', async () => {
    expect(await read('/why/words')).toMatch(
      /You speak of cost in 2 of 4 claims; .* Nobody markets what \d+ name: emotion\./,
    )
  })

  it('has customers to act on and to watch', async () => {
    expect(await read('/vulnerable?band=act')).toContain('Obermoor Mills')
    const page = await read('/vulnerable')
    const [, count] = /(\d+) of \d+ active customers have 25 points or more/.exec(page) ?? []
    expect(Number(count)).toBeGreaterThanOrEqual(4)
  })

  it('has decisions under way, one due today and one whose day has come', async () => {
    expect(await read('/decisions')).toContain('by 25 November')
    expect(await read('/decisions?show=over')).toContain('Did not work')
  })

  it('leaves a few answers to whoever tries it', async () => {
    const [, count] = /(\d+) answers wait for a person/.exec(await read('/review')) ?? []
    expect(Number(count)).toBeGreaterThanOrEqual(10)
    expect(Number(count)).toBeLessThanOrEqual(35)
  })
})
