import type { User } from '../access.ts'
import { field, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { pager, sortLink } from '../lists.ts'
import { printMoney, writeAmount } from '../money.ts'
import type { BuyingRole, CustomerStatus, MailBasis } from '../tables.ts'
import { dayAt, printDay, printInstantDay, readerOf } from '../time.ts'
import { listed, plural } from '../words.ts'
import type { Contact } from './contacts.ts'
import type { Customer, CustomerFacts } from './customers.ts'
import { mayChooseOwner, mayShare } from './customers.ts'
import { outcomeKinds } from './forms.ts'
import type { Filters, ListedCustomer } from './listing.ts'
import type { Happening } from './timeline.ts'

const part = 'Customers'

const statusNames: Record<CustomerStatus, string> = { prospect: 'Prospect', active: 'Active', lost: 'Lost' }
const roleNames: Record<BuyingRole, string> = {
  decides: 'decides',
  buys: 'buys',
  uses: 'uses it',
  influences: 'influences',
  pays: 'pays',
}
const basisNames: Record<MailBasis, string> = {
  existing_customer: 'We may write: existing customer',
  consent: 'We may write: agreed to it',
  none: 'We may not write',
}
const outcomeNames: Record<(typeof outcomeKinds)[number], string> = {
  renewed: 'Renewed',
  grew: 'Grew',
  reduced: 'Reduced',
  referred: 'Referred us',
  left: 'Left',
}

type Named = { id: string; name: string }
type Choices = { segments: string[]; regions: string[]; owners: Named[] }

export const pageSize = 25

export function listPage(
  user: User,
  filters: Filters,
  page: number,
  found: { rows: ListedCustomer[]; total: number },
  choices: Choices,
  now: Date,
) {
  const reader = readerOf(user)
  const query = { ...filters, sort: filters.sort === 'name' ? '' : filters.sort }
  const plain = (values: string[]): [string, string][] => [
    ['', 'All'],
    ...values.map((value): [string, string] => [value, value]),
  ]
  const isFiltered = Object.entries(filters).some(([name, value]) => name !== 'sort' && value !== '')
  const whose = user.role === 'rep' ? ', yours or shared with you' : ' in all'
  const picks = [
    select('status', 'Status', [['', 'All'], ...Object.entries(statusNames)], filters, {}),
    select('segment', 'Segment', plain(choices.segments), filters, {}),
    select('region', 'Region', plain(choices.regions), filters, {}),
    select(
      'owner',
      'Owner',
      [['', 'All'], ...choices.owners.map(({ id, name }): [string, string] => [id, name]), ['nobody', 'Nobody']],
      filters,
      {},
    ),
    select(
      'archived',
      'Archived',
      [
        ['', 'Leave out'],
        ['yes', 'Only these'],
      ],
      filters,
      {},
    ),
  ]
  const column = (name: string, label: string, isNumber = false) => ({
    label,
    isNumber,
    ...sortLink(name, filters.sort, '/customers', query),
  })
  return {
    title: 'Customers',
    part,
    count: isFiltered
      ? `${plural(found.total, 'customer fits', 'customers fit')}.`
      : `${plural(found.total, 'customer')}${whose}.`,
    mayImport: user.role !== 'rep',
    q: filters.q,
    picks,
    sortPick: select('sort', 'Sort by', sortChoices, filters, {}),
    isFiltered,
    headers: {
      name: column('name', 'Customer'),
      owner: column('owner', 'Owner'),
      revenue: column('revenue', 'Revenue a year', true),
      contacts: column('contacts', 'Contacts', true),
      answered: column('answered', 'Last answer'),
    },
    rows: found.rows.map((row) => ({
      href: `/customers/${row.id}`,
      name: row.name,
      about: [row.status === 'active' ? '' : statusNames[row.status], row.segment, row.region]
        .filter(Boolean)
        .join(', '),
      owner: row.owner_name ?? 'nobody',
      revenue:
        row.latest_revenue_minor === null || row.latest_currency === null
          ? ''
          : printMoney({ minor: row.latest_revenue_minor, currency: row.latest_currency }),
      year: row.latest_year === null ? '' : String(row.latest_year),
      contacts: String(row.contact_count),
      answered: row.last_answer_at ? printInstantDay(row.last_answer_at, now, reader) : 'never',
    })),
    pager: pager(found.total, page, pageSize, '/customers', query),
  }
}

const sortChoices: [string, string][] = [
  ['name', 'Name'],
  ['owner', 'Owner'],
  ['-revenue', 'Revenue, largest first'],
  ['revenue', 'Revenue, smallest first'],
  ['-contacts', 'Contacts, most first'],
  ['contacts', 'Contacts, fewest first'],
  ['-answered', 'Last answer, newest first'],
  ['answered', 'Last answer, oldest first'],
  ['-name', 'Name, Z to A'],
  ['-owner', 'Owner, Z to A'],
]

/** "2014", "March 2014" or "1 March 2014". */
function printSince(since: string): string {
  if (since.length === 4) return since
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    month: 'long',
    year: 'numeric',
    ...(since.length > 7 ? { day: 'numeric' as const } : {}),
  })
  return format.format(new Date(since.length === 7 ? `${since}-01` : since))
}

type Nested = {
  customer: Customer
  contacts: Contact[]
  facts: CustomerFacts
  timeline: Happening[]
  colleagues: Named[]
}

const shown = 30

export function customerPage(user: User, found: Nested, now: Date, options: { isWholeTimeline: boolean }) {
  const { customer, contacts, facts, timeline, colleagues } = found
  const base = `/customers/${customer.id}`
  const reader = readerOf(user)
  const present = contacts.filter((contact) => !contact.archived_at)
  const gone = contacts.filter((contact) => contact.archived_at)
  const happenings = options.isWholeTimeline ? timeline : timeline.slice(0, shown)
  const day = (on: string) => printDay(on, now, reader)
  const isArchived = customer.archived_at !== null
  const attributes = attributesOf(customer.attributes)
  return {
    title: customer.name,
    part,
    base,
    about: `${[
      customer.customer_since ? `Customer since ${printSince(customer.customer_since)}` : '',
      `Owner ${customer.owner_name ?? 'nobody'}`,
      `${statusNames[customer.status]}`,
    ]
      .filter(Boolean)
      .join('. ')}.`,
    isArchived,
    mayTalk: !isArchived && user.role !== 'admin',
    mayPredict: !isArchived && user.role !== 'admin',
    talkHref: `/interviews/new?customer=${customer.id}`,
    record: [
      ['Kind', customer.kind === 'company' ? 'Company' : 'Department of ours'],
      ['Segment', customer.segment],
      ['Region', customer.region],
      ['Country', customer.country && regionName(customer.country)],
      ['Language', customer.language && languageName(customer.language)],
      ['Time zone', customer.time_zone?.replaceAll('_', ' ')],
      ['Number elsewhere', customer.external_id],
      ...attributes,
    ].flatMap(([name, value]) => (name && value ? [{ name, value }] : [])),
    contactCount: String(present.length),
    contacts: present.map(contactLine),
    gone: gone.map(contactLine),
    years: facts.years.map((row) => ({
      year: String(row.year),
      revenue: row.revenue_minor === null ? '' : printMoney({ minor: row.revenue_minor, currency: row.currency }),
      orders: row.orders === null ? '' : row.orders.toLocaleString('en-GB'),
      margin: row.margin_minor === null ? '' : printMoney({ minor: row.margin_minor, currency: row.currency }),
      edit: `${base}/years/${row.year}`,
    })),
    offerings: facts.offerings.map((row) => ({
      name: row.name,
      span: [row.since_on ? `since ${day(row.since_on)}` : '', row.until_on ? `until ${day(row.until_on)}` : '']
        .filter(Boolean)
        .join(', '),
      remove: `${base}/offerings/${row.id}/removal`,
    })),
    outcomes: facts.outcomes.map((row) => ({
      sentence: `${outcomeNames[row.kind]}, ${row.basis === 'stated' ? 'by their word' : 'in fact'}`,
      day: day(row.happened_on),
      on: row.happened_on,
      note: row.note,
    })),
    mayShare: mayShare(user, customer),
    shares: facts.shares.map((row) => ({ name: row.name, remove: `${base}/shares/${row.id}/removal` })),
    colleagues: colleagues
      .filter(({ id }) => id !== customer.owner_id && !facts.shares.some((share) => share.id === id))
      .map(({ id, name }) => ({ id, name })),
    timeline: happenings.map((one, index) => ({
      when: one.at.length === 10 ? day(one.at) : printInstantDay(one.at, now, reader),
      at: one.at,
      sentence: one.sentence,
      words: one.words.length > 280 ? `${[...one.words].slice(0, 280).join('').trimEnd()} …` : one.words,
      href: one.href,
      isNewest: index === 0,
    })),
    more: timeline.length > happenings.length ? `${base}?timeline=all#timeline` : '',
    moreCount: plural(timeline.length - happenings.length, 'older entry', 'older entries'),
  }
}

function contactLine(contact: Contact) {
  return {
    href: `/contacts/${contact.id}`,
    name: `${contact.first_name} ${contact.last_name}`.trim(),
    about: [contact.job_title, contact.buying_role && roleNames[contact.buying_role]].filter(Boolean).join(', '),
    email: contact.email ?? '',
    phone: contact.phone,
    standing: standingOf(contact),
    isShut: contact.suppressed !== null || contact.mail_basis === 'none',
  }
}

/** Whether we may write to somebody, in words. A suppressed address goes before everything else. */
function standingOf(contact: { email: string | null; suppressed: string | null; mail_basis: MailBasis }): string {
  if (contact.suppressed === 'bounce') return 'Our mails do not arrive at this address'
  if (contact.suppressed !== null) return 'Does not want our mails'
  if (!contact.email) return 'No address'
  return basisNames[contact.mail_basis]
}

function attributesOf(json: string): [string, string][] {
  const parsed: unknown = JSON.parse(json)
  return typeof parsed === 'object' && parsed !== null
    ? Object.entries(parsed).map(([name, value]) => [name, String(value)])
    : []
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' })
const languages = new Intl.DisplayNames(['en'], { type: 'language' })
const regionName = (code: string): string => (/^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code)
const languageName = (code: string): string => (/^[a-z]{2,3}$/.test(code) ? (languages.of(code) ?? code) : code)

export const customerTyped = (customer: Customer): Typed => ({
  name: customer.name,
  externalId: customer.external_id ?? '',
  kind: customer.kind,
  status: customer.status,
  segment: customer.segment ?? '',
  region: customer.region ?? '',
  country: customer.country ?? '',
  timeZone: customer.time_zone ?? '',
  language: customer.language ?? '',
  owner: customer.owner_id ?? '',
  since: customer.customer_since ?? '',
  attributes: attributesOf(customer.attributes)
    .map(([name, value]) => `${name}: ${value.replaceAll(/\s*\n\s*/g, ' ')}`)
    .join('\n'),
})

export function customerFormPage(
  user: User,
  customer: Customer | undefined,
  colleagues: Named[],
  typed: Typed,
  errors: Record<string, string>,
) {
  const owners: [string, string][] = [['', 'Nobody'], ...colleagues.map(({ id, name }): [string, string] => [id, name])]
  const choices: SelectField[] = mayChooseOwner(user) ? [select('owner', 'Owner', owners, typed, errors)] : []
  return {
    title: customer ? `Edit ${customer.name}` : 'Add a customer',
    part,
    action: customer ? `/customers/${customer.id}/edit` : '/customers/new',
    cancel: customer ? `/customers/${customer.id}` : '/customers',
    save: customer ? 'Save' : 'Add the customer',
    ...problemsOf(errors),
    name: field('name', 'Name', typed, errors, { autocomplete: 'off' }),
    choices: [
      select('status', 'Status', Object.entries(statusNames), typed, errors),
      select(
        'kind',
        'Kind',
        [
          ['company', 'Company'],
          ['department', 'Department of ours'],
        ],
        typed,
        errors,
      ),
      ...choices,
    ],
    fields: [
      field('since', 'Customer since', typed, errors, { hint: 'A year, month or day: 2014, 2014-03, 2014-03-01.' }),
      field('segment', 'Segment', typed, errors),
      field('region', 'Region', typed, errors),
      field('country', 'Country', typed, errors, { hint: 'Two letters, such as GB.' }),
      field('language', 'Language', typed, errors, { hint: 'Two letters, such as en.' }),
      field('timeZone', 'Time zone', typed, errors, { hint: 'Such as Europe/London.' }),
      field('externalId', 'Number elsewhere', typed, errors, {
        hint: 'From your other system. Imports find the customer by it.',
      }),
    ],
    more: field('attributes', 'More about them', typed, errors, {
      type: 'textarea',
      hint: 'One a line, as name: value.',
    }),
  }
}

export const contactTyped = (contact: Omit<Contact, 'suppressed'>): Typed => ({
  firstName: contact.first_name,
  lastName: contact.last_name,
  email: contact.email ?? '',
  phone: contact.phone,
  jobTitle: contact.job_title,
  buyingRole: contact.buying_role ?? '',
  language: contact.language ?? '',
  mailBasis: contact.mail_basis,
  externalId: contact.external_id ?? '',
})

type ContactFrame = { id: string; name: string; isArchived: boolean; standing: string; isSuppressed: boolean }
export const contactFrame = (contact: Contact): ContactFrame => ({
  id: contact.id,
  name: `${contact.first_name} ${contact.last_name}`.trim(),
  isArchived: contact.archived_at !== null,
  standing: standingOf(contact),
  isSuppressed: contact.suppressed !== null,
})

export function contactFormPage(
  customer: Named,
  contact: ContactFrame | undefined,
  typed: Typed,
  errors: Record<string, string>,
) {
  return {
    title: contact ? contact.name : `Add a contact at ${customer.name}`,
    part,
    customerName: customer.name,
    action: contact ? `/contacts/${contact.id}` : `/customers/${customer.id}/contacts/new`,
    cancel: `/customers/${customer.id}`,
    save: contact ? 'Save' : 'Add the contact',
    isNew: contact === undefined,
    isArchived: contact?.isArchived ?? false,
    archiveAction: contact ? `/contacts/${contact.id}/${contact.isArchived ? 'restoration' : 'archiving'}` : '',
    suppressed: contact?.isSuppressed ? contact.standing : '',
    ...problemsOf(errors),
    fields: [
      field('firstName', 'First name', typed, errors),
      field('lastName', 'Last name', typed, errors),
      field('email', 'Address for mail', typed, errors, { type: 'email' }),
      field('phone', 'Telephone', typed, errors, { type: 'tel' }),
      field('jobTitle', 'Job title', typed, errors),
    ],
    role: select(
      'buyingRole',
      'Part in buying',
      [
        ['', 'Not known'],
        ['decides', 'Decides'],
        ['buys', 'Buys'],
        ['uses', 'Uses it'],
        ['influences', 'Influences'],
        ['pays', 'Pays'],
      ],
      typed,
      errors,
    ),
    basis: select(
      'mailBasis',
      'May we write?',
      [
        ['', 'Choose'],
        ['existing_customer', 'Yes, an existing customer'],
        ['consent', 'Yes, agreed to it'],
        ['none', 'No'],
      ],
      typed,
      errors,
      { hint: 'Nobody is invited by mail without a reason that holds.' },
    ),
    rest: [
      field('language', 'Language', typed, errors, { hint: 'Two letters, such as en.' }),
      field('externalId', 'Number elsewhere', typed, errors, {
        hint: 'From your other system. Imports find the contact by it.',
      }),
    ],
  }
}

export const yearTyped = (row: CustomerFacts['years'][number]): Typed => ({
  year: String(row.year),
  currency: row.currency,
  revenue: row.revenue_minor === null ? '' : writeAmount({ minor: row.revenue_minor, currency: row.currency }),
  orders: row.orders === null ? '' : String(row.orders),
  margin: row.margin_minor === null ? '' : writeAmount({ minor: row.margin_minor, currency: row.currency }),
})

const noSelects: SelectField[] = []

/** A small form of its own page: a year, an offering, an outcome, a share. */
function smallForm(customer: Named, title: string, noun: string, errors: Record<string, string>) {
  return {
    title,
    part,
    customerName: customer.name,
    action: `/customers/${customer.id}/${noun}`,
    cancel: `/customers/${customer.id}`,
    remove: '',
    removeLabel: '',
    ...problemsOf(errors),
  }
}

export function yearPage(customer: Named, typed: Typed, errors: Record<string, string>, present?: number) {
  return {
    ...smallForm(
      customer,
      present ? `Year ${present}` : 'Add a year',
      present ? `years/${present}` : 'years/new',
      errors,
    ),
    remove: present ? `/customers/${customer.id}/years/${present}/removal` : '',
    removeLabel: present ? `Remove ${present}` : '',
    fields: [
      ...(present ? [] : [field('year', 'Year', typed, errors)]),
      field('revenue', 'Revenue', typed, errors, { hint: 'What they bought from us, such as 412000 or 412,000.50.' }),
      field('currency', 'Currency', typed, errors, { hint: 'Three letters, such as EUR.' }),
      field('orders', 'Orders', typed, errors),
      field('margin', 'Margin', typed, errors, { hint: 'In the same currency.' }),
    ],
    selects: noSelects,
    save: 'Save the year',
  }
}

export function offeringPage(customer: Named, typed: Typed, errors: Record<string, string>, known: Named[]) {
  return {
    ...smallForm(customer, 'Add an offering', 'offerings/new', errors),
    fields: [
      field('name', 'What they have from us', typed, errors, {
        hint: known.length > 0 ? `Known so far: ${listed(known.map(({ name }) => name).slice(0, 12))}.` : '',
      }),
      field('sinceOn', 'Since', typed, errors, { type: 'date' }),
      field('untilOn', 'Until', typed, errors, { type: 'date', hint: 'Empty while they have it.' }),
    ],
    selects: noSelects,
    save: 'Add the offering',
  }
}

export function outcomePage(customer: Named, typed: Typed, errors: Record<string, string>) {
  return {
    ...smallForm(customer, 'Add an outcome', 'outcomes/new', errors),
    selects: [
      select(
        'kind',
        'What happened',
        [['', 'Choose'], ...outcomeKinds.map((kind): [string, string] => [kind, outcomeNames[kind]])],
        typed,
        errors,
      ),
      select(
        'basis',
        'How we know',
        [
          ['', 'Choose'],
          ['actual', 'It happened in fact'],
          ['stated', 'They said so'],
        ],
        typed,
        errors,
      ),
    ],
    fields: [
      field('happenedOn', 'Day', typed, errors, { type: 'date' }),
      field('note', 'Note', typed, errors, { type: 'textarea' }),
    ],
    save: 'Add the outcome',
  }
}

export const archivePage = (customer: Named) => ({
  title: `Archive ${customer.name}`,
  part,
  action: `/customers/${customer.id}/archiving`,
  cancel: `/customers/${customer.id}`,
  name: customer.name,
})

export const today = (user: User, now: Date): string => dayAt(now, user.timeZone)
