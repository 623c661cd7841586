import type { Typed } from '../forms.ts'
import type { BuyingRole, CustomerStatus, MailBasis, Tables } from '../tables.ts'

/** How the pages about customers call things. */
export const part = 'Customers'

export type Named = { id: string; name: string }

export const statusNames: Record<CustomerStatus, string> = { prospect: 'Prospect', active: 'Active', lost: 'Lost' }
export const roleNames: Record<BuyingRole, string> = {
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
export const outcomeNames: Record<Tables['outcome']['kind'], string> = {
  renewed: 'Renewed',
  grew: 'Grew',
  reduced: 'Reduced',
  referred: 'Referred us',
  left: 'Left',
}

/** Somebody's whole name, or the words for nobody in particular. */
export const nameOf = (
  row: { first_name: string | null; last_name: string | null },
  nobody = 'Somebody there',
): string => [row.first_name, row.last_name].filter(Boolean).join(' ') || nobody

/** "2014", "March 2014" or "1 March 2014". */
export function printSince(since: string): string {
  if (since.length === 4) return since
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    month: 'long',
    year: 'numeric',
    ...(since.length > 7 ? { day: 'numeric' as const } : {}),
  })
  return format.format(new Date(since.length === 7 ? `${since}-01` : since))
}

/** Whether we may write to somebody, in words. A suppressed address goes before everything else. */
export function standingOf(contact: {
  email: string | null
  suppressed: string | null
  mail_basis: MailBasis
}): string {
  if (contact.suppressed === 'bounce') return 'Our mails do not arrive at this address'
  if (contact.suppressed !== null) return 'Does not want our mails'
  if (!contact.email) return 'No address'
  return basisNames[contact.mail_basis]
}

export function attributesOf(json: string): [string, string][] {
  const parsed: unknown = JSON.parse(json)
  return typeof parsed === 'object' && parsed !== null
    ? Object.entries(parsed).map(([name, value]) => [name, String(value)])
    : []
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' })
const languages = new Intl.DisplayNames(['en'], { type: 'language' })
export const regionName = (code: string): string => (/^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code)
export const languageName = (code: string): string => (/^[a-z]{2,3}$/.test(code) ? (languages.of(code) ?? code) : code)

/** "Renewed, in fact": what they did and what they said are never mixed up. */
export const outcomeSentence = (row: Pick<Tables['outcome'], 'kind' | 'basis'>): string =>
  `${outcomeNames[row.kind]}, ${row.basis === 'stated' ? 'by their word' : 'in fact'}`

/** For a form whose record somebody else saved meanwhile: what is on record now where it differs from what is typed. */
export function staleNotice(present: Typed, typed: Typed): string {
  const differing = Object.entries(present).filter(([name, value]) => name !== 'seen' && (typed[name] ?? '') !== value)
  const told = differing.map(([name, value]) => `${fieldNames[name] ?? name}: ${value || 'empty'}`)
  return told.length === 0
    ? 'Somebody saved this meanwhile, with the same words as yours.'
    : `Somebody saved this after you opened it. On record now: ${told.join('; ')}. If yours is right, save again.`
}

const fieldNames: Record<string, string> = {
  name: 'name',
  externalId: 'number elsewhere',
  kind: 'kind',
  status: 'status',
  segment: 'segment',
  region: 'region',
  country: 'country',
  timeZone: 'time zone',
  language: 'language',
  owner: 'owner',
  since: 'customer since',
  attributes: 'more about them',
  firstName: 'first name',
  lastName: 'last name',
  email: 'address',
  phone: 'telephone',
  jobTitle: 'job title',
  buyingRole: 'part in buying',
  mailBasis: 'whether we may write',
}
