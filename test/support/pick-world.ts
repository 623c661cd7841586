import type { Db } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { rosa, tom } from './world.ts'

const at = '2026-11-01T08:00:00.000Z'
const segments = ['Machinery', 'Food and drink', 'Building', 'Chemicals']
const regions = ['North', 'South', 'West']
const roles = ['decides', 'buys', 'uses', 'influences', 'pays'] as const
const pad = (n: number) => String(n).padStart(3, '0')

export const listed = (n: number) => ({ id: `list-${pad(n)}`, contact: `person-${pad(n)}`, name: `Customer ${pad(n)}` })

/**
 * `count` customers with one person each: of every segment, region and role in turn, the even ones Rosa's, with a revenue
 * in euro that falls with their number. Every seventh has none on record.
 */
export async function makeList(
  db: Db,
  count: number,
  change: (n: number) => Record<string, string | null> = () => ({}),
) {
  const all = Array.from({ length: count }, (_, n) => n)
  for (let start = 0; start < count; start += 300) {
    const some = all.slice(start, start + 300)
    await db
      .insertInto('customer')
      .values(
        some.map((n) => ({
          id: listed(n).id,
          external_id: null,
          name: listed(n).name,
          segment: segments[n % 4] ?? '',
          region: regions[n % 3] ?? '',
          country: 'GB',
          status: 'active' as const,
          language: 'en',
          owner_id: n % 2 === 0 ? rosa.id : tom.id,
          created_at: at,
          updated_at: at,
          archived_at: null,
          ...change(n),
        })),
      )
      .execute()
    await db
      .insertInto('contact')
      .values(
        some.map((n) => ({
          id: listed(n).contact,
          customer_id: listed(n).id,
          external_id: null,
          first_name: 'Person',
          last_name: pad(n),
          email: `person-${n}@list.example`,
          buying_role: roles[n % 5] ?? null,
          language: 'en',
          mail_basis: 'existing_customer' as const,
          created_at: at,
          updated_at: at,
          archived_at: null,
        })),
      )
      .execute()
    const years = some
      .filter((n) => n % 7 !== 6)
      .map((n) => ({
        customer_id: listed(n).id,
        year: 2025,
        revenue_minor: (count - n) * 100_000,
        orders: n + 1,
        margin_minor: n * 1000,
        currency: 'EUR',
      }))
    if (years.length > 0) await db.insertInto('customer_year').values(years).execute()
  }
}

/** What a customer said to get from us (REL-1), at a level of consent. */
export async function sayWhatTheyGet(db: Db, n: number, score: number, level: 'team' | 'lead' | 'totals') {
  const version = await db.selectFrom('template_version').select('id').executeTakeFirstOrThrow()
  const id = newId()
  await db
    .insertInto('response')
    .values({
      id,
      reference: `WB-${pad(n)}`,
      customer_id: listed(n).id,
      contact_id: listed(n).contact,
      invitation_id: null,
      campaign_id: null,
      template_version_id: version.id,
      channel: 'survey',
      author_id: null,
      language: 'en',
      state: 'submitted',
      consent_level: level,
      took_place_on: '2026-05-04',
      segment: null,
      region: null,
      owner_id: null,
      created_at: '2026-05-04T08:00:00.000Z',
      submitted_at: '2026-05-04T08:00:00.000Z',
      revised_at: null,
    })
    .execute()
  for (const item of ['results', 'clarity', 'progress']) {
    const answer = newId()
    await db
      .insertInto('answer')
      .values({ id: answer, response_id: id, question: 'REL-1', item, row: 0, voice: 'customer' })
      .execute()
    await db
      .insertInto('answer_revision')
      .values({
        id: newId(),
        answer_id: answer,
        number: 1,
        text: '',
        value: JSON.stringify({ score }),
        language: 'en',
        provenance: 'typed',
        after_prompt: 1,
        submitted_at: '2026-05-04T08:00:00.000Z',
        superseded_at: null,
      })
      .execute()
  }
}
