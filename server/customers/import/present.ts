import type Database from 'better-sqlite3'
import { type Column, readRow } from './meanings.ts'
import type { StagedRow } from './plan.ts'
import {
  type OutcomeValues,
  outcomeKey,
  type Present,
  type PresentContact,
  type PresentCustomer,
  type YearValues,
} from './record.ts'

/** What some rows can be about: the keys by which they find what is on record or stands above them. */
export type Keys = {
  numbers: string[]
  names: string[]
  emails: string[]
  contactNumbers: string[]
  targets: string[]
  has: { years: boolean; offerings: boolean; outcomes: boolean }
}

export function keysOf(columns: Column[], rows: StagedRow[]): Keys {
  const only = columns.map((column) => (keyMeanings.has(column.meaning) ? column : { ...column, meaning: 'none' }))
  const [numbers, names, emails, contactNumbers] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ]
  for (const { cells } of rows) {
    const { known } = readRow(only, cells)
    if (known.customer_external_id) numbers.add(known.customer_external_id)
    if (known.company) names.add(known.company)
    if (known.email) emails.add(known.email.toLowerCase().replace(/^mailto:/, ''))
    if (known.external_id) contactNumbers.add(known.external_id)
  }
  const has = (meaning: string) => columns.some((column) => column.meaning === meaning)
  return {
    numbers: [...numbers],
    names: [...names],
    emails: [...emails],
    contactNumbers: [...contactNumbers],
    targets: [...new Set(rows.flatMap(({ target }) => target || []))],
    has: {
      years: has('annual_revenue') || has('orders') || has('margin'),
      offerings: has('offerings'),
      outcomes: has('outcome'),
    },
  }
}
const keyMeanings = new Set(['customer_external_id', 'company', 'email', 'external_id'])

const customerColumns =
  'id, external_id, name, kind, status, segment, region, country, time_zone, language, owner_id, customer_since, attributes, archived_at'
const contactColumns =
  'id, customer_id, external_id, first_name, last_name, email, phone, job_title, buying_role, language, mail_basis, archived_at'
const listed = '(select value from json_each(?))'

/** Finds what is on record for some rows, in one statement for each way to find it. */
export function recordReader(live: Database.Database): (keys: Keys) => Present {
  const customers = (where: string) =>
    live.prepare<[string], PresentCustomer>(`select ${customerColumns} from customer where ${where} in ${listed}`)
  const contacts = (where: string) =>
    live.prepare<[string], PresentContact>(`select ${contactColumns} from contact where ${where} in ${listed}`)
  const statements = {
    customersById: customers('id'),
    customersByNumber: customers('external_id'),
    // Of those that were merged, whose number may still stand in lists elsewhere, the one that they belong to now.
    merged: live.prepare<[string], { number: string; id: string }>(
      `with recursive into_one (number, id) as (
        select external_id, merged_into from customer where external_id in ${listed} and merged_into is not null
        union
        select number, merged_into from into_one join customer using (id) where merged_into is not null
      ) select number, id from into_one join customer using (id) where merged_into is null`,
    ),
    customersByName: customers('archived_at is null and name collate nocase'),
    contactsByNumber: contacts('external_id'),
    contactsByEmail: contacts('archived_at is null and email'),
    years: live.prepare<[string], YearValues & { customer_id: string; year: number }>(
      `select customer_id, year, revenue_minor, orders, margin_minor, currency from customer_year where customer_id in ${listed}`,
    ),
    offerings: live.prepare<[], { id: string; name: string; archived_at: string | null }>(
      'select id, name, archived_at from offering',
    ),
    has: live.prepare<[string], { customer_id: string; offering_id: string }>(
      `select customer_id, offering_id from customer_offering where customer_id in ${listed}`,
    ),
    outcomes: live.prepare<[string], OutcomeValues & { customer_id: string }>(
      `select customer_id, kind, basis, happened_on, note from outcome where customer_id in ${listed}`,
    ),
  }
  const users = new Map(
    live
      .prepare<[], { id: string; email: string }>('select id, email from "user" where deactivated_at is null')
      .all()
      .map(({ id, email }) => [email.toLowerCase(), id]),
  )

  return (keys) => {
    const found = {
      contacts: [
        ...statements.contactsByNumber.all(JSON.stringify(keys.contactNumbers)),
        ...statements.contactsByEmail.all(JSON.stringify(keys.emails)),
      ],
      named: statements.customersByName.all(JSON.stringify(keys.names.flatMap(spellings))),
      numbered: statements.customersByNumber.all(JSON.stringify(keys.numbers)),
    }
    const merged = statements.merged.all(JSON.stringify(keys.numbers))
    const ids = [
      ...new Set([
        ...found.contacts.map((contact) => contact.customer_id),
        ...merged.map(({ id }) => id),
        ...keys.targets,
      ]),
    ]
    const all = [...found.numbered, ...found.named, ...statements.customersById.all(JSON.stringify(ids))]
    const byId = new Map(all.map((customer) => [customer.id, customer]))
    const theirs = JSON.stringify([...byId.keys()])
    return {
      customersById: byId,
      customersByExternalId: new Map([
        ...[...byId.values()].flatMap((one): [string, PresentCustomer][] =>
          one.external_id ? [[one.external_id, one]] : [],
        ),
        ...merged.flatMap(({ number, id }): [string, PresentCustomer][] => {
          const kept = byId.get(id)
          return kept ? [[number, kept]] : []
        }),
      ]),
      customersByName: Map.groupBy(
        [...byId.values()].filter(({ archived_at }) => archived_at === null),
        ({ name }) => name.toLowerCase(),
      ),
      contactsByExternalId: new Map(
        found.contacts.flatMap((contact) => (contact.external_id ? [[contact.external_id, contact]] : [])),
      ),
      contactsByEmail: new Map(
        found.contacts.flatMap((contact) => (contact.email && !contact.archived_at ? [[contact.email, contact]] : [])),
      ),
      users,
      years: new Map(
        keys.has.years
          ? statements.years.all(theirs).map(({ customer_id, year, ...values }) => [`${customer_id} ${year}`, values])
          : [],
      ),
      offerings: new Map(
        keys.has.offerings
          ? statements.offerings
              .all()
              .map(({ id, name, archived_at }) => [name.toLowerCase(), { id, isArchived: archived_at !== null }])
          : [],
      ),
      has: new Set(
        keys.has.offerings
          ? statements.has.all(theirs).map(({ customer_id, offering_id }) => `${customer_id} ${offering_id}`)
          : [],
      ),
      outcomes: new Set(
        keys.has.outcomes ? statements.outcomes.all(theirs).map((row) => outcomeKey(row.customer_id, row)) : [],
      ),
    }
  }
}

/** SQLite ignores case only within ASCII: other alphabets are looked for as typed, in small letters and in capitals. */
function spellings(name: string): string[] {
  if (/^[\x20-\x7e]*$/.test(name)) return [name]
  const small = name.toLowerCase()
  return [...new Set([name, small, name.toUpperCase(), small.charAt(0).toUpperCase() + small.slice(1)])]
}
