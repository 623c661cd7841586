import { join } from 'node:path'
import { buildApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { openDatabase } from '#server/db.ts'
import { createLinks } from '#server/links.ts'
import { migrate } from '#server/migrate.ts'
import { createSignInLink, redeemSignInLink } from '#server/session/session.ts'
import { fillHouse } from '../support/fill-house.ts'
import { lena, makeWorld } from '../support/world.ts'

/** The aims at 100,000 responses, for any filter that a page offers. */
const medianMs = 100
const p99Ms = 300

const filters = [
  ['segment', 'Segment 3'],
  ['region', 'Region 2'],
  ['campaign', 'campaign-1'],
  ['owner', 'rep-3'],
  ['channel', 'interview'],
  ['provenance', 'typed'],
  ['asked', 'unprompted'],
  ['suggestions', '1'],
  ['from', '2026-01-01'],
].map(([name, value]) => new URLSearchParams([[name ?? '', value ?? '']]).toString())

const behind = '/why/answers?driver=risk&direction=%2B'
/** Each page of a lead, and which addresses it is also measured at: with every filter that it offers, one at a time. */
const pages: [url: string, choices?: string[]][] = [
  ['/why', filters],
  ['/why/groups', [...filters, ...['region', 'owner', 'channel', 'campaign'].map((by) => `by=${by}`)]],
  ['/why/silent', filters.slice(0, 4)],
  ['/why/words', []],
  ['/why/outcomes', []],
  ['/why/weight', filters.slice(0, 6)],
  ['/why/weight/customers?of=lost', filters.slice(0, 6)],
  ['/why/rounds?earlier=campaign-1&later=campaign-0', []],
  [behind, filters],
  ['/why.csv', filters],
  ['/why.xlsx', filters],
  ['/why/report', filters],
  ['/assumed', []],
  ['/never-cut', ['sort=revenue']],
  ['/vulnerable', ['segment=Segment+3', 'owner=rep-3', 'page=20']],
  ['/value', []],
  ['/value/list', ['output=waiting', 'page=20']],
  ['/decisions/new?driver=risk&direction=%2B', filters],
  ['/decisions', []],
  ['/review', ['page=100']],
  ['/customers', ['segment=Segment+3', 'sort=-revenue']],
]

/**
 * One table: each page of a lead with the statements that it takes, the first time after a start, and median and p99 at
 * 1,000 and at 100,000 responses; then the slowest of the filters that it offers, and whether the aims are met.
 */
export async function benchBreakdown(folder: string): Promise<void> {
  for (const count of [1_000, 100_000]) {
    let statements = 0
    const db = openDatabase(join(folder, `breakdown-${count}.db`), () => {
      statements += 1
    })
    await migrate(db)
    await makeWorld(db)
    await fillHouse(db, count, new Date())
    const config = readConfig({ BASE_URL: 'http://ask.test', LOG_LEVEL: 'silent', DATA_DIR: folder })
    const links = createLinks([Buffer.alloc(32, 7)], config.baseUrl)
    const app = await buildApp({ config, db, links, clock: () => new Date(), isPractice: true })
    const now = new Date()
    const token = await redeemSignInLink(db, await createSignInLink(db, lena.id, now), lena.id, 'bench', now)
    const measure = async (url: string, times: number) => {
      const taken: number[] = []
      for (let n = 0; n < times; n += 1) {
        statements = 0
        const started = performance.now()
        const headers = { host: 'ask.test', cookie: `session=${token}` }
        const reply = await app.inject({ method: 'GET', url, headers })
        if (reply.statusCode !== 200) throw new Error(`${url} was answered with ${reply.statusCode}`)
        taken.push(performance.now() - started)
      }
      const [first = 0, ...later] = taken
      later.sort((a, b) => a - b)
      const at = (share: number) => later[Math.floor((later.length - 1) * share)] ?? 0
      return { first, median: at(0.5), p99: at(0.99) }
    }
    console.log(
      `\nPages of a lead at ${count.toLocaleString('en')} responses, in ms\n${'page'.padEnd(48)}statements    first   median      p99   its slowest filter (median, p99)`,
    )
    for (const [url, choices = []] of pages) {
      const plain = await measure(url, count > 1_000 ? 31 : 101)
      const took = statements
      let worst = { median: 0, p99: 0, choice: '' }
      for (const choice of choices) {
        const found = await measure(`${url}${url.includes('?') ? '&' : '?'}${choice}`, count > 1_000 ? 8 : 12)
        if (found.median > worst.median) worst = { ...found, choice }
      }
      const isMet = Math.max(plain.median, worst.median) <= medianMs && Math.max(plain.p99, worst.p99) <= p99Ms
      const cell = (ms: number) => ms.toFixed(0).padStart(9)
      const slowest = worst.choice ? `   ${worst.choice} ${worst.median.toFixed(0)}, ${worst.p99.toFixed(0)}` : ''
      console.log(
        `${isMet ? 'pass' : 'FAIL'}  ${url.padEnd(42)}${String(took).padStart(10)}${cell(plain.first)}${cell(plain.median)}${cell(plain.p99)}${slowest}`,
      )
    }
    await app.close()
    await db.destroy()
  }
}
