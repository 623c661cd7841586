import { z } from 'zod'
import type { Db } from '../db.ts'
import { newId } from '../ids.ts'
import type { Template } from '../templates/files.ts'
import type { Value } from '../templates/kinds/kind.ts'
import { namedItems } from '../templates/kinds/kinds.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { instant } from '../time.ts'
import { usableSub } from './codebook.ts'
import { getCodebook, registerCodebook } from './codebook-versions.ts'
import { compareCodings } from './compare.ts'
import { flagColumns } from './flags.ts'
import type { AnswerToRead, Reading, Suggester } from './suggestion.ts'
import { refreshSummary } from './summary.ts'

/**
 * Lets the suggester read what it has not read yet of one response: each latest revision in the customer's words, or of
 * what staff observed. Safe to do twice. Then the summary of the response is brought up to date, whatever its state.
 */
export async function suggestTags(trx: Db, responseId: string, suggester: Suggester, now: Date): Promise<void> {
  await readUnread(trx, responseId, suggester, now, false)
  await refreshSummary(trx, responseId)
}

/**
 * The same for another version of the suggester, where nobody has settled an answer yet. What it reads as the version
 * before did stays as it is, with the name of that version.
 */
export async function suggestAnew(trx: Db, responseId: string, suggester: Suggester, now: Date): Promise<void> {
  if (await readUnread(trx, responseId, suggester, now, true)) await refreshSummary(trx, responseId)
}

/** Returns whether anything was written. */
async function readUnread(
  trx: Db,
  responseId: string,
  suggester: Suggester,
  now: Date,
  isAgain: boolean,
): Promise<boolean> {
  const revisions = await unreadRevisions(trx, responseId, suggester.version)
  let isWritten = false
  if (revisions.length > 0) await registerCodebook(trx, now)
  const book = await getCodebook(trx)
  for (const revision of revisions) {
    const { template } = await getTemplateVersion(trx, revision.template_version_id)
    // What is not about why they buy is not read: "our own work", or a line that only names somebody.
    if (!template.questions.some(({ id, coded }) => id === revision.question && coded)) continue
    const reading = suggester.suggest(answerToRead(template, revision))
    if (isAgain && (await needsNoOther(trx, revision.id, reading))) continue
    isWritten = true
    const id = newId()
    await trx
      .insertInto('coding')
      .values({
        id,
        answer_id: revision.answer_id,
        revision_id: revision.id,
        user_id: null,
        suggester_version: suggester.version,
        codebook_version: book.version,
        none_kind: reading.suggestions.length > 0 ? null : reading.none,
        none_reason: reading.noneReason ?? '',
        created_at: instant(now),
      })
      .execute()
    const tags = reading.suggestions.map(({ start, end, flags, ...suggestion }) => ({
      id: newId(),
      coding_id: id,
      ...suggestion,
      // The suggester knows the codebook that came with it.
      sub: usableSub(book, suggestion.sub),
      start_at: start,
      end_at: end,
      ...flagColumns(flags),
    }))
    if (tags.length > 0)
      await trx
        .insertInto('tag')
        .values(tags)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
  }
  return isWritten
}

/** Whether a person has settled these words, or the newest reading of the suggester said the same. */
async function needsNoOther(trx: Db, revisionId: string, reading: Reading): Promise<boolean> {
  const rows = await trx
    .selectFrom('coding')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['coding.id', 'user_id', 'is_settled', 'none_kind', 'driver', 'direction', 'sub', 'about', 'is_wish'])
    .where('revision_id', '=', revisionId)
    .orderBy('coding.id')
    .execute()
  if (rows.some((row) => row.user_id !== null && row.is_settled === 1)) return true
  const last = rows.findLast((row) => row.user_id === null)
  if (!last) return false
  const before = rows.filter((row) => row.id === last.id)
  const outcomes = compareCodings(
    {
      none: last.none_kind,
      tags: before.flatMap(({ driver, direction, sub, about, is_wish }) =>
        driver && direction && sub && about ? [{ driver, direction, sub, about, isWish: is_wish === 1 }] : [],
      ),
    },
    {
      none: reading.suggestions.length > 0 ? null : reading.none,
      tags: reading.suggestions.map(({ flags, ...tag }) => ({ ...tag, isWish: flags.includes('wish') })),
    },
  )
  return outcomes.corrected + outcomes.rejected + outcomes.missed === 0
}

const unreadRevisions = (trx: Db, responseId: string, version: string) =>
  trx
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .select(['answer_revision.id', 'answer_revision.answer_id', 'answer_revision.text', 'answer_revision.value'])
    .select(['answer_revision.language', 'answer.question', 'answer.item', 'response.template_version_id'])
    .where('response.id', '=', responseId)
    .where('response.state', '=', 'submitted')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where('answer_revision.superseded_at', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('coding')
            .select('coding.id')
            .whereRef('coding.revision_id', '=', 'answer_revision.id')
            .where('coding.suggester_version', '=', version),
        ),
      ),
    )
    .orderBy('answer_revision.id')
    .execute()
    .then((rows) =>
      rows.filter(({ text, value }) => text !== '' || ticksOf(value).saysNotAtAll || ticksOf(value).saysWorse),
    )

const ticks = z.looseObject({ not_at_all: z.boolean().optional(), worse: z.boolean().optional() })

/** What was ticked beside the words of a prompted box; `value` is the JSON of the revision. */
export function ticksOf(value: string): { saysNotAtAll: boolean; saysWorse: boolean } {
  const parsed = ticks.safeParse(JSON.parse(value))
  return { saysNotAtAll: parsed.data?.not_at_all === true, saysWorse: parsed.data?.worse === true }
}

/** What was ticked or chosen, as it is kept. */
export const choiceIn = (value: string): Value => values.parse(JSON.parse(value))
const values = z.record(z.string(), z.union([z.boolean(), z.number(), z.string()]))

type Unread = { text: string; value: string; language: string; question: string; item: string }

function answerToRead(template: Template, revision: Unread): AnswerToRead {
  const { text, question, item, language } = revision
  const asked = template.questions.find(({ id }) => id === question)
  const home = asked && namedItems(asked).find((one) => one.item === item)?.home
  return { text, question, item, language, ...(home ? { home } : {}), ...ticksOf(revision.value) }
}
