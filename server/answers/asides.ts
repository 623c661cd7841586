import { askAgainOn } from '../campaigns/campaigns.ts'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { addFollowUp } from '../follow-ups/follow-ups.ts'
import { addDays, addWorkingDays, dayAt, instant, printDay } from '../time.ts'
import type { Sitting } from './sitting.ts'

/** The person would rather talk: the customer's owner gets it as due on the next working day. Asked twice, it stands once. */
export async function askForCall(
  db: Db,
  sitting: Sitting,
  asked: { phone: string; when: string },
  now: Date,
): Promise<void> {
  const text = `Call ${asked.phone}. When it suits: ${asked.when}`
  await transact(db, async (trx) => {
    const open = await trx
      .selectFrom('follow_up')
      .select('id')
      .where('contact_id', '=', sitting.contact.id)
      .where('kind', '=', 'call')
      .where('text', '=', text)
      .where('done_at', 'is', null)
      .executeTakeFirst()
    if (open) return
    await addFollowUp(
      trx,
      { ...(await whose(trx, sitting)), kind: 'call', text, dueOn: addWorkingDays(today(sitting, now), 1) },
      now,
    )
    await trx
      .updateTable('invitation')
      .set({ call_asked_at: instant(now) })
      .where('id', '=', sitting.invitationId)
      .execute()
    await record(trx, { actor: 'customer' }, 'ask-for-call', 'invitation', sitting.invitationId, now)
  })
}

/** Nobody asks this person again before that day, and on it the next mail goes out. Returns the day as it is written to the reader. */
export async function askLater(db: Db, sitting: Sitting, days: number, now: Date): Promise<string> {
  const day = addDays(today(sitting, now), days)
  await transact(db, async (trx) => {
    await trx.updateTable('invitation').set({ ask_after_on: day }).where('id', '=', sitting.invitationId).execute()
    await askAgainOn(trx, sitting.invitationId, day, now)
    await record(trx, { actor: 'customer' }, 'ask-later', 'invitation', sitting.invitationId, now)
  })
  return printDay(day, now, sitting.reader)
}

/** Something that we owe the customer; a person answers within two working days. Returns that day as it is written. */
export async function tellWhatWeOwe(db: Db, sitting: Sitting, text: string, now: Date): Promise<string> {
  const dueOn = addWorkingDays(today(sitting, now), 2)
  await transact(db, async (trx) => {
    const theirs = await whose(trx, sitting)
    if (!theirs.responseId)
      throw conflict('Your answers were deleted meanwhile, so this was not sent. Answer our mail: a person reads it.')
    const known = await trx
      .selectFrom('follow_up')
      .select('id')
      .where('response_id', '=', theirs.responseId)
      .where('text', '=', text)
      .executeTakeFirst()
    if (!known) await addFollowUp(trx, { ...theirs, kind: 'owed', text, dueOn }, now)
  })
  return printDay(dueOn, now, sitting.reader)
}

const today = (sitting: Sitting, now: Date): string => dayAt(now, sitting.reader.timeZone)

/** Whom a follow-up belongs to. The sitting is looked up anew: another tab may have deleted it meanwhile. */
async function whose(trx: Db, sitting: Sitting) {
  const response = await trx
    .selectFrom('response')
    .select('id')
    .where('invitation_id', '=', sitting.invitationId)
    .executeTakeFirst()
  return {
    customerId: sitting.customer.id,
    contactId: sitting.contact.id,
    responseId: response?.id ?? null,
    ownerId: sitting.customer.ownerId,
    createdBy: null,
  }
}
