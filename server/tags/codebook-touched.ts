import { type ExpressionBuilder, sql } from 'kysely'
import { mayCode, type User } from '../access.ts'
import type { Db } from '../db.ts'
import type { Tables } from '../tables.ts'
import type { Touch } from './codebook-changes.ts'
import { flagColumns } from './flags.ts'

/** Beyond this many it is said "1,000 or more": nobody looks at them one by one. */
export const mostTouched = 1000

/**
 * Settled codings of present words that a change may touch and that follow an older version than `version`; undefined
 * stands for a draft, which every coding is older than. Only what this person may code.
 */
const touched = (db: Db, user: User, touch: Touch, version: string | undefined) =>
  db
    .selectFrom('coding')
    .innerJoin('answer_revision', 'answer_revision.id', 'coding.revision_id')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where('coding.is_settled', '=', 1)
    .where('answer_revision.superseded_at', 'is', null)
    .where('response.state', '=', 'submitted')
    .where(mayCode(user))
    .where((eb) => carries(eb, touch))
    .$if(version !== undefined, (query) =>
      query.where('coding.codebook_version', 'in', (older) =>
        older
          .selectFrom('codebook_version as other')
          .innerJoin('codebook_version as shown', (join) => join.on('shown.version', '=', version ?? ''))
          .whereRef('other.created_at', '<', 'shown.created_at')
          .select('other.version'),
      ),
    )

function carries(eb: ExpressionBuilder<Tables, 'coding'>, touch: Touch) {
  const withTag = () => eb.selectFrom('tag').select('tag.id').whereRef('tag.coding_id', '=', 'coding.id')
  switch (touch.by) {
    case 'all':
      return sql<boolean>`1 = 1`
    case 'nothing':
      return sql<boolean>`1 = 0`
    case 'none':
      return eb('coding.none_kind', '=', touch.none)
    case 'drivers':
      return eb.exists(withTag().where('tag.driver', 'in', touch.drivers))
    case 'subs':
      // From the tags to their codings: a sub-code is rare, and an index finds it.
      return eb('coding.id', 'in', eb.selectFrom('tag').select('tag.coding_id').where('tag.sub', 'in', touch.codes))
    case 'direction':
      return eb.exists(withTag().where('tag.direction', '=', touch.direction))
    case 'about':
      return eb.exists(withTag().where('tag.about', '=', touch.about))
    case 'flag': {
      const columns = Object.entries(flagColumns([touch.flag])).filter(([, isSet]) => isSet === 1)
      return eb.exists(withTag().where((tag) => tag.and(columns.map(([name]) => sql<boolean>`${sql.ref(name)} = 1`))))
    }
  }
}

/** How many answers a change may touch, at most `mostTouched`. */
export async function countTouched(db: Db, user: User, touch: Touch, version: string | undefined): Promise<number> {
  const row = await db
    .selectFrom(touched(db, user, touch, version).select('coding.id').limit(mostTouched).as('some'))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return row.n
}

/** One page of them, the newest answers first. No names: whoever codes need not know whose words these are. */
export const listTouched = (
  db: Db,
  user: User,
  touch: Touch,
  version: string | undefined,
  page: number,
  size: number,
) =>
  touched(db, user, touch, version)
    .select(['answer.id as answerId', 'answer.question', 'answer.item', 'response.template_version_id'])
    .select(['answer_revision.text', 'coding.codebook_version as codebookVersion', 'coding.id as codingId'])
    .orderBy('coding.created_at', 'desc')
    .orderBy('coding.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
