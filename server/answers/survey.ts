import { type Db, prepared, transact } from '../db.ts'
import { eraseResponses } from '../erasing.ts'
import { conflict, unusable } from '../errors.ts'
import { record } from '../events.ts'
import { newId, newReference } from '../ids.ts'
import { bell } from '../queue.ts'
import type { ConsentLevel } from '../tables.ts'
import { type Entry, isEmpty } from '../templates/kinds/kind.ts'
import { type Question, unfinished } from '../templates/kinds/kinds.ts'
import { dayAt, instant } from '../time.ts'
import { askForTags, readAnswers, type Spoken, writeAnswers } from './answers.ts'
import { type Draft, deleteDrafts, readDrafts, type Saved, saveDraft } from './drafts.ts'
import type { Sitting } from './sitting.ts'

/** What is said so far, by question: drafts where there are any, else what was submitted. */
export type SaidSoFar = { entries: Map<string, Entry[]>; drafts: Map<string, Draft> }

/** For the person behind the link only: a submitted sitting that is being changed shows the changes. */
export async function readSaidSoFar(db: Db, sitting: Sitting): Promise<SaidSoFar> {
  if (!sitting.response) return { entries: new Map(), drafts: new Map() }
  const drafts = await readDrafts(db, sitting.response.id)
  const entries =
    sitting.response.state === 'submitted' ? await readAnswers(db, sitting.response.id, 'customer') : new Map()
  for (const [question, draft] of drafts) entries.set(question, draft.body.entries)
  return { entries, drafts }
}

/** What one page brought: its entries, the version that it started from, and which way the person goes on. */
export type PageSent = { entries: Entry[]; version: number; writer: string; hasSeenPrompts: boolean; goesOn: boolean }

/** Saves what one page of questions brought, on disk when it returns. Saying nothing at all saves nothing. */
export async function savePage(
  db: Db,
  sitting: Sitting,
  question: Question,
  sent: PageSent,
  now: Date,
): Promise<Saved | 'nothing'> {
  return transact(db, async (trx) => {
    const said = await readSaidSoFar(trx, sitting)
    const before = said.entries.get(question.id) ?? []
    if (!saysSomething(sent.entries) && !saysSomething(before)) return 'nothing'

    const draft = said.drafts.get(question.id)
    const isSame = told(sent.entries) === told(before)
    const hadPrompts =
      sent.hasSeenPrompts || sitting.response?.state === 'submitted' || hasPassedToPrompts(sitting, said.drafts)
    const isAfterPrompt = !question.prompted && (isSame ? (draft?.body.isAfterPrompt ?? false) : hadPrompts)
    // A submitted answer that is opened and sent on as it was is no change.
    if (isSame && !draft && sitting.response?.state === 'submitted') return 'nothing'

    const responseId = await begin(trx, sitting, now)
    const body = {
      entries: sent.entries,
      notes: {},
      isAfterPrompt,
      isPassed: sent.goesOn || (draft?.body.isPassed ?? false),
    }
    return saveDraft(trx, responseId, question.id, body, sent, now)
  })
}

const saysSomething = (entries: Entry[]): boolean => entries.some((entry) => !isEmpty(entry))
/** What entries say, whatever the order in which they were asked. */
const told = (entries: Entry[]): string =>
  entries
    .filter((entry) => !isEmpty(entry))
    .map((entry) => JSON.stringify([entry.item, entry.row, entry.text, entry.value]))
    .sort((a, b) => (a < b ? -1 : 1))
    .join()

/** True once a prompted question was reached: it has words, or the unprompted question before it was left forwards. */
function hasPassedToPrompts(sitting: Sitting, drafts: Map<string, Draft>): boolean {
  const { questions } = sitting.version.template
  return questions.some((question, index) => {
    const draft = drafts.get(question.id)
    return (
      draft !== undefined && (question.prompted || (draft.body.isPassed && questions[index + 1]?.prompted === true))
    )
  })
}

const findResponse = prepared((db, { invitationId }: { invitationId: string }) =>
  db.selectFrom('response').select(['id', 'state', 'submitted_at']).where('invitation_id', '=', invitationId),
)

type NewResponse = {
  id: string
  reference: string
  customer_id: string
  contact_id: string
  invitation_id: string
  campaign_id: string
  template_version_id: string
  language: string
  took_place_on: string
  segment: string | null
  region: string | null
  owner_id: string | null
  created_at: string
}
const insertResponse = prepared((db, row: NewResponse) =>
  db.insertInto('response').values({
    id: row.id,
    reference: row.reference,
    customer_id: row.customer_id,
    contact_id: row.contact_id,
    invitation_id: row.invitation_id,
    campaign_id: row.campaign_id,
    template_version_id: row.template_version_id,
    channel: 'survey',
    author_id: null,
    language: row.language,
    state: 'draft',
    took_place_on: row.took_place_on,
    segment: row.segment,
    region: row.region,
    owner_id: row.owner_id,
    created_at: row.created_at,
    submitted_at: null,
    revised_at: null,
  }),
)
const markBegun = prepared((db, { id, now }: { id: string; now: string }) =>
  db.updateTable('invitation').set({ began_at: now }).where('id', '=', id).where('began_at', 'is', null),
)

/** Begins the sitting: it has an id and a reference from its first word on. */
async function begin(trx: Db, sitting: Sitting, now: Date): Promise<string> {
  const [known] = await findResponse(trx, { invitationId: sitting.invitationId })
  if (known) return known.id
  const id = newId()
  await insertResponse(trx, {
    id,
    reference: newReference(),
    customer_id: sitting.customer.id,
    contact_id: sitting.contact.id,
    invitation_id: sitting.invitationId,
    campaign_id: sitting.campaignId,
    template_version_id: sitting.version.id,
    language: sitting.contact.language,
    took_place_on: dayAt(now, sitting.reader.timeZone),
    segment: sitting.customer.segment,
    region: sitting.customer.region,
    owner_id: sitting.customer.ownerId,
    created_at: instant(now),
  })
  await markBegun(trx, { id: sitting.invitationId, now: instant(now) })
  return id
}

/** What is kept but cannot be sent as it is, such as 90 points of 100: a sentence for each such question. */
export function unfinishedIn(sitting: Sitting, said: SaidSoFar): { question: Question; sentence: string }[] {
  return sitting.version.template.questions.flatMap((question) => {
    const [sentence] = Object.values(unfinished(question, said.drafts.get(question.id)?.body.entries ?? []))
    return sentence ? [{ question, sentence }] : []
  })
}

/** True if there is at least one answer to send. */
export const hasAnswers = (said: SaidSoFar): boolean => [...said.entries.values()].some(saysSomething)

/**
 * Sends the answers: revisions, consent, the customer's segment, region and owner as they are now, and the job that
 * suggests tags, in one transaction. Sending a second time without changes changes nothing.
 * `level` undefined keeps the consent that was given before.
 */
export async function submit(db: Db, sitting: Sitting, level: ConsentLevel | undefined, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const [response] = await findResponse(trx, { invitationId: sitting.invitationId })
    if (!response) throw unusable('There is no answer to send yet. Write at least one.')
    const drafts = await readDrafts(trx, response.id)
    const isFirst = response.state === 'draft'
    if (isFirst && ![...drafts.values()].some((draft) => saysSomething(draft.body.entries)))
      throw unusable('There is no answer to send yet. Write at least one.')
    if (drafts.size === 0) return
    const [open] = unfinishedIn(sitting, { entries: new Map(), drafts })
    if (open) throw unusable(open.sentence)
    if (isFirst && !level) throw unusable('Choose who may see your answers.')

    await writeAnswers(trx, response.id, spokenIn(sitting, drafts), sitting.contact.language, now)
    await deleteDrafts(trx, response.id)
    await trx
      .updateTable('response')
      .set({
        state: 'submitted',
        submitted_at: response.submitted_at ?? instant(now),
        ...(isFirst
          ? {
              took_place_on: dayAt(now, sitting.reader.timeZone),
              segment: sitting.customer.segment,
              region: sitting.customer.region,
              owner_id: sitting.customer.ownerId,
            }
          : { revised_at: instant(now) }),
      })
      .where('id', '=', response.id)
      .execute()
    if (level) await giveConsent(trx, response.id, level, now)
    await record(trx, { actor: 'customer' }, isFirst ? 'submit' : 'revise', 'response', response.id, now)
  })
  bell.emit('job')
}

function spokenIn(sitting: Sitting, drafts: Map<string, Draft>): Spoken[] {
  return sitting.version.template.questions.flatMap(({ id }) =>
    (drafts.get(id)?.body.entries ?? []).map((entry) => ({
      question: id,
      item: entry.item,
      row: entry.row,
      voice: 'customer' as const,
      text: entry.text,
      value: entry.value,
      provenance: 'typed' as const,
      isAfterPrompt: drafts.get(id)?.body.isAfterPrompt ?? false,
    })),
  )
}

async function giveConsent(trx: Db, responseId: string, level: ConsentLevel, now: Date): Promise<void> {
  await trx
    .insertInto('consent')
    .values({ id: newId(), response_id: responseId, level, given_by: 'customer', given_at: instant(now) })
    .execute()
  await trx.updateTable('response').set({ consent_level: level }).where('id', '=', responseId).execute()
}

/** Changes who may read the answers with the name; it holds for everything that was ever said in this sitting. */
export async function changeConsent(db: Db, sitting: Sitting, level: ConsentLevel, now: Date): Promise<void> {
  if (sitting.response?.state === 'submitted' && sitting.response.consentLevel === level) return
  await transact(db, async (trx) => {
    // Looked up here and not before: another tab may have deleted the answers meanwhile.
    const [response] = await findResponse(trx, { invitationId: sitting.invitationId })
    if (response?.state !== 'submitted') throw conflict('You choose who may see your answers when you send them.')
    await giveConsent(trx, response.id, level, now)
    await askForTags(trx, response.id, now)
    await record(trx, { actor: 'customer' }, 'consent', 'response', response.id, now, { level })
  })
  bell.emit('job')
}

/**
 * Deletes everything that was said in this sitting: revisions, drafts, codings, tags, figures, follow-ups, kept mails
 * with a copy. What remains is that the invitation was answered and erased, so that a restored backup erases it again.
 * Erasing twice is erasing once, and words that another tab saves at the same moment go too.
 */
export async function erase(db: Db, sitting: Sitting, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const [response] = await findResponse(trx, { invitationId: sitting.invitationId })
    if (!response) return
    await eraseResponses(trx, [response.id], now)
    await record(trx, { actor: 'customer' }, 'erase', 'response', response.id, now)
  })
}
