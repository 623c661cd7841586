import type { BuyingRole, CustomerStatus, MailBasis } from '../../tables.ts'

/** What an import can write, and what of it is on record already. The names are those of the columns. */
export type CustomerValues = {
  external_id: string | null
  name: string
  kind: 'company' | 'department'
  status: CustomerStatus
  segment: string | null
  region: string | null
  country: string | null
  time_zone: string | null
  language: string | null
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

export const outcomeKinds = ['renewed', 'grew', 'reduced', 'referred', 'left'] as const
export const outcomeBases = ['stated', 'actual'] as const
export type OutcomeValues = {
  kind: (typeof outcomeKinds)[number]
  basis: (typeof outcomeBases)[number]
  happened_on: string
  note: string
}

/**
 * What is on record, as far as some rows can touch it. Keys: external ids as they are; addresses, names and offerings in
 * small letters; years as `<customer> <year>`, offerings had as `<customer> <offering>`, outcomes as outcomeKey writes them.
 */
export type Present = {
  customersById: Map<string, PresentCustomer>
  customersByExternalId: Map<string, PresentCustomer>
  customersByName: Map<string, PresentCustomer[]>
  contactsByExternalId: Map<string, PresentContact>
  contactsByEmail: Map<string, PresentContact>
  users: Map<string, string>
  years: Map<string, YearValues>
  offerings: Map<string, { id: string; isArchived: boolean }>
  has: Set<string>
  outcomes: Set<string>
}

export const outcomeKey = (customerId: string, { kind, basis, happened_on }: OutcomeValues): string =>
  `${customerId} ${kind} ${basis} ${happened_on}`

export const emptyCustomer = (name: string): CustomerValues => ({
  external_id: null,
  name,
  kind: 'company',
  status: 'active',
  segment: null,
  region: null,
  country: null,
  time_zone: null,
  language: null,
  owner_id: null,
  customer_since: null,
  attributes: '{}',
})

export const valuesOf = ({ id: _id, archived_at: _archived, ...values }: PresentCustomer): CustomerValues => values

export const contactValuesOf = ({
  id: _id,
  customer_id: _customer,
  archived_at: _archived,
  ...values
}: PresentContact): ContactValues => values

/** Compares the fields of `a` with those of the same name in `b`. */
export function isSame<T extends object>(a: T, b: Partial<T>): boolean {
  for (const name in a) if (a[name] !== b[name]) return false
  return true
}
