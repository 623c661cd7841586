import type { User } from '../access.ts'
import type { Db } from '../db.ts'
import { rulesOf } from '../templates/templates.ts'
import type { Campaign } from './campaigns.ts'
import { allot, type Counts, countKinds, type Kinds, noCounts, shortOf, takeMixed } from './mix.ts'
import { percentile, worth } from './percentile.ts'
import {
  findAtPlaces,
  findBest,
  findNamed,
  findSomebody,
  type ListQuery,
  type Ranked,
  type Somebody,
  surveyList,
} from './pick-list.ts'
import type { Facts, Reason } from './pick-record.ts'
import { type Asking, type Choice, type Measure, meantFor, type Reachable, sizeFor, wayFor } from './pick-rules.ts'
import { randomFrom, samplePlaces } from './random.ts'
import { answersNeeded, invitesNeeded, smallList } from './sample-size.ts'
import { findTheyGet, type TheyGet } from './they-get.ts'

/** What is wanted: some customers who tell reasons, or enough of them for figures about the whole list. */
export type DrawForm =
  | { purpose: 'reasons'; measure: Measure; count: number }
  | { purpose: 'figures'; measure: Measure; margin: number; rate: number }

export type Proposed = { contactId: string; customerId: string; reasons: Reason[]; choice: Choice }
export type Drawn = { picks: Proposed[]; listSize: number; wanted: number; facts: Facts }

/** Whoever decides is asked first, unless the mix lacks somebody else. */
const roleOrder = ['decides', 'influences', 'buys', 'pays', 'uses']

/** Draws from the list what the form wants; writes nothing. A fixed number of statements, whatever the length of the list. */
export async function draw(
  db: Db,
  user: User,
  campaign: Campaign,
  form: DrawForm,
  { seed, replaces }: { seed: string; replaces: string },
  now: Date,
): Promise<Drawn> {
  const ownerId = user.role === 'rep' ? user.id : null
  const query: ListQuery = {
    campaignId: campaign.id,
    ownerId,
    meant: meantFor(campaign.version.template),
    audience: campaign.audience,
    measure: form.measure,
    replaces,
  }
  const survey = summed(await surveyList(db, query, now))
  const wanted =
    form.purpose === 'reasons'
      ? Math.min(form.count, survey.size)
      : invitesNeeded(answersNeeded(survey.size, form.margin / 100), form.rate / 100, survey.size)
  const asking: Asking = {
    rules: await rulesOf(db, campaign.version),
    purpose: form.purpose,
    senderId: campaign.senderId,
    drawerId: user.id,
    colleagues: await findColleagues(db),
  }
  const theyGet = form.purpose === 'reasons' ? await findTheyGet(db, user, undefined, now) : new Map<string, TheyGet>()
  const found =
    form.purpose === 'reasons'
      ? await findCandidates(db, query, survey, wanted, theyGet, now)
      : await findAtPlaces(db, query, samplePlaces(survey.size, wanted, seed), now)
  const people = await findSomebody(db, campaign.id, { customers: found.map(({ id }) => id) }, now)
  const candidates = candidatesOf(found, people, asking, campaign, survey, form)
  const size = form.purpose === 'reasons' ? wanted : found.length
  const targets: Counts = {
    segment: allot(survey.list.segment, size),
    region: allot(survey.list.region, size),
    role: allot(countKinds(candidates).role, size),
  }
  const taken =
    form.purpose === 'reasons'
      ? takeMixed(inOrder(candidates, theyGet, seed), targets, size)
      : [...new Map([...candidates].reverse().map((one) => [one.customerId, one])).values()].reverse()
  const reachable = new Set(candidates.map(({ customerId }) => customerId))
  return {
    picks: taken.map(({ contactId, customerId, reasons, choice }) => ({ contactId, customerId, reasons, choice })),
    listSize: survey.size,
    wanted,
    facts: {
      leftOut: survey.leftOut,
      list: { ...survey.list, role: countKinds(candidates).role },
      short: shortOf(targets, countKinds(taken)),
      unknown: survey.size - [...survey.known.values()].reduce((sum, n) => sum + n, 0),
      theyGetKnown: theyGet.size,
      unreachable: form.purpose === 'figures' ? found.filter(({ id }) => !reachable.has(id)).length : 0,
      needed: form.purpose === 'figures' ? answersNeeded(survey.size, form.margin / 100) : wanted,
    },
  }
}

/** Everybody who works here now. */
export const findColleagues = (db: Db) =>
  db.selectFrom('user').select(['id', 'name', 'role']).where('deactivated_at', 'is', null).orderBy('name').execute()

type Survey = {
  size: number
  list: Counts
  strata: number
  leftOut: Facts['leftOut']
  /** Customers with a known value by currency, and the largest value by region and currency. */
  known: Map<string, number>
  most: Map<string, number>
}

function summed(groups: Awaited<ReturnType<typeof surveyList>>): Survey {
  const list = noCounts()
  const leftOut: Survey['leftOut'] = {}
  const known = new Map<string, number>()
  const most = new Map<string, number>()
  const strata = new Set<string>()
  let size = 0
  for (const group of groups) {
    if (group.reason) {
      leftOut[group.reason] = (leftOut[group.reason] ?? 0) + group.n
      continue
    }
    const { segment, region } = { segment: group.segment ?? '', region: group.region ?? '' }
    size += group.n
    strata.add(JSON.stringify([segment, region]))
    list.segment[segment] = (list.segment[segment] ?? 0) + group.n
    list.region[region] = (list.region[region] ?? 0) + group.n
    if (group.known === 0) continue
    const currency = group.currency ?? ''
    const place = JSON.stringify([region, currency])
    known.set(currency, (known.get(currency) ?? 0) + group.known)
    most.set(place, Math.max(most.get(place) ?? 0, group.most ?? 0))
  }
  return { size, list, strata: strata.size, leftOut, known, most }
}

/** The best of each segment and region by what we get, and the best of all by what they get. */
async function findCandidates(
  db: Db,
  query: ListQuery,
  survey: Survey,
  wanted: number,
  theyGet: Map<string, TheyGet>,
  now: Date,
): Promise<Ranked[]> {
  const each = Math.max(3, Math.ceil((wanted * 5) / Math.max(1, survey.strata)))
  const isShort = survey.size < sizeFor(false).most * 5
  const best = await findBest(db, query, Math.min(each, wanted * 3), isShort, now)
  const known = new Set(best.map(({ id }) => id))
  const glad = [...theyGet]
    .filter(([id, { score }]) => !known.has(id) && (isShort || score >= 6.6))
    .sort(([, a], [, b]) => b.score - a.score)
    .slice(0, wanted * 3)
    .map(([id]) => id)
  return [...best, ...(await findNamed(db, query, glad, now))]
}

type Candidate = Proposed & { id: string; kinds: Kinds; heard: number; weGet: number | undefined }

/** Each customer with each person who can be asked there, and how; whoever can be asked in no way is not among them. */
function candidatesOf(
  found: Ranked[],
  people: Somebody[],
  asking: Asking,
  campaign: Campaign,
  survey: Survey,
  form: DrawForm,
): Candidate[] {
  const byCustomer = Map.groupBy(people, ({ customerId }) => customerId)
  const place = (role: string | null) => (role ? roleOrder.indexOf(role) : roleOrder.length)
  return found.flatMap((customer) => {
    const weGet = percentileOf(customer, survey)
    const isLargest =
      customer.value !== null &&
      customer.value > 0 &&
      customer.value === survey.most.get(JSON.stringify([customer.region ?? '', customer.currency ?? '']))
    const there = [...(byCustomer.get(customer.id) ?? [])].sort((a, b) => place(a.role) - place(b.role))
    return there.flatMap((person) => {
      const isTop = isLargest || (weGet ?? 0) >= 90
      const choice = wayFor(reachableOf(person, campaign, isTop), asking)
      if (!choice) return []
      const reasons = reasonsFor(customer, person, weGet, isLargest, survey, form)
      const kinds = { segment: customer.segment ?? '', region: customer.region ?? '', role: person.role ?? '' }
      const { contactId, customerId } = person
      return [{ id: customerId, contactId, customerId, reasons, choice, kinds, heard: customer.heard, weGet }]
    })
  })
}

export const reachableOf = (person: Somebody, campaign: Campaign, isTop: boolean): Reachable => ({
  hasAddress: Boolean(person.email),
  hasBasis: person.mailBasis !== 'none',
  isSuppressed: person.suppressed !== null,
  isOtherLanguage:
    !campaign.audience.englishForOthers && !campaign.texts[person.language.toLowerCase().split(/[-_]/)[0] ?? ''],
  ownerId: person.ownerId,
  hasSpoken: person.hasSpoken === 1,
  hasCompanySpoken: person.hasCompanySpoken === 1,
  isTop,
})

function percentileOf(customer: Ranked, survey: Survey): number | undefined {
  const n = survey.known.get(customer.currency ?? '') ?? 0
  if (customer.value === null || customer.below === null || customer.upTo === null) return undefined
  return percentile(customer.below, Math.round(customer.upTo * n) - customer.below, n)
}

function reasonsFor(
  customer: Ranked,
  person: Somebody,
  weGet: number | undefined,
  isLargest: boolean,
  survey: Survey,
  { purpose, measure }: DrawForm,
): Reason[] {
  const heard: Reason = customer.lastAnswerAt
    ? { code: 'heard', on: customer.lastAnswerAt.slice(0, 10) }
    : { code: 'never_heard' }
  const role: Reason[] = person.role ? [{ code: 'role', role: person.role }] : []
  const standing: Reason[] =
    person.status === 'lost'
      ? [{ code: 'left', on: person.leftOn ?? '' }]
      : person.status === 'prospect'
        ? [{ code: 'prospect' }]
        : person.isAtRisk === 1
          ? [{ code: 'at_risk' }]
          : []
  if (purpose === 'figures') {
    const isAll = survey.size <= smallList
    return [{ code: isAll ? 'everybody' : 'random' }, ...standing, heard, ...role]
  }
  const value: Reason = isLargest
    ? { code: 'largest', measure, region: customer.region ?? '' }
    : weGet === undefined
      ? { code: 'no_value', measure }
      : { code: 'rank', measure, percentile: Math.round(weGet) }
  return [...standing, value, heard, ...role]
}

/** Quiet ones first, then the best by both values; whoever has none stands last; equals in the order of the seed. */
function inOrder(candidates: Candidate[], theyGet: Map<string, TheyGet>, seed: string): Candidate[] {
  const random = randomFrom(seed)
  const customers = [...new Set(candidates.map(({ customerId }) => customerId))].sort()
  const lots = new Map(customers.map((id) => [id, random()]))
  const worthOf = ({ customerId, weGet }: Candidate) => {
    const score = theyGet.get(customerId)?.score
    return worth(weGet, score === undefined ? undefined : score * 10) ?? -1
  }
  const lot = ({ customerId }: Candidate) => lots.get(customerId) ?? 0
  return [...candidates].sort((a, b) => a.heard - b.heard || worthOf(b) - worthOf(a) || lot(a) - lot(b))
}
