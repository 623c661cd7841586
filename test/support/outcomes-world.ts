import { drivers } from '#server/drivers.ts'
import { newId } from '#server/ids.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { refreshSummary } from '#server/tags/tags.ts'
import type { TestApp } from './app.ts'
import { newestVersion } from './versions.ts'
import { lena } from './world.ts'

export type OutcomeCustomer = {
  name: string
  segment?: string
  /** Of how many of the four CORE-1 tells help; undefined where nobody read it. */
  k?: number
  stay?: number
  results?: number
  left?: boolean
  consent?: ConsentLevel
}

/** Customers who told what we help with, what they get and whether they stay, and what they did. */
export async function addOutcomeCustomers(house: TestApp, customers: OutcomeCustomer[]): Promise<void> {
  const { db } = house
  const at = house.clock.now.toISOString()
  const [core, rel] = [await newestVersion(db, 'core'), await newestVersion(db, 'rel')]
  const none = { external_id: null, region: null, country: null, time_zone: null, language: null, customer_since: null }
  await db
    .insertInto('codebook_version')
    .values({ version: 'test', body: '{}', hash: '', created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  for (const { name, segment = null, k, stay, results, left, consent = 'lead' } of customers) {
    const id = newId()
    const times = { created_at: at, updated_at: at, archived_at: null }
    await db
      .insertInto('customer')
      .values({ ...none, id, name, segment, owner_id: lena.id, status: left ? 'lost' : 'active', ...times })
      .execute()
    if (left !== undefined) {
      const outcome = { id: newId(), customer_id: id, kind: left ? ('left' as const) : ('renewed' as const) }
      const recorded = { recorded_by: lena.id, recorded_at: at }
      await db
        .insertInto('outcome')
        .values({ ...outcome, basis: 'actual', happened_on: '2026-09-01', ...recorded })
        .execute()
    }
    const scores = [
      ...(stay === undefined ? [] : [{ question: 'REL-2', item: '', value: { score: stay } }]),
      ...(results === undefined ? [] : [{ question: 'REL-1', item: 'results', value: { score: results } }]),
    ]
    if (scores.length > 0) await sitting(rel, id, segment, consent, scores)
    if (k === undefined) continue
    const [response, revision] = await sitting(core, id, segment, consent, [
      { question: 'CORE-1', item: '', value: {} },
    ])
    await settle(response, revision, k)
  }

  async function sitting(
    versionId: string,
    customerId: string,
    segment: string | null,
    consent: ConsentLevel,
    answers: { question: string; item: string; value: object }[],
  ): Promise<[response: string, revision: { id: string; answer: string }]> {
    const response = newId()
    await db
      .insertInto('response')
      .values({
        id: response,
        reference: `WB-${response.slice(-8)}`,
        customer_id: customerId,
        contact_id: null,
        invitation_id: null,
        campaign_id: null,
        template_version_id: versionId,
        channel: 'survey',
        author_id: null,
        language: 'en',
        state: 'submitted',
        consent_level: consent,
        took_place_on: '2026-11-02',
        segment,
        region: null,
        owner_id: lena.id,
        created_at: at,
        submitted_at: at,
        revised_at: null,
      })
      .execute()
    let last = { id: '', answer: '' }
    for (const { question, item, value } of answers) {
      last = { id: newId(), answer: newId() }
      await db
        .insertInto('answer')
        .values({ id: last.answer, response_id: response, question, item, row: 0, voice: 'customer' })
        .execute()
      const words = { text: 'Words', language: 'en', provenance: 'typed' as const, after_prompt: 0 }
      const submitted = { submitted_at: at, superseded_at: null }
      await db
        .insertInto('answer_revision')
        .values({
          id: last.id,
          answer_id: last.answer,
          number: 1,
          value: JSON.stringify(value),
          ...words,
          ...submitted,
        })
        .execute()
    }
    return [response, last]
  }

  async function settle(response: string, revision: { id: string; answer: string }, k: number): Promise<void> {
    const coding = newId()
    const by = { user_id: lena.id, suggester_version: null, codebook_version: 'test', is_settled: 1 }
    await db
      .insertInto('coding')
      .values({
        id: coding,
        answer_id: revision.answer,
        revision_id: revision.id,
        ...by,
        none_kind: k ? null : 'GEN',
        created_at: at,
      })
      .execute()
    for (const driver of drivers.slice(0, k))
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

/** Forty customers: the more we help with, the higher they put staying; who gets little help left. */
export const fortyCustomers: OutcomeCustomer[] = Array.from({ length: 40 }, (_, at) => ({
  name: `Customer ${String(at).padStart(2, '0')}`,
  segment: at % 2 ? 'Food' : 'Paper',
  k: at % 5,
  stay: Math.min(10, 2 * (at % 5) + (at % 3)),
  results: (at * 7) % 11,
  left: at % 5 === 0,
}))
