import { z } from 'zod'
import { isCurrency, parseAmount } from '../money.ts'
import {
  type BuyingRole,
  buyingRoles,
  type CustomerStatus,
  customerStatuses,
  type MailBasis,
  mailBases,
} from '../tables.ts'
import { isTimeZone } from '../time.ts'
import { isCountry, isLanguage, isSince, sentences } from './forms.ts'
import { type Column, readRow } from './import-columns.ts'

/** What is on record already, as far as a file can touch it. Keys: external ids as they are, addresses and names in small letters. */
export type Present = {
  customersByExternalId: Map<string, PresentCustomer>
  customersByName: Map<string, PresentCustomer[]>
  customersById: Map<string, PresentCustomer>
  contactsByExternalId: Map<string, PresentContact>
  contactsByEmail: Map<string, PresentContact>
  users: Map<string, string>
  years: Map<string, YearValues>
}
export type CustomerValues = {
  external_id: string | null
  name: string
  kind: 'company' | 'department'
  status: CustomerStatus
  segment: string | null
  region: string | null
  country: string | null
  time_zone: string | null
  owner_id: string | null
  customer_since: string | null
  attributes: string
}
export type PresentCustomer = CustomerValues & { id: string; archived_at: string | null }
export type ContactValues = {
  external_id: string | null
  first_name: string
  last_name: string
  email: string | null
  phone: string
  job_title: string
  buying_role: BuyingRole | null
  language: string | null
  mail_basis: MailBasis
}
export type PresentContact = ContactValues & { id: string; customer_id: string; archived_at: string | null }
export type YearValues = {
  revenue_minor: number | null
  orders: number | null
  margin_minor: number | null
  currency: string
}

export type Action = 'create' | 'update' | 'unchanged' | 'reject'
export type PlannedRow = { line: number; action: Action; problems: string[] }

/** Everything that confirming will write, and what each row comes to. */
export type Plan = {
  rows: PlannedRow[]
  customers: { id: string; isNew: boolean; values: CustomerValues }[]
  contacts: { id: string; customer_id: string; isNew: boolean; values: ContactValues }[]
  years: { customer_id: string; year: number; values: YearValues }[]
}

type Draft = {
  id: string
  isNew: boolean
  before: CustomerValues | undefined
  values: CustomerValues
  given: Map<string, { value: string; line: number }>
}

const maxCell = 2_000

/**
 * Decides for each row what it would create or change, without touching anything: the same rows against the same record
 * give the same plan, at preview and at confirming. An empty cell leaves what is on record. `lastYear` is the year of a
 * revenue that names none; `newId` makes ids.
 */
export function planImport(
  columns: Column[],
  rows: { line: number; cells: string[] }[],
  present: Present,
  lastYear: number,
  newId: () => string,
): Plan {
  const drafts = new Map<string, Draft>()
  const newByName = new Map<string, Draft>()
  const claimed = new Map<string, Draft>()
  const linesOf = new Map<string, number>()
  const contacts: Plan['contacts'] = []
  const years = new Map<string, Plan['years'][number] & { line: number }>()

  const planned = rows.map(({ line, cells }): PlannedRow => {
    const { known, attributes } = readRow(columns, cells)
    const problems = tooLong(columns, cells)
    if (cells.slice(columns.length).some((cell) => cell.trim() !== ''))
      problems.push('This row has more cells than there are columns. A comma or quotation mark may be out of place.')
    const customer = readCustomer(known, attributes, present, problems)
    const contact = readContact(known, problems)
    const year = readYear(known, lastYear, problems)
    if (problems.length > 0) return rejected(line, problems)

    const presentContact = contact && findContact(contact, present, problems)
    if (presentContact?.archived_at) problems.push('This contact is archived. Restore it first.')
    for (const key of contact ? keysOf(contact) : []) {
      const first = linesOf.get(key)
      if (first !== undefined)
        problems.push(`The same ${key.startsWith('@') ? 'address' : 'external_id'} stands in line ${first}.`)
    }
    const draft = findDraft(customer, presentContact, problems)
    if (!draft || problems.length > 0) return rejected(line, problems)
    for (const [name, value] of Object.entries(customer.given)) {
      const earlier = draft.given.get(name)
      if (earlier && earlier.value !== value)
        problems.push(`Line ${earlier.line} gives this customer another ${name}: "${earlier.value.slice(0, 60)}".`)
    }
    const yearKey = year && `${draft.id} ${year.year}`
    const earlierYear = yearKey ? years.get(yearKey) : undefined
    if (year && earlierYear && !isSame(earlierYear.values, { ...earlierYear.values, ...year.values }))
      problems.push(`Line ${earlierYear.line} gives other figures for ${year.year}.`)
    if (problems.length > 0) return rejected(line, problems)

    for (const key of contact ? keysOf(contact) : []) linesOf.set(key, line)
    const isFirstOfNew = draft.isNew && !drafts.has(draft.id)
    const customerBefore = draft.values
    apply(draft, customer, line)
    remember(draft)
    const contactValues = contact && contactAfter(contact, presentContact, draft.values.status)
    if (contactValues && (!presentContact || !isSame(contactValues, presentContact)))
      contacts.push({
        id: presentContact?.id ?? newId(),
        customer_id: draft.id,
        isNew: !presentContact,
        values: contactValues,
      })
    let isYearChanged = false
    if (year && yearKey) {
      const before = earlierYear?.values ?? present.years.get(yearKey)
      const values = { revenue_minor: null, orders: null, margin_minor: null, ...before, ...year.values }
      isYearChanged = !before || !isSame(values, before)
      if (isYearChanged) years.set(yearKey, { customer_id: draft.id, year: year.year, values, line })
    }
    const isCreated = isFirstOfNew || (contactValues !== undefined && !presentContact)
    const isChanged =
      isYearChanged ||
      !isSame(draft.values, customerBefore) ||
      (contactValues !== undefined && presentContact !== undefined && !isSame(contactValues, presentContact))
    return { line, action: isCreated ? 'create' : isChanged ? 'update' : 'unchanged', problems: [] }
  })

  return {
    rows: planned,
    customers: [...drafts.values()]
      .filter(({ isNew, before, values }) => isNew || !before || !isSame(values, before))
      .map(({ id, isNew, values }) => ({ id, isNew, values })),
    contacts,
    years: [...years.values()].map(({ customer_id, year, values }) => ({ customer_id, year, values })),
  }

  function remember(draft: Draft): void {
    const { external_id: number, name } = draft.values
    drafts.set(draft.id, draft)
    if (number && !present.customersByExternalId.has(number)) claimed.set(number, draft)
    if (draft.isNew && !newByName.has(name.toLowerCase())) newByName.set(name.toLowerCase(), draft)
  }

  /** The customer that a row is about: by its number, else by its contact, else by its name; a new one if there is none. */
  function findDraft(
    customer: ReadCustomer,
    contact: PresentContact | undefined,
    problems: string[],
  ): Draft | undefined {
    const { externalId, name } = customer
    const byNumber = externalId ? present.customersByExternalId.get(externalId) : undefined
    const ofContact = contact ? present.customersById.get(contact.customer_id) : undefined
    if (contact && byNumber && byNumber.id !== contact.customer_id) {
      problems.push(
        `This contact belongs to ${ofContact?.name ?? 'another customer'}, not to ${byNumber.name}. Move the contact first, or correct the number.`,
      )
      return undefined
    }
    if (contact && externalId && !byNumber && ofContact?.external_id) {
      problems.push(`This contact belongs to ${ofContact.name}, which has another number. Correct the number.`)
      return undefined
    }
    if (contact && ofContact && !externalId && name && name.toLowerCase() !== ofContact.name.toLowerCase()) {
      problems.push(
        `This contact belongs to ${ofContact.name}. Correct the company, or give customer_external_id to rename it.`,
      )
      return undefined
    }
    const claimant = externalId && !byNumber ? claimed.get(externalId) : undefined
    if (ofContact && claimant && claimant.id !== ofContact.id) {
      problems.push(
        `This contact belongs to ${ofContact.name}, not to ${claimant.values.name}, which has this number above.`,
      )
      return undefined
    }
    let found = byNumber ?? ofContact
    if (!found && claimant) return claimant
    if (!found && name) {
      // A number that is new here may be given to a customer that has none yet.
      const named = (present.customersByName.get(name.toLowerCase()) ?? []).filter(
        (one) => externalId === '' || one.external_id === null,
      )
      if (named.length > 1) {
        problems.push(`${named.length} customers are called ${name}. Say which by customer_external_id.`)
        return undefined
      }
      found = named[0]
    }
    if (found?.archived_at) {
      problems.push(`${found.name} is archived. Restore it first.`)
      return undefined
    }
    if (found)
      return (
        drafts.get(found.id) ?? { id: found.id, isNew: false, before: found, values: valuesOf(found), given: new Map() }
      )
    const staged = newByName.get(name.toLowerCase())
    if (staged && (externalId === '' || staged.values.external_id === null)) return staged
    if (name === '') {
      problems.push(
        externalId
          ? `No customer has the number ${externalId}. Add a company to create one.`
          : 'Say whom this row is about: the company is missing.',
      )
      return undefined
    }
    return { id: newId(), isNew: true, before: undefined, values: emptyCustomer(name), given: new Map() }
  }
}

const rejected = (line: number, problems: string[]): PlannedRow => ({ line, action: 'reject', problems })

/** Compares the fields of `a` with those of the same name in `b`. */
const isSame = (a: object, b: object): boolean => {
  const other = new Map(Object.entries(b))
  return Object.entries(a).every(([name, value]) => other.get(name) === value)
}

function tooLong(columns: Column[], cells: string[]): string[] {
  return columns.flatMap(({ header }, index) => {
    const length = cells[index]?.length ?? 0
    return length > maxCell ? [`${header} has ${length} characters. Shorten it to ${maxCell}.`] : []
  })
}

type Known = ReturnType<typeof readRow>['known']
type ReadCustomer = {
  externalId: string
  name: string
  values: Partial<CustomerValues>
  attributes: Record<string, string>
  given: Record<string, string>
}

/** One of a closed list, in small letters; a problem and undefined otherwise. */
function oneOf<T extends string>(
  list: readonly T[],
  text: string | undefined,
  name: string,
  problems: string[],
): T | undefined {
  if (text === undefined) return undefined
  const found = list.find((one) => one === text.toLowerCase().replaceAll(/[\s-]+/g, '_'))
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

function readCustomer(
  known: Known,
  attributes: Record<string, string>,
  present: Present,
  problems: string[],
): ReadCustomer {
  const ownerId = known.owner_email === undefined ? undefined : present.users.get(known.owner_email.toLowerCase())
  if (known.owner_email !== undefined && ownerId === undefined)
    problems.push(
      `Nobody here has the address ${known.owner_email.slice(0, 100)}. Invite them first, or correct owner_email.`,
    )
  for (const [name, text] of Object.entries({
    company: known.company,
    customer_external_id: known.customer_external_id,
    segment: known.segment,
    region: known.region,
  }))
    if (text && text.length > 200) problems.push(`${name} has ${text.length} characters. Shorten it to 200.`)
  const values = Object.fromEntries(
    Object.entries({
      external_id: known.customer_external_id,
      name: known.company,
      kind: oneOf(['company', 'department'] as const, known.kind, 'kind', problems),
      status: oneOf(customerStatuses, known.status, 'status', problems),
      segment: known.segment,
      region: known.region,
      country: checked(known.country?.toUpperCase(), isCountry, sentences.country, problems),
      time_zone: checked(known.time_zone, isTimeZone, sentences.timeZone, problems),
      owner_id: ownerId,
      customer_since: checked(known.since, isSince, sentences.since, problems),
    }).filter(([, value]) => value !== undefined),
  )
  const given = Object.fromEntries([
    ...Object.entries({
      company: known.company,
      status: known.status,
      segment: known.segment,
      region: known.region,
      country: known.country,
      since: known.since,
      owner_email: known.owner_email,
      kind: known.kind,
      time_zone: known.time_zone,
      customer_external_id: known.customer_external_id,
    }).flatMap(([name, text]): [string, string][] => (text === undefined ? [] : [[name, text]])),
    ...Object.entries(attributes),
  ])
  return { externalId: known.customer_external_id ?? '', name: known.company ?? '', values, attributes, given }
}

const emptyCustomer = (name: string): CustomerValues => ({
  external_id: null,
  name,
  kind: 'company',
  status: 'active',
  segment: null,
  region: null,
  country: null,
  time_zone: null,
  owner_id: null,
  customer_since: null,
  attributes: '{}',
})

const valuesOf = ({ id: _id, archived_at: _archived, ...values }: PresentCustomer): CustomerValues => values

const attributesSchema = z.record(z.string(), z.unknown())

function apply(draft: Draft, customer: ReadCustomer, line: number): void {
  const before = attributesSchema.parse(JSON.parse(draft.values.attributes))
  const isNewAttribute = Object.entries(customer.attributes).some(([name, value]) => before[name] !== value)
  draft.values = {
    ...draft.values,
    ...customer.values,
    attributes: isNewAttribute ? JSON.stringify({ ...before, ...customer.attributes }) : draft.values.attributes,
  }
  for (const [name, value] of Object.entries(customer.given))
    if (!draft.given.has(name)) draft.given.set(name, { value, line })
}

type ReadContact = { values: Partial<ContactValues>; email: string | undefined; externalId: string | undefined }

const buyingWords: Record<string, BuyingRole> = {
  decision_maker: 'decides',
  decider: 'decides',
  user: 'uses',
  influencer: 'influences',
  payer: 'pays',
  ...Object.fromEntries(buyingRoles.map((role) => [role, role])),
}

/** The contact of a row, or undefined if the row is about a customer alone. */
function readContact(known: Known, problems: string[]): ReadContact | undefined {
  const email = known.email?.toLowerCase()
  if (email !== undefined && !z.email().max(254).safeParse(email).success)
    problems.push(`"${email.slice(0, 60)}" is not an address. Write one such as anna@example.com.`)
  const [first, last] = known.name ? splitName(known.name) : [undefined, undefined]
  const buyingRole =
    known.role === undefined ? undefined : buyingWords[known.role.toLowerCase().replaceAll(/[\s-]+/g, '_')]
  const values: Partial<ContactValues> = Object.fromEntries(
    Object.entries({
      external_id: known.external_id,
      first_name: known.first_name ?? first,
      last_name: known.last_name ?? last,
      email,
      phone: known.phone,
      job_title: known.job_title ?? (known.role !== undefined && !buyingRole ? known.role : undefined),
      buying_role: buyingRole,
      language: checked(known.language?.toLowerCase().split(/[-_]/)[0], isLanguage, sentences.language, problems),
      mail_basis: oneOf(mailBases, known.mail_basis, 'mail_basis', problems),
    }).filter(([, value]) => value !== undefined),
  )
  const isAboutSomebody = email ?? known.external_id ?? values.first_name ?? values.last_name
  if (isAboutSomebody === undefined) return undefined
  if (email === undefined && known.external_id === undefined)
    problems.push(
      'This contact has neither an address nor an external_id, so that a second import could not find it again. Add one.',
    )
  for (const [name, text] of Object.entries({
    first_name: values.first_name,
    last_name: values.last_name,
    external_id: values.external_id,
  }))
    if (text && text.length > 100) problems.push(`${name} has ${text.length} characters. Shorten it to 100.`)
  return { values, email, externalId: known.external_id }
}

/** "Brandt, Anna" or "Anna Brandt": what stands after the last space is the last name. */
function splitName(name: string): [first: string, last: string] {
  const comma = name.split(',')
  if (comma.length === 2) return [comma[1]?.trim() ?? '', comma[0]?.trim() ?? '']
  const words = name.split(/\s+/)
  return words.length === 1 ? ['', name] : [words.slice(0, -1).join(' '), words.at(-1) ?? '']
}

const keysOf = (contact: ReadContact): string[] => [
  ...(contact.email ? [`@${contact.email}`] : []),
  ...(contact.externalId ? [`#${contact.externalId}`] : []),
]

function findContact(contact: ReadContact, present: Present, problems: string[]): PresentContact | undefined {
  const byNumber = contact.externalId ? present.contactsByExternalId.get(contact.externalId) : undefined
  const byEmail = contact.email ? present.contactsByEmail.get(contact.email) : undefined
  if (byNumber && byEmail && byNumber.id !== byEmail.id)
    problems.push(
      `This address already belongs to ${byEmail.first_name} ${byEmail.last_name}, who has another external_id.`,
    )
  if (!byNumber && byEmail?.external_id && contact.externalId)
    problems.push(
      `This address already belongs to ${byEmail.first_name} ${byEmail.last_name}, whose external_id is ${byEmail.external_id}.`,
    )
  return byNumber ?? byEmail
}

/** A new contact of an active customer may be written to as an existing customer, unless the file says otherwise. */
function contactAfter(contact: ReadContact, before: PresentContact | undefined, status: CustomerStatus): ContactValues {
  const base: ContactValues = before
    ? {
        external_id: before.external_id,
        first_name: before.first_name,
        last_name: before.last_name,
        email: before.email,
        phone: before.phone,
        job_title: before.job_title,
        buying_role: before.buying_role,
        language: before.language,
        mail_basis: before.mail_basis,
      }
    : {
        external_id: null,
        first_name: '',
        last_name: '',
        email: null,
        phone: '',
        job_title: '',
        buying_role: null,
        language: null,
        mail_basis: status === 'active' ? 'existing_customer' : 'none',
      }
  return { ...base, ...contact.values }
}

type ReadYear = { year: number; values: Partial<YearValues> & { currency: string } }

function readYear(known: Known, lastYear: number, problems: string[]): ReadYear | undefined {
  const { annual_revenue: revenue, orders, margin } = known
  if (revenue === undefined && orders === undefined && margin === undefined) return undefined
  const currency = known.currency?.toUpperCase() ?? ''
  if (!isCurrency(currency)) {
    problems.push(
      currency === ''
        ? 'The revenue has no currency. Add a column currency, such as EUR.'
        : `"${currency.slice(0, 20)}": ${sentences.currency}`,
    )
    return undefined
  }
  const year = known.year === undefined ? lastYear : Number(known.year)
  if (!Number.isInteger(year) || year < 1990 || year > 2100)
    problems.push(`"${String(known.year).slice(0, 20)}": ${sentences.year}`)
  const amount = (text: string | undefined, name: string) => {
    if (text === undefined) return undefined
    const minor = parseAmount(text, currency)
    if (minor === undefined)
      problems.push(`${name} "${text.slice(0, 40)}" is not an amount. Write 412000 or 412,000.50.`)
    return minor
  }
  const count = orders === undefined ? undefined : Number(orders)
  if (count !== undefined && (!Number.isInteger(count) || count < 0))
    problems.push(`orders "${orders?.slice(0, 20)}" is not a number.`)
  const revenueMinor = amount(revenue, 'annual_revenue')
  const marginMinor = amount(margin, 'margin')
  return {
    year,
    values: {
      currency,
      ...(revenueMinor === undefined ? {} : { revenue_minor: revenueMinor }),
      ...(count === undefined ? {} : { orders: count }),
      ...(marginMinor === undefined ? {} : { margin_minor: marginMinor }),
    },
  }
}
