import { type RawBuilder, sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { carryOver } from './carry.ts'
import { countCoders, drawDrift, drawSample } from './sample.ts'

/**
 * Rewrites what is kept of one response for the figures (response_summary) and for the readers (review_queue). Call it in
 * the transaction that settles or takes back a coding, or that revises, submits or withdraws the response.
 */
export async function refreshSummary(trx: Db, responseId: string): Promise<void> {
  const response = await trx
    .selectFrom('response')
    .select('template_version_id')
    .where('id', '=', responseId)
    .executeTakeFirst()
  await trx.deleteFrom('response_summary').where('response_id', '=', responseId).execute()
  await trx.deleteFrom('review_queue').where('response_id', '=', responseId).execute()
  if (!response) return
  await carryOver(trx, responseId)
  const uncoded = await uncodedIn(trx, response.template_version_id)
  const one = sql`and p.id = ${responseId} and a.question not in (${sql.join(uncoded)})`
  const rows = await summaryRows(trx, response.template_version_id, one)
  await sql`insert into response_summary (${columns}) ${rows}`.execute(trx)
  await drawSample(trx, waitingRows(one))
  await fillQueue(trx, one)
}

/** So many of the answers that wait already are considered when double coding begins. */
const mostAtStart = 1_000

/**
 * What is drawn beside the answers of one sitting: what waits already, once a second reader has come; and old answers to
 * be read again, once in each later round. Call it in a transaction, after something was submitted or settled.
 */
export async function drawMore(trx: Db, responseId: string): Promise<void> {
  const begun = await trx.selectFrom('blind_draw').select('answer_id').limit(1).executeTakeFirst()
  if (!begun && (await countCoders(trx)) > 1) {
    const oldest = trx
      .selectFrom('review_queue')
      .select(['revision_id', 'answer_id', 'response_id'])
      .orderBy('revision_id')
      .limit(mostAtStart)
    await drawSample(trx, sql`${oldest}`)
    const drawn = await trx.selectFrom('blind_sample').select('response_id').distinct().execute()
    for (const one of drawn) await refreshSummary(trx, one.response_id)
  }
  const response = await trx
    .selectFrom('response')
    .select('campaign_id')
    .where('id', '=', responseId)
    .executeTakeFirst()
  if (!response?.campaign_id) return
  for (const changed of await drawDrift(trx, response.campaign_id)) await refreshSummary(trx, changed)
}

/**
 * Counts everything from scratch, one template version at a time, and mends what differs. Returns how many summary rows
 * there are and how many were wrong (missing, different, or standing for nothing).
 */
export async function recount(db: Db): Promise<{ rows: number; wrong: number }> {
  return transact(db, async (trx) => {
    await sql`create temporary table recounted as select ${columns} from response_summary where 1 = 0`.execute(trx)
    const pairs: [version: string, question: string][] = []
    for (const { id } of await trx.selectFrom('template_version').select('id').execute()) {
      const uncoded = await uncodedIn(trx, id)
      pairs.push(...uncoded.map((question): [string, string] => [id, question]))
      const all = sql`and a.question not in (${sql.join(uncoded)})`
      await sql`insert into recounted (${columns}) ${await summaryRows(trx, id, all)}`.execute(trx)
    }
    const stale = sql`select ${columns} from response_summary except select ${columns} from recounted`
    const fresh = sql`select ${columns} from recounted except select ${columns} from response_summary`
    const wrong = await numberOf(
      trx,
      sql`(select response_id, provenance, is_prompted from (${stale})
        union select response_id, provenance, is_prompted from (${fresh}))`,
    )
    await sql`delete from response_summary where (response_id, provenance, is_prompted) in
      (select response_id, provenance, is_prompted from (${stale}))`.execute(trx)
    await sql`insert into response_summary (${columns}) ${fresh}`.execute(trx)
    await sql`drop table recounted`.execute(trx)
    await sql`delete from review_queue`.execute(trx)
    await fillQueue(
      trx,
      sql`and (p.template_version_id, a.question) not in
        (select value ->> 0, value ->> 1 from json_each(${JSON.stringify(pairs)}))`,
    )
    return { rows: await numberOf(trx, sql`response_summary`), wrong }
  })
}

/** The questions of a version whose texts are not about why they buy: neither tagged nor counted. Never empty, for SQL. */
async function uncodedIn(trx: Db, templateVersionId: string): Promise<string[]> {
  const { template } = await getTemplateVersion(trx, templateVersionId)
  return ['', ...template.questions.filter(({ coded }) => !coded).map(({ id }) => id)]
}

async function numberOf(trx: Db, table: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${table}`.execute(trx)
  return rows[0]?.n ?? 0
}

const columnOf = (driver: Driver, direction: Direction) => `${driver}_${direction === '+' ? 'plus' : 'minus'}`
const pairs = drivers.flatMap((driver) => directions.map((direction) => ({ driver, direction })))
const columns = sql.join(
  [
    ...['response_id', 'provenance', 'is_prompted', 'customer_id', 'campaign_id', 'channel', 'segment', 'region'],
    ...['owner_id', 'took_place_on', 'answers', 'settled'],
    ...pairs.map(({ driver, direction }) => columnOf(driver, direction)),
  ].map((name) => sql.ref(name)),
)

/** An answer counts as soon as it has words, or one of the ticks that say something about a driver. */
const isCodable = sql`(r.text <> '' or r.value like '%"not_at_all":true%' or r.value like '%"worse":true%')`

/** The latest submitted revisions that may carry tags, each with its settled coding (s) or, failing that, the suggester's newest (m). */
const codings = sql`
  from response p
  join answer a on a.response_id = p.id and a.voice in ('customer', 'observed')
  join answer_revision r on r.answer_id = a.id and r.superseded_at is null
  left join coding s on s.revision_id = r.id and s.is_settled = 1
  left join coding m on s.id is null and m.id =
    (select max(c.id) from coding c where c.revision_id = r.id and c.suggester_version is not null)`

/** The summary of every response to one template version, as a select in the order of `columns`. */
async function summaryRows(
  trx: Db,
  templateVersionId: string,
  only: RawBuilder<unknown>,
): Promise<RawBuilder<unknown>> {
  const { template } = await getTemplateVersion(trx, templateVersionId)
  const prompted = template.questions.filter((question) => question.prompted).map(({ id }) => id)
  return sql`
    select p.id, r.provenance,
      case when r.after_prompt = 1 or a.question in (${sql.join(['', ...prompted])}) then 1 else 0 end as prompted,
      p.customer_id, p.campaign_id, p.channel, p.segment, p.region, p.owner_id, p.took_place_on,
      count(distinct r.id), count(distinct s.id), ${sql.join(pairs.map(bits))}
    ${codings}
    left join tag t on t.coding_id = coalesce(s.id, m.id) and t.about = 'us'
    where p.state = 'submitted' and p.template_version_id = ${templateVersionId} and ${isCodable} ${only}
    group by p.id, r.provenance, prompted`
}

/** The four bits of one driver and direction; each stands if any answer sets it. */
function bits({ driver, direction }: { driver: Driver; direction: Direction }): RawBuilder<unknown> {
  const bit = (value: number, when: RawBuilder<unknown>) =>
    sql`max(case when t.driver = ${driver} and t.direction = ${direction} and ${when} then ${value} else 0 end)`
  return sql.join(
    [
      bit(1, sql`s.id is not null and t.is_wish = 0 and t.is_inferred = 0`),
      bit(2, sql`s.id is not null and t.is_wish = 0 and t.is_inferred = 1`),
      bit(4, sql`s.id is not null and t.is_wish = 1`),
      bit(8, sql`s.id is null and t.is_wish = 0`),
    ],
    sql` + `,
  )
}

const fillQueue = (trx: Db, only: RawBuilder<unknown>) =>
  sql`insert into review_queue (revision_id, answer_id, response_id, priority, sample_id, is_changed)
    ${queueRows(only)}`.execute(trx)

/** What waits to be read for the first time, for the draw of the blind sample. */
const waitingRows = (only: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select r.id as revision_id, a.id as answer_id, p.id as response_id
  ${codings}
  where p.state = 'submitted' and s.id is null and ${isCodable} ${only}`

/** Where blind answers stand: their place says nothing about what the suggester reads in them. */
const blindPriority = 3.5
/** What a customer changed after somebody had tagged it goes before all else. */
const changedPriority = 4

/** The words that the settled coding was kept from are no longer the customer's, or nothing of it could be kept. */
const isChanged = sql`case when s.id is null
  then exists (select 1 from coding f where f.answer_id = a.id and f.is_settled = 1)
  else exists (select 1 from coding f join answer_revision o on o.id = f.revision_id
    where f.id = s.carried_from_id and (o.text <> r.text or o.value <> r.value)) end`

/** The sample that an answer waits in: to be settled from two readings, or once settled to be read again for drift. */
const sampleOf = sql`(select b.id from blind_sample b where b.revision_id = r.id
  and (case when s.id is null then b.kind <> 'drift' else b.kind = 'drift'
    and 2 > (select count(*) from coding c where c.sample_id = b.id and c.is_blind = 1 and c.taken_back_at is null) end))`

/**
 * What nobody has settled, with its priority from 0 to 3: how unsure the suggester is (1 where it sees nothing), whether
 * it sees harm, and how large the customer is among those with the same currency. What a customer has changed comes
 * first, then the blind sample, with what is read again for drift.
 */
function queueRows(only: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    with size as (
      select id, percent_rank() over (partition by latest_currency order by latest_revenue_minor) as share
      from customer
      where latest_revenue_minor is not null
    ), waiting as (
      select r.id as revision_id, a.id as answer_id, p.id as response_id, p.customer_id, s.id as settled_id,
        m.id as suggestion_id, m.none_kind, ${sampleOf} as sample_id, ${isChanged} as is_changed
      ${codings}
      where p.state = 'submitted' and ${isCodable} ${only}
    )
    select w.revision_id, w.answer_id, w.response_id,
      case
        when w.sample_id is not null then ${sql.lit(blindPriority)}
        else case when w.is_changed = 1 then ${sql.lit(changedPriority)} else 0 end +
          1 - coalesce(min(t.probability), case when w.none_kind is null then 0 else 0.5 end) +
          max(case when t.direction = '-' and t.about = 'us' and t.is_wish = 0 then 1 else 0 end) +
          coalesce(max(size.share), 0)
      end,
      w.sample_id, w.is_changed
    from waiting w
    left join tag t on t.coding_id = w.suggestion_id
    left join size on size.id = w.customer_id
    where w.settled_id is null or w.is_changed = 1 or w.sample_id is not null
    group by w.revision_id`
}
