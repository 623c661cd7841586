import type { User } from '../access.ts'
import { problemsOf } from '../forms.ts'
import { printMoney } from '../money.ts'
import { printInstant, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import type { Proposal } from './duplicates.ts'
import type { ListedCustomer } from './listing.ts'
import type { ContactPair } from './merge-contacts.ts'
import type { ContactField, CustomerField, CustomerPair } from './merge-plan.ts'
import type { Merge } from './merging.ts'
import { languageName, type Named, nameOf, part, printSince, regionName, roleNames, statusNames } from './names.ts'
import type { Year } from './years.ts'

/** One value of two: which of them stays. The first is chosen until somebody chooses. */
type Option = { id: string; value: string; label: string; isChosen: boolean }
type Choice = { label: string; name: string; options: Option[] }

const choiceOf = (label: string, name: string, options: [value: string, label: string][], chosen: string): Choice => ({
  label,
  name,
  options: options.map(([value, text]) => ({
    id: `${name}-${value}`,
    value,
    label: text || 'nothing',
    isChosen: value === chosen,
  })),
})

/** A search for the other record: what was found so far, as links to the page with both side by side. */
export function chooseCustomerPage(customer: Named, q: string, found: ListedCustomer[]) {
  const base = `/customers/${customer.id}`
  return {
    title: `Merge ${customer.name} with another`,
    part,
    lead: 'Two records, one customer: choose the other record. Nothing is merged before you have seen both.',
    back: base,
    backName: customer.name,
    action: `${base}/merge`,
    q,
    found: found
      .filter(({ id }) => id !== customer.id)
      .map((one) => ({
        href: `${base}/merge?with=${one.id}`,
        name: one.name,
        about: [one.segment, one.region, `owner ${one.owner_name ?? 'nobody'}`, plural(one.contact_count, 'contact')]
          .filter(Boolean)
          .join(', '),
      })),
    isNone: q !== '' && found.every(({ id }) => id === customer.id),
  }
}

export function chooseContactPage(
  contact: Named & { customerName: string },
  others: { id: string; first_name: string; last_name: string; email: string | null; job_title: string }[],
) {
  return {
    title: `Merge ${contact.name} with another`,
    part,
    lead:
      others.length === 0
        ? `Nobody else is on the list at ${contact.customerName}. Somebody at another customer is moved here first.`
        : 'Two records, one person: choose the other record. Nothing is merged before you have seen both.',
    back: `/contacts/${contact.id}`,
    backName: contact.name,
    action: '',
    q: '',
    found: others.map((one) => ({
      href: `/contacts/${contact.id}/merge?with=${one.id}`,
      name: nameOf(one),
      about: [one.job_title, one.email].filter(Boolean).join(', '),
    })),
    isNone: false,
  }
}

const customerLabels: Record<CustomerField, string> = {
  name: 'Name',
  external_id: 'Number elsewhere',
  status: 'Status',
  owner_id: 'Owner',
  kind: 'Kind',
  segment: 'Segment',
  region: 'Region',
  country: 'Country',
  language: 'Language',
  time_zone: 'Time zone',
  customer_since: 'Customer since',
}

function printField(customer: CustomerPair['kept'], field: CustomerField): string {
  if (field === 'owner_id') return customer.owner_name ?? 'nobody'
  const value = customer[field]
  if (!value) return ''
  if (field === 'status') return statusNames[customer.status]
  if (field === 'kind') return value === 'company' ? 'Company' : 'Department of ours'
  if (field === 'country') return regionName(value)
  if (field === 'language') return languageName(value)
  return field === 'customer_since' ? printSince(value) : value
}

const printYear = (year: Year): string =>
  [
    year.revenue_minor === null ? '' : printMoney({ minor: year.revenue_minor, currency: year.currency }),
    year.orders === null ? '' : plural(year.orders, 'order'),
    year.margin_minor === null ? '' : `margin ${printMoney({ minor: year.margin_minor, currency: year.currency })}`,
  ]
    .filter(Boolean)
    .join(', ')

export function mergeCustomersPage({ kept, gone, differing, years, moves }: CustomerPair) {
  const asked = differing.filter((field) => kept[field] && gone[field])
  const fields = asked.map((field) => {
    const options: [string, string][] = [
      ['kept', printField(kept, field)],
      ['gone', printField(gone, field)],
    ]
    return choiceOf(customerLabels[field], `field-${field}`, options, 'kept')
  })
  const meeting = years.map((year) =>
    choiceOf(
      `Figures of ${year.year}`,
      `year-${year.year}`,
      [
        ['kept', printYear(year.kept)],
        ['gone', printYear(year.gone)],
        ...(year.mayAdd ? [['sum', 'Both added up'] satisfies [string, string]] : []),
      ],
      'kept',
    ),
  )
  const counts: [number, string, string?][] = [
    [moves.contact, 'contact'],
    [moves.response, 'answer or talk', 'answers and talks'],
    [moves.invitation, 'invitation'],
    [moves.follow_up, 'follow-up'],
    [moves.prediction, 'guess', 'guesses'],
    [moves.outcome, 'outcome'],
    [moves.client_rating, 'rating'],
    [moves.customer_year - years.length, 'year of figures', 'years of figures'],
    [moves.customer_offering, 'offering'],
    [moves.customer_share, 'share'],
  ]
  const owners = kept.owner_id !== gone.owner_id && gone.owner_name !== null && kept.owner_name !== null
  return {
    ...frame(kept.name, gone.name, `/customers/${kept.id}`, gone.id),
    swap: `/customers/${gone.id}/merge?with=${kept.id}`,
    choices: [...fields, ...meeting],
    only: differing
      .filter((field) => !asked.includes(field))
      .map((field) => `${customerLabels[field]}: ${printField(kept[field] ? kept : gone, field)}`)
      .join('. '),
    moves: counts.flatMap(([n, one, many]) => (n > 0 ? [many ? plural(n, one, many) : plural(n, one)] : [])),
    notes: [
      'Figures follow the answers, and every personal link that was sent goes on working.',
      'An offering that both have is kept from the earlier day to the later one.',
      ...(owners
        ? ['Only the owner who stays, and those with whom it is shared, go on seeing it. Share it if both should.']
        : []),
      'It can be undone. What is added meanwhile stays where it was added.',
    ],
  }
}

const contactLabels: Record<ContactField, string> = {
  first_name: 'First name',
  last_name: 'Last name',
  email: 'Address for mail',
  phone: 'Telephone',
  job_title: 'Job title',
  buying_role: 'Part in buying',
  language: 'Language',
  mail_basis: 'May we write?',
  external_id: 'Number elsewhere',
}
const basisWords = { existing_customer: 'Yes, an existing customer', consent: 'Yes, agreed to it', none: 'No' }

function printContact(contact: ContactPair['kept'], field: ContactField): string {
  if (field === 'mail_basis') return basisWords[contact.mail_basis]
  if (field === 'buying_role') return contact.buying_role ? roleNames[contact.buying_role] : ''
  const value = contact[field] ?? ''
  return field === 'language' && value ? languageName(value) : value
}

export function mergeContactsPage({ kept, gone, differing, moves }: ContactPair) {
  const asked = differing.filter((field) => kept[field] && gone[field])
  const choices = asked.map((field) => {
    // Who said no once is not written to because the other record says yes.
    const chosen = field === 'mail_basis' && gone.mail_basis === 'none' ? 'gone' : 'kept'
    const options: [string, string][] = [
      ['kept', printContact(kept, field)],
      ['gone', printContact(gone, field)],
    ]
    return choiceOf(contactLabels[field], `field-${field}`, options, chosen)
  })
  const counts: [number, string, string?][] = [
    [moves.response, 'answer or talk', 'answers and talks'],
    [moves.invitation, 'invitation'],
    [moves.followUp, 'follow-up'],
  ]
  return {
    ...frame(nameOf(kept), nameOf(gone), `/contacts/${kept.id}`, gone.id),
    swap: `/contacts/${gone.id}/merge?with=${kept.id}`,
    choices,
    only: differing
      .filter((field) => !asked.includes(field))
      .map((field) => `${contactLabels[field]}: ${printContact(kept[field] ? kept : gone, field)}`)
      .join('. '),
    moves: counts.flatMap(([n, one, many]) => (n > 0 ? [many ? plural(n, one, many) : plural(n, one)] : [])),
    notes: [
      'Every personal link that was sent to either goes on working. Where a round asked both, each link keeps its own answers.',
      'An address that wants no mails from us goes on wanting none.',
      'It can be undone. What is added meanwhile stays where it was added.',
    ],
  }
}

const frame = (kept: string, gone: string, base: string, other: string) => ({
  title: `Merge ${gone} into ${kept}`,
  part,
  base,
  action: `${base}/merge`,
  kept,
  gone,
  other,
})

export function undoPage(
  user: User,
  merge: Merge,
  names: { kept: string; gone: string; back: string },
  obstacles: string[],
  now: Date,
) {
  return {
    title: merge.undone_at ? 'This merge was undone' : `Part ${names.gone} from ${names.kept} again`,
    part,
    back: names.back,
    backName: names.kept,
    done: `Merged by ${merge.by} on ${printInstant(merge.merged_at, now, readerOf(user))}.`,
    isUndone: merge.undone_at !== null,
    obstacles,
    action: `/merges/${merge.id}`,
    gone: names.gone,
    kept: names.kept,
  }
}

export function duplicatesPage(found: { proposals: Proposal[]; hasMore: boolean }) {
  return {
    title: 'Probably on the list twice',
    part,
    lead:
      found.proposals.length === 0
        ? ''
        : `${plural(found.proposals.length, 'pair')}${found.hasMore ? ', the surest of more' : ''}. Look at both before you merge.`,
    pairs: found.proposals.map(({ one, other, reasons }) => ({
      one: { name: one.name, number: one.external_id ?? '', href: `/customers/${one.id}` },
      other: { name: other.name, number: other.external_id ?? '', href: `/customers/${other.id}` },
      reasons: reasons.join(', '),
      href: `/customers/${one.id}/merge?with=${other.id}`,
      apart: `/customers/${one.id}/apart`,
      otherId: other.id,
    })),
    ...problemsOf({}),
  }
}
