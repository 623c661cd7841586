import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { driverLetters } from '../drivers.ts'
import type { Decision } from './adjust.ts'
import { type CodingToCompare, compareCodings } from './compare.ts'

/** More than this is not learned from at once; the newest stand. */
const mostDecisions = 20_000
/** A suggestion that was taken as it stood may not have been looked at: it teaches little, or the model would confirm itself. */
const acceptedWeight = 0.25
/** One of two blind readings that are not settled yet. */
const unsettledWeight = 0.5

type Row = {
  id: string
  created_at: string
  revision_id: string
  response_id: string
  customer_id: string
  consent_level: string
  text: string
  user_id: string | null
  is_blind: number
  is_settled: number
  none_kind: CodingToCompare['none']
  tags: string
}

/**
 * What people decided about the latest words of submitted answers: settled codings, and blind ones that are not settled
 * yet. Withdrawn and erased answers are not there. What somebody's colleague has overruled or taken back is not either.
 */
export async function readDecisions(db: Db): Promise<Decision[]> {
  const { rows } = await sql<Row>`
    select coding.id, coding.created_at, coding.revision_id, answer.response_id, response.customer_id, response.consent_level,
      answer_revision.text, coding.user_id, coding.is_blind, coding.is_settled, coding.none_kind,
      (select json_group_array(json_object('driver', driver, 'direction', direction, 'sub', sub, 'about', about,
        'isWish', json(iif(is_wish, 'true', 'false')))) from tag where tag.coding_id = coding.id) as tags
    from answer_revision
    join answer on answer.id = answer_revision.answer_id
    join response on response.id = answer.response_id
    join coding on coding.revision_id = answer_revision.id
    where answer_revision.superseded_at is null and answer_revision.text <> '' and response.state = 'submitted'
      and coding.taken_back_at is null
      and answer_revision.id in (
        select revision_id from coding where user_id is not null and (is_settled = 1 or is_blind = 1)
          and taken_back_at is null order by id desc limit ${mostDecisions})
    order by coding.revision_id, coding.id`.execute(db)
  return [...Map.groupBy(rows, (row) => row.revision_id).values()].flatMap(decisionsOf)
}

function decisionsOf(rows: Row[]): Decision[] {
  const settled = rows.find((row) => row.user_id && row.is_settled === 1)
  const blind = rows.filter((row) => row.user_id && row.is_blind === 1)
  if (!settled) return blind.map((row) => decisionOf(row, unsettledWeight))
  // What the person had before them: the newest reading that was there when they decided.
  const shown = rows.findLast((row) => row.user_id === null && row.created_at <= settled.created_at)
  const isUnmoved = blind.length === 0 && shown !== undefined && isSame(shown, settled)
  return [decisionOf(settled, isUnmoved ? acceptedWeight : 1)]
}

const tagsOf = (row: Row): CodingToCompare['tags'] => JSON.parse(row.tags)

function isSame(shown: Row, settled: Row): boolean {
  const outcomes = compareCodings(
    { tags: tagsOf(shown), none: shown.none_kind },
    { tags: tagsOf(settled), none: settled.none_kind },
  )
  return outcomes.corrected + outcomes.rejected + outcomes.missed === 0
}

const decisionOf = (row: Row, weight: number): Decision => ({
  responseId: row.response_id,
  customerId: row.customer_id,
  text: row.text,
  labels: new Set(
    tagsOf(row)
      .filter(({ about }) => about === 'us')
      .map(({ driver, direction }) => `${driverLetters[driver]}${direction}`),
  ),
  weight,
  mayTeachWords: row.consent_level !== 'totals',
})
