import { sql } from 'kysely'
import type { Db } from '../db.ts'
import type { Driver } from '../drivers.ts'
import { shippedVersion } from './learned.ts'
import { figuresSchema } from './learner.ts'

/** How suggestions stood against what people decided afterwards, of one month, one driver, and seen or blind. */
export type MonthFigures = {
  month: string
  driver: Driver
  isBlind: number
  decided: number
  said: number
  right: number
}

const versionsShown = 50

/** What retrainings came to, the newest first. */
export async function listVersions(db: Db) {
  const rows = await db
    .selectFrom('learned_model')
    .select(['id', 'number', 'base', 'made_at', 'decisions', 'customers', 'held_out', 'figures', 'outcome'])
    .select(['is_in_use', 'is_forgotten', (eb) => eb('body', '<>', '').as('has_body')])
    .orderBy('number', 'desc')
    .limit(versionsShown)
    .execute()
  return rows.map(({ figures, base, has_body, ...row }) => ({
    ...row,
    figures: figuresSchema.parse(JSON.parse(figures)),
    isOfThisRelease: base === shippedVersion,
    hasBody: Number(has_body) === 1,
  }))
}
export type Version = Awaited<ReturnType<typeof listVersions>>[number]

/**
 * Month by month since `from` (YYYY-MM-DD): what was suggested before a person decided, against what they decided. Blind
 * decisions apart: nobody saw the suggestion there, so nothing can have been confirmed for its own sake.
 */
export async function figuresByMonth(db: Db, from: string): Promise<MonthFigures[]> {
  const { rows } = await sql<MonthFigures>`
    with decision as (
      select c.id, substr(c.created_at, 1, 7) as month, c.is_blind,
        (select max(s.id) from coding s
          where s.revision_id = c.revision_id and s.suggester_version is not null
            and s.created_at <= c.created_at) as shown
      from coding c
      join answer a on a.id = c.answer_id
      join response r on r.id = a.response_id
      where c.user_id is not null and c.created_at >= ${from} and c.taken_back_at is null
        and (c.is_settled = 1 or c.is_blind = 1) and r.state = 'submitted'
    ),
    mark as (
      select d.id, d.month, d.is_blind, t.driver, t.direction, 1 as decided, 0 as said
        from decision d join tag t on t.coding_id = d.id where t.about = 'us' and d.shown is not null
      union all
      select d.id, d.month, d.is_blind, t.driver, t.direction, 0, 1
        from decision d join tag t on t.coding_id = d.shown where t.about = 'us'
    ),
    label as (
      select id, month, is_blind, driver, direction, max(decided) as decided, max(said) as said
      from mark group by id, driver, direction
    )
    select month, driver, is_blind as isBlind, sum(decided) as decided, sum(said) as said, sum(decided * said) as "right"
    from label group by month, driver, is_blind order by month desc`.execute(db)
  return rows
}
