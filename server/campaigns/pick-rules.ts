import type { CustomerStatus, Role } from '../tables.ts'
import type { Template } from '../templates/files.ts'
import { isAskedByOwnRep, type Rules } from '../templates/templates.ts'

export const purposes = ['reasons', 'figures'] as const
export type Purpose = (typeof purposes)[number]
export const measures = ['revenue', 'margin', 'orders'] as const
export type Measure = (typeof measures)[number]
export const ways = ['talk', 'mail'] as const
export type Way = (typeof ways)[number]

/** Reasons are mostly heard within so many conversations (Guest, Bunce & Johnson 2006; methods 4.6). */
const roundSize = { least: 8, usual: 12, most: 15 }
/** A rep adds some of the own customers to a round that holds others' too. */
const shareSize = { least: 1, usual: 3, most: 15 }
export const sizeFor = (isRep: boolean) => (isRep ? shareSize : roundSize)

/** Whom a template is for: lost customers and those about to leave, prospects too, or customers. */
export type Meant = { statuses: CustomerStatus[]; atRisk: boolean; withinDays: number | null }

export function meantFor(template: Template): Meant {
  const { key, within_days: days } = template
  if (key === 'loss' || days !== undefined) return { statuses: ['lost'], atRisk: true, withinDays: days ?? null }
  if (key === 'deep') return { statuses: ['active', 'prospect'], atRisk: false, withinDays: null }
  return { statuses: ['active'], atRisk: false, withinDays: null }
}

export const wayReasons = [
  'not_mailed',
  'no_address',
  'no_basis',
  'no_mails',
  'language',
  'top',
  'talk_first',
  'other_asker',
  'too_early',
  'same_way',
  'no_talks',
  'nobody_to_talk',
  'hand',
] as const
export type WayReason = (typeof wayReasons)[number]

export type Colleague = { id: string; name: string; role: Role }
export type Reachable = {
  hasAddress: boolean
  hasBasis: boolean
  isSuppressed: boolean
  isOtherLanguage: boolean
  ownerId: string | null
  /** They, or somebody else there, have answered open questions before: some questions only follow those. */
  hasSpoken: boolean
  hasCompanySpoken: boolean
  isTop: boolean
}
export type Asking = {
  rules: Rules
  purpose: Purpose
  /** Who signs every mail; null: each customer's owner. */
  senderId: string | null
  /** Who draws up the round. */
  drawerId: string
  colleagues: Colleague[]
}
export type Choice = { way: Way; reason: WayReason; askerId: string | null }

/** Why this person gets no mail, or undefined. */
export function barsMail(one: Reachable, { rules, senderId, drawerId }: Asking): WayReason | undefined {
  if (!rules.channels.includes('survey')) return 'not_mailed'
  if (!one.hasAddress) return 'no_address'
  if (!one.hasBasis) return 'no_basis'
  if (one.isSuppressed) return 'no_mails'
  if (one.isOtherLanguage) return 'language'
  if (rules.after && !one.hasSpoken) return 'too_early'
  return isAskedByOwnRep(rules.by, one.ownerId, [senderId ?? one.ownerId, drawerId]) ? 'other_asker' : undefined
}

/** Who speaks with somebody: their own rep, or somebody else where the questions are not for the rep to ask; null: nobody. */
export function askerFor(one: Reachable, { rules, drawerId, colleagues }: Asking): string | null {
  if (!rules.channels.includes('interview') || (rules.after && !one.hasCompanySpoken)) return null
  const able = colleagues.filter(({ id, role }) => role !== 'admin' && !isAskedByOwnRep(rules.by, one.ownerId, [id]))
  // Leads may open every customer; a rep only the own ones.
  const leads = able.filter(({ role }) => role === 'lead')
  const asker = able.find(({ id }) => id === one.ownerId) ?? leads.find(({ id }) => id === drawerId) ?? leads[0]
  return asker?.id ?? null
}

/**
 * How somebody is asked. For reasons a talk comes first and a mail is the fallback; for figures everybody is asked the
 * same way where that is possible, since what people write and what they say are not the same (methods 4.16).
 * `undefined` if there is no way to ask.
 */
export function wayFor(one: Reachable, asking: Asking): Choice | undefined {
  const bar = barsMail(one, asking)
  const askerId = askerFor(one, asking)
  const byMail = (reason: WayReason): Choice => ({ way: 'mail', reason, askerId: null })
  if (asking.purpose === 'figures' && !bar) return byMail('same_way')
  if (askerId) return { way: 'talk', reason: bar ?? (one.isTop ? 'top' : 'talk_first'), askerId }
  if (bar) return undefined
  return byMail(asking.rules.channels.includes('interview') ? 'nobody_to_talk' : 'no_talks')
}
