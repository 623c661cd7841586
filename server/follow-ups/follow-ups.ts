import type { Db } from '../db.ts'
import { newId } from '../ids.ts'
import { instant } from '../time.ts'

/** What we owe a customer: a call they asked for, something they say that we owe, or what a rep promised. */
export type NewFollowUp = {
  customerId: string
  contactId: string | null
  responseId: string | null
  kind: 'call' | 'owed' | 'promise'
  text: string
  ownerId: string | null
  dueOn: string
  createdBy: string | null
}

/** Adds a follow-up inside the caller's transaction and returns its id. */
export async function addFollowUp(trx: Db, followUp: NewFollowUp, now: Date): Promise<string> {
  const id = newId()
  await trx
    .insertInto('follow_up')
    .values({
      id,
      customer_id: followUp.customerId,
      contact_id: followUp.contactId,
      response_id: followUp.responseId,
      kind: followUp.kind,
      text: followUp.text,
      owner_id: followUp.ownerId,
      due_on: followUp.dueOn,
      created_by: followUp.createdBy,
      created_at: instant(now),
      done_by: null,
      done_at: null,
    })
    .execute()
  return id
}
