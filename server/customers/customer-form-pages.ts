import type { User } from '../access.ts'
import { field, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import type { Customer } from './customers.ts'
import { mayChooseOwner } from './customers.ts'
import { attributesOf, type Named, part, staleNotice, statusNames } from './names.ts'

export const customerTyped = (customer: Customer): Typed => ({
  seen: customer.updated_at,
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
  isStale = false,
) {
  const owners: [string, string][] = [['', 'Nobody'], ...colleagues.map(({ id, name }): [string, string] => [id, name])]
  const choices: SelectField[] = mayChooseOwner(user) ? [select('owner', 'Owner', owners, typed, errors)] : []
  return {
    title: customer ? `Edit ${customer.name}` : 'Add a customer',
    part,
    action: customer ? `/customers/${customer.id}/edit` : '/customers/new',
    cancel: customer ? `/customers/${customer.id}` : '/customers',
    save: customer ? 'Save' : 'Add the customer',
    key: customer ? '' : (typed.key ?? ''),
    seen: customer?.updated_at ?? '',
    stale: customer && isStale ? staleNotice(customerTyped(customer), typed) : '',
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

/** Asks again before a customer leaves every list. */
export const archivePage = (customer: Named) => ({
  title: `Archive ${customer.name}`,
  part,
  action: `/customers/${customer.id}/archiving`,
  cancel: `/customers/${customer.id}`,
  name: customer.name,
})
