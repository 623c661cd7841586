import { sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import type { Delivery, Mail, Mailer } from '../mailer.ts'
import { bell, enqueueAll } from '../queue.ts'
import type { MessageKind, MessageState } from '../tables.ts'
import { getTemplateVersion, isAskedByOwnRep, rulesOf } from '../templates/templates.ts'
import { addDays, type Clock, instant, later, minutes } from '../time.ts'
import type { Outcome } from '../worker.ts'

/** How often a message is tried before it is left to a person. */
const maxTries = 6

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

async function addEvents(
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

/** Why a message need not be sent any more, or undefined. */
async function reasonToSkip(
  db: Db,
  messageId: string,
  now: Date,
): Promise<{ state: MessageState; reason: string | undefined; tries: number } | undefined> {
  const row = await db
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .leftJoin('response', (join) =>
      join.onRef('response.invitation_id', '=', 'invitation.id').on('response.state', '=', 'submitted'),
    )
    .select([
      'message.state',
      'message.kind',
      'message.tries',
      'invitation.withdrawn_at',
      'invitation.declined_at',
      'campaign.state as campaign_state',
    ])
    .select(['contact.email', 'contact.mail_basis', 'contact.archived_at'])
    .select(['suppression.reason', 'response.id as response_id', 'campaign.closes_on'])
    .select(['customer.owner_id', 'campaign.sender_id', 'campaign.created_by', 'campaign.launched_by'])
    .select('campaign.template_version_id')
    .where('message.id', '=', messageId)
    .executeTakeFirst()
  if (!row) return undefined
  const version = await getTemplateVersion(db, row.template_version_id)
  const rules = await rulesOf(db, version)
  // The customer may have got another owner since the launch.
  const asking = [row.sender_id ?? row.owner_id, row.launched_by ?? row.created_by]
  const isAsking = row.kind === 'invite' || row.kind === 'reminder-1' || row.kind === 'reminder-2'
  const reasons: [boolean, string][] = [
    [!row.email, 'There is no address any more.'],
    [row.archived_at !== null, 'The contact was archived.'],
    [row.withdrawn_at !== null, 'The invitation was withdrawn.'],
    [isAsking && row.reason !== null, 'This address gets no mails of this kind any more.'],
    [isAsking && row.declined_at !== null, 'They asked for no more mails of this round.'],
    [isAsking && row.mail_basis === 'none', 'There is no basis any more for writing to them.'],
    [isAsking && row.campaign_state !== 'launched', 'The campaign was closed.'],
    [isAsking && !rules.channels.includes('survey'), 'These questions are no longer asked by mail.'],
    [
      isAsking && isAskedByOwnRep(rules.by, row.owner_id, asking),
      'Whoever signs it is the customer’s own rep by now, and these questions are for somebody else to ask.',
    ],
    // A day is over everywhere twelve hours after it is over in UTC.
    [isAsking && instant(now) > `${addDays(row.closes_on, 1)}T12:00:00.000Z`, 'The closing day has passed.'],
    [isAsking && row.response_id !== null, 'They have answered already.'],
  ]
  return { state: row.state, reason: reasons.find(([holds]) => holds)?.[1], tries: row.tries }
}

/**
 * Sends one message, whatever its kind: every change of its state is on disk before and after the server is asked, so
 * that after a crash it is sent again only if it may not have been, and then with the same Message-ID.
 * `write` makes the mail (its `messageId` is the message's own).
 */
export async function deliverMessage(
  deps: { db: Db; mailer: Mailer; clock: Clock },
  messageId: string,
  write: () => Promise<Mail>,
): Promise<Outcome> {
  const { db, mailer, clock } = deps
  const before = await reasonToSkip(db, messageId, clock())
  if (!before || !['queued', 'sending', 'deferred'].includes(before.state)) return undefined
  const { reason } = before
  if (reason) {
    await setState(db, messageId, 'skipped', { kind: 'skipped', code: null, reply: reason }, clock())
    return undefined
  }
  const mail = await write().catch(async (error: unknown) => {
    // Left as it was it would wait for ever: a person must see it. The worker logs what went wrong.
    const reply = 'This mail could not be written. The log says why.'
    await setState(db, messageId, 'failed', { kind: 'failed', code: null, reply }, clock())
    throw error
  })
  const claimed = await transact(db, (trx) =>
    trx
      .updateTable('message')
      .set({ state: 'sending', tries: sql<number>`tries + 1` })
      .where('id', '=', messageId)
      .where('state', 'in', ['queued', 'sending', 'deferred'])
      .executeTakeFirst(),
  )
  if (claimed.numUpdatedRows === 0n) return undefined
  const delivery = await mailer.send(mail)
  return afterDelivery(db, messageId, mail.to, delivery, before.tries + 1, clock())
}

async function afterDelivery(
  db: Db,
  messageId: string,
  address: string,
  delivery: Delivery,
  tries: number,
  now: Date,
): Promise<Outcome> {
  if (delivery.state === 'sent') {
    await setState(db, messageId, 'sent', { kind: 'sent', code: 250, reply: delivery.reply }, now)
    return undefined
  }
  if (delivery.state === 'refused') {
    await setState(
      db,
      messageId,
      'bounced',
      { kind: 'bounced', code: delivery.code, reply: delivery.reply },
      now,
      address,
    )
    return undefined
  }
  const isLast = tries >= maxTries
  await setState(
    db,
    messageId,
    isLast ? 'failed' : 'deferred',
    { kind: isLast ? 'failed' : 'deferred', code: delivery.code, reply: delivery.reply },
    now,
  )
  return isLast ? undefined : { retryAt: later(now, minutes(2 ** tries)), error: delivery.reply }
}

type Happened = { kind: string; code: number | null; reply: string }

async function setState(
  db: Db,
  id: string,
  state: MessageState,
  happened: Happened,
  now: Date,
  bouncedAddress = '',
): Promise<void> {
  await transact(db, async (trx) => {
    await trx
      .updateTable('message')
      .set({ state, last_reply: happened.reply, ...(state === 'sent' ? { sent_at: instant(now) } : {}) })
      .where('id', '=', id)
      .execute()
    await addEvents(trx, [id], happened.kind, happened.code, happened.reply, now)
    // 5.1.x: the address itself is wrong (RFC 3463), but 5.1.7 and 5.1.8 mean the sender's. Other refusals may be about
    // this mail or this hour.
    if (bouncedAddress && /\b5\.1\.(?![78]\b)\d+\b/.test(happened.reply))
      await trx
        .insertInto('suppression')
        .values({ address: bouncedAddress.toLowerCase(), reason: 'bounce', created_at: instant(now) })
        .onConflict((on) => on.column('address').doNothing())
        .execute()
  })
}

/** A person has a look and says "try again", for one message or for all of a campaign that failed or were refused. */
export async function tryAgain(
  db: Db,
  campaignId: string,
  messageId: string | 'all',
  userId: string,
  now: Date,
): Promise<number> {
  const count = await transact(db, async (trx) => {
    const stuck = await trx
      .selectFrom('message')
      .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
      .select('message.id')
      .where('campaign_id', '=', campaignId)
      .where('state', 'in', ['failed', 'bounced'])
      .$if(messageId !== 'all', (query) => query.where('message.id', '=', messageId))
      .execute()
    const ids = stuck.map(({ id }) => id)
    if (ids.length === 0) throw conflict('There is nothing to try again: these mails are on their way or arrived.')
    for (let start = 0; start < ids.length; start += 500) {
      const some = ids.slice(start, start + 500)
      await trx.updateTable('message').set({ state: 'queued', tries: 0 }).where('id', 'in', some).execute()
      await trx
        .deleteFrom('suppression')
        .where('reason', '=', 'bounce')
        .where('address', 'in', (eb) =>
          eb
            .selectFrom('message')
            .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
            .innerJoin('contact', 'contact.id', 'invitation.contact_id')
            .where('message.id', 'in', some)
            .where('contact.email', 'is not', null)
            .select(sql<string>`contact.email`.as('email')),
        )
        .execute()
    }
    await enqueueAll(
      trx,
      'send-message',
      ids.map((id) => ({ payload: { messageId: id }, key: `send-message ${id}` })),
      now,
    )
    await record(trx, { actor: 'user', userId }, 'messages.retried', 'campaign', campaignId, now, {
      messages: ids.length,
    })
    return ids.length
  })
  bell.emit('job')
  return count
}
