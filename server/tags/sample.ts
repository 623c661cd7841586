import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db.ts'
import { hashOf, newId } from '../ids.ts'

/** So many of the first answers are read by two people, or `firstShare` of the first round if that is more. */
const firstAnswers = 50
const firstShare = 5
/** From the second round on one answer in ten. */
const laterShare = 10
/** So many old answers are read again in each later round. */
const driftSize = 10

/** Active leads and named coders: those who may read every level of consent. Two are needed for double coding. */
export async function countCoders(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('user')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('deactivated_at', 'is', null)
    .where((eb) => eb.or([eb('role', '=', 'lead'), eb('is_coder', '=', 1)]))
    .executeTakeFirstOrThrow()
  return n
}

/**
 * Whether the answer at this place (from 1) of its round is read by two people. In the first round the first 50, and after
 * the 250th one of each five, so that it is 20 % throughout; later one of each ten. Which of the five or ten follows from
 * the round's name: nobody can foresee it, and a second computation draws the same.
 */
export function isDrawn(round: string, place: number): boolean {
  if (round !== firstRound) return isTurn(round, place, laterShare)
  return place <= firstAnswers || (place > firstAnswers * firstShare && isTurn(round, place, firstShare))
}

function isTurn(round: string, place: number, size: number): boolean {
  const block = Math.floor((place - 1) / size)
  return (place - 1) % size === Math.floor(chanceOf(`${round} ${block}`) * size)
}

/** A number from 0 to 1 that follows from a text as if by chance. */
const chanceOf = (text: string): number => Number.parseInt(hashOf(text).slice(0, 12), 16) / 16 ** 12

const firstRound = 'first'
/** Talks and what we saw belong to no campaign. */
const talks = 'talks'

type Candidate = {
  answerId: string
  revisionId: string
  responseId: string
  campaignId: string | null
  isDrawn: number | null
}

/**
 * Considers the answers that wait unread: each once, in the order in which they came. One that was drawn and then changed
 * by its customer before it was settled is drawn again with its new words. `waiting` selects them (see summary.ts).
 */
export async function drawSample(trx: Db, waiting: RawBuilder<unknown>): Promise<void> {
  if ((await countCoders(trx)) < 2) return
  const { rows } = await sql<Candidate>`
    select q.answer_id as answerId, q.revision_id as revisionId, q.response_id as responseId,
      p.campaign_id as campaignId, d.is_drawn as isDrawn
    from (${waiting}) q
    join response p on p.id = q.response_id
    left join blind_draw d on d.answer_id = q.answer_id
    where (d.answer_id is null or d.is_drawn = 1)
      and not exists (select 1 from blind_sample b where b.revision_id = q.revision_id)
      and not exists (select 1 from coding c where c.answer_id = q.answer_id and c.user_id is not null
        and (c.is_blind = 0 or c.is_settled = 1))
    order by q.revision_id`.execute(trx)
  if (rows.length === 0) return
  const campaigns = await trx
    .selectFrom('campaign')
    .select('id')
    .where('launched_at', 'is not', null)
    .orderBy('launched_at')
    .orderBy('id')
    .limit(2)
    .execute()
  const places = new Map<string, number>()
  for (const row of rows) {
    const isFirst = campaigns.length < 2 || row.campaignId === campaigns[0]?.id
    const round =
      isFirst || (await placeIn(trx, places, firstRound)) < firstAnswers ? firstRound : (row.campaignId ?? talks)
    if (row.isDrawn === null) {
      const place = (await placeIn(trx, places, round)) + 1
      places.set(round, place)
      const drawn = Number(isDrawn(round, place))
      await trx.insertInto('blind_draw').values({ answer_id: row.answerId, round, place, is_drawn: drawn }).execute()
      if (drawn === 0) continue
    }
    await addSample(trx, row, round === firstRound ? 'first' : 'round', round)
  }
}

/** How many answers of a round were considered so far. */
async function placeIn(trx: Db, places: Map<string, number>, round: string): Promise<number> {
  const known = places.get(round)
  if (known !== undefined) return known
  const { last } = await trx
    .selectFrom('blind_draw')
    .select((eb) => eb.fn.max('place').as('last'))
    .where('round', '=', round)
    .executeTakeFirstOrThrow()
  places.set(round, last ?? 0)
  return last ?? 0
}

const addSample = (
  trx: Db,
  row: Pick<Candidate, 'answerId' | 'revisionId' | 'responseId'>,
  kind: 'first' | 'round' | 'drift',
  round: string,
) =>
  trx
    .insertInto('blind_sample')
    .values({
      id: newId(),
      kind,
      round,
      answer_id: row.answerId,
      revision_id: row.revisionId,
      response_id: row.responseId,
    })
    .execute()

/**
 * Draws the answers that are read again in a later round: up to ten among those that were settled before it was launched
 * and still stand as they did. Nothing for the first round, or twice. Returns the sittings whose queue has changed.
 */
export async function drawDrift(trx: Db, campaignId: string): Promise<string[]> {
  const campaign = await trx
    .selectFrom('campaign')
    .select('launched_at')
    .where('id', '=', campaignId)
    .executeTakeFirst()
  if (!campaign?.launched_at || (await countCoders(trx)) < 2) return []
  const earlier = await trx
    .selectFrom('campaign')
    .select('id')
    .where('launched_at', '<', campaign.launched_at)
    .limit(1)
    .executeTakeFirst()
  if (!earlier) return []
  const drawn = await trx
    .selectFrom('blind_sample')
    .select('id')
    .where('kind', '=', 'drift')
    .where('round', '=', campaignId)
    .limit(1)
    .executeTakeFirst()
  if (drawn) return []
  const settled = await trx
    .selectFrom('coding')
    .innerJoin('answer_revision', 'answer_revision.id', 'coding.revision_id')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .select(['answer.id as answerId', 'coding.revision_id as revisionId', 'response.id as responseId'])
    .where('coding.is_settled', '=', 1)
    .where('coding.carried_from_id', 'is', null)
    .where('coding.created_at', '<', campaign.launched_at)
    .where('answer_revision.superseded_at', 'is', null)
    .where('response.state', '=', 'submitted')
    .where((eb) => eb.or([eb('response.campaign_id', '!=', campaignId), eb('response.campaign_id', 'is', null)]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('blind_sample')
            .select('blind_sample.id')
            .whereRef('blind_sample.revision_id', '=', 'coding.revision_id')
            .where('blind_sample.kind', '=', 'drift'),
        ),
      ),
    )
    .execute()
  const chosen = settled
    .map((row) => ({ row, chance: chanceOf(`${campaignId} ${row.answerId}`) }))
    .sort((a, b) => a.chance - b.chance)
    .slice(0, driftSize)
    .map(({ row }) => row)
  for (const row of chosen) await addSample(trx, row, 'drift', campaignId)
  return [...new Set(chosen.map(({ responseId }) => responseId))]
}
