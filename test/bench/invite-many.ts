import type { Db } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import type { Links } from '#server/links.ts'
import { invite } from '../support/campaign.ts'

/** As many invited contacts as are wanted, ten at a customer (the database counts contacts per customer), and their links' tokens. */
export async function inviteMany(db: Db, links: Links, count: number): Promise<string[]> {
  await invite(db, links, [])
  const { id: campaignId } = await db.selectFrom('campaign').select('id').executeTakeFirstOrThrow()
  const at = '2026-11-20T08:00:00.000Z'
  await db.updateTable('campaign').set({ closes_on: '2099-12-31' }).execute()
  const people = Array.from({ length: count }, (_, n) => ({ contact: newId(), invitation: newId(), n }))
  const customers = Array.from({ length: Math.ceil(count / 10) }, () => newId())
  const customerOf = (n: number) => customers[Math.floor(n / 10)] ?? ''
  for (let start = 0; start < customers.length; start += 500)
    await db
      .insertInto('customer')
      .values(
        customers.slice(start, start + 500).map((id, n) => ({
          id,
          external_id: null,
          name: `Customer ${start + n}`,
          segment: 'Machinery',
          region: 'North',
          country: 'GB',
          time_zone: 'UTC',
          language: 'en',
          owner_id: null,
          customer_since: null,
          created_at: at,
          updated_at: at,
          archived_at: null,
        })),
      )
      .execute()
  for (let start = 0; start < people.length; start += 500) {
    const some = people.slice(start, start + 500)
    await db
      .insertInto('contact')
      .values(
        some.map(({ contact, n }) => ({
          id: contact,
          customer_id: customerOf(n),
          external_id: null,
          first_name: 'Robin',
          last_name: `No ${n}`,
          email: `robin.${n}@acme.example`,
          buying_role: null,
          language: 'en',
          mail_basis: 'existing_customer' as const,
          created_at: at,
          updated_at: at,
          archived_at: null,
        })),
      )
      .execute()
    await db
      .insertInto('invitation')
      .values(
        some.map(({ contact, invitation, n }) => ({
          id: invitation,
          campaign_id: campaignId,
          contact_id: contact,
          customer_id: customerOf(n),
          created_at: at,
          began_at: null,
          call_asked_at: null,
          ask_after_on: null,
          declined_at: null,
          withdrawn_at: null,
        })),
      )
      .execute()
  }
  return people.map(({ invitation }) => links.token(invitation, 1))
}
