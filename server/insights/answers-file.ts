import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { directionSigns, driverLetters } from '../drivers.ts'
import { recordReadings } from '../readings.ts'
import { isUnderBlindReading } from '../tags/tags.ts'
import { getTemplateVersion } from '../templates/templates.ts'

const slice = 500

export const answersHead = [
  'response_id',
  'reference',
  'campaign',
  'round',
  'template',
  'template_version',
  'customer_id',
  'customer',
  'contact',
  'role',
  'segment',
  'region',
  'channel',
  'provenance',
  'question_id',
  'item',
  'row',
  'question',
  'answer',
  'value',
  'language',
  'after_prompt',
  'tags_settled',
  'tags_suggested',
  'codebook_version',
  'consent',
  'took_place_on',
  'submitted_at',
]
export const evidenceHead = ['answer_id', 'document', 'tag', 'content', 'settled']

/**
 * Every answer as submitted last that this person may read with the name, oldest first, some hundred at a time so that
 * others' requests go in between: rows of the long file, or one row for each tag and the words that justify it. Who reads
 * confidential words so is recorded before they leave.
 */
export async function* answerSlices(
  db: Db,
  user: User,
  kind: 'answers' | 'evidence',
  clock: () => Date,
): AsyncGenerator<string[][]> {
  for (let last = ''; ; ) {
    const rows = await answersAfter(db, user, last)
    if (rows.length === 0) return
    await recordReadings(db, user.id, rows, clock())
    const tags = await tagsOf(
      db,
      rows.map((row) => row.revisionId),
    )
    const lines = []
    for (const row of rows) {
      const own = tags.get(row.revisionId) ?? []
      lines.push(...(kind === 'answers' ? [await answerLine(db, row, own)] : evidenceLines(row, own)))
    }
    yield lines
    last = rows.at(-1)?.answerId ?? last
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const answersAfter = (db: Db, user: User, last: string) =>
  db
    .selectFrom('answer')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .leftJoin('campaign', 'campaign.id', 'response.campaign_id')
    .select(['answer.id as answerId', 'answer.question', 'answer.item', 'answer.row'])
    .select(['answer_revision.id as revisionId', 'answer_revision.text', 'answer_revision.value'])
    .select(['answer_revision.language', 'answer_revision.provenance', 'answer_revision.after_prompt as afterPrompt'])
    .select(['answer_revision.submitted_at as submittedAt', 'response.id as responseId', 'response.reference'])
    .select(['response.segment', 'response.region', 'response.channel', 'response.consent_level as consentLevel'])
    .select(['response.took_place_on as tookPlaceOn', 'response.template_version_id as versionId'])
    .select(['customer.external_id as customerId', 'customer.name as customer'])
    .select(['contact.first_name as firstName', 'contact.last_name as lastName', 'contact.buying_role as role'])
    .select(['campaign.name as campaign', 'campaign.round'])
    .where('answer.id', '>', last)
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where('response.state', '=', 'submitted')
    .where(mayReadNamed(user))
    .orderBy('answer.id')
    .limit(slice)
    .execute()
type Row = Awaited<ReturnType<typeof answersAfter>>[number]

type Tag = { code: string; start: number; end: number; isSettled: boolean; codebook: string }

/** The tags of each revision: the settled coding's, else those of the newest suggestion, unless two people still read it apart. */
async function tagsOf(db: Db, revisions: string[]): Promise<Map<string, Tag[]>> {
  const rows = await db
    .selectFrom('coding')
    // A reading without tags is one too: nothing older or merely suggested takes its place.
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['coding.id', 'coding.revision_id', 'coding.is_settled', 'coding.codebook_version'])
    .select(['tag.driver', 'tag.direction', 'tag.sub', 'tag.start_at', 'tag.end_at', 'tag.about'])
    .where('coding.revision_id', 'in', revisions)
    .where((eb) =>
      eb.or([
        eb('coding.is_settled', '=', 1),
        eb.and([eb('coding.suggester_version', 'is not', null), eb.not(isUnderBlindReading('coding.revision_id'))]),
      ]),
    )
    .orderBy('coding.is_settled', 'desc')
    .orderBy('coding.id', 'desc')
    .orderBy('tag.start_at')
    .execute()
  const found = new Map<string, { id: string; tags: Tag[] }>()
  for (const row of rows) {
    const coding = found.get(row.revision_id) ?? { id: row.id, tags: [] }
    found.set(row.revision_id, coding)
    if (coding.id !== row.id || row.driver === null || row.start_at === null || row.end_at === null) continue
    const about = row.about === 'us' ? '' : ` about ${row.about}`
    coding.tags.push({
      code: `${row.sub || driverLetters[row.driver]}${row.direction === '+' ? '+' : directionSigns['-']}${about}`,
      start: row.start_at,
      end: row.end_at,
      isSettled: row.is_settled === 1,
      codebook: row.codebook_version,
    })
  }
  return new Map([...found].map(([revision, { tags }]) => [revision, tags]))
}

async function answerLine(db: Db, row: Row, tags: Tag[]): Promise<string[]> {
  const version = await getTemplateVersion(db, row.versionId)
  const question = version.template.questions.find(({ id }) => id === row.question)
  const codes = (isSettled: boolean) =>
    tags
      .filter((tag) => tag.isSettled === isSettled)
      .map(({ code }) => code)
      .join(' ')
  return [
    row.responseId,
    row.reference,
    row.campaign ?? '',
    row.round === null ? '' : String(row.round),
    version.key,
    String(version.number),
    row.customerId ?? '',
    row.customer,
    [row.firstName, row.lastName].filter(Boolean).join(' '),
    row.role ?? '',
    row.segment ?? '',
    row.region ?? '',
    row.channel,
    row.provenance,
    row.question,
    row.item,
    String(row.row),
    question?.text ?? '',
    row.text,
    row.value === '{}' ? '' : row.value,
    row.language,
    row.afterPrompt === 1 ? 'yes' : 'no',
    codes(true),
    codes(false),
    tags[0]?.codebook ?? '',
    row.consentLevel,
    row.tookPlaceOn,
    row.submittedAt,
  ]
}

const evidenceLines = (row: Row, tags: Tag[]): string[][] =>
  tags.map((tag) => [
    row.answerId,
    `${row.reference} ${row.question}`,
    tag.code,
    // By code points, as offsets are counted.
    [...row.text].slice(tag.start, tag.end).join(''),
    tag.isSettled ? 'yes' : 'no',
  ])
