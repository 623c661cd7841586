import type { User } from '../access.ts'
import { printMoney } from '../money.ts'
import { printDay, printInstantDay, readerOf } from '../time.ts'
import { dialOf, plural } from '../words.ts'
import type { Contact } from './contacts.ts'
import { type Customer, mayShare } from './customers.ts'
import type { CustomerFacts } from './facts.ts'
import type { Heard, OpenDuty } from './heard.ts'
import { heardPart } from './heard-page.ts'
import { mayMergeCustomers } from './merge-plan.ts'
import {
  attributesOf,
  languageName,
  type Named,
  nameOf,
  outcomeSentence,
  part,
  printSince,
  regionName,
  roleNames,
  standingOf,
  statusNames,
} from './names.ts'
import type { Happening } from './timeline.ts'

type Nested = {
  customer: Customer
  contacts: Contact[]
  facts: CustomerFacts
  heard: Heard
  open: OpenDuty[]
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
    mayRate: mayRate(user, customer),
    heard: heardPart(found.heard, found.open, now, reader),
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
    years: yearRows(facts.years, base),
    offerings: facts.offerings.map((row) => ({
      name: row.name,
      span: [row.since_on ? `since ${day(row.since_on)}` : '', row.until_on ? `until ${day(row.until_on)}` : '']
        .filter(Boolean)
        .join(', '),
      edit: `${base}/offerings/${row.id}`,
    })),
    outcomes: facts.outcomes.map((row) => ({
      sentence: outcomeSentence(row),
      isStated: row.basis === 'stated',
      day: day(row.happened_on),
      on: row.happened_on,
      note: row.note,
      by: [row.recorded_by ?? 'somebody', row.corrections ? 'corrected' : ''].filter(Boolean).join(', '),
      edit: `${base}/outcomes/${row.id}`,
    })),
    leftOn: leftNotice(customer, facts, day),
    merges: facts.merges.map((row) => ({
      sentence: `${row.kind === 'customer' ? (row.name ?? 'Another customer') : nameOf(row)} was merged in`,
      when: `${row.by}, ${printInstantDay(row.merged_at, now, reader)}`,
      href: mayUndo(user, row.kind) ? `/merges/${row.id}` : '',
    })),
    mayMerge: mayMergeCustomers(user) && !isArchived,
    mayErase: user.role === 'admin',
    mayShare: mayShare(user, customer),
    shares: facts.shares.map((row) => ({ name: row.name, remove: `${base}/shares/${row.id}/removal` })),
    colleagues: colleagues
      .filter(({ id }) => id !== customer.owner_id && !facts.shares.some((share) => share.id === id))
      .map(({ id, name }) => ({ id, name })),
    timeline: happenings.map((one, index) => ({
      when: one.at.length === 10 ? day(one.at) : printInstantDay(one.at, now, reader),
      at: one.at,
      sentence: one.sentence,
      dot: one.mark || (index === 0 ? 'now' : ''),
      words: one.words.length > 280 ? `${[...one.words].slice(0, 280).join('').trimEnd()} …` : one.words,
      href: one.href,
    })),
    more: timeline.length > happenings.length ? `${base}?timeline=all#timeline` : '',
    moreCount: plural(timeline.length - happenings.length, 'older entry', 'older entries'),
  }
}

/** Its rep and the leads rate an active customer. */
const mayRate = (user: User, { owner_id, status, archived_at }: Customer): boolean =>
  status === 'active' && !archived_at && (user.role === 'lead' || (user.role === 'rep' && owner_id === user.id))

const mayUndo = (user: User, kind: 'customer' | 'contact'): boolean => kind === 'contact' || mayMergeCustomers(user)

/** Each year with a bar as long as its revenue, beside the largest of the same currency: amounts of two are never compared. */
function yearRows(years: CustomerFacts['years'], base: string) {
  const largest = new Map<string, number>()
  for (const { currency, revenue_minor } of years)
    largest.set(currency, Math.max(largest.get(currency) ?? 0, revenue_minor ?? 0))
  return years.map((row) => {
    const most = largest.get(row.currency) ?? 0
    const share = row.revenue_minor === null || most <= 0 ? 0 : Math.max(0, row.revenue_minor) / most
    return {
      year: String(row.year),
      revenue: row.revenue_minor === null ? '' : printMoney({ minor: row.revenue_minor, currency: row.currency }),
      orders: row.orders === null ? '' : row.orders.toLocaleString('en-GB'),
      margin: row.margin_minor === null ? '' : printMoney({ minor: row.margin_minor, currency: row.currency }),
      bar: years.length > 1 && row.revenue_minor !== null ? `${Math.round(share * 100)}%` : '',
      edit: `${base}/years/${row.year}`,
    }
  })
}

/** The day on which they left in fact, while the status does not say so; '' otherwise. */
function leftNotice(customer: Customer, facts: CustomerFacts, day: (on: string) => string): string {
  const left = facts.outcomes.find(({ kind, basis }) => kind === 'left' && basis === 'actual')
  return left && customer.status !== 'lost' ? day(left.happened_on) : ''
}

function contactLine(contact: Contact) {
  return {
    href: `/contacts/${contact.id}`,
    name: `${contact.first_name} ${contact.last_name}`.trim(),
    about: [contact.job_title, contact.buying_role && roleNames[contact.buying_role]].filter(Boolean).join(', '),
    email: contact.email ?? '',
    phone: contact.phone,
    dial: dialOf(contact.phone),
    standing: standingOf(contact),
    isShut: contact.suppressed !== null || contact.mail_basis === 'none',
  }
}
