import { type Db, transact } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import type { Channel, ConsentLevel, Provenance, Voice } from '#server/tables.ts'
import { suggestTags } from '#server/tags/suggest-tags.ts'
import type { AnswerToRead, Reading, Suggester, Suggestion } from '#server/tags/suggestion.ts'
import { acme, rosa } from './world.ts'

type Said = {
  text: string
  question?: string
  item?: string
  voice?: Voice
  provenance?: Provenance
  value?: Record<string, boolean>
  afterPrompt?: boolean
}
type Sitting = {
  id?: string
  contact?: { id: string }
  campaignId?: string
  invitationId?: string
  reference?: string
  customer?: { id: string; owner: { id: string } | null }
  level?: ConsentLevel
  channel?: Channel
  state?: 'draft' | 'submitted' | 'withdrawn'
  authorId?: string
  on?: string
}

/**
 * Puts one sitting into the record as if it had been submitted at `now`, with an answer for each of `said`
 * (CORE-1 in the customer's own hand, unless told otherwise). Returns the ids of the response and of its answers.
 */
export async function makeResponse(db: Db, now: Date, said: Said[], sitting: Sitting = {}) {
  const version = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const customer = sitting.customer ?? acme
  const responseId = sitting.id ?? newId()
  const at = now.toISOString()
  const state = sitting.state ?? 'submitted'
  await db
    .insertInto('response')
    .values({
      id: responseId,
      reference: sitting.reference ?? `WB-${responseId.slice(-6)}`,
      customer_id: customer.id,
      contact_id: sitting.contact?.id ?? null,
      invitation_id: sitting.invitationId ?? null,
      campaign_id: sitting.campaignId ?? null,
      template_version_id: version.id,
      channel: sitting.channel ?? 'survey',
      author_id: sitting.authorId ?? null,
      language: 'en',
      state,
      consent_level: sitting.level ?? 'team',
      took_place_on: sitting.on ?? at.slice(0, 10),
      segment: 'Machinery',
      region: 'North',
      owner_id: customer.owner?.id ?? rosa.id,
      created_at: at,
      submitted_at: state === 'draft' ? null : at,
      revised_at: null,
    })
    .execute()
  const answerIds: string[] = []
  for (const [row, { text, question = 'CORE-1', item = '', voice = 'customer', ...more }] of said.entries()) {
    const id = newId()
    answerIds.push(id)
    await db.insertInto('answer').values({ id, response_id: responseId, question, item, row, voice }).execute()
    await addRevision(db, id, 1, text, now, more)
  }
  return { responseId, answerIds, answerId: answerIds[0] ?? '' }
}

/** The customer changes an answer: the newest revision is superseded by `text`. */
export async function revise(db: Db, answerId: string, text: string, now: Date): Promise<void> {
  const last = await db
    .selectFrom('answer_revision')
    .select(['id', 'number'])
    .where('answer_id', '=', answerId)
    .where('superseded_at', 'is', null)
    .executeTakeFirstOrThrow()
  await db.updateTable('answer_revision').set({ superseded_at: now.toISOString() }).where('id', '=', last.id).execute()
  await addRevision(db, answerId, last.number + 1, text, now, {})
}

const addRevision = (db: Db, answerId: string, number: number, text: string, now: Date, said: Omit<Said, 'text'>) =>
  db
    .insertInto('answer_revision')
    .values({
      id: newId(),
      answer_id: answerId,
      number,
      text,
      value: JSON.stringify(said.value ?? {}),
      language: 'en',
      provenance: said.provenance ?? 'typed',
      after_prompt: said.afterPrompt ? 1 : 0,
      submitted_at: now.toISOString(),
      superseded_at: null,
    })
    .execute()

/**
 * A suggester for tests that says what it is told: tags such as `K3+`, each with the words that justify it, by answer.
 * It knows nothing else, so that tests of the review do not hang on the word list.
 */
export function toldSuggester(
  tags: Record<string, [code: string, words: string, probability?: number][]>,
  version = 'told-1',
): Suggester {
  const suggestion = (text: string, [code, words, probability = 0.8]: [string, string, number?]): Suggestion => ({
    driver: ({ R: 'revenue', C: 'cost', K: 'risk', E: 'emotion' } as const)[code[0] as 'R' | 'C' | 'K' | 'E'],
    direction: code.endsWith('-') ? '-' : '+',
    sub: code.slice(0, 2),
    start: Array.from(text.slice(0, text.indexOf(words))).length,
    end: Array.from(text.slice(0, text.indexOf(words) + words.length)).length,
    flags: [],
    about: 'us',
    probability,
    reason: `“${words}” stands in the word list.`,
  })
  return {
    version,
    suggest: ({ text }: AnswerToRead): Reading => ({
      suggestions: (tags[text] ?? []).map((tag) => suggestion(text, tag)),
      none: null,
    }),
  }
}

/** Lets a suggester read a response, as the job `suggest-tags` does. */
export const suggest = (db: Db, responseId: string, suggester: Suggester, now: Date) =>
  transact(db, (trx) => suggestTags(trx, responseId, suggester, now))
