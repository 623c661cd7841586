import { z } from 'zod'
import { type BuyingRole, buyingRoles, customerStatuses, mailBases } from '../../tables.ts'
import { isDay, isTimeZone } from '../../time.ts'
import { isCountry, isLanguage, isSince, sentences } from '../forms.ts'
import type { Known } from './meanings.ts'
import { type ContactValues, type CustomerValues, type OutcomeValues, outcomeBases, outcomeKinds } from './record.ts'

/** What a row says of a customer: `values` what it writes, `given` what stood in the file, by the name of the column. */
export type ReadCustomer = {
  externalId: string
  name: string
  values: Partial<CustomerValues>
  attributes: Record<string, string>
  given: Record<string, string>
}

/** Asking the runtime takes long, and a file names few time zones, countries and languages. */
function remembered(ask: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>()
  return (text) => {
    const said = known.get(text) ?? ask(text)
    if (known.size < 1_000) known.set(text, said)
    return said
  }
}
const isKnownTimeZone = remembered(isTimeZone)
const isKnownCountry = remembered(isCountry)
const isKnownLanguage = remembered(isLanguage)

const customerColumns = [
  'company',
  'customer_external_id',
  'kind',
  'status',
  'segment',
  'region',
  'country',
  'time_zone',
  'customer_language',
  'since',
  'owner_email',
] as const

/** `users` finds who works here by their address in small letters. What is wrong is added to `problems`, as sentences. */
export function readCustomer(
  known: Known,
  attributes: Record<string, string>,
  users: Map<string, string>,
  problems: string[],
): ReadCustomer {
  const ownerId = known.owner_email === undefined ? undefined : users.get(known.owner_email.toLowerCase())
  if (known.owner_email !== undefined && ownerId === undefined)
    problems.push(
      `Nobody here has the address ${known.owner_email.slice(0, 100)}. Invite them first, or correct owner_email.`,
    )
  for (const name of ['company', 'customer_external_id', 'segment', 'region'] as const)
    tooLong(name, known[name], name === 'company' || name === 'region' || name === 'segment' ? 200 : 100, problems)
  const since = known.since === undefined ? undefined : (dayOf(known.since) ?? monthOf(known.since) ?? known.since)
  const values = {
    external_id: known.customer_external_id,
    name: known.company,
    kind: oneOf(['company', 'department'] as const, known.kind, 'kind', problems),
    status: oneOf(customerStatuses, known.status, 'status', problems),
    segment: known.segment,
    region: known.region,
    country: checked(known.country?.toUpperCase(), isKnownCountry, sentences.country, problems),
    time_zone: checked(known.time_zone, isKnownTimeZone, sentences.timeZone, problems),
    language: languageOf(known.customer_language ?? (isAboutSomebody(known) ? undefined : known.language), problems),
    owner_id: ownerId,
    customer_since: checked(since, isSince, sentences.since, problems),
  }
  const given: Record<string, string> = { ...attributes }
  for (const name of customerColumns) {
    const text = known[name]
    if (text !== undefined) given[name] = text
  }
  return {
    externalId: known.customer_external_id ?? '',
    name: known.company ?? '',
    values: withoutGaps(values),
    attributes,
    given,
  }
}

export type ReadContact = {
  values: Partial<ContactValues>
  email: string | undefined
  externalId: string | undefined
}

const buyingWords: Record<string, BuyingRole> = {
  decision_maker: 'decides',
  decider: 'decides',
  user: 'uses',
  influencer: 'influences',
  payer: 'pays',
  ...Object.fromEntries(buyingRoles.map((role) => [role, role])),
}

const isAboutSomebody = (known: Known): boolean =>
  (known.email ?? known.external_id ?? known.name ?? known.first_name ?? known.last_name) !== undefined

const address = z.email().max(254)

/** The contact of a row, or undefined if the row is about a customer alone. */
export function readContact(known: Known, problems: string[]): ReadContact | undefined {
  const mailBasis = oneOf(mailBases, known.mail_basis, 'mail_basis', problems)
  if (!isAboutSomebody(known)) return undefined
  const email = known.email?.toLowerCase().replace(/^mailto:/, '')
  if (email !== undefined && !address.safeParse(email).success)
    problems.push(`"${email.slice(0, 60)}" is not an address. Write one such as anna@example.com.`)
  if (email === undefined && known.external_id === undefined)
    problems.push(
      'This contact has neither an address nor an external_id, so that a second import could not find it again. Add one.',
    )
  const [first, last] = known.name ? splitName(known.name) : [undefined, undefined]
  const buyingRole = known.role === undefined ? undefined : buyingWords[underscored(known.role)]
  const values = {
    external_id: known.external_id,
    first_name: known.first_name ?? first,
    last_name: known.last_name ?? last,
    email,
    phone: known.phone,
    job_title: known.job_title ?? (buyingRole ? undefined : known.role),
    buying_role: buyingRole,
    language: languageOf(known.language, problems),
    mail_basis: mailBasis,
  }
  for (const name of ['first_name', 'last_name', 'external_id'] as const)
    tooLong(name, values[name] ?? '', 100, problems)
  tooLong('phone', known.phone, 60, problems)
  tooLong('job_title', values.job_title, 150, problems)
  return { values: withoutGaps(values), email, externalId: known.external_id }
}

/** "Brandt, Anna" or "Anna Brandt": what stands after the last space is the last name. */
function splitName(name: string): [first: string, last: string] {
  const comma = name.split(',')
  if (comma.length === 2) return [comma[1]?.trim() ?? '', comma[0]?.trim() ?? '']
  const words = name.split(/\s+/)
  return words.length === 1 ? ['', name] : [words.slice(0, -1).join(' '), words.at(-1) ?? '']
}

/** The names of what they have from us, parted by `|` `;` or line breaks, else by commas; each once. */
export function readOfferings(known: Known, problems: string[]): string[] {
  const text = known.offerings ?? ''
  const names = text.split(/[|;\n]/.test(text) ? /[|;\n\r]+/ : ',').map((name) => name.trim().replaceAll(/\s+/g, ' '))
  const found = new Map(names.filter((name) => name !== '').map((name) => [name.toLowerCase(), name]))
  for (const name of found.values()) tooLong('offerings', name, 150, problems)
  return [...found.values()]
}

const outcomeWords: Record<string, OutcomeValues['kind']> = {
  verlangert: 'renewed',
  renewal: 'renewed',
  gewachsen: 'grew',
  expanded: 'grew',
  reduziert: 'reduced',
  empfohlen: 'referred',
  verloren: 'left',
  gekundigt: 'left',
  churned: 'left',
  ...Object.fromEntries(outcomeKinds.map((kind) => [kind, kind])),
}

/** What happened with the customer, and when; undefined if the row says nothing of it. */
export function readOutcome(known: Known, problems: string[]): OutcomeValues | undefined {
  if (known.outcome === undefined) {
    if (known.outcome_on ?? known.outcome_note)
      problems.push(`The outcome is missing beside its day or note. Write ${outcomeKinds.join(', ')}.`)
    return undefined
  }
  const kind = outcomeWords[underscored(known.outcome)]
  if (!kind) problems.push(`outcome "${known.outcome.slice(0, 40)}" is not known. Write ${outcomeKinds.join(', ')}.`)
  const day = dayOf(known.outcome_on ?? '')
  if (!day)
    problems.push(
      known.outcome_on === undefined
        ? 'The outcome has no day. Add a column outcome_on, such as 2026-03-31.'
        : `outcome_on "${known.outcome_on.slice(0, 40)}" is not a day that can be told. Write it as 2026-03-31.`,
    )
  const basis = oneOf(outcomeBases, known.outcome_basis, 'outcome_basis', problems) ?? 'actual'
  return kind && day ? { kind, basis, happened_on: day, note: known.outcome_note ?? '' } : undefined
}

/** 2026-03-31, 31.3.2026, or 31/03/2026 where only one reading is possible; undefined otherwise. */
export function dayOf(text: string): string | undefined {
  const date = text.trim().replace(/[ T]\d{1,2}:\d{2}.*$/, '')
  const [, day, sign, month, year] = /^(\d{1,2})([./])(\d{1,2})\2((?:19|20)\d{2})$/.exec(date) ?? []
  const iso = /^\d{4}-\d{1,2}-\d{1,2}$/.test(date) ? date.split('-') : year && [year, month, day]
  if (!iso) return undefined
  let [y = '', m = '', d = ''] = iso
  if (sign === '/' && Number(m) <= 12 && Number(d) <= 12 && m !== d) return undefined
  if (sign === '/' && Number(m) > 12) [m, d] = [d, m]
  const written = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
  return isDay(written) ? written : undefined
}

/** 03/2014 or 3.2014 as 2014-03. */
function monthOf(text: string): string | undefined {
  const [, month, year] = /^(0?[1-9]|1[0-2])[./]((?:19|20)\d{2})$/.exec(text) ?? []
  return month && year ? `${year}-${month.padStart(2, '0')}` : undefined
}

const languageOf = (text: string | undefined, problems: string[]): string | undefined =>
  checked(text?.toLowerCase().split(/[-_]/)[0], isKnownLanguage, sentences.language, problems)

const underscored = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')

/** One of a closed list, in small letters; a problem and undefined otherwise. */
function oneOf<T extends string>(
  list: readonly T[],
  text: string | undefined,
  name: string,
  problems: string[],
): T | undefined {
  if (text === undefined) return undefined
  const found = list.find((one) => one === underscored(text))
  if (!found) problems.push(`${name} "${text.slice(0, 40)}" is not known. Write ${list.join(', ')}.`)
  return found
}

function checked(
  text: string | undefined,
  isGood: (text: string) => boolean,
  sentence: string,
  problems: string[],
): string | undefined {
  if (text === undefined || isGood(text)) return text
  problems.push(`"${text.slice(0, 40)}": ${sentence}`)
  return undefined
}

function tooLong(name: string, text: string | undefined, most: number, problems: string[]): void {
  if (text && text.length > most) problems.push(`${name} has ${text.length} characters. Shorten it to ${most}.`)
}

type WithoutGaps<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
function withoutGaps<T extends object>(values: T): WithoutGaps<T> {
  const found: WithoutGaps<T> = {}
  for (const name in values) {
    const value = values[name]
    if (isThere(value)) found[name] = value
  }
  return found
}
const isThere = <V>(value: V): value is Exclude<V, undefined> => value !== undefined
