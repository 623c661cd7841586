import { sql } from 'kysely'
import { recount } from '#server/tags/tags.ts'
import { startApp } from '../support/app.ts'
import { lena, makeWorld } from '../support/world.ts'
import { confirmWaiting } from './kills.ts'
import type { Check } from './product.ts'

/** A page that takes longer than this, in the median, is not quick. */
const quickMs = 1_000
const pages = ['/review', '/review?page=100', '/why', '/why?suggestions=1', '/customers']

/**
 * Lets `answers` answers wait for a reader, opens what a lead opens, settles some by the review page, and counts anew:
 * what is kept of each response and of the queue must be what a count from scratch gives.
 */
export async function checkWaiting(answers: number): Promise<Check[]> {
  const house = await startApp()
  try {
    await makeWorld(house.db)
    await fill(house.db, answers)
    await recount(house.db)
    const cookie = await house.signIn(lena.id)
    const medians: { page: string; ms: number }[] = []
    for (const page of pages) {
      const times: number[] = []
      for (let n = 0; n < 5; n += 1) {
        const started = performance.now()
        const reply = await house.get(page, cookie)
        times.push(performance.now() - started)
        if (reply.status !== 200) throw new Error(`${page} was answered with ${reply.status}`)
      }
      medians.push({ page, ms: times.sort((a, b) => a - b)[2] ?? 0 })
    }
    const started = performance.now()
    const confirmed = await confirmWaiting({ ...house, cookie }, 20)
    const each = (performance.now() - started) / Math.max(1, confirmed)

    const queue = () =>
      sql<{ row: string }>`select revision_id || ' ' || answer_id || ' ' || response_id || ' ' || priority as row
        from review_queue order by revision_id`
        .execute(house.db)
        .then(({ rows }) => rows.map(({ row }) => row))
    const kept = await queue()
    const { rows, wrong } = await recount(house.db)
    const counted = await queue()
    await sql`update response_summary set risk_plus = 7 where response_id = (select min(response_id) from response_summary)
      and is_prompted = 0`.execute(house.db)
    const bent = (await recount(house.db)).wrong
    return [
      {
        says: `With ${answers} answers waiting, each page of a lead is there within a second`,
        holds: medians.every(({ ms }) => ms < quickMs),
        figures: medians.map(({ page, ms }) => `${page} ${ms.toFixed(0)} ms`).join(', '),
      },
      {
        says: 'Answers that wait can be settled, one after another',
        holds: confirmed === 20 && kept.length === answers - 20,
        figures: `${confirmed} of 20, ${each.toFixed(0)} ms for each with its pages, ${kept.length} still wait`,
      },
      {
        says: 'A count from scratch equals what is kept of the responses, and would find what is wrong',
        // Two rows a response: what was said freely, and CORE-3, which prompts.
        holds: wrong === 0 && rows === answers / 2 && bent === 1,
        figures: `${rows} rows, ${wrong} wrong; ${bent} found of 1 that was bent`,
      },
      {
        says: 'A count from scratch equals the queue',
        holds: kept.length === counted.length && kept.every((row, n) => row === counted[n]),
        figures: `${kept.length} kept, ${counted.length} counted`,
      },
    ]
  } finally {
    await house.close()
  }
}

/** Responses with four answers each, all read by a suggester and settled by nobody, of customers of different size. */
async function fill(db: Parameters<typeof recount>[0], answers: number): Promise<void> {
  const at = '2026-11-20T08:00:00.000Z'
  const responses = answers / 4
  // As a literal: a bound number is a real one, and so would be the remainder.
  const customers = sql.lit(Math.ceil(responses / 5))
  const numbers = (n: number) =>
    sql`with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${n - 1})`
  const run = (query: ReturnType<typeof sql>) => query.execute(db)
  await run(sql`insert into codebook_version (version, body, hash, created_at) values ('soak', '', '', ${at})`)
  await run(sql`${numbers(Math.ceil(responses / 5))} insert into customer (id, name, segment, region, owner_id, created_at, updated_at)
    select 'customer-' || n, 'Customer ' || n, 'Segment ' || (n % 12), 'Region ' || (n % 5), ${lena.id}, ${at}, ${at} from numbers`)
  await run(sql`insert into customer_year (customer_id, year, revenue_minor, currency)
    select id, 2025, abs(random() % 100000000), 'EUR' from customer where id like 'customer-%'`)
  await run(sql`${numbers(responses)} insert into response (id, reference, customer_id, template_version_id, channel, language, state, consent_level, took_place_on, created_at, submitted_at)
    select printf('01900000-0000-7000-9000-%012d', n), 'WB-' || n, 'customer-' || (n % ${customers}),
      (select id from template_version where key = 'core' order by number desc limit 1),
      'survey', 'en', 'submitted', 'team', '2026-11-20', ${at}, ${at} from numbers`)
  await run(sql`${numbers(answers)} insert into answer (id, response_id, question, item, voice)
    select printf('01900000-0000-7000-a000-%012d', n), printf('01900000-0000-7000-9000-%012d', n / 4),
      'CORE-' || (n % 4 + 1), case when n % 4 = 2 then 'avoid' else '' end, 'customer' from numbers`)
  await run(sql`insert into answer_revision (id, answer_id, number, text, language, provenance, after_prompt, submitted_at)
    select 'revision-' || id, id, 1, 'It never goes down, and it saves my team a day a week.', 'en', 'typed', 0, ${at} from answer`)
  await run(sql`insert into coding (id, answer_id, revision_id, suggester_version, codebook_version, created_at)
    select 'coding-' || id, id, 'revision-' || id, 'soak', 'soak', ${at} from answer`)
  for (const [driver, sub, direction, share] of [
    ['risk', 'K3', '+', 2],
    ['cost', 'C1', '-', 5],
  ] as const)
    await run(sql`insert into tag (id, coding_id, driver, direction, sub, about, start_at, end_at, probability)
      select ${`${sub}-`} || id, 'coding-' || id, ${driver}, ${direction}, ${sub}, 'us', 0, 18, abs(random() % 100) / 100.0
      from answer where (rowid * 7919) % 101 % ${sql.lit(share)} = 0`)
}
