import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#server/db.ts'

/**
 * Counts the figures of the breakdown anew, in plain SQL over answers, codings and tags. It shares no code with the
 * product, and reads neither response_summary nor what is kept in memory.
 */
export type Choice = {
  campaign?: string
  segment?: string
  region?: string
  owner?: string
  channel?: string
  provenance?: string
  asked?: string
  from?: string
  to?: string
}

export type Recounted = {
  heard: number
  readCustomers: number
  answers: number
  read: number
  waitingCustomers: number
  /** By driver and direction, such as 'risk +': customers in settled tags, in inferred ones alone, in suggestions alone. */
  counts: Record<string, { confirmed: number; inferred: number; suggested: number }>
  wishes: Record<string, number>
  /** Customers with 0 to 4 drivers delivered: of those read, and of those heard with the suggestions added. */
  coverage: number[]
  coverageWithSuggestions: number[]
}

const four = ['revenue', 'cost', 'risk', 'emotion']

export async function recountFigures(db: Db, choice: Choice): Promise<Recounted> {
  const said = saidIn(choice)
  const { rows } = await sql<Record<'heard' | 'read_customers' | 'answers' | 'read' | 'waiting_customers', number>>`
    ${said}
    select count(distinct customer) as heard,
      count(distinct case when settled is not null then customer end) as read_customers,
      count(*) as answers, count(settled) as read,
      count(distinct case when settled is null then customer end) as waiting_customers
    from said`.execute(db)
  const total = rows[0]
  if (!total) throw new Error('A count has one row.')
  const counts: Recounted['counts'] = {}
  const wishes: Recounted['wishes'] = {}
  const delivered = new Map<string, number>()
  const deliveredOrSuggested = new Map<string, number>()
  for (const driver of four) {
    for (const direction of ['+', '-']) {
      const of = sql`t.driver = ${driver} and t.direction = ${direction} and t.about = 'us' and t.is_wish = 0`
      const sure = await customersWith(db, said, sql`t.coding_id = said.settled and ${of} and t.is_inferred = 0`)
      const any = await customersWith(db, said, sql`t.coding_id = said.settled and ${of}`)
      const guessed = await customersWith(
        db,
        said,
        sql`said.settled is null and t.coding_id = said.suggested and ${of}`,
      )
      counts[`${driver} ${direction}`] = {
        confirmed: sure.size,
        inferred: without(any, sure).size,
        suggested: without(guessed, any).size,
      }
      if (direction === '-') continue
      for (const one of any) delivered.set(one, (delivered.get(one) ?? 0) + 1)
      for (const one of new Set([...any, ...guessed]))
        deliveredOrSuggested.set(one, (deliveredOrSuggested.get(one) ?? 0) + 1)
    }
    const wish = sql`t.coding_id = said.settled and t.driver = ${driver} and t.about = 'us' and t.is_wish = 1`
    wishes[driver] = (await customersWith(db, said, wish)).size
  }
  return {
    heard: total.heard,
    readCustomers: total.read_customers,
    answers: total.answers,
    read: total.read,
    waitingCustomers: total.waiting_customers,
    counts,
    wishes,
    coverage: spread(delivered, total.read_customers),
    coverageWithSuggestions: spread(deliveredOrSuggested, total.heard),
  }
}

const without = (all: Set<string>, some: Set<string>) => new Set([...all].filter((one) => !some.has(one)))

function spread(byCustomer: Map<string, number>, n: number): number[] {
  const of = [0, 0, 0, 0, 0]
  for (const k of byCustomer.values()) of[k] = (of[k] ?? 0) + 1
  of[0] = n - byCustomer.size
  return of
}

/** Each latest answer of the customer's voice, or seen by us, in sittings that were submitted and not withdrawn. */
function saidIn(choice: Choice): RawBuilder<unknown> {
  const is = (column: RawBuilder<unknown>, value: string | undefined) =>
    value === undefined ? sql`1 = 1` : value === '-' ? sql`${column} is null` : sql`${column} = ${value}`
  return sql`with said as (
    select sitting.customer_id as customer,
      (select id from coding where revision_id = words.id and is_settled = 1) as settled,
      (select id from coding where revision_id = words.id and user_id is null order by id desc limit 1) as suggested
    from answer_revision words
    join answer on answer.id = words.answer_id
    join response sitting on sitting.id = answer.response_id
    where words.superseded_at is null and answer.voice <> 'rep' and sitting.state = 'submitted'
      and (words.text <> '' or words.value like '%"worse":true%' or words.value like '%"not_at_all":true%')
      and not exists (select 1 from template_version asked, json_each(asked.body, '$.questions') question
        where asked.id = sitting.template_version_id and question.value ->> 'id' = answer.question
          and question.value ->> 'coded' = 0)
      and ${is(sql`sitting.campaign_id`, choice.campaign)} and ${is(sql`sitting.segment`, choice.segment)}
      and ${is(sql`sitting.region`, choice.region)} and ${is(sql`sitting.owner_id`, choice.owner)}
      and ${is(sql`sitting.channel`, choice.channel)} and ${is(sql`words.provenance`, choice.provenance)}
      and ${is(
        sql`(select case when words.after_prompt = 1 or max(question.value ->> 'prompted') = 1 then 'prompted' else 'unprompted' end
          from template_version asked, json_each(asked.body, '$.questions') question
          where asked.id = sitting.template_version_id and question.value ->> 'id' = answer.question)`,
        choice.asked,
      )}
      and sitting.took_place_on >= ${choice.from ?? ''} and sitting.took_place_on <= ${choice.to ?? '9999'}
  )`
}

async function customersWith(db: Db, said: RawBuilder<unknown>, where: RawBuilder<unknown>): Promise<Set<string>> {
  const { rows } = await sql<{ customer: string }>`${said}
    select distinct said.customer from said, tag t where ${where}`.execute(db)
  return new Set(rows.map((row) => row.customer))
}
