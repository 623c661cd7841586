import { join } from 'node:path'
import { sql } from 'kysely'
import { buildApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { type Db, openDatabase } from '#server/db.ts'
import { createLinks } from '#server/links.ts'
import { migrate } from '#server/migrate.ts'
import { createSignInLink, redeemSignInLink } from '#server/session/session.ts'
import { recount } from '#server/tags/tags.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publishFirstVersions } from '#server/templates/templates.ts'
import { lena, makeWorld } from '../support/world.ts'

const pages = [
  '/why',
  '/why?segment=Segment%203',
  '/why?suggestions=1',
  '/why/groups?by=segment',
  '/why/groups?by=region&segment=Segment%203',
  '/why/groups?by=owner',
  '/why/groups?by=channel',
  '/why/groups?by=provenance',
  '/why/groups?by=asked',
  '/why/groups?by=campaign',
  '/why/silent',
  '/why/words',
  '/why/answers?driver=risk&direction=%2B',
  '/why.csv',
  '/why.xlsx',
  '/why/report',
  '/assumed',
  '/never-cut',
  '/vulnerable',
  '/value',
  '/decisions/new?driver=risk&direction=%2B',
  '/review',
  '/customers',
]

/** Measures what a lead opens at 1,000 and at 100,000 responses: the first time after a start, then median and p99. */
export async function benchBreakdown(folder: string): Promise<void> {
  console.log('\nPages of a lead, in ms         responses      first     median        p99')
  for (const count of [1_000, 100_000]) {
    const db = openDatabase(join(folder, `breakdown-${count}.db`))
    await fill(db, count)
    const config = readConfig({ BASE_URL: 'http://ask.test', LOG_LEVEL: 'silent', DATA_DIR: folder })
    const app = await buildApp({
      config,
      db,
      links: createLinks([Buffer.alloc(32, 7)], config.baseUrl),
      clock: () => new Date(),
      isPractice: true,
    })
    const token = await redeemSignInLink(
      db,
      await createSignInLink(db, lena.id, new Date()),
      lena.id,
      'bench',
      new Date(),
    )
    for (const url of pages) {
      const times: number[] = []
      for (let n = 0; n < 101; n += 1) {
        const started = performance.now()
        const reply = await app.inject({
          method: 'GET',
          url,
          headers: { host: 'ask.test', cookie: `session=${token}` },
        })
        if (reply.statusCode !== 200) throw new Error(`${url} was answered with ${reply.statusCode}`)
        times.push(performance.now() - started)
      }
      const [first = 0, ...later] = times
      later.sort((a, b) => a - b)
      const cell = (ms: number | undefined) => (ms ?? 0).toFixed(1).padStart(11)
      console.log(`${url.padEnd(38)}${String(count).padStart(7)}${cell(first)}${cell(later[49])}${cell(later[98])}`)
    }
    await app.close()
    await db.destroy()
  }
}

/** Responses of a fifth as many customers, each with four answers, three of them settled; tags of all kinds. */
async function fill(db: Db, count: number): Promise<void> {
  const now = new Date()
  await migrate(db)
  await publishFirstVersions(db, readTemplates(), now)
  await makeWorld(db)
  const customers = Math.ceil(count / 5)
  // As a literal: a bound number is a real one, and so would be the remainder.
  const per = sql.lit(customers)
  const numbers = (n: number) =>
    sql`with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${n - 1})`
  const at = now.toISOString()
  const day = at.slice(0, 10)
  const run = (query: ReturnType<typeof sql>) => query.execute(db)
  await run(sql`insert into codebook_version (version, body, hash, created_at) values ('1.1', '', '', ${at})`)
  await run(sql`${numbers(customers)} insert into customer (id, name, segment, region, owner_id, created_at, updated_at)
    select 'customer-' || n, 'Customer ' || n, 'Segment ' || (n % 12), 'Region ' || (n % 5), ${lena.id}, ${at}, ${at} from numbers`)
  await run(sql`${numbers(count)} insert into response (id, reference, customer_id, template_version_id, channel, author_id, language, state, consent_level, took_place_on, segment, region, owner_id, created_at, submitted_at)
    select 'response-' || n, 'WB-' || n, 'customer-' || (n % ${per}), (select id from template_version where key = 'core' limit 1),
      case when n % 7 = 0 then 'interview' else 'survey' end, ${lena.id}, 'en', 'submitted',
      case when n % 5 = 0 then 'totals' when n % 3 = 0 then 'lead' else 'team' end, ${day},
      'Segment ' || (n % ${per} % 12), 'Region ' || (n % ${per} % 5), ${lena.id}, ${at}, ${at} from numbers`)
  await run(sql`${numbers(count * 4)} insert into answer (id, response_id, question, item, voice)
    select 'answer-' || n, 'response-' || (n / 4), 'CORE-' || (n % 4 + 1), case when n % 4 = 2 then 'avoid' else '' end, 'customer' from numbers`)
  await run(sql`insert into answer_revision (id, answer_id, number, text, language, provenance, after_prompt, submitted_at)
    select 'revision-' || id, id, 1, 'It never goes down, and it saves my team a day a week.', 'en', 'typed', 0, ${at} from answer`)
  await run(sql`${numbers(count * 4)} insert into coding (id, answer_id, revision_id, user_id, codebook_version, is_settled, created_at)
    select 'coding-' || n, 'answer-' || n, 'revision-answer-' || n, ${lena.id}, '1.1', 1, ${at} from numbers where n % 4 <> 3`)
  for (const [driver, sub, direction, share] of [
    ['risk', 'K3', '+', 2],
    ['cost', 'C3', '+', 3],
    ['cost', 'C1', '-', 5],
    ['emotion', 'E2', '+', 4],
    ['revenue', 'R1', '+', 9],
  ] as const)
    await run(sql`${numbers(count * 4)} insert into tag (id, coding_id, driver, direction, sub, about, start_at, end_at)
      select ${`${sub}${direction}-`} || n, 'coding-' || n, ${driver}, ${direction}, ${sub}, 'us', 0, 18 from numbers
      where n % 4 <> 3 and (n * 7919) % 101 % ${sql.lit(share)} = 0`)
  await recount(db)
}
