import { sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { bell, enqueueAll } from '../queue.ts'

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
