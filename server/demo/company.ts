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
  await admin.post(`${preview.location}/confirmation`, { leaveOut: 'yes' })
}

/** A file as a customer list comes out of another system: nothing in it is neutralised. */
const csv = (rows: string[][]): string =>
  rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n')

/** Adds what a file of contacts does not hold: earlier years, and what each customer has from us. */
export async function addYearsAndOfferings(admin: Visitor, company: Company, ids: Ids, year: number): Promise<void> {
  const names = new Map(company.offerings.map(({ key, name }) => [key, name]))
  for (const customer of company.customers) {
    const path = `/customers/${ids.customers.get(customer.external_id)}`
    for (const [index, revenue] of customer.revenue.slice(0, -1).entries())
      await admin.post(`${path}/years/new`, {
        year: String(year - customer.revenue.length + 1 + index),
        currency: customer.currency,
        revenue: String(revenue),
        orders: '',
        margin: '',
      })
    for (const key of customer.offerings)
      await admin.post(`${path}/offerings/new`, { name: names.get(key) ?? key, sinceOn: '', untilOn: '' })
  }
}

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
