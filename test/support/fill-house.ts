import { sql } from 'kysely'
import type { Db } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { recount } from '#server/tags/tags.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publishFirstVersions } from '#server/templates/templates.ts'
import { lena, rosa } from './world.ts'

/** So many answers a response has, half of them words that are coded, with three tags each. */
export const answersEach = 10
const codedEach = 5
const tagsEach = 3

/**
 * Fills a migrated house with `count` responses of a fifth as many customers, so that each page of a lead has work to do:
 * ten answers a response, fifteen tags, four in five answers settled and the rest suggested; four campaigns whose
 * customers were invited; two years of revenue and margin, outcomes, sealed guesses, what must stay, and offerings. Aspects are named one by one, so only for one answer in twenty.
 * The same for the same count. A few statements, each over all of it. Ends with a recount.
 */
export async function fillHouse(db: Db, count: number, now: Date): Promise<void> {
  await publishFirstVersions(db, readTemplates(), now)
  const customers = Math.ceil(count / 5)
  // As literals: a bound number is a real one, and so would be the remainder.
  const [per, all] = [sql.lit(customers), sql.lit(count)]
  const at = now.toISOString()
  const day = at.slice(0, 10)
  const run = (query: ReturnType<typeof sql>) => query.execute(db)
  const numbers = (n: number) =>
    sql`with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${n - 1})`
  const version = (key: string) =>
    sql`(select id from template_version where key = ${key} order by number desc limit 1)`
  const id = (kind: number, n = sql`n`) => sql`printf(${`01900${kind}0-0000-7000-8000-%012d`}, ${n})`
  const [customer, contact, invitation, response] = [10, 11, 12, 13]
  const [answer, revision, coding] = [14, 15, 16]
  const dayOf = sql`date(${day}, '-' || (n / ${per} * 91 + n % 60) || ' days')`

  await run(sql`insert or ignore into codebook_version (version, body, hash, created_at) values ('1.1', '', '', ${at})`)
  await run(sql`${numbers(8)} insert into "user" (id, email, name, role, time_zone, created_at)
    select 'rep-' || n, 'rep-' || n || '@brackwell.example', 'Rep ' || n, 'rep', 'UTC', ${at} from numbers`)
  for (const [n, key] of ['core-rel', 'core-driv', 'core-rel', 'core-rel', 'core-driv'].entries())
    await run(sql`insert into campaign (id, name, series, round, template_version_id, state, sender_id, closes_on, created_by, created_at, launched_by, launched_at)
      values (${`campaign-${n}`}, ${`Round ${n + 1}`}, 'Filled', ${n + 1}, ${version(key)}, 'launched', ${lena.id}, '2099-12-31', ${lena.id}, ${at}, ${lena.id},
        ${new Date(now.getTime() - n * 91 * 86_400_000).toISOString()})`)
  for (const name of ['Pumps', 'Seals', 'Night line'])
    await db
      .insertInto('offering')
      .values({ id: newId(), name: `Filled ${name}`, archived_at: null })
      .execute()

  await run(sql`${numbers(customers)} insert into customer (id, name, segment, region, owner_id, created_at, updated_at)
    select ${id(customer)}, 'Customer ' || n, 'Segment ' || (n % 12), 'Region ' || (n % 5),
      case when n % 10 = 9 then ${rosa.id} when n % 10 = 8 then null else 'rep-' || (n % 8) end, ${at}, ${at} from numbers`)
  await run(sql`${numbers(customers)} insert into contact (id, customer_id, first_name, last_name, email, mail_basis, created_at, updated_at)
    select ${id(contact)}, ${id(customer)}, 'Robin', 'No ' || n, 'robin.' || n || '@filled.example', 'existing_customer', ${at}, ${at} from numbers`)
  await run(sql`${numbers(customers * 2)} insert into customer_year (customer_id, year, revenue_minor, margin_minor, currency)
    select ${id(customer, sql`n / 2`)}, 2024 + n % 2, 1000000 + n * 7919 % 90000000, case when n / 2 % 3 = 0 then n * 7919 % 9000000 end,
      case when n / 2 % 10 = 0 then 'USD' else 'EUR' end from numbers`)
  await run(sql`${numbers(Math.ceil(customers / 3))} insert into outcome (id, customer_id, kind, basis, happened_on, recorded_by, recorded_at)
    select 'outcome-' || n, ${id(customer, sql`(n * 3)`)},
      case n % 5 when 0 then 'left' when 1 then 'grew' when 2 then 'reduced' when 3 then 'referred' else 'renewed' end,
      case when n % 4 = 0 then 'stated' else 'actual' end, date(${day}, '-' || (n % 300) || ' days'), ${lena.id}, ${at}
      from numbers where n * 3 < ${per}`)
  // Each round asked everybody; of the fifth only some have answered yet, so that some are silent.
  await run(sql`${numbers(customers * 4)} insert into invitation (id, campaign_id, contact_id, customer_id, created_at)
    select ${id(invitation)}, 'campaign-' || (n / ${per}), ${id(contact, sql`(n % ${per})`)}, ${id(customer, sql`(n % ${per})`)}, ${at} from numbers`)

  await run(sql`${numbers(count)} insert into response (id, reference, customer_id, contact_id, invitation_id, campaign_id, template_version_id, channel, author_id, language, state, consent_level, took_place_on, segment, region, owner_id, created_at, submitted_at)
    select ${id(response)}, 'WB-' || n, c.id, k.id, case when n / ${per} < 4 and n % 7 <> 0 then ${id(invitation)} end,
      case when n / ${per} < 5 and n % 7 <> 0 then 'campaign-' || (n / ${per}) end,
      (select template_version_id from campaign where id = 'campaign-' || (n / ${per})),
      case when n % 7 = 0 then 'interview' else 'survey' end, case when n % 7 = 0 then ${lena.id} end, 'en', 'submitted',
      case when n % 5 = 0 then 'totals' when n % 3 = 0 then 'lead' else 'team' end, ${dayOf}, c.segment, c.region, c.owner_id, ${at}, ${at}
    from numbers join customer c on c.id = ${id(customer, sql`(n % ${per})`)} join contact k on k.id = ${id(contact, sql`(n % ${per})`)}`)
  const relates = sql`(n / ${sql.lit(answersEach)} / ${per}) in (0, 2, 3)`
  const k = sql`(n % ${sql.lit(answersEach)})`
  await run(sql`${numbers(count * answersEach)} insert into answer (id, response_id, question, item, voice)
    select ${id(answer)}, ${id(response, sql`(n / ${sql.lit(answersEach)})`)},
      case ${k} when 0 then 'CORE-1' when 1 then 'CORE-2' when 2 then 'CORE-3' when 3 then 'CORE-3' when 4 then 'CORE-4'
        else case when ${relates} then case ${k} when 5 then 'REL-1' when 6 then 'REL-1' when 7 then 'REL-2' when 8 then 'REL-3' else 'SUCC-1' end
        else case when ${k} < 7 then 'DRIV-1' when ${k} < 9 then 'DRIV-2' else 'REL-4' end end end,
      case ${k} when 2 then 'avoid' when 3 then 'spend'
        when 5 then case when ${relates} then 'results' else 'earn' end
        when 6 then case when ${relates} then 'progress' else 'spend' end
        when 7 then case when ${relates} then '' else 'earn' end when 8 then case when ${relates} then '' else 'spend' end else '' end,
      'customer' from numbers`)
  const score = sql`((n * 7919) % 11)`
  const share = sql`(n / ${sql.lit(answersEach)} * 7919 % 101)`
  await run(sql`${numbers(count * answersEach)} insert into answer_revision (id, answer_id, number, text, value, language, provenance, after_prompt, submitted_at)
    select ${id(revision)}, ${id(answer)}, 1,
      case when ${k} < 5 then 'It never goes down, and it saves my team a day a week. We would miss it at night.' else '' end,
      case when ${k} < 5 then '{}' when ${relates} then case ${k} when 8 then json_object('choice', case when ${score} < 3 then 'less' when ${score} < 7 then 'same' else 'more' end)
          when 9 then json_object(case when ${score} < 3 then 'pressure' else 'growing' end, json('true')) else json_object('score', ${score}) end
        when ${k} = 9 then json_object('choice', case when ${score} < 4 then 'would' else 'once' end)
        when ${k} < 7 then json_object('points', case ${k} when 5 then ${share} else 100 - ${share} end) else json_object('score', ${score}) end,
      'en', case when n / ${sql.lit(answersEach)} % 7 = 0 then case when ${k} % 2 = 0 then 'verbatim' else 'paraphrase' end else 'typed' end, 0, ${at} from numbers`)

  // Four in five answers, and all of one response in three.
  const isRead = sql`(m % ${sql.lit(codedEach)} < 4 or m / ${sql.lit(codedEach)} % 3 = 0)`
  await run(sql`${numbers(count * codedEach)}, words (n, m) as (select n / ${sql.lit(codedEach)} * ${sql.lit(answersEach)} + n % ${sql.lit(codedEach)}, n from numbers)
    insert into coding (id, answer_id, revision_id, user_id, suggester_version, codebook_version, is_settled, created_at)
    select ${id(coding, sql`m`)}, ${id(answer)}, ${id(revision)}, case when ${isRead} then ${lena.id} end,
      case when ${isRead} then null else 'filled' end, '1.1', ${isRead}, ${at} from words`)
  // Three tags a coding, of one of five kinds each, so that drivers differ by customer and segment.
  const kind = sql`((m * 7919 + t * 31 + m / 5 % ${per} % 12) % 7 + t * 7)`
  await run(sql`with kinds (kind, driver, sub, direction) as (values
      (0, 'risk', 'K3', '+'), (1, 'risk', 'K3', '+'), (2, 'risk', 'K1', '+'), (3, 'risk', 'K3', '-'), (4, 'risk', 'K1', '-'), (5, 'revenue', 'R1', '+'), (6, 'revenue', 'R1', '+'),
      (7, 'cost', 'C3', '+'), (8, 'cost', 'C3', '+'), (9, 'cost', 'C1', '-'), (10, 'cost', 'C1', '-'), (11, 'cost', 'C2', '+'), (12, 'cost', 'C3', '-'), (13, 'revenue', 'R2', '+'),
      (14, 'emotion', 'E2', '+'), (15, 'emotion', 'E2', '+'), (16, 'emotion', 'E3', '+'), (17, 'emotion', 'E3', '-'), (18, 'emotion', 'E2', '-'), (19, 'emotion', 'E1', '+'), (20, 'revenue', 'R1', '-')),
    numbers (n) as (select 0 union all select n + 1 from numbers where n < ${count * codedEach * tagsEach - 1}),
    places (m, t) as (select n / ${sql.lit(tagsEach)}, n % ${sql.lit(tagsEach)} from numbers)
    insert into tag (id, coding_id, driver, direction, sub, about, start_at, end_at, is_inferred, is_must, is_wish, probability)
    select m || '-' || t, ${id(coding, sql`m`)}, driver, direction, sub, 'us', t * 20, t * 20 + 18, m % 11 = 0 and t = 0, m % 5 = 1 and t = 1, m % 37 = 0 and t = 2,
      case when ${isRead} then null else 0.7 end
    from places cross join kinds where kinds.kind = ${kind}`)

  await run(
    sql`${numbers(40)} insert into aspect (id, name, created_by, created_at) select 'aspect-' || n, 'Aspect ' || n, ${lena.id}, ${at} from numbers`,
  )
  await run(sql`${numbers(Math.floor(count / 20))} insert into aspect_mention (aspect_id, answer_id, revision_id, place, named_by, named_at)
    select 'aspect-' || (n * 7919 % 40 * (n % 3) / 2), ${id(answer, sql`(n * 20 * ${sql.lit(answersEach)} + 1)`)}, ${id(revision, sql`(n * 20 * ${sql.lit(answersEach)} + 1)`)}, 1, ${lena.id}, ${at} from numbers`)
  await run(sql`${numbers(Math.ceil(customers / 2))} insert into prediction (id, customer_id, user_id, response_id, revenue, cost, risk, emotion, sentence, nonce, seal, made_at, sealed_at)
    select 'prediction-' || n, ${id(customer, sql`(n * 2)`)}, ${rosa.id}, ${id(response, sql`(n * 2)`)}, n % 10 / 10.0, n % 7 / 10.0, n % 9 / 10.0, n % 4 / 10.0, 'They stay.', 'nonce', 'seal-' || n, ${at}, ${at}
    from numbers where n * 2 < ${per} and n * 2 < ${all}`)
  await recount(db)
}
