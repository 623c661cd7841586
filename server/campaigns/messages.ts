import type { Db } from '../db.ts'
import { newId } from '../ids.ts'
import { enqueueAll } from '../queue.ts'
import type { MessageKind } from '../tables.ts'
import { instant } from '../time.ts'

/** Writes messages of one kind, each with the job that sends it, inside the caller's transaction. One of a kind a person. */
export async function queueMessages(
  trx: Db,
  invitationIds: string[],
  kind: MessageKind,
  now: Date,
  runAt = instant(now),
): Promise<void> {
  const domain = await senderDomain(trx)
  const messages = invitationIds.map((invitationId) => {
    const id = newId()
    // Derived from the message, not from the try: a resend after a crash can be recognised.
    return {
      id,
      invitation_id: invitationId,
      kind,
      state: 'queued' as const,
      message_id: `<${id}@${domain}>`,
      created_at: instant(now),
      sent_at: null,
    }
  })
  for (let start = 0; start < messages.length; start += 500)
    await trx
      .insertInto('message')
      .values(messages.slice(start, start + 500))
      .execute()
  await enqueueAll(
    trx,
    'send-message',
    messages.map(({ id }) => ({ payload: { messageId: id }, key: `send-message ${id}` })),
    now,
    runAt,
  )
}

export const queueMessage = (trx: Db, invitationId: string, kind: MessageKind, now: Date): Promise<void> =>
  queueMessages(trx, [invitationId], kind, now)

async function senderDomain(trx: Db): Promise<string> {
  const row = await trx.selectFrom('company').select('sender_address').executeTakeFirst()
  return row?.sender_address.split('@')[1] || 'whybuy.invalid'
}

/** What waits for the given invitations is not sent; the reason is kept with it. */
export async function skipWaiting(
  trx: Db,
  which: { campaignId: string } | { invitationId: string } | { address: string },
  reason: string,
  now: Date,
): Promise<void> {
  const skipped = await trx
    .updateTable('message')
    .set({ state: 'skipped', last_reply: reason })
    .where('state', 'in', ['queued', 'deferred'])
    .where('invitation_id', 'in', (eb) => {
      const invitations = eb.selectFrom('invitation').select('invitation.id')
      if ('campaignId' in which) return invitations.where('campaign_id', '=', which.campaignId)
      if ('invitationId' in which) return invitations.where('invitation.id', '=', which.invitationId)
      return invitations
        .innerJoin('contact', 'contact.id', 'invitation.contact_id')
        .where('contact.email', '=', which.address)
    })
    .returning('id')
    .execute()
  await addEvents(
    trx,
    skipped.map(({ id }) => id),
    'skipped',
    null,
    reason,
    now,
  )
}

/** What became of some mails, one row each. */
export async function addEvents(
  trx: Db,
  messageIds: string[],
  kind: string,
  code: number | null,
  reply: string,
  now: Date,
): Promise<void> {
  const rows = messageIds.map((messageId) => ({
    id: newId(),
    message_id: messageId,
    happened_at: instant(now),
    kind,
    code,
    reply,
  }))
  for (let start = 0; start < rows.length; start += 500)
    await trx
      .insertInto('message_event')
      .values(rows.slice(start, start + 500))
      .execute()
}
