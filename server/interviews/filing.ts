import type { User } from '../access.ts'
import { askForTags, writeAnswers } from '../answers/answers.ts'
import { deleteDrafts } from '../answers/drafts.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { addFollowUp, findDuties, getColleagueFor } from '../follow-ups/follow-ups.ts'
import { newId } from '../ids.ts'
import { bell } from '../queue.ts'
import type { ConsentLevel } from '../tables.ts'
import { dayAt, instant } from '../time.ts'
import type { agreements, OwedForm } from './forms.ts'
import { getOwnTalk, getTalkToWithdraw, type Talk } from './interviews.ts'
import { isTelling, type Notes, readNotes, spokenIn, unfinishedIn } from './notes.ts'

type Agreement = (typeof agreements)[number]

/** What still stands in the way of filing, by field; empty if nothing does. One thing that they said or that we saw is enough. */
export function filingProblems(talk: Talk, notes: Notes, user: User, now: Date): Record<string, string> {
  return {
    ...([...notes.byQuestion.values()].some(isTelling)
      ? {}
      : { notes: 'Note at least one thing that they said or that you saw; one is enough. A view alone is not.' }),
    ...(talk.tookPlaceOn > dayAt(now, user.timeZone)
      ? { day: 'The day of this talk still lies ahead. Change the day, or file the notes afterwards.' }
      : {}),
    ...Object.fromEntries(
      unfinishedIn(talk, notes).map(({ question, sentence }) => [question.id, `${question.short}: ${sentence}`]),
    ),
  }
}

/**
 * Files the notes: answers with their voices and provenance, what the customer agreed to, the customer's segment, region
 * and owner as they are now, what we owe from it, and the job that suggests tags, in one transaction. For notes that
 * are filed already it files the corrections. Doing it again without changes changes nothing.
 * Call `filingProblems` first. 404 or 403 if it is not this person's to file.
 */
export async function fileNotes(
  db: Db,
  user: User,
  talkId: string,
  agreed: Agreement,
  owed: OwedForm,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const talk = await getOwnTalk(trx, user, talkId)
    const notes = await readNotes(trx, talk)
    const isFirst = talk.state === 'draft'
    const level: ConsentLevel = agreed === 'not-asked' ? 'totals' : agreed
    const hasNewLevel = isFirst || level !== talk.consentLevel
    await oweFrom(trx, user, talk, owed, now)
    if (!isFirst && !hasNewLevel && notes.drafts.size === 0) return

    await writeAnswers(trx, talk.id, spokenIn(talk, notes), talk.language, now)
    await deleteDrafts(trx, talk.id)
    await trx
      .updateTable('response')
      .set({
        state: 'submitted',
        consent_level: level,
        ...(isFirst ? { submitted_at: instant(now), ...(await snapshotOf(trx, talk)) } : { revised_at: instant(now) }),
      })
      .where('id', '=', talk.id)
      .execute()
    if (hasNewLevel)
      await trx
        .insertInto('consent')
        .values({ id: newId(), response_id: talk.id, level, given_by: 'author', given_at: instant(now) })
        .execute()
    const detail = hasNewLevel ? { level, asked: agreed === 'not-asked' ? 'no' : 'yes' } : {}
    const act = isFirst ? 'submit' : 'revise'
    await record(trx, { actor: 'user', userId: user.id }, act, 'response', talk.id, now, detail)
  })
  bell.emit('job')
}

const snapshotOf = (trx: Db, talk: Talk) =>
  trx
    .selectFrom('customer')
    .select(['segment', 'region', 'owner_id'])
    .where('id', '=', talk.customer.id)
    .executeTakeFirstOrThrow()

/** Adds what was promised or asked for in a talk. The same again adds nothing. Also while the notes are a draft: it is owed all the same. */
export async function oweFromTalk(db: Db, user: User, talkId: string, owed: OwedForm, now: Date): Promise<void> {
  await transact(db, async (trx) => oweFrom(trx, user, await getOwnTalk(trx, user, talkId), owed, now))
}

async function oweFrom(trx: Db, user: User, talk: Talk, owed: OwedForm, now: Date): Promise<void> {
  if (owed.owe === '') return
  const known = await findDuties(trx, talk.id)
  if (known.some(({ text }) => text === owed.owe)) return
  const owner = await getColleagueFor(trx, talk.customer.id, owed.oweOwner || user.id)
  await addFollowUp(
    trx,
    {
      customerId: talk.customer.id,
      contactId: talk.contact?.id ?? null,
      responseId: talk.id,
      kind: 'promise',
      text: owed.owe,
      ownerId: owner.id,
      dueOn: owed.oweDue,
      createdBy: user.id,
    },
    now,
  )
}

/**
 * Takes notes back. Filed ones are withdrawn: nobody reads them and no figure counts them, but what was tagged in them is
 * kept on record. A draft is thrown away for good. What is owed from the talk stays owed. Doing it twice changes nothing.
 */
export async function withdrawNotes(db: Db, user: User, talkId: string, now: Date): Promise<Talk> {
  const talk = await transact(db, async (trx) => {
    const talk = await getTalkToWithdraw(trx, user, talkId)
    const who = { actor: 'user' as const, userId: user.id }
    if (talk.state === 'draft') {
      await trx.deleteFrom('response').where('id', '=', talk.id).execute()
      await record(trx, who, 'discard', 'response', talk.id, now)
    } else {
      await deleteDrafts(trx, talk.id)
      await trx.updateTable('response').set({ state: 'withdrawn' }).where('id', '=', talk.id).execute()
      await askForTags(trx, talk.id, now)
      await record(trx, who, 'withdraw', 'response', talk.id, now)
    }
    return talk
  })
  bell.emit('job')
  return talk
}
