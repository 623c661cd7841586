import type { Db } from '../db.ts'
import { type CodingToCompare, compareCodings, type Outcomes } from './compare.ts'

/** What became of the suggestions for all answers whose latest words a person has settled. */
export async function outcomesSoFar(db: Db): Promise<Outcomes> {
  const rows = await db
    .selectFrom('coding')
    .innerJoin('answer_revision', 'answer_revision.id', 'coding.revision_id')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['coding.id', 'coding.revision_id', 'coding.is_settled', 'coding.none_kind'])
    .select(['tag.driver', 'tag.direction', 'tag.sub', 'tag.about', 'tag.is_wish'])
    .where('answer_revision.superseded_at', 'is', null)
    .where((eb) => eb.or([eb('coding.is_settled', '=', 1), eb('coding.suggester_version', 'is not', null)]))
    .orderBy('coding.id')
    .execute()
  const codings = new Map<string, CodingToCompare>()
  const settled = new Map<string, CodingToCompare>()
  const suggested = new Map<string, CodingToCompare>()
  for (const row of rows) {
    const coding = codings.get(row.id) ?? { tags: [], none: row.none_kind }
    codings.set(row.id, coding)
    // Of several readings by the suggester the newest counts: its rows come last.
    const reader = row.is_settled === 1 ? settled : suggested
    reader.set(row.revision_id, coding)
    if (row.driver && row.direction)
      coding.tags.push({
        driver: row.driver,
        direction: row.direction,
        sub: row.sub ?? '',
        about: row.about ?? 'us',
        isWish: row.is_wish === 1,
      })
  }
  const sum: Outcomes = { confirmed: 0, corrected: 0, rejected: 0, missed: 0 }
  for (const [revision, coding] of settled) {
    const reading = suggested.get(revision)
    if (!reading) continue
    const outcomes = compareCodings(reading, coding)
    sum.confirmed += outcomes.confirmed
    sum.corrected += outcomes.corrected
    sum.rejected += outcomes.rejected
    sum.missed += outcomes.missed
  }
  return sum
}
