import { sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import type { Delivery, Mail, Mailer } from '../mailer.ts'
import type { MessageState } from '../tables.ts'
import { type Clock, dayAt, instant, later, minutes } from '../time.ts'
import type { Outcome } from '../worker.ts'
import { addEvents } from './messages.ts'
import { morningOf, queueReminder } from './reminders.ts'
import { standingOf } from './standing.ts'

/** How often a message is tried before it is left to a person. */
const maxTries = 6

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
  const before = await transact(db, (trx) => lookAt(trx, messageId, clock()))
  if (before.outcome !== 'send') return before.outcome
  const mail = await write().catch(async (error: unknown) => {
    // Left as it was it would wait for ever: a person must see it. The worker logs what went wrong.
    const reply = 'This mail could not be written. The log says why.'
    await transact(db, (trx) => setState(trx, messageId, 'failed', { kind: 'failed', code: null, reply }, clock()))
    throw error
  })
  // Looked at once more in the transaction that takes it: somebody may have answered while it was being written.
  const claimed = await transact(db, async (trx) => {
    const now = await lookAt(trx, messageId, clock())
    if (now.outcome === 'send')
      await trx
        .updateTable('message')
        .set({ state: 'sending', tries: sql<number>`tries + 1` })
        .where('id', '=', messageId)
        .execute()
    return now
  })
  if (claimed.outcome !== 'send') return claimed.outcome
  const delivery = await mailer.send(mail)
  return transact(db, (trx) => afterDelivery(trx, messageId, mail.to, delivery, claimed.tries + 1, clock()))
}

/** Whether a message is to be sent now; what is not to be sent at all is marked so. */
async function lookAt(trx: Db, messageId: string, now: Date): Promise<{ outcome: Outcome | 'send'; tries: number }> {
  const standing = await standingOf(trx, messageId, now)
  if (!standing || !['queued', 'sending', 'deferred'].includes(standing.state)) return { outcome: undefined, tries: 0 }
  const { reason, tries, notBefore } = standing
  if (reason) {
    await setState(trx, messageId, 'skipped', { kind: 'skipped', code: null, reply: reason }, now)
    return { outcome: undefined, tries }
  }
  const isEarly = notBefore > dayAt(now)
  return {
    outcome: isEarly ? { retryAt: morningOf(notBefore), error: 'They asked to be asked later.' } : 'send',
    tries,
  }
}

async function afterDelivery(
  trx: Db,
  messageId: string,
  address: string,
  delivery: Delivery,
  tries: number,
  now: Date,
): Promise<Outcome> {
  const { reply } = delivery
  if (delivery.state === 'sent') {
    await setState(trx, messageId, 'sent', { kind: 'sent', code: 250, reply }, now)
    await queueReminder(trx, messageId, now)
    return undefined
  }
  if (delivery.state === 'refused') {
    await setState(trx, messageId, 'bounced', { kind: 'bounced', code: delivery.code, reply }, now)
    await suppressBounced(trx, address, reply, now)
    return undefined
  }
  const state = tries >= maxTries ? 'failed' : 'deferred'
  await setState(trx, messageId, state, { kind: state, code: delivery.code, reply }, now)
  return state === 'failed' ? undefined : { retryAt: later(now, minutes(2 ** tries)), error: reply }
}

type Happened = { kind: string; code: number | null; reply: string }

async function setState(trx: Db, id: string, state: MessageState, happened: Happened, now: Date): Promise<void> {
  await trx
    .updateTable('message')
    .set({ state, last_reply: happened.reply, ...(state === 'sent' ? { sent_at: instant(now) } : {}) })
    .where('id', '=', id)
    .execute()
  await addEvents(trx, [id], happened.kind, happened.code, happened.reply, now)
}

/**
 * 5.1.x: the address itself is wrong (RFC 3463), but 5.1.7 and 5.1.8 mean the sender's. Other refusals may be about this
 * mail or this hour.
 */
async function suppressBounced(trx: Db, address: string, reply: string, now: Date): Promise<void> {
  if (!/\b5\.1\.(?![78]\b)\d+\b/.test(reply)) return
  await trx
    .insertInto('suppression')
    .values({ address: address.toLowerCase(), reason: 'bounce', created_at: instant(now) })
    .onConflict((on) => on.column('address').doNothing())
    .execute()
}
