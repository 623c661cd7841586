import { randomUUID } from 'node:crypto'
import { mustWords } from '../aspects/aspects.ts'
import type { Db } from '../db.ts'
import { addDays, dayAt } from '../time.ts'
import { ratingLines } from '../value/rating-rule.ts'
import type { Effects } from './effects.ts'
import { hiddenField, type Visitor } from './visitor.ts'

/** The lead names what must stay in the answers that say it; the rest waits for whoever tries the demo. */
export async function nameAspects(db: Db, lead: Visitor, { aspects }: Effects, offerings: Map<string, string>) {
  const answers = await mustWords(db).select(['answer.id', 'answer_revision.text']).orderBy('answer.id').execute()
  for (const { id, text } of answers) {
    const named = aspects
      .map(({ name, in: words }) => ({ name, at: Math.min(...words.map((one) => placeOf(text, one))) }))
      .filter(({ at }) => at < Number.POSITIVE_INFINITY)
    if (named.length === 0) continue
    const path = `/never-cut/answers/${id}`
    const [aspect1 = '', aspect2 = '', aspect3 = ''] = named.map(({ name }) => name)
    await lead.post(path, { revision: hiddenField(await lead.get(path), 'revision'), aspect1, aspect2, aspect3 })
  }
  const known = await db.selectFrom('aspect').select(['id', 'name']).execute()
  for (const { name, offering } of aspects) {
    const aspect = known.find((one) => one.name === name)
    if (!aspect) throw new Error(`No answer of the demo names “${name}”.`)
    if (offering) await lead.post(`/never-cut/${aspect.id}`, { name, offering: offerings.get(offering) ?? '' })
  }
}

const placeOf = (text: string, words: string): number => {
  const at = text.indexOf(words)
  return at < 0 ? Number.POSITIVE_INFINITY : at
}

/** The lead writes down what the company says of itself, and confirms what each sentence speaks of. */
export async function sayOfUs(lead: Visitor, { marketed }: Effects): Promise<void> {
  await lead.post('/why/words', { claims: marketed.map(([text]) => text).join('\n') })
  const id = hiddenField(await lead.get('/why/words'), 'id')
  const chosen = marketed.map(([, drivers], place): [string, string[]] => [`claim${place}`, drivers])
  await lead.post('/why/words/drivers', { id, ...Object.fromEntries(chosen) })
}

/** Owners and the lead rate some customers, not always alike; two wait for the other side. */
export async function rateClients(
  db: Db,
  as: (email: string) => Promise<Visitor>,
  lead: Visitor,
  { ratings }: Effects,
): Promise<void> {
  const customers = await db
    .selectFrom('customer')
    .innerJoin('user', 'user.id', 'customer.owner_id')
    .select(['customer.id', 'customer.name', 'user.email'])
    .execute()
  for (const [name, side, digits, takeOn, evidence] of ratings) {
    const customer = customers.find((one) => one.name === name)
    if (!customer) throw new Error(`The demo has no customer “${name}” with an owner.`)
    const rater = side === 'lead' ? lead : await as(customer.email)
    const scores = ratingLines.map((line, at) => [line, digits[at] === '0' ? 'unknown' : (digits[at] ?? '')])
    await rater.post(`/customers/${customer.id}/rating`, {
      key: randomUUID(),
      ...Object.fromEntries(scores),
      takeOn: takeOn || 'unknown',
      chooseUs: 'unknown',
      evidence,
    })
  }
}

type Decision = Effects['decisions'][number]

/** The lead records a decision with its figure as it stands on that day. Returns its address. */
export async function decide(lead: Visitor, decision: Decision, now: Date): Promise<string> {
  const { days_ago, figure, filters, due, look, goal, verdict: _verdict, ...words } = decision
  const query = new URLSearchParams(filters)
  query.set('figure', figure)
  const { location } = await lead.post(`/decisions?${query}`, {
    key: randomUUID(),
    ...words,
    dueOn: addDays(dayAt(now), days_ago - due),
    lookOn: addDays(dayAt(now), days_ago - look),
    goalWay: goal?.[0] ?? '',
    goalPercent: String(goal?.[1] ?? ''),
  })
  return location
}
