import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { deviceInWords } from '../session/device.ts'
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
  people: { id: string; name: string; email: string; role: string; seen: string; factor: string; left: string }[]
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
      factor: row.second_factor_since ? 'Second factor' : '',
      left: row.deactivated_at && row.owned ? `Still owns ${plural(row.owned, 'customer')}` : '',
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
  newEmail: Field
  sessions: { device: string; seen: string }[]
  factor: string
}

type SessionRow = { device: string; last_seen_at: string }

export function userPage(
  row: StaffRow,
  sessions: SessionRow[],
  typed: Typed,
  errors: Errors,
  now: Date,
  reader: Reader,
): UserPage {
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
    newEmail: field('email', 'New e-mail address', typed, errors, {
      type: 'email',
      autocomplete: 'off',
      hint: 'A link goes there, word of it to the present address. Nothing changes before the link is used.',
    }),
    sessions: sessions.map((session) => ({
      device: deviceInWords(session.device),
      seen: `last seen ${printInstant(session.last_seen_at, now, reader)}`,
    })),
    factor: row.second_factor_since ? printInstantDay(row.second_factor_since, now, reader) : '',
    invites: row.last_seen_at ? 'Mail a link to sign in' : 'Mail the invitation again',
  }
}

export type DeactivationPage = Problems & {
  title: string
  part: string
  id: string
  name: string
  holds: string
  keepsError: string
}

export const deactivationPage = (
  row: { id: string; name: string },
  holds: string,
  errors: Errors,
): DeactivationPage => ({
  title: `Deactivate ${row.name}?`,
  part: '',
  ...problemsOf(errors),
  id: row.id,
  name: row.name,
  holds,
  keepsError: errors.keeps ?? '',
})
