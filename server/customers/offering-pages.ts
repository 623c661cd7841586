import { field, problemsOf, type Typed } from '../forms.ts'
import { plural } from '../words.ts'
import { part } from './names.ts'
import type { Offering } from './offerings.ts'

export function offeringListPage(offerings: Offering[], typed: Typed, errors: Record<string, string>) {
  const row = (one: Offering) => ({
    name: one.name,
    edit: `/offerings/${one.id}`,
    customers: one.customers ? plural(one.customers, 'customer') : 'nobody',
    archive: `/offerings/${one.id}/archiving`,
    restore: `/offerings/${one.id}/restoration`,
    remove: one.is_used ? '' : `/offerings/${one.id}/removal`,
  })
  return {
    title: 'What we offer',
    part,
    count: `${plural(offerings.filter((one) => !one.archived_at).length, 'offering')}.`,
    key: typed.key ?? '',
    ...problemsOf(errors),
    name: field('name', 'Name', typed, errors, { hint: 'As customers know it. It stands in the questions about it.' }),
    rows: offerings.filter((one) => !one.archived_at).map(row),
    archived: offerings.filter((one) => one.archived_at).map(row),
  }
}

export const offeringPage = (offering: { id: string; name: string }, typed: Typed, errors: Record<string, string>) => ({
  title: `Rename ${offering.name}`,
  part,
  action: `/offerings/${offering.id}`,
  ...problemsOf(errors),
  name: field('name', 'Name', typed, errors, {
    hint: 'Answers and records follow: they are kept by the offering, not by its name.',
  }),
})
