import { type Driver, drivers } from '#server/drivers.ts'
import { newId } from '#server/ids.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { refreshSummary } from '#server/tags/tags.ts'
import type { TestApp } from './app.ts'
import { newestVersion } from './versions.ts'
import { lena } from './world.ts'

/** What one person of a customer weighed: numbers in the order earn, spend, avoid, feel. */
export type Weighs = {
  points?: number[] | 'declined'
  scores?: (number | 'out')[]
  picks?: [best: Driver, worst: Driver]
  consent?: ConsentLevel
  campaign?: string
  on?: string
}
export type WeightCustomer = {
  name: string
  segment?: string
  owner?: string
  people: Weighs[]
  /** What it named before anything was suggested; undefined where nothing is read. */
  said?: Driver[]
}

const items = ['earn', 'spend', 'avoid', 'feel']

/** Customers who weighed the four, each person in a sitting of its own. */
export async function addWeightCustomers(house: TestApp, customers: WeightCustomer[]): Promise<void> {
  const { db } = house
  const at = house.clock.now.toISOString()
  const [core, driv] = [await newestVersion(db, 'core'), await newestVersion(db, 'driv')]
  const none = { external_id: null, region: null, country: null, time_zone: null, language: null, customer_since: null }
  const times = { created_at: at, updated_at: at }
  await db
    .insertInto('codebook_version')
    .values({ version: 'test', body: '{}', hash: '', created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  for (const { name, segment = null, owner = lena.id, people, said } of customers) {
    const id = newId()
    const ownership = { segment, owner_id: owner }
    await db
      .insertInto('customer')
      .values({ ...none, id, name, ...ownership, status: 'active', ...times, archived_at: null })
      .execute()
    for (const [number, person] of people.entries()) {
      const contact = newId()
      const who = { external_id: null, first_name: 'Kim', last_name: `${name} ${number}`, email: null }
      const rest = { buying_role: null, language: null, mail_basis: 'existing_customer' as const, archived_at: null }
      await db
        .insertInto('contact')
        .values({ id: contact, customer_id: id, ...who, ...rest, ...times })
        .execute()
      await sitting(driv, id, contact, ownership, person, answersOf(person))
    }
    if (said === undefined) continue
    const [response, revision] = await sitting(core, id, null, ownership, people[0] ?? {}, [['CORE-1', '', {}]])
    await settle(response, revision, said)
  }

  async function sitting(
    version: string,
    customer: string,
    contact: string | null,
    ownership: { segment: string | null; owner_id: string },
    { consent = 'lead', campaign, on = '2026-11-02', picks }: Weighs,
    answers: [question: string, item: string, value: object][],
  ): Promise<[response: string, revision: { id: string; answer: string }]> {
    const response = newId()
    await db
      .insertInto('response')
      .values({
        id: response,
        reference: `WB-${response.slice(-8)}`,
        customer_id: customer,
        contact_id: contact,
        invitation_id: null,
        campaign_id: campaign ?? null,
        template_version_id: version,
        channel: picks ? 'interview' : 'survey',
        author_id: null,
        language: 'en',
        state: 'submitted',
        consent_level: consent,
        took_place_on: on,
        ...ownership,
        region: null,
        created_at: at,
        submitted_at: at,
        revised_at: null,
      })
      .execute()
    const rows = answers.map(([question, item, value]) => ({ id: newId(), answer: newId(), question, item, value }))
    if (rows.length > 0)
      await db
        .insertInto('answer')
        .values(
          rows.map(({ answer, question, item }) => ({
            ...{ id: answer, response_id: response, question, item, row: 0 },
            voice: 'customer' as const,
          })),
        )
        .execute()
    if (rows.length > 0)
      await db
        .insertInto('answer_revision')
        .values(
          rows.map(({ id, answer, question, value }) => ({
            ...{ id, answer_id: answer, number: 1, value: JSON.stringify(value), language: 'en', after_prompt: 0 },
            text: question.startsWith('CORE') ? 'Words' : '',
            provenance: picks ? ('verbatim' as const) : ('typed' as const),
            ...{ submitted_at: at, superseded_at: null },
          })),
        )
        .execute()
    return [response, rows.at(-1) ?? { id: '', answer: '' }]
  }

  async function settle(response: string, revision: { id: string; answer: string }, named: Driver[]): Promise<void> {
    const coding = newId()
    const by = { user_id: lena.id, suggester_version: null, codebook_version: 'test', is_settled: 1 }
    const of = {
      answer_id: revision.answer,
      revision_id: revision.id,
      none_kind: named.length > 0 ? null : ('GEN' as const),
    }
    await db
      .insertInto('coding')
      .values({ id: coding, ...of, ...by, created_at: at })
      .execute()
    for (const driver of named)
      await db
        .insertInto('tag')
        .values({
          id: newId(),
          coding_id: coding,
          driver,
          direction: '+',
          sub: { revenue: 'R1', cost: 'C2', risk: 'K1', emotion: 'E1' }[driver],
          about: 'us',
          start_at: 0,
          end_at: 1,
          probability: null,
        })
        .execute()
    await refreshSummary(db, response)
  }
}

function answersOf({ points, scores, picks }: Weighs): [question: string, item: string, value: object][] {
  const given = Array.isArray(points) ? points : []
  return [
    ...(points === 'declined' ? [['DRIV-1', '', { declined: true }] satisfies [string, string, object]] : []),
    ...given.map((value, at): [string, string, object] => ['DRIV-1', items[at] ?? '', { points: value }]),
    ...(scores ?? []).map((value, at): [string, string, object] => [
      'DRIV-2',
      items[at] ?? '',
      value === 'out' ? { opted_out: true } : { score: value },
    ]),
    ...(picks
      ? items.map((item, at): [string, string, object] => [
          'DRIV-4',
          item,
          drivers[at] === picks[0] ? { pick: 'best' } : drivers[at] === picks[1] ? { pick: 'worst' } : {},
        ])
      : []),
  ]
}

/** Forty customers: cost weighs most and is done worst; risk weighs next and is done well, and is what they speak of. */
export const weighingForty: WeightCustomer[] = Array.from({ length: 40 }, (_, at) => ({
  name: `Customer ${String(at).padStart(2, '0')}`,
  segment: at % 2 ? 'Food' : 'Paper',
  people: [
    {
      points: [10 + (at % 3), 45 - (at % 3) + (at % 2), 35 - (at % 2), 10],
      scores: [6 + (at % 3), 4 - (at % 2), 8 + (at % 2), at % 10 === 0 ? 'out' : 7 + (at % 3)],
    },
  ],
  said: at % 4 === 0 ? ['emotion', 'risk'] : ['risk'],
}))
