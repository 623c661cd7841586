import { isReader, mayReadNamed, readsNamed, type User } from '../../access.ts'
import type { Db } from '../../db.ts'
import { type Driver, drivers } from '../../drivers.ts'
import { countingFor, type IsOpen, type Measure, type Spoken } from './weighed.ts'
import type { Weighing } from './weighing.ts'
import type { Given, SampleStatus, WeightView } from './weights.ts'

/** Which numbers of the page can be opened. */
export const weightNumbers = ['points', 'served', 'lost', 'said', 'picked', 'best', 'worst', 'declined', 'out'] as const
export type WeightNumber = (typeof weightNumbers)[number]
export type WeightWanted = { of: WeightNumber; driver: Driver | '' }

/** Which sittings this person may read together with the name. One statement, and none for who reads every account. */
export async function openSittings(db: Db, user: User): Promise<IsOpen> {
  if (isReader(user)) return (weighing) => readsNamed(user, weighing)
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select('response.id')
    .where('response.state', '=', 'submitted')
    .where(mayReadNamed(user))
    .execute()
  const open = new Set(rows.map(({ id }) => id))
  return ({ response }) => open.has(response)
}

/** The customers behind a number, and whether the number itself is shown. */
export function behindNumber(
  { samples, declined, notApplying }: WeightView,
  { of, driver }: WeightWanted,
): { given: Given[]; status: SampleStatus } {
  const at = driver === '' ? -1 : drivers.indexOf(driver)
  const sample = (measure: Measure) => ({ given: samples[measure].customers, status: samples[measure].status })
  const those = (measure: Measure, fits: (one: Given) => boolean) => {
    const { given, status } = sample(measure)
    return { given: at < 0 ? given : given.filter(fits), status }
  }
  switch (of) {
    case 'points':
    case 'lost':
    case 'picked':
      return sample(of)
    case 'served':
      return sample(driver === '' ? 'points' : driver)
    case 'said':
      return those('said', (one) => (((one.of.said ?? 0) >> at) & 1) === 1)
    case 'best':
    case 'worst':
      return those('picked', (one) => (((one.of.picked?.[of] ?? 0) >> at) & 1) === 1)
    case 'declined':
      return { given: declined, status: samples.points.status }
    case 'out':
      return { given: notApplying[at] ?? [], status: samples[driver === '' ? 'points' : driver].status }
  }
}

/** A customer of whom something may be read with the name, and those sittings. */
export type OpenGiven = { id: string; sittings: Weighing[] }

/** Those behind a number who may be named, newest first: how many, and one page of them. */
export function openGiven(
  given: Given[],
  { of }: WeightWanted,
  isOpen: IsOpen,
  page: { limit: number; offset: number },
): { total: number; part: OpenGiven[] } {
  const [kind, holds] = counted[of]
  // By day, since sorting some thousand customers for one page of them takes longer than finding them.
  const days = new Map<string, OpenGiven[]>()
  let total = 0
  for (const { id, sittings: all } of given) {
    const sittings = countingFor(all, kind).filter((one) => holds(one) && isOpen(one))
    if (sittings.length === 0) continue
    total += 1
    const on = sittings.reduce((last, one) => (one.on > last ? one.on : last), '')
    const same = days.get(on)
    if (same) same.push({ id, sittings })
    else days.set(on, [{ id, sittings }])
  }
  const part: OpenGiven[] = []
  let before = 0
  for (const day of [...days.keys()].sort().reverse()) {
    const own = days.get(day) ?? []
    const from = Math.max(0, page.offset - before)
    before += own.length
    if (from >= own.length) continue
    own.sort((a, b) => (a.id < b.id ? -1 : 1))
    part.push(...own.slice(from, from + page.limit - part.length))
    if (part.length === page.limit) break
  }
  return { total, part }
}

const hasPoints = ({ points }: Weighing) => points !== undefined
const hasPicked = ({ picked }: Weighing) => picked !== undefined
/** Which sittings count for a number, and which of those say it. */
const counted: Record<WeightNumber, [kind: Spoken, holds: (one: Weighing) => boolean]> = {
  points: ['points', hasPoints],
  said: ['points', hasPoints],
  served: ['scores', ({ scores }) => scores !== undefined],
  lost: ['lost', ({ lost }) => lost !== undefined],
  picked: ['picked', hasPicked],
  best: ['picked', hasPicked],
  worst: ['picked', hasPicked],
  declined: ['points', ({ isDeclined }) => isDeclined],
  out: ['scores', ({ optedOut }) => optedOut > 0],
}

/** Names of these customers, and of who spoke in each sitting; two statements. */
export async function namesBehind(db: Db, given: OpenGiven[]) {
  const ids = given.map(({ id }) => id)
  const responses = given.flatMap(({ sittings }) => sittings.map(({ response }) => response))
  const customers = await db
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('id', 'in', ['', ...ids])
    .execute()
  const people = await db
    .selectFrom('response')
    .innerJoin('contact', 'contact.id', 'response.contact_id')
    .select(['response.id', 'contact.first_name as first', 'contact.last_name as last'])
    .where('response.id', 'in', ['', ...responses])
    .execute()
  return {
    customers: new Map(customers.map(({ id, name }) => [id, name])),
    people: new Map(people.map(({ id, first, last }) => [id, `${first} ${last}`])),
  }
}
