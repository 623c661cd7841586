import type { User } from '../access.ts'
import { select } from '../forms.ts'
import { pager, sortLink } from '../lists.ts'
import { printMoney } from '../money.ts'
import { printInstantDay, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { type Filters, type Listed, mostFound } from './listing.ts'
import { type Named, part, statusNames } from './names.ts'

type Choices = { segments: string[]; regions: string[]; owners: Named[] }

export const pageSize = 25

export function listPage(user: User, filters: Filters, page: number, found: Listed, choices: Choices, now: Date) {
  const reader = readerOf(user)
  const isMore = filters.q.trim() !== '' && !found.isTooShort && found.total > mostFound
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
    count: found.isTooShort
      ? 'One letter is too little to look for: type two or more.'
      : isMore
        ? `More than ${mostFound.toLocaleString('en-GB')} customers fit. Add a word or a filter to see the rest.`
        : isFiltered
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
    pager: pager(isMore ? mostFound : found.total, page, pageSize, '/customers', query),
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
