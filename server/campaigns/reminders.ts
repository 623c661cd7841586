import type { Db } from '../db.ts'
import { addWorkingDays, dayAt, instant } from '../time.ts'
import { queueMessages } from './messages.ts'
import { type TextKind, textKinds } from './texts.ts'

/** Working days from one mail to the next: a first reminder after five, a last one after ten, then silence. */
const reminderDays = 5

const nextKind = { invite: 'reminder-1', 'reminder-1': 'reminder-2' } as const
const isFollowed = (kind: string): kind is keyof typeof nextKind => kind in nextKind

/** When the people of a house begin to read mails, roughly: early enough for the day, late enough not to ring at night. */
export const morningOf = (day: string): string => `${day}T08:00:00.000Z`

/**
 * After a mail that asks went out: queues the reminder that follows it, in the transaction that notes the sending, so
 * that neither can be on record without the other. Whether it is still wanted is looked at when its day has come.
 */
export async function queueReminder(trx: Db, messageId: string, now: Date): Promise<void> {
  const sent = await trx
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .leftJoin('company', (join) => join.on('company.id', '=', 1))
    .select(['message.kind', 'message.invitation_id', 'campaign.has_reminders', 'company.time_zone'])
    .where('message.id', '=', messageId)
    .executeTakeFirst()
  if (!sent || sent.has_reminders === 0 || !isFollowed(sent.kind)) return
  const kind = nextKind[sent.kind]
  if (await hasMessage(trx, sent.invitation_id, kind)) return
  const day = addWorkingDays(dayAt(now, sent.time_zone ?? 'UTC'), reminderDays)
  // At the hour of the mail before it: it was sent when somebody works.
  await queueMessages(trx, [sent.invitation_id], kind, now, `${day}${instant(now).slice(10)}`)
}

const hasMessage = async (trx: Db, invitationId: string, kind: 'reminder-1' | 'reminder-2') =>
  (await trx
    .selectFrom('message')
    .select('id')
    .where('invitation_id', '=', invitationId)
    .where('kind', '=', kind)
    .executeTakeFirst()) !== undefined

/**
 * Somebody asked to be asked later: the next mail that has not gone out yet goes on that day, also in a round without
 * reminders. Whoever has had every mail gets no further one. Inside the caller's transaction.
 */
export async function askAgainOn(trx: Db, invitationId: string, day: string, now: Date): Promise<void> {
  const mails = await trx
    .selectFrom('message')
    .select(['id', 'kind', 'state'])
    .where('invitation_id', '=', invitationId)
    .where('kind', 'in', ['reminder-1', 'reminder-2'])
    .execute()
  for (const kind of ['reminder-1', 'reminder-2'] as const) {
    const known = mails.find((mail) => mail.kind === kind)
    if (known && !['queued', 'deferred'].includes(known.state)) continue
    if (!known) await queueMessages(trx, [invitationId], kind, now, morningOf(day))
    else
      await trx
        .updateTable('job')
        .set({ run_at: morningOf(day) })
        .where('dedupe_key', '=', `send-message ${known.id}`)
        .execute()
    return
  }
}

/**
 * Which text a message carries: that of its kind, or, for the first mail after the day on which somebody wanted to be
 * asked again, the one that says so. `undefined` for mails that no campaign words.
 */
export async function textKindOf(
  db: Db,
  message: { invitation_id: string; kind: string },
): Promise<TextKind | undefined> {
  const kind = textKinds.find((one) => one === message.kind)
  if (kind !== 'reminder-1' && kind !== 'reminder-2') return kind
  const { ask_after_on: day } = await db
    .selectFrom('invitation')
    .select('ask_after_on')
    .where('id', '=', message.invitation_id)
    .executeTakeFirstOrThrow()
  if (!day) return kind
  const since = await db
    .selectFrom('message')
    .select('id')
    .where('invitation_id', '=', message.invitation_id)
    .where('sent_at', '>=', day)
    .executeTakeFirst()
  return since ? kind : 'later'
}
