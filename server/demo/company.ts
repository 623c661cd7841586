import { randomUUID } from 'node:crypto'
import { addDays, dayAt } from '../time.ts'
import type { Company, Guess } from './content.ts'
import type { Visitor } from './visitor.ts'

export type Ids = { customers: Map<string, string>; contacts: Map<string, string>; customerOf: Map<string, string> }

/** Imports the customers and their contacts from a CSV file, as an admin would on the first day. */
export async function importCustomers(admin: Visitor, company: Company, year: number): Promise<void> {
  const header = [
    'customer_external_id',
    'company',
    'status',
    'segment',
    'region',
    'country',
    'time_zone',
    'owner_email',
    'since',
    'year',
    'annual_revenue',
    'currency',
  ]
  const contactHeader = [
    'external_id',
    'first_name',
    'last_name',
    'email',
    'phone',
    'job_title',
    'role',
    'language',
    'mail_basis',
  ]
  const rows = company.customers.flatMap((one) => {
    const newest = one.revenue.at(-1)
    const customer = [
      one.external_id,
      one.name,
      one.status,
      one.segment,
      one.region,
      one.country,
      one.time_zone,
      one.owner,
      String(one.since),
    ]
    const money = newest === undefined ? ['', '', ''] : [String(year), String(newest), one.currency]
    return one.contacts.map((contact) => [
      ...customer,
      ...money,
      contact.external_id,
      contact.first,
      contact.last,
      contact.email,
      contact.phone,
      contact.title,
      contact.role,
      contact.language,
      contact.basis,
    ])
  })
  const preview = await admin.upload(
    '/customers/import',
    'customers.csv',
    csv([[...header, ...contactHeader], ...rows]),
  )
  await until(admin, preview.location, `${preview.location}/confirmation`)
  await admin.post(`${preview.location}/confirmation`, { leaveOut: 'yes' })
  await until(admin, preview.location, 'See the customers')
}

/** A file is read beside everything else: looks at its page until that says so, for half a minute at most. */
async function until(admin: Visitor, path: string, words: string): Promise<void> {
  for (let n = 0; n < 300; n += 1) {
    const { body } = await admin.get(path)
    if (body.includes(words)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The import at ${path} did not come to an end.`)
}

/** A file as a customer list comes out of another system: nothing in it is neutralised. */
const csv = (rows: string[][]): string =>
  rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n')

/**
 * Adds what a file of contacts does not hold: earlier years, orders and margin, and what each customer has from us. Returns
 * the offerings by key.
 */
export async function addYearsAndOfferings(
  admin: Visitor,
  company: Company,
  ids: Ids,
  year: number,
): Promise<Map<string, string>> {
  const offerings = new Map<string, string>()
  for (const { key, name } of company.offerings) {
    const id = randomUUID()
    offerings.set(key, id)
    await admin.post('/offerings', { key: id, name })
  }
  for (const customer of company.customers) {
    const path = `/customers/${ids.customers.get(customer.external_id)}`
    const count = customer.revenue.length
    for (const [index, revenue] of customer.revenue.entries()) {
      const isImported = index === count - 1
      const [orders, margin] = [customer.orders[index], customer.margin[index]]
      if (isImported && orders === undefined) continue
      const figures = {
        currency: customer.currency,
        revenue: String(revenue),
        orders: String(orders ?? ''),
        margin: String(margin ?? ''),
      }
      const one = year - count + 1 + index
      await admin.post(`${path}/years/${isImported ? one : 'new'}`, { year: String(one), ...figures })
    }
    for (const key of customer.offerings) {
      const span = customer.spans[key]
      const given = { offering: offerings.get(key) ?? '', sinceOn: span?.since ?? '', untilOn: span?.until ?? '' }
      await admin.post(`${path}/offerings/new`, given)
    }
  }
  return offerings
}

/**
 * What leads find in a list that has been kept for years: how it went with some customers, a customer that is there
 * twice, one that is archived, and somebody who changed jobs. `now` is the day on which the demo begins, `ago` how many
 * days that is before today.
 */
export async function keepRecord(
  as: (email: string) => Promise<Visitor>,
  company: Company,
  ids: Ids,
  now: Date,
  ago: number,
): Promise<void> {
  for (const { customer, by, kind, basis, days_ago, note } of company.outcomes) {
    const visitor = await as(by)
    const happenedOn = addDays(dayAt(now, company.company.time_zone), ago - days_ago)
    await visitor.post(`/customers/${ids.customers.get(customer)}/outcomes/new`, { kind, basis, happenedOn, note })
  }
  const { likeness, archived, mover } = company.twins
  const add = async (one: typeof likeness, status: string) => {
    const visitor = await as(one.owner)
    const { location } = await visitor.post('/customers/new', { name: one.name, status, segment: one.segment })
    await visitor.post(`${location}/contacts/new`, personOf(one.contact))
    return { visitor, location }
  }
  await add(likeness, 'active')
  const gone = await add(archived, 'lost')
  await gone.visitor.post(`${gone.location}/archiving`, {})

  const visitor = await as(mover.by)
  const key = randomUUID()
  await visitor.post(`/customers/${ids.customers.get(mover.from)}/contacts/new`, { key, ...personOf(mover.contact) })
  await visitor.post(`/contacts/${key}/move`, {
    customer: ids.customers.get(mover.to) ?? '',
    email: mover.email,
    phone: '',
    jobTitle: mover.title,
    mailBasis: 'none',
  })
}

/** Nobody may write to these: the round that the demo is about knows nothing of them. */
const personOf = (one: { first: string; last: string; email: string; title: string }) => ({
  firstName: one.first,
  lastName: one.last,
  email: one.email,
  jobTitle: one.title,
  mailBasis: 'none',
})

/** Each rep says what the own customers will say, in steps of ten per cent, before anybody is asked. */
export async function guess(
  rep: (email: string) => Promise<Visitor>,
  company: Company,
  guesses: Guess[],
  ids: Ids,
): Promise<void> {
  const owners = new Map(company.customers.map(({ external_id, owner }) => [external_id, owner]))
  const percent = (chance: number) => String(Math.round(chance * 10) * 10)
  for (const one of guesses) {
    const visitor = await rep(one.by ?? owners.get(one.customer) ?? '')
    await visitor.post(`/customers/${ids.customers.get(one.customer)}/prediction`, {
      revenue: percent(one.chances.revenue),
      cost: percent(one.chances.cost),
      risk: percent(one.chances.risk),
      emotion: percent(one.chances.emotion),
      sentence: one.sentence,
    })
  }
}
