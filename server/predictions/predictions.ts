import { isReader, mayOpen, mayReadNamed, type User } from '../access.ts'
import { getCustomer } from '../customers/customers.ts'
import { type Db, transact } from '../db.ts'
import { forbidden } from '../errors.ts'
import { findFirstWords } from '../first-words.ts'
import { newId, newToken } from '../ids.ts'
import { recordReadings } from '../readings.ts'
import { instant } from '../time.ts'
import type { PredictionForm } from './forms.ts'
import { sealListGuesses } from './list-guesses.ts'
import { recheckListSeal, recheckSeal, sealOf } from './seal.ts'

/** Reps and leads guess before asking; admins do not ask. */
const mayPredict = (user: User): boolean => user.role !== 'admin'

/** Writes a guess beside any earlier one; the newest that is not sealed is the one that counts. */
export async function addPrediction(
  db: Db,
  user: User,
  customerId: string,
  form: PredictionForm,
  now: Date,
): Promise<void> {
  if (!mayPredict(user)) throw forbidden('Reps and leads guess; an admin does not ask customers.')
  await transact(db, async (trx) => {
    await getCustomer(trx, user, customerId)
    await trx
      .insertInto('prediction')
      .values({
        id: newId(),
        customer_id: customerId,
        user_id: user.id,
        campaign_id: null,
        response_id: null,
        ...form,
        nonce: newToken(),
        seal: null,
        made_at: instant(now),
        sealed_at: null,
      })
      .execute()
  })
}

/**
 * A customer's guesses as far as this person may see them, newest first: the own ones, and for a lead everybody's.
 * Of those that are not sealed only each person's newest stands. Coders of the review never see any by that right.
 */
export async function findPredictions(db: Db, user: User, customerId: string) {
  const rows = await db
    .selectFrom('prediction')
    .innerJoin('user', 'user.id', 'prediction.user_id')
    .leftJoin('campaign', 'campaign.id', 'prediction.campaign_id')
    .selectAll('prediction')
    .select(['user.name as user_name', 'campaign.name as campaign_name'])
    .where('prediction.customer_id', '=', customerId)
    .$if(user.role !== 'lead', (query) => query.where('prediction.user_id', '=', user.id))
    .orderBy('prediction.made_at', 'desc')
    .orderBy('prediction.id', 'desc')
    .execute()
  const open = new Set<string>()
  return rows.filter(({ seal, user_id }) => {
    const stands = seal !== null || !open.has(user_id)
    if (seal === null) open.add(user_id)
    return stands
  })
}
export type Prediction = Awaited<ReturnType<typeof findPredictions>>[number]

/** What the customer said to one sealed guess. */
export type Said = {
  predictionId: string
  /** 'none' yet, being 'read' (not every answer is settled), 'confidence' (nothing may be told), or 'told'. */
  state: 'none' | 'read' | 'confidence' | 'told'
  /** Which drivers they mentioned, where it may be told. */
  mentioned: Record<'revenue' | 'cost' | 'risk' | 'emotion', boolean>
  quote: string
  quoteBy: string
  /** True if somebody there also answered in confidence. */
  isPart: boolean
}

/**
 * For each sealed guess, what was answered, only from responses that this person may read with the name; who reads
 * confidential words is recorded. Three statements, and two more where there are such.
 */
export async function findSaid(
  db: Db,
  user: User,
  customerId: string,
  predictions: Prediction[],
  now: Date,
): Promise<Said[]> {
  const [responses, summaries] = await Promise.all([
    db
      .selectFrom('response')
      .innerJoin('customer', 'customer.id', 'response.customer_id')
      .leftJoin('contact', 'contact.id', 'response.contact_id')
      .select((eb) => [
        'response.id',
        'response.campaign_id',
        'response.author_id',
        'response.consent_level',
        'contact.first_name',
        'contact.last_name',
        eb.case().when(mayReadNamed(user)(eb)).then(1).else(0).end().as('is_readable'),
      ])
      .where('response.customer_id', '=', customerId)
      .where('response.state', '=', 'submitted')
      .orderBy('response.submitted_at')
      .execute(),
    db.selectFrom('response_summary').selectAll().where('customer_id', '=', customerId).execute(),
  ])
  const quotes = await findFirstWords(
    db,
    user,
    responses.map(({ id }) => id),
  )
  const quoted: typeof responses = []
  const said = predictions
    .filter(({ seal }) => seal !== null)
    .map((prediction): Said => {
      const answered = responses.filter(({ id, campaign_id }) =>
        prediction.response_id
          ? id === prediction.response_id
          : prediction.campaign_id !== null && campaign_id === prediction.campaign_id,
      )
      const readable = answered.filter(({ is_readable }) => is_readable === 1)
      const mine = summaries.filter(({ response_id }) => readable.some(({ id }) => id === response_id))
      // A driver was mentioned if a person's reading of the answer says so (bits 1 and 2), in either direction.
      const has = (plus: number, minus: number) => ((plus | minus) & 3) !== 0
      const isSettled = mine.length > 0 && mine.every(({ answers, settled }) => settled >= answers)
      const state = answered.length === 0 ? 'none' : readable.length === 0 ? 'confidence' : isSettled ? 'told' : 'read'
      const isTold = state === 'told'
      const speaker = isTold ? readable.find(({ id }) => quotes.has(id)) : undefined
      if (speaker && speaker.author_id !== user.id) quoted.push(speaker)
      return {
        predictionId: prediction.id,
        state,
        mentioned: {
          revenue: isTold && mine.some((row) => has(row.revenue_plus, row.revenue_minus)),
          cost: isTold && mine.some((row) => has(row.cost_plus, row.cost_minus)),
          risk: isTold && mine.some((row) => has(row.risk_plus, row.risk_minus)),
          emotion: isTold && mine.some((row) => has(row.emotion_plus, row.emotion_minus)),
        },
        quote: speaker ? (quotes.get(speaker.id)?.text ?? '') : '',
        quoteBy: [speaker?.first_name, speaker?.last_name].filter(Boolean).join(' '),
        isPart: readable.length > 0 && readable.length < answered.length,
      }
    })
  const shown = quoted.map(({ id, consent_level }) => ({ responseId: id, consentLevel: consent_level }))
  await recordReadings(db, user.id, shown, now)
  return said
}

/** Every sealed guess compared with its seal: how many there are, and the ids of those that were changed since. */
export async function checkSeals(db: Db): Promise<{ sealed: number; broken: string[] }> {
  const guesses = await db.selectFrom('prediction').selectAll().where('seal', 'is not', null).execute()
  const lists = await db.selectFrom('list_guess').selectAll().where('seal', 'is not', null).execute()
  const broken = [
    ...guesses.filter((guess) => !recheckSeal(guess)).map(({ id }) => id),
    ...lists.filter((guess) => !recheckListSeal(guess)).map(({ id }) => id),
  ]
  return { sealed: guesses.length + lists.length, broken }
}

/** Customers whom this person owns (a lead: all) and has not guessed about yet, by name; `limit` at most, and how many in all. */
export async function findUnpredicted(db: Db, user: User, limit = 50) {
  const unpredicted = db
    .selectFrom('customer')
    .where('customer.archived_at', 'is', null)
    .where(mayOpen(user))
    .$if(!isReader(user), (query) => query.where('customer.owner_id', '=', user.id))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('prediction')
            .select('prediction.id')
            .whereRef('prediction.customer_id', '=', 'customer.id')
            .where('prediction.user_id', '=', user.id),
        ),
      ),
    )
  const [rows, { total }] = await Promise.all([
    unpredicted
      .select(['customer.id', 'customer.name', 'customer.segment', 'customer.region'])
      .orderBy('customer.name')
      .limit(limit)
      .execute(),
    unpredicted.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { rows, total }
}

/**
 * Seals each person's newest open guess about these customers and about the whole list, inside the caller's transaction, when their invitations
 * are queued. Who sealed one for this campaign already keeps that one: later guesses may know the answers.
 */
export async function sealForCampaign(trx: Db, customerIds: string[], campaignId: string, now: Date): Promise<void> {
  await sealListGuesses(trx, campaignId, now)
  for (let start = 0; start < customerIds.length; start += 500) {
    const some = customerIds.slice(start, start + 500)
    const sealed = await trx
      .selectFrom('prediction')
      .select(['customer_id', 'user_id'])
      .where('campaign_id', '=', campaignId)
      .where('customer_id', 'in', some)
      .execute()
    const done = new Set(sealed.map(({ customer_id, user_id }) => `${customer_id} ${user_id}`))
    const open = await openPredictions(trx, some)
    const fresh = open.filter(({ customer_id, user_id }) => !done.has(`${customer_id} ${user_id}`))
    await seal(trx, fresh, { campaign_id: campaignId, response_id: null }, now)
  }
}

/** Seals this person's newest open guess about the customer when the talk guide is opened. Opening it again changes nothing. */
export async function sealForTalk(
  trx: Db,
  customerId: string,
  userId: string,
  responseId: string,
  now: Date,
): Promise<void> {
  const before = await trx
    .selectFrom('prediction')
    .select('id')
    .where('response_id', '=', responseId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (before) return
  const open = await openPredictions(trx, [customerId])
  await seal(
    trx,
    open.filter(({ user_id }) => user_id === userId),
    { campaign_id: null, response_id: responseId },
    now,
  )
}

/** Each person's newest open guess about each customer. An older one is never sealed: it was replaced. */
async function openPredictions(trx: Db, customerIds: string[]) {
  const rows = await trx
    .selectFrom('prediction')
    .selectAll()
    .where('seal', 'is', null)
    .where('customer_id', 'in', customerIds)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  const newest = Map.groupBy(rows, ({ customer_id, user_id }) => `${customer_id} ${user_id}`)
  return [...newest.values()].flatMap(([first]) => first ?? [])
}

async function seal(
  trx: Db,
  open: Awaited<ReturnType<typeof openPredictions>>,
  asked: { campaign_id: string | null; response_id: string | null },
  now: Date,
): Promise<void> {
  for (const prediction of open) {
    const sealed = { ...prediction, ...asked, sealed_at: instant(now) }
    await trx
      .updateTable('prediction')
      .set({ ...asked, sealed_at: sealed.sealed_at, seal: sealOf(sealed) })
      .where('id', '=', prediction.id)
      .where('seal', 'is', null)
      .execute()
  }
}
