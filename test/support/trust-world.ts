import type { Insertable } from 'kysely'
import { newId } from '#server/ids.ts'
import type { Tables } from '#server/tables.ts'
import { refreshSummary } from '#server/tags/tags.ts'
import type { TestApp } from './app.ts'
import { newestVersion } from './versions.ts'
import { lena } from './world.ts'

/** What somebody says: a driver in a direction with its sub-code. */
export type Says = {
  driver: 'revenue' | 'cost' | 'risk' | 'emotion'
  direction: '+' | '-'
  sub: string
  bare?: boolean
}

export type TrustCustomer = {
  name: string
  segment?: string
  owner?: string
  revenueMinor?: number
  since?: string
  /** What became of the invitation; without one nobody was invited. */
  invited?: 'answered' | 'begun' | 'refused' | 'bounced' | 'silent' | 'queued'
  /** Days from the invitation to the answer. */
  days?: number
  /** A talk, by whom; else what is said is said in a survey. */
  talkBy?: string
  on?: string
  says?: Says[]
  codebook?: string
  language?: string
}

/** Customers of one round, who were asked, answered and talked with in ways that are told. The ids are in the order of names given. */
export async function addTrustCustomers(house: TestApp, round: string, customers: TrustCustomer[]): Promise<void> {
  const { db } = house
  const at = '2026-10-01T08:00:00.000Z'
  const template = await newestVersion(db, 'core')
  await db
    .insertInto('codebook_version')
    .values(['test', 'later'].map((version) => ({ version, body: '{}', hash: '', created_at: at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  for (const one of customers) {
    const customer = newId()
    await db
      .insertInto('customer')
      .values({
        id: customer,
        name: one.name,
        external_id: null,
        segment: one.segment ?? null,
        region: null,
        country: null,
        time_zone: null,
        language: null,
        owner_id: one.owner ?? lena.id,
        customer_since: one.since ?? null,
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      .execute()
    if (one.revenueMinor)
      await db
        .insertInto('customer_year')
        .values({
          customer_id: customer,
          year: 2025,
          revenue_minor: one.revenueMinor,
          orders: null,
          margin_minor: null,
          currency: 'EUR',
        })
        .execute()
    const contact = newId()
    await db
      .insertInto('contact')
      .values({
        id: contact,
        customer_id: customer,
        external_id: null,
        first_name: 'Robin',
        last_name: one.name,
        email: `${contact}@customer.example`,
        buying_role: null,
        language: null,
        mail_basis: 'existing_customer',
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      .execute()
    const invitation = one.invited ? newId() : null
    if (invitation) await invite(invitation, customer, contact, one)
    if (one.invited === 'begun') await sit(customer, contact, invitation, one, 'draft')
    if (one.says) await sit(customer, contact, one.talkBy ? null : invitation, one, 'submitted')
  }

  async function invite(id: string, customer: string, contact: string, { invited }: TrustCustomer): Promise<void> {
    await db
      .insertInto('invitation')
      .values({
        id,
        campaign_id: round,
        contact_id: contact,
        customer_id: customer,
        created_at: at,
        began_at: null,
        call_asked_at: null,
        ask_after_on: null,
        declined_at: invited === 'refused' ? at : null,
        withdrawn_at: null,
      })
      .execute()
    const state = invited === 'bounced' ? 'bounced' : invited === 'queued' ? 'queued' : 'sent'
    await db
      .insertInto('message')
      .values({ id: newId(), invitation_id: id, kind: 'invite', state, message_id: id, created_at: at, sent_at: at })
      .execute()
  }

  async function sit(
    customer: string,
    contact: string,
    invitation: string | null,
    one: TrustCustomer,
    state: 'draft' | 'submitted',
  ): Promise<void> {
    const response = newId()
    await db
      .insertInto('response')
      .values({
        id: response,
        reference: `WB-${response.slice(-8)}`,
        customer_id: customer,
        contact_id: contact,
        invitation_id: invitation,
        campaign_id: one.talkBy ? null : round,
        template_version_id: template,
        channel: one.talkBy ? 'interview' : 'survey',
        author_id: one.talkBy ?? null,
        language: one.language ?? 'en',
        state,
        consent_level: 'team',
        took_place_on: one.on ?? '2026-10-02',
        segment: one.segment ?? null,
        region: null,
        owner_id: one.owner ?? lena.id,
        created_at: at,
        submitted_at: new Date(Date.parse(at) + (one.days ?? 1) * 86_400_000).toISOString(),
        revised_at: null,
      })
      .execute()
    if (state === 'draft') return
    const [answer, revision, coding] = [newId(), newId(), newId()]
    await db
      .insertInto('answer')
      .values({ id: answer, response_id: response, question: 'CORE-1', item: '', row: 0, voice: 'customer' })
      .execute()
    await db
      .insertInto('answer_revision')
      .values({
        id: revision,
        answer_id: answer,
        number: 1,
        text: 'Words that say it all.',
        value: '{}',
        language: 'en',
        provenance: one.talkBy ? 'verbatim' : 'typed',
        after_prompt: 0,
        submitted_at: at,
        superseded_at: null,
      })
      .execute()
    const says = one.says ?? []
    await db
      .insertInto('coding')
      .values({
        id: coding,
        answer_id: answer,
        revision_id: revision,
        user_id: lena.id,
        suggester_version: null,
        codebook_version: one.codebook ?? 'test',
        is_settled: 1,
        none_kind: says.length === 0 ? 'GEN' : null,
        created_at: at,
      } as Insertable<Tables['coding']>)
      .execute()
    for (const { driver, direction, sub, bare } of says)
      await db
        .insertInto('tag')
        .values({
          id: newId(),
          coding_id: coding,
          driver,
          direction,
          sub,
          about: 'us',
          start_at: 0,
          end_at: 5,
          is_inferred: bare ? 1 : 0,
          probability: null,
        })
        .execute()
    await refreshSummary(db, response)
  }
}

/** A round that has been sent; with a draw, customers of it were picked so. */
export async function addRound(
  house: TestApp,
  id: string,
  name: string,
  draw?: { purpose: 'reasons' | 'figures'; wanted: number; listSize: number; dropped?: number },
): Promise<void> {
  const at = '2026-10-01T08:00:00.000Z'
  const { db } = house
  await db
    .insertInto('campaign')
    .values({
      id,
      name,
      series: name,
      round: 1,
      template_version_id: await newestVersion(db, 'core'),
      state: 'launched',
      audience: JSON.stringify({ isPicked: draw !== undefined }),
      sender_id: lena.id,
      closes_on: '2026-12-24',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .execute()
  if (!draw) return
  const drawId = newId()
  await db
    .insertInto('campaign_draw')
    .values({
      id: drawId,
      campaign_id: id,
      owner_id: null,
      purpose: draw.purpose,
      measure: 'revenue',
      wanted: draw.wanted,
      margin: draw.purpose === 'figures' ? 10 : null,
      response_rate: draw.purpose === 'figures' ? 40 : null,
      seed: 'seed',
      list_size: draw.listSize,
      drawn_by: lena.id,
      drawn_at: at,
    })
    .execute()
  const contacts = await db.selectFrom('contact').select(['id', 'customer_id']).orderBy('id').limit(3).execute()
  for (const [position, { id: contact, customer_id }] of contacts.entries())
    await db
      .insertInto('campaign_pick')
      .values({
        campaign_id: id,
        contact_id: contact,
        customer_id,
        draw_id: drawId,
        by_hand: 0,
        position,
        way: 'mail',
        way_reason: 'hand',
        picked_by: lena.id,
        picked_at: at,
        dropped_by: position < (draw.dropped ?? 0) ? lena.id : null,
        dropped_at: position < (draw.dropped ?? 0) ? at : null,
      })
      .execute()
}
