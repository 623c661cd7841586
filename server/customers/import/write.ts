import type Database from 'better-sqlite3'
import { newId } from '../../ids.ts'
import type { Writes } from './plan.ts'

type By = { importId: string; userId: string; at: string }

const customerColumns = [
  'external_id',
  'name',
  'kind',
  'status',
  'segment',
  'region',
  'country',
  'time_zone',
  'language',
  'owner_id',
  'customer_since',
  'attributes',
] as const
const contactColumns = [
  'external_id',
  'first_name',
  'last_name',
  'email',
  'phone',
  'job_title',
  'buying_role',
  'language',
  'mail_basis',
] as const

/**
 * Writes what was planned for some rows, inside the caller's transaction, and names the import in each customer's timeline.
 * All rows of a table go in one statement, and what triggers keep for others beside them is kept here, once for all: it must
 * run within `wordsPending`, which holds those triggers off (migration 2026-11-26-994).
 */
export function recordWriter(live: Database.Database, { importId, userId, at }: By): (writes: Writes) => void {
  const set = (columns: readonly string[]) => columns.map((column) => `${column} = @${column}`).join(', ')
  // Rows come as JSON, a list for each; "where true" parts the select from an "on conflict".
  const insert = (table: string, columns: readonly string[], more = '') => {
    const cells = columns.map((_, index) => `value ->> ${index}`).join(', ')
    return insertAll(
      live.prepare<[string]>(
        `insert into ${table} (${columns.join(', ')}) select ${cells} from json_each(?) where true ${more}`,
      ),
    )
  }
  const among = '(select value from json_each(?))'
  const statements = {
    addCustomers: insert('customer', [
      'id',
      ...customerColumns,
      'created_at',
      'updated_at',
      'contact_count',
      'latest_year',
      'latest_revenue_minor',
      'latest_currency',
    ]),
    changeCustomer: live.prepare(`update customer set ${set([...customerColumns, 'updated_at'])} where id = @id`),
    addContacts: insert('contact', ['id', 'customer_id', ...contactColumns, 'created_at', 'updated_at']),
    changeContact: live.prepare(`update contact set ${set([...contactColumns, 'updated_at'])} where id = @id`),
    saveYears: insert(
      'customer_year',
      ['customer_id', 'year', 'revenue_minor', 'orders', 'margin_minor', 'currency'],
      `on conflict (customer_id, year) do update set revenue_minor = excluded.revenue_minor, orders = excluded.orders,
        margin_minor = excluded.margin_minor, currency = excluded.currency`,
    ),
    addOffering: live.prepare('insert into offering (id, name) values (?, ?) on conflict do nothing'),
    offerings: live.prepare<[], { id: string; name: string }>('select id, name from offering'),
    addHas: insert('customer_offering', ['customer_id', 'offering_id'], 'on conflict do nothing'),
    addOutcomes: insert('outcome', [
      'id',
      'customer_id',
      'kind',
      'basis',
      'happened_on',
      'note',
      'recorded_by',
      'recorded_at',
    ]),
    addEvents: insert('event', [
      'id',
      'happened_at',
      'actor',
      'user_id',
      'action',
      'record_kind',
      'record_id',
      'detail',
    ]),
    countContacts: live.prepare<[string]>(`update customer set contact_count =
      (select count(*) from contact where customer_id = customer.id and archived_at is null) where id in ${among}`),
    noteYears: live.prepare<[string]>(`update customer set (latest_year, latest_revenue_minor, latest_currency) =
      (select year, revenue_minor, currency from customer_year
       where customer_id = customer.id and revenue_minor is not null order by year desc limit 1) where id in ${among}`),
    nameCustomers: live.prepare<[string]>(`insert into customer_words (customer_id, words)
      select id, ' ' || name || ' ' || coalesce(external_id, '') from customer where id in ${among}`),
    nameContacts: live.prepare<[string]>(`insert into customer_words (customer_id, contact_id, words)
      select customer_id, id, ' ' || first_name || ' ' || last_name || ' ' || coalesce(email, '') || ' '
        || coalesce(external_id, '') from contact where id in ${among} and archived_at is null`),
  }
  const imported = JSON.stringify({ import: importId })
  const event = (action: string, id: string, detail: string): Cell[] => [
    newId(),
    at,
    'user',
    userId,
    action,
    'customer',
    id,
    detail,
  ]

  return (writes) => {
    const touched = new Set<string>()
    const events: Cell[][] = []
    const customers: Cell[][] = []
    const contacts: Cell[][] = []
    const counts = new Map<string, number>()
    const latest = new Map<string, Writes['years'][number]>()
    for (const { id, customer_id, isNew, values } of writes.contacts) {
      touched.add(customer_id)
      if (!isNew) statements.changeContact.run({ id, ...values, updated_at: at })
      else {
        contacts.push([id, customer_id, ...contactColumns.map((name) => values[name]), at, at])
        counts.set(customer_id, (counts.get(customer_id) ?? 0) + 1)
      }
    }
    for (const year of writes.years) {
      const known = latest.get(year.customer_id)
      if (year.values.revenue_minor !== null && (!known || known.year < year.year)) latest.set(year.customer_id, year)
    }
    const added = new Set(writes.customers.flatMap(({ id, before }) => (before ? [] : id)))
    for (const { id, before, values } of writes.customers) {
      touched.add(id)
      if (!before) {
        const year = latest.get(id)
        const kept = [counts.get(id) ?? 0, year?.year ?? null, year?.values.revenue_minor ?? null]
        const cells = [...customerColumns.map((name) => values[name]), at, at, ...kept, year?.values.currency ?? null]
        customers.push([id, ...cells])
      } else {
        statements.changeCustomer.run({ id, ...values, updated_at: at })
        if (before.owner_id !== values.owner_id)
          events.push(event('change-owner', id, ownersOf(before.owner_id, values.owner_id)))
      }
    }
    for (const { customer_id } of [...writes.years, ...writes.has, ...writes.outcomes]) touched.add(customer_id)
    statements.addCustomers(customers)
    statements.addContacts(contacts)
    statements.saveYears(
      writes.years.map(({ customer_id, year, values }) => [
        customer_id,
        year,
        values.revenue_minor,
        values.orders,
        values.margin_minor,
        values.currency,
      ]),
    )
    for (const name of writes.offerings) statements.addOffering.run(newId(), name)
    if (writes.has.length > 0) {
      const ids = new Map(statements.offerings.all().map(({ id, name }) => [name.toLowerCase(), id]))
      statements.addHas(
        writes.has.map(({ customer_id, offering }) => [customer_id, ids.get(offering.toLowerCase()) ?? null]),
      )
    }
    statements.addOutcomes(
      writes.outcomes.map(({ customer_id, values }) => [
        newId(),
        customer_id,
        values.kind,
        values.basis,
        values.happened_on,
        values.note,
        userId,
        at,
      ]),
    )
    statements.addEvents([...[...touched].map((id) => event('import', id, imported)), ...events])
    runFor(
      statements.countContacts,
      [...counts.keys()].filter((id) => !added.has(id)),
    )
    runFor(
      statements.noteYears,
      writes.years.flatMap(({ customer_id: id }) => (added.has(id) ? [] : id)),
    )
    runFor(statements.nameCustomers, [...added])
    runFor(
      statements.nameContacts,
      writes.contacts.flatMap(({ id, isNew }) => (isNew ? id : [])),
    )
  }
}

const ownersOf = (from: string | null, to: string | null): string => JSON.stringify({ from: from ?? '', to: to ?? '' })

type Cell = string | number | null
const insertAll =
  (statement: Database.Statement<[string]>) =>
  (rows: Cell[][]): void => {
    if (rows.length > 0) statement.run(JSON.stringify(rows))
  }

function runFor(statement: Database.Statement<[string]>, ids: string[]): void {
  if (ids.length > 0) statement.run(JSON.stringify(ids))
}
