import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import type { Role } from '../tables.ts'
import { printInstant, printInstantDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { StaffRow } from './users.ts'

type Errors = Record<string, string>

const roleNames: Record<Role, string> = { rep: 'Rep', lead: 'Lead', admin: 'Admin' }
const roleChoices: [string, string][] = [
  ['rep', 'Rep: sees the own customers'],
  ['lead', 'Lead: asks, tags, decides'],
  ['admin', 'Admin: invites, sets up'],
]

export type UsersPage = Problems & {
  title: string
  part: string
  summary: string
  people: { id: string; name: string; email: string; role: string; seen: string; isGone: boolean }[]
  fields: Field[]
  role: SelectField
}

export function usersPage(people: StaffRow[], typed: Typed, errors: Errors, now: Date, reader: Reader): UsersPage {
  const active = people.filter(({ deactivated_at }) => !deactivated_at).length
  return {
    title: 'People',
    part: '',
    summary: `${plural(active, 'person can', 'people can')} sign in.`,
    ...problemsOf(errors),
    people: people.map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      role: roleNames[row.role] + (row.is_coder && row.role !== 'rep' ? ', coder' : ''),
      seen: seen(row, now, reader),
      isGone: row.deactivated_at !== null,
    })),
    fields: [
      field('name', 'Name', typed, errors, { autocomplete: 'off' }),
      field('email', 'Work e-mail address', typed, errors, { type: 'email', autocomplete: 'off' }),
    ],
    role: select('role', 'Role', roleChoices, { role: 'rep', ...typed }, errors),
  }
}

function seen(row: StaffRow, now: Date, reader: Reader): string {
  if (row.deactivated_at) return `Deactivated on ${printInstantDay(row.deactivated_at, now, reader)}`
  if (row.last_seen_at) return `Last seen ${printInstant(row.last_seen_at, now, reader)}`
  return `Invited ${printInstantDay(row.created_at, now, reader)}, not here yet`
}

export type UserPage = Problems & {
  title: string
  part: string
  id: string
  name: string
  email: string
  seen: string
  owned: string
  role: SelectField
  isCoder: boolean
  coderError: string
  isGone: boolean
  invites: string
}

export function userPage(row: StaffRow, typed: Typed, errors: Errors, now: Date, reader: Reader): UserPage {
  const { isCoder: coderError = '' } = errors
  return {
    title: row.name,
    part: '',
    ...problemsOf(errors),
    id: row.id,
    name: row.name,
    email: row.email,
    seen: seen(row, now, reader),
    owned: row.owned ? plural(row.owned, 'customer') : '',
    role: select('role', 'Role', roleChoices, typed, errors),
    isCoder: typed.isCoder === 'on',
    coderError,
    isGone: row.deactivated_at !== null,
    invites: row.last_seen_at ? 'Mail a link to sign in' : 'Mail the invitation again',
  }
}

export const deactivationPage = (row: StaffRow) => ({
  title: `Deactivate ${row.name}?`,
  part: '',
  id: row.id,
  name: row.name,
  owned: row.owned ? plural(row.owned, 'customer') : '',
})
