import { z } from 'zod'
import type { User } from '../access.ts'
import { field, problemsOf, select, type Typed } from '../forms.ts'
import { printMoney, writeAmount } from '../money.ts'
import { printDay, printInstant, readerOf } from '../time.ts'
import { outcomeKinds } from './forms.ts'
import { type Named, outcomeNames, outcomeSentence, part } from './names.ts'
import { mayListOfferings } from './offerings.ts'
import type { OutcomeWithPast } from './outcomes.ts'
import type { Year, YearEvent } from './years.ts'

export const yearTyped = (row: Year): Typed => ({
  year: String(row.year),
  currency: row.currency,
  revenue: row.revenue_minor === null ? '' : writeAmount({ minor: row.revenue_minor, currency: row.currency }),
  orders: row.orders === null ? '' : String(row.orders),
  margin: row.margin_minor === null ? '' : writeAmount({ minor: row.margin_minor, currency: row.currency }),
})

/** The head of a small form of its own page. */
const frame = (customer: Named, title: string, noun: string, errors: Record<string, string>) => ({
  title,
  part,
  customerName: customer.name,
  action: `/customers/${customer.id}/${noun}`,
  cancel: `/customers/${customer.id}`,
  ...problemsOf(errors),
})

export function yearPage(
  user: User,
  customer: Named,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
  present?: { year: number; history: YearEvent[] },
) {
  const reader = readerOf(user)
  const year = present?.year
  return {
    ...frame(
      customer,
      year ? `Fiscal year ${year}` : 'Add a fiscal year',
      year ? `years/${year}` : 'years/new',
      errors,
    ),
    remove: year ? `/customers/${customer.id}/years/${year}/removal` : '',
    removeLabel: year ? `Remove ${year}` : '',
    fields: [
      ...(year
        ? []
        : [field('year', 'Fiscal year', typed, errors, { hint: 'The calendar year in which it ends, such as 2025.' })]),
      field('revenue', 'Revenue', typed, errors, { hint: 'What they bought from us, such as 412000 or 412,000.50.' }),
      field('currency', 'Currency', typed, errors, {
        hint: 'Three letters, such as EUR. It holds for the margin too.',
      }),
      field('orders', 'Orders', typed, errors, { hint: 'How many. Empty where nobody knows.' }),
      field('margin', 'Margin', typed, errors, { hint: 'What remained of it. A loss has a minus in front.' }),
    ],
    save: 'Save the year',
    history: (present?.history ?? []).map((event) => ({
      at: event.happened_at,
      when: printInstant(event.happened_at, now, reader),
      by: event.by ?? 'Somebody',
      ...toldYear(event),
    })),
  }
}

const detailSchema = z.record(z.string(), z.union([z.string(), z.number()]))

/** "€412,000, 31 orders", and what it was before; '' where there was nothing. */
function toldYear(event: YearEvent): { is: string; was: string } {
  const detail = detailSchema.catch({}).parse(JSON.parse(event.detail))
  const told = (prefix: string): string => {
    const currency = detail[`${prefix}currency`]
    if (typeof currency !== 'string') return ''
    const amount = (name: string) => {
      const minor = detail[prefix + name]
      return typeof minor === 'number' ? printMoney({ minor, currency }) : ''
    }
    const [revenue, orders, margin] = [amount('revenue'), detail[`${prefix}orders`], amount('margin')]
    return [
      revenue && `revenue ${revenue}`,
      orders === undefined ? '' : `orders ${Number(orders).toLocaleString('en-GB')}`,
      margin && `margin ${margin}`,
    ]
      .filter(Boolean)
      .join(', ')
  }
  return { is: event.action === 'remove-year' ? 'removed' : told(''), was: told('was_') }
}

type Given = { id: string; name: string; since_on: string | null; until_on: string | null }

export const offeringTyped = (given: Given): Typed => ({
  offering: given.id,
  sinceOn: given.since_on ?? '',
  untilOn: given.until_on ?? '',
})

/** Since when and until when a customer has one of our offerings; `given` once it is on record. */
export function givenPage(
  user: User,
  customer: Named,
  offerings: Named[],
  typed: Typed,
  errors: Record<string, string>,
  given?: Given,
) {
  const choices = offerings.map(({ id, name }): [string, string] => [id, name])
  return {
    ...frame(customer, given?.name ?? 'Add an offering', given ? `offerings/${given.id}` : 'offerings/new', errors),
    isEmpty: !given && offerings.length === 0,
    mayList: mayListOfferings(user),
    selects: given ? [] : [select('offering', 'What they have from us', [['', 'Choose'], ...choices], typed, errors)],
    fields: [
      field('sinceOn', 'Since', typed, errors, { type: 'date', hint: 'Empty where nobody knows.' }),
      field('untilOn', 'Until', typed, errors, { type: 'date', hint: 'Empty while they have it.' }),
    ],
    save: given ? 'Save' : 'Add the offering',
    remove: given ? `/customers/${customer.id}/offerings/${given.id}/removal` : '',
  }
}

export const outcomeTyped = (outcome: OutcomeWithPast): Typed => ({
  kind: outcome.kind,
  basis: outcome.basis,
  happenedOn: outcome.happened_on,
  note: outcome.note,
})

export function outcomePage(
  user: User,
  customer: Named,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
  outcome?: OutcomeWithPast,
) {
  const reader = readerOf(user)
  const path = `outcomes/${outcome?.id ?? 'new'}`
  return {
    ...frame(customer, outcome ? 'Correct an outcome' : 'Add an outcome', path, errors),
    key: typed.key ?? '',
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
        { hint: 'What they intend and what they did are kept apart.' },
      ),
    ],
    fields: [
      field('happenedOn', 'Day', typed, errors, { type: 'date' }),
      field('note', 'Note', typed, errors, { type: 'textarea' }),
    ],
    save: outcome ? 'Save the correction' : 'Add the outcome',
    recorded: outcome
      ? `Recorded by ${outcome.recorded_by ?? 'somebody'} on ${printInstant(outcome.recorded_at, now, reader)}.`
      : '',
    past: (outcome?.past ?? []).map((row) => ({
      sentence: outcomeSentence(row),
      on: row.happened_on,
      day: printDay(row.happened_on, now, reader),
      note: row.note,
      until: `until ${row.superseded_by ?? 'somebody'} corrected it on ${printInstant(row.superseded_at, now, reader)}`,
    })),
    remove: outcome ? `/customers/${customer.id}/${path}/removal` : '',
  }
}

export function takeBackPage(user: User, customer: Named, outcome: OutcomeWithPast, now: Date) {
  return {
    ...frame(customer, 'Take an outcome back', `outcomes/${outcome.id}/removal`, {}),
    sentence: outcomeSentence(outcome),
    day: printDay(outcome.happened_on, now, readerOf(user)),
    note: outcome.note,
  }
}
