import type { CustomerStatus } from '../../tables.ts'
import { unseenIn } from '../characters.ts'
import { after, type Draft, givenBefore, type Memory, remember } from './draft.ts'
import { type Column, readRow } from './meanings.ts'
import {
  type ContactValues,
  type CustomerValues,
  contactValuesOf,
  isSame,
  type OutcomeValues,
  outcomeKey,
  type Present,
  type PresentContact,
  type YearValues,
} from './record.ts'
import { type ReadContact, readContact, readCustomer, readOfferings, readOutcome } from './values.ts'
import { asKept, findContact, findCustomer } from './whom.ts'
import { type ReadYear, readYear } from './years.ts'

export const actions = ['create', 'update', 'unchanged', 'reject'] as const
export type Action = (typeof actions)[number]

/** A row as it was staged; `target` is the id of the new customer that it is about, '' if it is about none. */
export type StagedRow = { line: number; cells: string[]; target: string }
/** What a row comes to. `changes` says what becomes of what is on record: "Segment: Food → Dairy". */
export type PlannedRow = {
  line: number
  action: Action
  problems: string[]
  target: string
  changes: string[]
  /** It says that we may write to somebody to whom we may not; done only where somebody asked for it. */
  loosens: boolean
}

/** All that is to be written for some rows. */
export type Writes = {
  customers: { id: string; before: CustomerValues | undefined; values: CustomerValues }[]
  contacts: { id: string; customer_id: string; isNew: boolean; values: ContactValues }[]
  years: { customer_id: string; year: number; values: YearValues }[]
  /** Names of offerings that nobody has yet. */
  offerings: string[]
  has: { customer_id: string; offering: string }[]
  outcomes: { customer_id: string; values: OutcomeValues }[]
}

/** What holds for the whole file. `lastYear` is the year of figures that name none. */
export type Rules = { columns: Column[]; lastYear: number; mayLoosen: boolean }

const maxCell = 2_000

/**
 * Decides for each row what it would create or change, without touching anything but `memory`, which holds what the rows
 * above came to: the same rows against the same record give the same plan, at preview and when they are written. An empty
 * cell leaves what is on record.
 */
export function planRows(
  rows: StagedRow[],
  rules: Rules,
  present: Present,
  memory: Memory,
  newId: () => string,
): { rows: PlannedRow[]; writes: Writes } {
  const customers = new Map<string, Draft>()
  const contacts: Writes['contacts'] = []
  const years = new Map<string, Writes['years'][number]>()
  const has: Writes['has'] = []
  const outcomes: Writes['outcomes'] = []
  const offerings = new Map<string, string>()
  const planned = rows.map(plan)
  return {
    rows: planned,
    writes: {
      customers: [...customers.values()].map(({ id, before, values }) => ({ id, before, values })),
      contacts,
      years: [...years.values()],
      offerings: [...offerings.values()],
      has,
      outcomes,
    },
  }

  function plan({ line, cells, target }: StagedRow): PlannedRow {
    const { known, attributes } = readRow(rules.columns, cells)
    const problems = [...tooLong(rules.columns, cells), ...unseen(rules.columns, cells)]
    const customer = asKept(readCustomer(known, attributes, present.users, problems), present)
    const contact = readContact(known, problems)
    const year = readYear(known, rules.lastYear, problems)
    const names = readOfferings(known, problems)
    const outcome = readOutcome(known, problems)
    if (problems.length > 0) return rejected(line, problems)

    const before = contact && findContact(contact, present, problems)
    for (const key of contact ? keysOf(contact) : []) {
      const first = memory.lines.get(key)
      if (first !== undefined && first !== line)
        problems.push(`The same ${key.startsWith('@') ? 'address' : 'external_id'} stands in line ${first}.`)
    }
    const draft =
      problems.length > 0 ? undefined : findCustomer(customer, before, target, present, memory, newId, problems)
    if (!draft) return rejected(line, problems)
    for (const [name, value] of Object.entries(customer.given)) {
      const earlier = givenBefore(draft, name)
      if (earlier && earlier.value !== value)
        problems.push(`Line ${earlier.line} gives this customer another ${name}: "${earlier.value.slice(0, 60)}".`)
    }
    const earlierYear = year && draft.years[year.year]
    if (year && earlierYear && !isSame(year.values, earlierYear.values))
      problems.push(`Line ${earlierYear.line} gives other figures for ${year.year}.`)
    for (const name of names)
      if (present.offerings.get(name.toLowerCase())?.isArchived)
        problems.push(`The offering ${name} is archived. Restore it first, or take it out.`)
    if (problems.length > 0) return rejected(line, problems)

    for (const key of contact ? keysOf(contact) : []) memory.lines.set(key, line)
    const isFirstOfNew = !draft.before && !memory.drafts.has(draft.id)
    const customerBefore = draft.values
    draft.values = after(draft, customer.values, customer.attributes)
    for (const [name, value] of Object.entries(customer.given))
      if (!givenBefore(draft, name)) draft.given[name] = { value, line }
    remember(memory, present, draft)
    const isCustomerChanged = !isSame(draft.values, customerBefore)
    if (isFirstOfNew || isCustomerChanged) customers.set(draft.id, draft)

    const changes = isFirstOfNew ? [] : changesOf(customerBefore, draft.values)
    const loosens = contact !== undefined && isLooser(contact, before)
    const values = contact && contactAfter(contact, before, draft.values.status, rules.mayLoosen)
    const isContactNew = values !== undefined && !before
    const isContactChanged = values !== undefined && before !== undefined && !isSame(values, contactValuesOf(before))
    if (values && (isContactNew || isContactChanged))
      contacts.push({ id: before?.id ?? newId(), customer_id: draft.id, isNew: !before, values })
    if (before && values && isContactChanged) changes.push(...changesOf(contactValuesOf(before), values))
    if (year) changes.push(...planYear(draft, year, line))
    changes.push(...planOfferings(draft, names), ...(outcome ? planOutcome(draft, outcome) : []))
    const isCreated = isFirstOfNew || isContactNew
    const action = isCreated ? 'create' : changes.length > 0 ? 'update' : 'unchanged'
    return { line, action, problems: [], target: draft.before ? '' : draft.id, changes, loosens }
  }

  function planYear(draft: Draft, { year, values: given }: ReadYear, line: number): string[] {
    const key = `${draft.id} ${year}`
    const before = draft.years[year]?.values ?? present.years.get(key)
    const values = { revenue_minor: null, orders: null, margin_minor: null, ...before, ...given }
    draft.years[year] ??= { values, line }
    if (before && isSame(values, before)) return []
    draft.years[year] = { values, line: draft.years[year]?.line ?? line }
    years.set(key, { customer_id: draft.id, year, values })
    return [`Figures of ${year}`]
  }

  function planOfferings(draft: Draft, names: string[]): string[] {
    return names.flatMap((name) => {
      const key = name.toLowerCase()
      const known = present.offerings.get(key)
      if (draft.has.includes(key) || (known && present.has.has(`${draft.id} ${known.id}`))) return []
      draft.has.push(key)
      if (!known && !offerings.has(key)) offerings.set(key, name)
      has.push({ customer_id: draft.id, offering: name })
      return [`Has ${name}`]
    })
  }

  function planOutcome(draft: Draft, values: OutcomeValues): string[] {
    const key = outcomeKey(draft.id, values)
    if (draft.has.includes(key) || present.outcomes.has(key)) return []
    draft.has.push(key)
    outcomes.push({ customer_id: draft.id, values })
    return [`Outcome of ${values.happened_on}`]
  }
}

const rejected = (line: number, problems: string[]): PlannedRow => ({
  line,
  action: 'reject',
  problems,
  target: '',
  changes: [],
  loosens: false,
})

function tooLong(columns: Column[], cells: string[]): string[] {
  const problems: string[] = []
  cells.forEach((cell, index) => {
    const column = columns[index]
    if (!column) {
      if (cell.trim() !== '' && problems.length === 0)
        problems.push('This row has more cells than there are columns. A comma or quotation mark may be out of place.')
    } else if (cell.length > maxCell)
      problems.push(`${column.header} has ${cell.length} characters. Shorten it to ${maxCell}.`)
  })
  return problems
}

function unseen(columns: Column[], cells: string[]): string[] {
  // Nearly every row has none: it is looked at once as a whole.
  if (unseenIn(cells.join(' ')) === undefined) return []
  return cells.flatMap((cell, index) => {
    const column = columns[index]
    const found = column && column.meaning !== 'none' ? unseenIn(cell) : undefined
    return found && column
      ? `There is a character in ${column.header} that nobody can see (${found}). Take it out.`
      : []
  })
}

const keysOf = (contact: ReadContact): string[] => [
  ...(contact.email ? [`@${contact.email}`] : []),
  ...(contact.externalId ? [`#${contact.externalId}`] : []),
]

const isLooser = (contact: ReadContact, before: PresentContact | undefined): boolean =>
  before?.mail_basis === 'none' && (contact.values.mail_basis ?? 'none') !== 'none'

/** A new contact of an active customer may be written to as an existing customer, unless the file says otherwise. */
function contactAfter(
  contact: ReadContact,
  before: PresentContact | undefined,
  status: CustomerStatus,
  mayLoosen: boolean,
): ContactValues {
  const base: ContactValues = before
    ? contactValuesOf(before)
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
  const values = { ...base, ...contact.values }
  return isLooser(contact, before) && !mayLoosen ? { ...values, mail_basis: 'none' } : values
}

const names: Record<string, string> = {
  external_id: 'Number elsewhere',
  name: 'Name',
  kind: 'Kind',
  status: 'Status',
  segment: 'Segment',
  region: 'Region',
  country: 'Country',
  time_zone: 'Time zone',
  language: 'Language',
  owner_id: 'Owner',
  customer_since: 'Since',
  attributes: 'Attributes',
  first_name: 'First name',
  last_name: 'Last name',
  email: 'Address',
  phone: 'Telephone',
  job_title: 'Job title',
  buying_role: 'Part in buying',
  mail_basis: 'May we write',
}

/** What differs, in words; owners and attributes without their values. */
function changesOf<T extends object>(before: T, values: T): string[] {
  const found: string[] = []
  for (const name in values) {
    if (values[name] === before[name]) continue
    const label = names[name] ?? name
    const isShort = name !== 'owner_id' && name !== 'attributes'
    found.push(isShort ? `${label}: ${shown(before[name])} → ${shown(values[name])}` : label)
  }
  return found
}
const shown = (value: unknown): string =>
  value === null || value === '' ? 'none' : String(value).replaceAll('_', ' ').slice(0, 60)
