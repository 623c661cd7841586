import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../db.ts'
import { containing } from '../lists.ts'
import { buyingRoles, type CustomerStatus, customerStatuses } from '../tables.ts'
import { isAskedByOwnRep, type Rules } from '../templates/templates.ts'
import { dayAt, days, later } from '../time.ts'

const list = z.array(z.string()).default([])

/** Whom a campaign asks: filters (an empty list lets everybody through), and people added and taken out by hand. */
export const audienceSchema = z.object({
  statuses: z.array(z.enum(customerStatuses)).default(['active']),
  segments: list,
  regions: list,
  countries: list,
  owners: list,
  roles: z.array(z.enum(buyingRoles)).default([]),
  languages: list,
  added: list,
  removed: list,
  englishForOthers: z.boolean().default(false),
})
export type Audience = z.infer<typeof audienceSchema>
export const readAudience = (json: string): Audience => audienceSchema.parse(JSON.parse(json))

/** Nobody is asked twice within this time, whatever the campaign. */
export const quietDays = 30

/** Why somebody is left out; of several reasons the first in this order is told. */
export const exclusionReasons = [
  'removed',
  'archived',
  'no_address',
  'no_basis',
  'suppressed',
  'channel',
  'status',
  'own_rep',
  'asked_recently',
  'asked_later',
  'language',
] as const
export type ExclusionReason = (typeof exclusionReasons)[number]

export type Person = {
  contactId: string
  firstName: string
  lastName: string
  jobTitle: string
  email: string
  language: string
  customerId: string
  company: string
  ownerId: string | null
  owner: string
  isAdded: boolean
}
export type LeftOut = Person & { reason: ExclusionReason }
export type Chosen = { recipients: Person[]; leftOut: LeftOut[] }

type Asking = {
  id: string
  audience: Audience
  /** Who signs; null: the owner of each customer. */
  senderId: string | null
  /** Who else has a hand in asking: who made the campaign, and who launches it. They sign where the signer has left. */
  askedBy: string[]
  rules: Rules
}

/**
 * Everybody whom the audience of a campaign chooses: who will be asked and who is left out, with the reason, in the
 * order of company and name. Whoever has an invitation of this campaign already is in neither list. One query.
 */
export async function chooseAudience(db: Db, asking: Asking, timeZone: string, now: Date): Promise<Chosen> {
  const chosen: Chosen = { recipients: [], leftOut: [] }
  for (const row of await candidates(db, asking, now)) {
    const person = personOf(row, asking.audience)
    const reason = reasonAgainst(row, asking, dayAt(now, timeZone))
    if (reason) chosen.leftOut.push({ ...person, reason })
    else chosen.recipients.push(person)
  }
  return chosen
}

type Candidate = Awaited<ReturnType<typeof candidates>>[number]

async function candidates(db: Db, { id, audience }: Asking, now: Date) {
  const recently = later(now, -days(quietDays))
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .leftJoin('user', 'user.id', 'customer.owner_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .select([
      'contact.id',
      'contact.first_name',
      'contact.last_name',
      'contact.job_title',
      'contact.email',
      'contact.mail_basis',
      'customer.id as customer_id',
      'customer.name as company',
      'customer.status',
      'customer.owner_id',
      'user.name as owner',
      'suppression.reason as suppressed',
    ])
    .select(sql<string | null>`coalesce(contact.archived_at, customer.archived_at)`.as('archived_at'))
    .select(
      sql<string>`lower(coalesce(nullif(contact.language, ''), nullif(customer.language, ''), 'en'))`.as('language'),
    )
    .select((eb) => [
      eb
        .selectFrom('invitation')
        .whereRef('invitation.contact_id', '=', 'contact.id')
        .select((inner) => inner.fn.max('invitation.ask_after_on').as('day'))
        .as('ask_after_on'),
      eb
        .selectFrom('invitation')
        .innerJoin('message', 'message.invitation_id', 'invitation.id')
        .whereRef('invitation.contact_id', '=', 'contact.id')
        .where('invitation.campaign_id', '!=', id)
        .where('message.kind', 'in', ['invite', 'reminder-1', 'reminder-2'])
        .where((or) =>
          or.or([
            or('message.sent_at', '>=', recently),
            or.and([
              or('message.state', 'in', ['queued', 'sending', 'deferred']),
              or('invitation.withdrawn_at', 'is', null),
            ]),
          ]),
        )
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .as('asked'),
    ])
    .where((eb) => {
      const filters = [
        ...(audience.segments.length ? [eb('customer.segment', 'in', audience.segments)] : []),
        ...(audience.regions.length ? [eb('customer.region', 'in', audience.regions)] : []),
        ...(audience.countries.length ? [eb('customer.country', 'in', audience.countries)] : []),
        ...(audience.owners.length ? [eb('customer.owner_id', 'in', audience.owners)] : []),
        ...(audience.roles.length ? [eb('contact.buying_role', 'in', audience.roles)] : []),
        ...(audience.languages.length
          ? [eb(sql<string>`coalesce(nullif(contact.language, ''), customer.language)`, 'in', audience.languages)]
          : []),
      ]
      const isChosen = filters.length > 0 ? eb.and(filters) : sql<SqlBool>`1 = 1`
      return audience.added.length > 0 ? eb.or([isChosen, eb('contact.id', 'in', audience.added)]) : isChosen
    })
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('invitation')
            .whereRef('invitation.contact_id', '=', 'contact.id')
            .where('invitation.campaign_id', '=', id)
            .select('invitation.id'),
        ),
      ),
    )
    .orderBy(sql`customer.name collate nocase`)
    .orderBy('contact.last_name')
    .orderBy('contact.first_name')
    .orderBy('contact.id')
    .execute()
}

const personOf = (row: Candidate, audience: Audience): Person => ({
  contactId: row.id,
  firstName: row.first_name,
  lastName: row.last_name,
  jobTitle: row.job_title,
  email: row.email ?? '',
  language: row.language,
  customerId: row.customer_id,
  company: row.company,
  ownerId: row.owner_id,
  owner: row.owner ?? '',
  isAdded: audience.added.includes(row.id),
})

function reasonAgainst(row: Candidate, asking: Asking, today: string): ExclusionReason | undefined {
  const { audience, rules, senderId } = asking
  const speaks: Record<ExclusionReason, boolean> = {
    removed: audience.removed.includes(row.id),
    archived: row.archived_at !== null,
    no_address: !row.email,
    no_basis: row.mail_basis === 'none',
    suppressed: row.suppressed !== null,
    channel: !rules.channels.includes('survey'),
    status: !isWantedStatus(row.status, audience) && !audience.added.includes(row.id),
    own_rep: isAskedByOwnRep(rules.by, row.owner_id, [senderId ?? row.owner_id, ...asking.askedBy]),
    asked_recently: Number(row.asked ?? 0) > 0,
    asked_later: row.ask_after_on !== null && row.ask_after_on > today,
    language: row.language.split(/[-_]/)[0] !== 'en' && !audience.englishForOthers,
  }
  return exclusionReasons.find((reason) => speaks[reason])
}

const isWantedStatus = (status: CustomerStatus, audience: Audience) =>
  audience.statuses.length === 0 || audience.statuses.includes(status)

/** What the filters of an audience may choose from: what the customers and contacts have. */
export async function audienceChoices(db: Db) {
  const rows = await db
    .selectFrom('customer')
    .leftJoin('contact', 'contact.customer_id', 'customer.id')
    .leftJoin('user', 'user.id', 'customer.owner_id')
    .where('customer.archived_at', 'is', null)
    .select(['customer.segment', 'customer.region', 'customer.country', 'customer.owner_id', 'user.name as owner'])
    .select(sql<string | null>`coalesce(nullif(contact.language, ''), customer.language)`.as('language'))
    .distinct()
    .execute()
  const distinct = (values: (string | null)[]) =>
    [...new Set(values.filter((value): value is string => Boolean(value)))].sort((a, b) => a.localeCompare(b))
  const owners = new Map(rows.flatMap((row) => (row.owner_id ? [[row.owner_id, row.owner ?? ''] as const] : [])))
  return {
    segments: distinct(rows.map((row) => row.segment)),
    regions: distinct(rows.map((row) => row.region)),
    countries: distinct(rows.map((row) => row.country)),
    languages: distinct(rows.map((row) => row.language)),
    owners: [...owners].sort(([, a], [, b]) => a.localeCompare(b)),
  }
}

/** Up to 20 people whose name, address or company contains some words, for picking them by hand. */
export async function findPeople(db: Db, words: string) {
  const pattern = containing(words)
  const contains = (column: string) => sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['contact.id', 'contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .where('contact.archived_at', 'is', null)
    .where((eb) =>
      eb.or([
        sql<SqlBool>`contact.first_name || ' ' || contact.last_name like ${pattern} escape '\\'`,
        contains('contact.email'),
        contains('customer.name'),
      ]),
    )
    .orderBy('customer.name')
    .orderBy('contact.last_name')
    .limit(20)
    .execute()
}

/** People by id, in the order of their names, for naming who was picked by hand. */
export async function findPeopleById(db: Db, ids: string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['contact.id', 'contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .where('contact.id', 'in', ids)
    .orderBy('customer.name')
    .orderBy('contact.last_name')
    .execute()
}
export type Found = Awaited<ReturnType<typeof findPeopleById>>[number]
