import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../db.ts'
import { buyingRoles, customerStatuses } from '../tables.ts'
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
  /** Only who was picked for this round (see pick.ts); the filters are kept, and hold nobody back meanwhile. */
  isPicked: z.boolean().default(false),
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
  'too_early',
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
  /** When their company left: a day, 'unknown' where only its status says so, '' if it has not. */
  leftOn: string
}
export type LeftOut = Person & { reason: ExclusionReason }
export type Chosen = { recipients: Person[]; leftOut: LeftOut[] }

export type Asking = {
  id: string
  audience: Audience
  /** Who signs; null: the owner of each customer. */
  senderId: string | null
  /** Who else has a hand in asking: who made the campaign, and who launches it. They sign where the signer has left. */
  askedBy: string[]
  rules: Rules
  /** In which languages its mails and questions speak. */
  languages: string[]
  /** The versions that ask open questions, which others may have to follow. */
  openVersions: string[]
}

/**
 * Everybody whom the audience of a campaign chooses: who will be asked and who is left out, with the reason, in the
 * order of company and name. Whoever has an invitation of this campaign already is in neither list. One query.
 */
export async function chooseAudience(db: Db, asking: Asking, timeZone: string, now: Date): Promise<Chosen> {
  const chosen: Chosen = { recipients: [], leftOut: [] }
  const rows = await candidates(db, asking, dayAt(now, timeZone), now)
    .leftJoin('user', 'user.id', 'customer.owner_id')
    .select([
      'contact.id',
      'contact.first_name',
      'contact.last_name',
      'contact.job_title',
      'contact.email',
      'customer.id as customer_id',
      'customer.name as company',
      'customer.owner_id',
      'user.name as owner',
      spoken.as('language'),
      leftOn.as('left_on'),
    ])
    .orderBy(sql`customer.name collate nocase`)
    .orderBy('contact.last_name')
    .orderBy('contact.first_name')
    .orderBy('contact.id')
    .execute()
  for (const row of rows) {
    const person = {
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
      isAdded: asking.audience.added.includes(row.id),
      leftOn: row.left_on ?? '',
    }
    if (row.reason) chosen.leftOut.push({ ...person, reason: row.reason })
    else chosen.recipients.push(person)
  }
  return chosen
}

/** How many would be asked and how many are left out, counted where they are kept. One query. */
export async function countAudience(
  db: Db,
  asking: Asking,
  timeZone: string,
  now: Date,
): Promise<{ recipients: number; leftOut: number }> {
  const row = await db
    .selectFrom(candidates(db, asking, dayAt(now, timeZone), now).as('one'))
    .select((eb) => [eb.fn.countAll<number>().as('all'), eb.fn.count<number>('one.reason').as('leftOut')])
    .executeTakeFirstOrThrow()
  return { recipients: row.all - row.leftOut, leftOut: row.leftOut }
}

const spoken = sql<string>`lower(coalesce(nullif(contact.language, ''), nullif(customer.language, ''), 'en'))`

const leftOn = sql<string | null>`coalesce(
  (select max(happened_on) from outcome where customer_id = customer.id and outcome.kind = 'left'),
  case customer.status when 'lost' then 'unknown' end)`

/** Whom the filters let through or a hand has added, and why each is left out (null: will be asked). */
function candidates(db: Db, asking: Asking, today: string, now: Date) {
  const { id, audience } = asking
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .select(reasonAgainst(asking, today, now).as('reason'))
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
      const isPicked = eb(
        'contact.id',
        'in',
        eb
          .selectFrom('campaign_pick')
          .select('campaign_pick.contact_id')
          .where('campaign_pick.campaign_id', '=', id)
          .where('campaign_pick.way', '=', 'mail')
          .where('campaign_pick.dropped_at', 'is', null),
      )
      const isChosen = audience.isPicked ? isPicked : filters.length > 0 ? eb.and(filters) : sql<SqlBool>`1 = 1`
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
}

/** The first reason that speaks against somebody, in the order of `exclusionReasons`; null if none does. */
function reasonAgainst(asking: Asking, today: string, now: Date) {
  const { id, audience, rules, senderId } = asking
  const yes = (holds: boolean) => (holds ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`)
  const among = (ids: string[]) => (ids.length ? sql<SqlBool>`contact.id in (${sql.join(ids)})` : yes(false))
  const statuses = audience.statuses.length
    ? sql<SqlBool>`customer.status not in (${sql.join(audience.statuses)})`
    : yes(false)
  const hands = [...new Set([senderId, ...asking.askedBy].filter((one) => one !== null))]
  // Nobody in particular signs: then the owner does, whoever that is.
  const isOwnRep = senderId === null ? yes(true) : sql<SqlBool>`customer.owner_id in (${sql.join(hands)})`
  const isNotForOwnRep = isAskedByOwnRep(rules.by, 'somebody', ['somebody'])
  const speaks: Record<ExclusionReason, RawBuilder<SqlBool>> = {
    removed: among(audience.removed),
    archived: sql`coalesce(contact.archived_at, customer.archived_at) is not null`,
    no_address: sql`coalesce(contact.email, '') = ''`,
    no_basis: sql`contact.mail_basis = 'none'`,
    suppressed: sql`suppression.reason is not null`,
    channel: yes(!rules.channels.includes('survey')),
    // Whoever was picked one by one is wanted whatever the company's status.
    status: audience.isPicked ? yes(false) : sql`${statuses} and not ${among(audience.added)}`,
    own_rep: isNotForOwnRep ? sql`customer.owner_id is not null and ${isOwnRep}` : yes(false),
    too_early: rules.after ? sql`not ${hasSpokenOpenly(asking.openVersions)}` : yes(false),
    asked_recently: wasAskedLately(id, now),
    asked_later: wantsLater(today),
    language: audience.englishForOthers ? yes(false) : sql`not (${isSpoken(asking.languages)})`,
  }
  const whens = exclusionReasons.map((reason) => sql`when ${speaks[reason]} then ${sql.lit(reason)}`)
  return sql<ExclusionReason | null>`case ${sql.join(whens, sql` `)} else null end`
}

/** One of these languages is theirs, also as "de-AT". */
const isSpoken = (languages: string[]) =>
  sql.join(
    languages.map((code) => sql`${spoken} = ${code} or ${spoken} glob ${`${code}[-_]*`}`),
    sql` or `,
  )

/** They have answered open questions before, by whatever way. */
const hasSpokenOpenly = (versions: string[]) => sql<SqlBool>`exists (
  select 1 from response where response.contact_id = contact.id and response.state = 'submitted'
    and response.template_version_id in (${sql.join(versions)}))`

/** Another round has asked this contact within the quiet time, or is about to. */
const wasAskedLately = (campaignId: string, now: Date) => sql<SqlBool>`exists (
  select 1 from invitation join message on message.invitation_id = invitation.id
  where invitation.contact_id = contact.id and invitation.campaign_id <> ${campaignId}
    and message.kind in ('invite', 'reminder-1', 'reminder-2')
    and (message.sent_at >= ${later(now, -days(quietDays))}
      or (message.state in ('queued', 'sending', 'deferred') and invitation.withdrawn_at is null)))`

/** They asked for more time, and their day has not come. */
const wantsLater = (today: string) => sql<SqlBool>`exists (
  select 1 from invitation where invitation.contact_id = contact.id and invitation.ask_after_on > ${today})`
