import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import { getContact } from './contacts.ts'
import { getCustomer } from './customers.ts'
import type { MoveForm } from './merge-forms.ts'

/** What a move does about invitations that are open: taken back if nothing was written, else left to be answered. */
export type OpenInvitations = { withdrawn: string[]; left: string[] }

/** Invitations of a person in rounds that are under way, by what a move does with them: the names of the rounds. */
export async function findOpenInvitations(db: Db, contactId: string): Promise<OpenInvitations> {
  const rows = await openOf(db, contactId)
  return {
    withdrawn: rows.filter(({ began_at }) => began_at === null).map(({ name }) => name),
    left: rows.filter(({ began_at }) => began_at !== null).map(({ name }) => name),
  }
}

const openOf = (db: Db, contactId: string) =>
  db
    .selectFrom('invitation')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .leftJoin('response', (join) =>
      join.onRef('response.invitation_id', '=', 'invitation.id').on('response.state', '<>', 'draft'),
    )
    .select(['invitation.id', 'campaign.name', 'invitation.began_at'])
    .where('invitation.contact_id', '=', contactId)
    .where('campaign.state', '=', 'launched')
    .where('invitation.withdrawn_at', 'is', null)
    .where('invitation.declined_at', 'is', null)
    .where('response.id', 'is', null)
    .execute()

/**
 * Somebody works for another customer now. What was said and asked stays with the old one, what comes belongs to the
 * new one. Invitations that nobody began to answer are taken back, since they ask about the old customer; one that was
 * begun can still be finished, and counts there. What we owe stays where it was promised.
 */
export async function moveContact(db: Db, user: User, id: string, form: MoveForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const contact = await getContact(trx, user, id)
    const to = await getCustomer(trx, user, form.customer)
    if (to.id === contact.customer_id) return
    if (to.archived_at) throw conflict(`${to.name} is archived. Restore it, then move the contact.`)
    const who = { actor: 'user' as const, userId: user.id }
    const at = instant(now)
    const unbegun = (await openOf(trx, id)).filter(({ began_at }) => began_at === null)
    for (const invitation of unbegun) {
      await trx.updateTable('invitation').set({ withdrawn_at: at }).where('id', '=', invitation.id).execute()
      // The worker passes over what still waits: it looks whether the invitation stands.
      await record(trx, who, 'invitation.withdrawn', 'invitation', invitation.id, now, { because: 'moved' })
    }
    await trx
      .updateTable('campaign_pick')
      .set({ dropped_by: user.id, dropped_at: at })
      .where('contact_id', '=', id)
      .where('dropped_at', 'is', null)
      .where('campaign_id', 'in', (drafts) => drafts.selectFrom('campaign').select('id').where('state', '=', 'draft'))
      .execute()
    await trx
      .updateTable('contact')
      .set({
        customer_id: to.id,
        email: form.email,
        phone: form.phone,
        job_title: form.jobTitle,
        // Whoever agreed to our mails at one company has not agreed to them at the next.
        mail_basis: form.mailBasis,
        archived_at: null,
        updated_at: at,
      })
      .where('id', '=', id)
      .execute()
    await record(trx, who, 'contact-left', 'customer', contact.customer_id, now, { contact: id, other: to.id })
    await record(trx, who, 'contact-joined', 'customer', to.id, now, { contact: id, other: contact.customer_id })
    await record(trx, who, 'move', 'contact', id, now, { from: contact.customer_id, to: to.id })
  })
}
