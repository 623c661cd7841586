import {
  type CompiledQuery,
  type ExpressionBuilder,
  type InferResult,
  type RawBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import { mayReadNamed, type User } from '../../access.ts'
import type { Db } from '../../db.ts'
import { driverLetters, drivers } from '../../drivers.ts'
import type { Tables } from '../../tables.ts'
import { isUnderBlindReading } from '../../tags/tags.ts'
import { notGiven } from '../ledger.ts'
import type { Filters } from '../view.ts'
import { given, type Statement } from './statement.ts'

/** So many sittings are read at once: some 2,000 answers, less than a megabyte of words. */
const slice = 200

const as = <Row>({ sql: text, parameters }: CompiledQuery<Row>): Statement<Row> => ({ sql: text, parameters })

/** Everything that a file of words is read by, for one reader and one choice. Consent is part of `sittings`, and the others only add to what it found. */
export function statementsFor(db: Db, user: User, filters: Filters) {
  return {
    sittings: as(sittingsAfter(db, user, filters).compile()),
    answers: as(answersOf(db, filters).compile()),
    codedAnswers: as(readAnswersOf(db, filters, joined(places)).compile()),
    taggedAnswers: as(
      readAnswersOf(db, filters, joined([...places, cells]))
        .where(mayBeCoded)
        .compile(),
    ),
    summaries: as(summariesOf(db, filters).compile()),
    spots: as(spotsOf(db, user, filters).compile()),
  }
}
export type Statements = ReturnType<typeof statementsFor>

export type Sitting = InferResult<ReturnType<typeof sittingsAfter>>[number]
export type Answer = InferResult<ReturnType<typeof answersOf>>[number]
export type ReadAnswer = InferResult<ReturnType<typeof readAnswersOf>>[number]
export type Summary = InferResult<ReturnType<typeof summariesOf>>[number]
export type Spot = InferResult<ReturnType<typeof spotsOf>>[number]

/** The next sittings in order of their ids, oldest first, of those that this person may read with the name. */
const sittingsAfter = (db: Db, user: User, filters: Filters) =>
  db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .select(['response.id', 'response.reference', 'response.campaign_id', 'response.template_version_id'])
    .select(['response.channel', 'response.author_id', 'response.consent_level', 'response.took_place_on'])
    .select(['response.segment', 'response.region', 'response.owner_id', 'response.submitted_at'])
    .select(['customer.id as customer_id', 'customer.external_id', 'customer.name as customer'])
    .select(['customer.latest_year', 'customer.latest_revenue_minor', 'customer.latest_currency'])
    .select(['contact.first_name', 'contact.last_name', 'contact.email', 'contact.buying_role'])
    .where(sql<SqlBool>`response.id > ${given}`)
    .where('response.state', '=', 'submitted')
    .where(mayReadNamed(user))
    .where(mayLeave)
    .where(fits(filters))
    .orderBy('response.id')
    .limit(slice)

// Who noted a talk reads the own notes whatever the level; a file is passed on, so it holds none that was given for totals.
const mayLeave = sql<SqlBool>`response.consent_level <> 'totals'`

/** The same choice as `missOf` makes in the ledger, as far as it is about a sitting. */
const fits = (filters: Filters) => (eb: ExpressionBuilder<Tables, 'response'>) =>
  eb.and([
    ...(
      [
        ['response.campaign_id', filters.campaign],
        ['response.segment', filters.segment],
        ['response.region', filters.region],
        ['response.owner_id', filters.owner],
        ['response.channel', filters.channel],
      ] as const
    )
      .filter(([, value]) => value !== '')
      .map(([column, value]) =>
        value === notGiven ? eb(column, 'is', null) : sql<SqlBool>`${sql.ref(column)} = ${value}`,
      ),
    ...(filters.from === '' ? [] : [eb('response.took_place_on', '>=', filters.from)]),
    ...(filters.to === '' ? [] : [eb('response.took_place_on', '<=', filters.to)]),
  ])

/** The sittings that are given as a JSON list of ids; `place` is where each stands in it. */
const givenSittings = sql<{ place: number; id: string }>`(select key as place, value as id from json_each(${given}))`

/** What stands now of each answer in these sittings. What only staff think is never among it. */
const answersOf = (db: Db, filters: Filters) =>
  db
    .selectFrom(givenSittings.as('sitting'))
    .innerJoin('answer', 'answer.response_id', 'sitting.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select(['sitting.place', 'answer.question', 'answer.item', 'answer.row', 'answer.voice'])
    .select(['answer_revision.text', 'answer_revision.value', 'answer_revision.after_prompt'])
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where(provenanceFits(filters))

const provenanceFits = ({ provenance }: Filters) =>
  provenance === '' ? sql<SqlBool>`1 = 1` : sql<SqlBool>`answer_revision.provenance = ${provenance}`

// A number or a choice has no tags; words have, and so have the two ticks beside an item (see tags/summary.ts).
const mayBeCoded = sql<SqlBool>`(answer_revision.text <> ''
  or instr(answer_revision.value, '"not_at_all":true') > 0 or instr(answer_revision.value, '"worse":true') > 0)`

/**
 * The same with the reading that counts: the settled one, else the newest that software suggests, unless two people still
 * read the answer apart. A reading's tags are one text (see `tagsIn`): a row each would take twice as long.
 */
const readAnswersOf = (db: Db, filters: Filters, tagText: RawBuilder<unknown>) =>
  answersOf(db, filters)
    .leftJoin('coding', (join) =>
      join
        .onRef('coding.revision_id', '=', 'answer_revision.id')
        .on(mayBeCoded)
        .on((eb) => eb.or([eb('coding.is_settled', '=', 1), isNewestSuggestion(eb)])),
    )
    .select(['answer.id', 'answer_revision.language', 'answer_revision.provenance', 'answer_revision.submitted_at'])
    .select(['coding.is_settled', 'coding.codebook_version', 'coding.none_kind', 'coding.created_at'])
    .select(sql<string | null>`coalesce(coding.user_id, 'software ' || coding.suggester_version)`.as('tagged_by'))
    .select(
      sql<string | null>`(select group_concat(${tagText}, char(30)) from tag where tag.coding_id = coding.id)`.as(
        'tags',
      ),
    )

const isNewestSuggestion = (eb: ExpressionBuilder<Tables, 'coding'>) =>
  eb.and([
    eb('coding.suggester_version', 'is not', null),
    sql<SqlBool>`not exists (select 1 from coding as other where other.revision_id = coding.revision_id
      and (other.is_settled = 1 or (other.suggester_version is not null and other.id > coding.id)))`,
    eb.not(isUnderBlindReading('coding.revision_id')),
  ])

const letter = sql.join(
  drivers.map((driver) => sql`when ${sql.lit(driver)} then ${sql.lit(driverLetters[driver])}`),
  sql` `,
)
/** In a file the minus is the one of the keyboard. */
const code = sql`case when sub <> '' then sub else case driver ${letter} end end || direction
  || case when about = 'us' and is_wish = 0 then '' when is_wish = 0 then ' (' || about || ')'
    when about = 'us' then ' (wish)' else ' (' || about || ' wish)' end`
const kind = sql`case when is_wish = 1 then 'wish' when is_inferred = 1 then 'inferred' else 'named' end`
const places = [code, sql`start_at`, sql`end_at`]
// As cells beside each other; none of it can hold a comma.
const cells = sql`driver || case direction when '+' then ',helps,' else ',hurts,' end || sub || ',' || about || ',' || ${kind}`
const joined = (parts: RawBuilder<unknown>[]) => sql.join(parts, sql` || char(31) || `)

/** What the figures count of these sittings. */
const summariesOf = (db: Db, filters: Filters) =>
  db
    .selectFrom(givenSittings.as('sitting'))
    .innerJoin('response_summary', 'response_summary.response_id', 'sitting.id')
    .select(['sitting.place', 'revenue_plus', 'revenue_minus', 'cost_plus', 'cost_minus'])
    .select(['risk_plus', 'risk_minus', 'emotion_plus', 'emotion_minus', 'settled'])
    .where((eb) =>
      eb.and([
        ...(filters.asked === '' ? [] : [eb('is_prompted', '=', filters.asked === 'prompted' ? 1 : 0)]),
        ...(filters.provenance === '' ? [] : [sql<SqlBool>`response_summary.provenance = ${filters.provenance}`]),
      ]),
    )

/** Every place where somebody answered. */
const spotsOf = (db: Db, user: User, filters: Filters) =>
  db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    // In this order the index of answers tells all of it.
    .crossJoin('answer')
    .select(['answer.question', 'answer.item', 'answer.row', 'answer.voice'])
    .distinct()
    .whereRef('answer.response_id', '=', 'response.id')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where('response.state', '=', 'submitted')
    .where(mayReadNamed(user))
    .where(mayLeave)
    .where(fits(filters))
