import type { Db } from '#server/db.ts'
import type { Links } from '#server/links.ts'
import { lena } from './world.ts'

const at = '2026-11-20T08:00:00.000Z'
const campaignId = '01900000-0000-7000-8000-000000000101'

/** A launched campaign on the newest CORE, closing on 4 December, with an invitation for each contact. Returns their links. */
export async function invite(
  db: Db,
  links: Links,
  contacts: { id: string; customer: { id: string } }[],
): Promise<string[]> {
  const version = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  await db
    .insertInto('campaign')
    .values({
      id: campaignId,
      name: 'Autumn 2026',
      series: 'Why they buy',
      round: 1,
      template_version_id: version.id,
      state: 'launched',
      sender_id: null,
      closes_on: '2026-12-04',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const invitations = contacts.map((contact) => ({
    id: contact.id.replace('8000-0000', '8000-1000'),
    campaign_id: campaignId,
    contact_id: contact.id,
    customer_id: contact.customer.id,
    created_at: at,
    began_at: null,
    call_asked_at: null,
    ask_after_on: null,
    declined_at: null,
    withdrawn_at: null,
  }))
  if (invitations.length > 0) await db.insertInto('invitation').values(invitations).execute()
  return invitations.map((invitation) => links.token(invitation.id, 1))
}
