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

/** Writes what was planned for some rows, inside the caller's transaction, and names the import in each customer's timeline. */
export function recordWriter(live: Database.Database, { importId, userId, at }: By): (writes: Writes) => void {
  const set = (columns: readonly string[]) => columns.map((column) => `${column} = @${column}`).join(', ')
  const insert = (table: string, columns: readonly string[]) =>
    live.prepare(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
    )
  const statements = {
    addCustomer: insert('customer', [
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
    addContact: insert('contact', ['id', 'customer_id', ...contactColumns, 'created_at', 'updated_at']),
    changeContact: live.prepare(`update contact set ${set([...contactColumns, 'updated_at'])} where id = @id`),
    saveYear: live.prepare(`insert into customer_year (customer_id, year, revenue_minor, orders, margin_minor, currency)
      values (@customer_id, @year, @revenue_minor, @orders, @margin_minor, @currency)
      on conflict (customer_id, year) do update set revenue_minor = excluded.revenue_minor, orders = excluded.orders,
        margin_minor = excluded.margin_minor, currency = excluded.currency`),
    addOffering: live.prepare('insert into offering (id, name) values (?, ?) on conflict do nothing'),
    offerings: live.prepare<[], { id: string; name: string }>('select id, name from offering'),
    addHas: live.prepare(
      'insert into customer_offering (customer_id, offering_id) values (?, ?) on conflict do nothing',
    ),
    addOutcome:
      live.prepare(`insert into outcome (id, customer_id, kind, basis, happened_on, note, recorded_by, recorded_at)
      values (@id, @customer_id, @kind, @basis, @happened_on, @note, @by, @at)`),
    addEvent: live.prepare(`insert into event (id, happened_at, actor, user_id, action, record_kind, record_id, detail)
      values (?, ?, 'user', ?, ?, 'customer', ?, ?)`),
  }
  const imported = JSON.stringify({ import: importId })

  return (writes) => {
    const touched = new Set<string>()
    const handedOver: { id: string; detail: string }[] = []
    // A new customer comes after the people and years of it: then what the list keeps beside its name is written once,
    // not once for each of them. Until the end of the transaction nobody minds.
    live.pragma('defer_foreign_keys = ON')
    const counts = new Map<string, number>()
    for (const { id, customer_id, isNew: isAdded, values } of writes.contacts) {
      touched.add(customer_id)
      if (isAdded) statements.addContact.run({ id, customer_id, ...values, created_at: at, updated_at: at })
      else statements.changeContact.run({ id, ...values, updated_at: at })
      counts.set(customer_id, (counts.get(customer_id) ?? 0) + (isAdded ? 1 : 0))
    }
    const latest = new Map<string, Writes['years'][number]>()
    for (const year of writes.years) {
      touched.add(year.customer_id)
      statements.saveYear.run({ customer_id: year.customer_id, year: year.year, ...year.values })
      const known = latest.get(year.customer_id)
      if (year.values.revenue_minor !== null && (!known || known.year < year.year)) latest.set(year.customer_id, year)
    }
    for (const { id, before, values } of writes.customers) {
      touched.add(id)
      if (before) {
        statements.changeCustomer.run({ id, ...values, updated_at: at })
        if (before.owner_id !== values.owner_id)
          handedOver.push({ id, detail: JSON.stringify({ from: before.owner_id ?? '', to: values.owner_id ?? '' }) })
      } else {
        const year = latest.get(id)
        statements.addCustomer.run({
          id,
          ...values,
          created_at: at,
          updated_at: at,
          contact_count: counts.get(id) ?? 0,
          latest_year: year?.year ?? null,
          latest_revenue_minor: year?.values.revenue_minor ?? null,
          latest_currency: year?.values.currency ?? null,
        })
      }
    }
    for (const name of writes.offerings) statements.addOffering.run(newId(), name)
    if (writes.has.length > 0) {
      const ids = new Map(statements.offerings.all().map(({ id, name }) => [name.toLowerCase(), id]))
      for (const { customer_id, offering } of writes.has) {
        touched.add(customer_id)
        statements.addHas.run(customer_id, ids.get(offering.toLowerCase()))
      }
    }
    for (const { customer_id, values } of writes.outcomes) {
      touched.add(customer_id)
      statements.addOutcome.run({ id: newId(), customer_id, ...values, by: userId, at })
    }
    for (const id of touched) statements.addEvent.run(newId(), at, userId, 'import', id, imported)
    for (const { id, detail } of handedOver) statements.addEvent.run(newId(), at, userId, 'change-owner', id, detail)
  }
}
