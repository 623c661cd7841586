import type { Insertable } from 'kysely'
import type { Db } from '#server/db.ts'
import { driverLetters, drivers } from '#server/drivers.ts'
import type { Tables } from '#server/tables.ts'
import { codebook } from '#server/tags/codebook.ts'
import { refreshSummary } from '#server/tags/tags.ts'
import { ada, lena, rosa, tom } from './world.ts'

/** Random numbers that are the same for the same seed. */
export function dice(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    chance: (p: number): boolean => next() < p,
    below: (n: number): number => Math.floor(next() * n),
    pick: <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T,
  }
}

export const autumn = { id: '01900000-0000-7000-8000-000000000901', name: 'Autumn 2026' }
export const spring = { id: '01900000-0000-7000-8000-000000000902', name: 'Spring 2026' }
export const empty = { id: '01900000-0000-7000-8000-000000000903', name: 'Winter 2026' }

const sentences = [
  'If a pump stops at night the milk is lost by morning, and you answer at three.',
  'The portal saves me half a day a month 👍 and the invoices cost us that again.',
  'Our buyers notice that the finish is better, so we sell more of it.',
  'I sleep well when your people have been here.',
  'Two bad batches this year, so we check everything twice now.',
  'Quality.',
  'You are not the cheapest, but nothing has ever gone wrong.',
]

/**
 * A company with everything that can go wrong in a count: two contacts a customer, three campaigns, all channels and
 * provenances, answers revised after they were tagged, wishes, inferred tags, tags about competitors, reps' own views,
 * answers that wait, boxes that were only ticked, sittings withdrawn or never submitted. `makeWorld` must have run.
 */
export async function makeFiguresWorld(db: Db, seed: number, size = 60): Promise<void> {
  const random = dice(seed)
  const at = '2026-06-01T08:00:00.000Z'
  const template = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  let serial = 0
  const id = () => {
    serial += 1
    return `01900000-0000-7000-9000-${String(serial).padStart(12, '0')}`
  }
  await db
    .insertInto('codebook_version')
    .values({ version: 'test', body: JSON.stringify({ ...codebook, version: 'test' }), hash: '', created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await db
    .insertInto('campaign')
    .values(
      [autumn, spring, empty].map(({ id, name }, round) => ({
        id,
        name,
        series: 'Why',
        round: round + 1,
        template_version_id: template.id,
        state: 'launched' as const,
        sender_id: lena.id,
        closes_on: '2026-12-24',
        created_by: lena.id,
        created_at: at,
        launched_by: lena.id,
        launched_at: at,
      })),
    )
    .execute()
  const responses: string[] = []
  for (let n = 0; n < size; n += 1) {
    const customer = {
      id: id(),
      name: `Customer ${String(n + 1).padStart(2, '0')}`,
      segment: n < 3 ? 'Bakeries' : random.pick(['Food and drink', 'Machinery', 'Paper', null]),
      region: random.pick(['North', 'South', null]),
      owner_id: random.pick([rosa.id, tom.id, tom.id, null]),
    }
    await db
      .insertInto('customer')
      .values({
        ...customer,
        external_id: null,
        country: null,
        time_zone: null,
        language: null,
        customer_since: null,
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      .execute()
    if (random.chance(0.8))
      await db
        .insertInto('customer_year')
        .values(
          [2024, 2025].map((year) => ({
            customer_id: customer.id,
            year,
            revenue_minor: 1000000 * (1 + random.below(400)),
            orders: 3,
            margin_minor: null,
            currency: random.pick(['EUR', 'EUR', 'GBP']),
          })),
        )
        .execute()
    for (let c = 0; c < 2; c += 1) {
      const contact = id()
      await db
        .insertInto('contact')
        .values({
          id: contact,
          customer_id: customer.id,
          external_id: null,
          first_name: random.pick(['Anna', 'Ben', 'Chloe', 'Dario']),
          last_name: `Example ${n}`,
          email: `c${serial}@customer.example`,
          buying_role: null,
          language: null,
          mail_basis: 'existing_customer',
          created_at: at,
          updated_at: at,
          archived_at: null,
        })
        .execute()
      for (const campaign of [autumn, spring]) {
        if (!random.chance(0.6)) continue
        const invitation = id()
        await db
          .insertInto('invitation')
          .values({
            id: invitation,
            campaign_id: campaign.id,
            contact_id: contact,
            customer_id: customer.id,
            created_at: at,
            began_at: random.chance(0.5) ? at : null,
            call_asked_at: null,
            ask_after_on: null,
            declined_at: null,
            withdrawn_at: null,
          })
          .execute()
        await db
          .insertInto('message')
          .values({
            id: id(),
            invitation_id: invitation,
            kind: 'invite',
            state: random.chance(0.95) ? 'sent' : 'bounced',
            message_id: invitation,
            created_at: at,
            sent_at: at,
          })
          .execute()
        if (random.chance(0.55))
          responses.push(await sit(customer, contact, { channel: 'survey', campaign: campaign.id, invitation }))
      }
      if (random.chance(0.25)) responses.push(await sit(customer, contact, { channel: 'interview' }))
      if (random.chance(0.08)) responses.push(await sit(customer, contact, { channel: 'observation' }))
    }
  }
  for (const response of responses) await refreshSummary(db, response)

  async function sit(
    customer: { id: string; segment: string | null; region: string | null; owner_id: string | null },
    contact: string,
    how: { channel: 'survey' | 'interview' | 'observation'; campaign?: string; invitation?: string },
  ): Promise<string> {
    const response = id()
    await db
      .insertInto('response')
      .values({
        id: response,
        reference: `WB-${serial}`,
        customer_id: customer.id,
        contact_id: contact,
        invitation_id: how.invitation ?? null,
        campaign_id: how.campaign ?? null,
        template_version_id: template.id,
        channel: how.channel,
        author_id: how.channel === 'survey' ? null : (customer.owner_id ?? rosa.id),
        language: 'en',
        state: random.pick([
          'submitted',
          'submitted',
          'submitted',
          'submitted',
          'submitted',
          'submitted',
          'withdrawn',
          'draft',
        ] as const),
        consent_level: random.pick(['team', 'team', 'lead', 'totals'] as const),
        took_place_on: `2026-${String(6 + random.below(5)).padStart(2, '0')}-${String(1 + random.below(28)).padStart(2, '0')}`,
        // A customer who has moved since keeps the segment of that day.
        segment: random.chance(0.95) ? customer.segment : 'Machinery',
        region: customer.region,
        owner_id: customer.owner_id,
        created_at: at,
        submitted_at: at,
        revised_at: null,
      })
      .execute()
    const boxes: [string, string][] = [
      ['CORE-1', ''],
      ['CORE-2', ''],
      ['CORE-3', 'risk'],
      ['CORE-3', 'cost'],
      ['CORE-4', ''],
    ]
    for (const [question, item] of boxes) if (random.chance(0.5)) await say(response, how.channel, question, item)
    return response
  }

  async function say(response: string, channel: string, question: string, item: string): Promise<void> {
    const answer = id()
    const voice =
      channel === 'observation' ? 'observed' : channel === 'interview' && random.chance(0.2) ? 'rep' : 'customer'
    await db.insertInto('answer').values({ id: answer, response_id: response, question, item, row: 0, voice }).execute()
    const revisions = 1 + random.below(2)
    for (let number = 1; number <= revisions; number += 1) {
      const revision = id()
      const isTick = item !== '' && random.chance(0.3)
      const text = isTick ? '' : random.pick(sentences)
      await db
        .insertInto('answer_revision')
        .values({
          id: revision,
          answer_id: answer,
          number,
          text,
          value: isTick ? random.pick(['{"worse":true}', '{"not_at_all":true}', '{}']) : '{}',
          language: 'en',
          provenance:
            channel === 'survey'
              ? 'typed'
              : channel === 'observation'
                ? 'observed'
                : random.pick(['verbatim', 'paraphrase', 'confirmed'] as const),
          after_prompt: random.chance(0.1) ? 1 : 0,
          submitted_at: at,
          superseded_at: number < revisions ? at : null,
        })
        .execute()
      if (random.chance(0.9)) await judge(answer, revision, text, null)
      if (random.chance(0.85)) await judge(answer, revision, text, lena.id)
      if (random.chance(0.1)) await judge(answer, revision, text, ada.id, 0)
    }
  }

  async function judge(
    answer: string,
    revision: string,
    text: string,
    user: string | null,
    settled = 1,
  ): Promise<void> {
    const coding = id()
    const isNone = random.chance(0.15)
    await db
      .insertInto('coding')
      .values({
        id: coding,
        answer_id: answer,
        revision_id: revision,
        user_id: user,
        suggester_version: user ? null : 'test-1',
        codebook_version: 'test',
        is_settled: user ? settled : 0,
        none_kind: isNone ? 'GEN' : null,
        created_at: at,
      } as Insertable<Tables['coding']>)
      .execute()
    if (isNone) return
    for (let n = 1 + random.below(2); n > 0; n -= 1) {
      const words = Array.from(text.matchAll(/[^ ]+/g), (found) => found)
      const first = random.below(Math.max(1, words.length - 3))
      const before = text.slice(0, words[first]?.index ?? 0)
      const chosen = words.slice(first, first + 2 + random.below(5)).join(' ')
      const start = Array.from(before).length
      const direction = random.pick(['+', '+', '-'] as const)
      // Risk is named more often than the others, so that there is something to find.
      const driver = random.pick([...drivers, 'risk', 'risk'] as const)
      await db
        .insertInto('tag')
        .values({
          id: id(),
          coding_id: coding,
          driver,
          direction,
          sub: `${driverLetters[driver]}${1 + random.below(3)}`,
          about: random.pick(['us', 'us', 'us', 'us', 'competitor', 'own'] as const),
          start_at: start,
          end_at: start + Array.from(chosen).length,
          is_inferred: random.chance(0.2) ? 1 : 0,
          is_wish: direction === '-' && random.chance(0.4) ? 1 : 0,
          probability: user ? null : 0.7,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  }
}
