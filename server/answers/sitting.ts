import { getCompany } from '../company.ts'
import { type Db, prepared } from '../db.ts'
import { isErased } from '../erasing.ts'
import { AppError } from '../errors.ts'
import type { Links } from '../links.ts'
import { ourLanguage } from '../speak.ts'
import type { ConsentLevel } from '../tables.ts'
import { languageOf } from '../templates/template.ts'
import { getTemplateVersion, type TemplateVersion } from '../templates/templates.ts'
import { dayAt, type Reader } from '../time.ts'
import { versionFor } from './asking.ts'

/** Everything that a page behind a personal link needs to know: who was asked by whom, and how far the answers are. */
export type Sitting = {
  link: string
  invitationId: string
  campaignId: string
  customer: { id: string; name: string; ownerId: string | null; segment: string | null; region: string | null }
  contact: { id: string; firstName: string; email: string; phone: string; language: string }
  sender: { name: string; email: string; phone: string }
  /** The language of the questions. */
  asksIn: string
  /** What is asked, as this person is asked it. */
  version: TemplateVersion
  closesOn: string
  /** True once nothing can be written any more: the day has passed, or the campaign was closed. */
  isClosed: boolean
  isDeclined: boolean
  response: SittingResponse | undefined
  reader: Reader
}
export type SittingResponse = {
  id: string
  state: 'draft' | 'submitted' | 'withdrawn'
  reference: string
  consentLevel: ConsentLevel
  submittedAt: string | null
  revisedAt: string | null
}

const unknownLink = () =>
  new AppError(
    404,
    'This link is not complete or not ours. Open it from the mail again, or copy all of it. You can also answer that mail: a person reads it.',
  )
const erasedLink = () =>
  new AppError(
    410,
    'What was said behind this link is erased, and the link with it. If you would like to tell us something, answer the mail that it came with: a person reads it.',
  )
const withdrawnLink = () =>
  new AppError(
    410,
    'This link is no longer in use. If you would like to tell us something, answer the mail that it came with: a person reads it.',
  )

const findInvitation = prepared((db, { id }: { id: string }) =>
  db
    .selectFrom('invitation')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    // As in the mail: whoever left the company is named nowhere, then whoever launched it stands in.
    .leftJoin('user as sender', (join) =>
      join
        .on((eb) => eb('sender.id', '=', eb.fn.coalesce('campaign.sender_id', 'customer.owner_id')))
        .on('sender.deactivated_at', 'is', null),
    )
    .leftJoin('user as launcher', (join) =>
      join.on((eb) => eb('launcher.id', '=', eb.fn.coalesce('campaign.launched_by', 'campaign.created_by'))),
    )
    .leftJoin('response', 'response.invitation_id', 'invitation.id')
    .select([
      'invitation.link_version',
      'invitation.withdrawn_at',
      'invitation.declined_at',
      'campaign.id as campaign_id',
      'campaign.sender_id',
      'campaign.state as campaign_state',
      'campaign.closes_on',
      'campaign.template_version_id',
      'customer.id as customer_id',
      'customer.name as customer_name',
      'customer.owner_id',
      'customer.segment',
      'customer.region',
      'customer.time_zone',
      'contact.id as contact_id',
      'contact.first_name',
      'contact.email',
      'contact.phone',
      'contact.language',
      'customer.language as customer_language',
      'sender.name as sender_name',
      'sender.email as sender_email',
      'sender.phone as sender_phone',
      'launcher.name as launcher_name',
      'launcher.email as launcher_email',
      'launcher.phone as launcher_phone',
      'response.id as response_id',
      'response.state as response_state',
      'response.reference',
      'response.consent_level',
      'response.submitted_at',
      'response.revised_at',
    ])
    .where('invitation.id', '=', id),
)

/** Finds what a personal link leads to, in one statement. Reading never changes anything. Throws 404 or 410 with what to do. */
export async function getSitting(db: Db, links: Links, link: string, now: Date): Promise<Sitting> {
  const claim = links.read(link)
  if (!claim) throw unknownLink()
  const [row] = await findInvitation(db, { id: claim.invitationId })
  if (!row) throw (await isErased(db, 'invitation', claim.invitationId)) ? erasedLink() : unknownLink()
  if (row.withdrawn_at || row.link_version !== claim.version) throw withdrawnLink()

  const timeZone = row.time_zone ?? (await getCompany(db)).timeZone
  const language = row.language || row.customer_language || 'en'
  const published = await getTemplateVersion(db, row.template_version_id)
  const isNotForOwnRep = published.template.by === 'not-own-rep'
  // Our own words follow the questions: a page in two languages would be read in neither.
  const asksIn = languageOf(published.template, language)
  return {
    link,
    invitationId: claim.invitationId,
    campaignId: row.campaign_id,
    customer: {
      id: row.customer_id,
      name: row.customer_name,
      ownerId: row.owner_id,
      segment: row.segment,
      region: row.region,
    },
    contact: {
      id: row.contact_id,
      firstName: row.first_name,
      email: row.email ?? '',
      phone: row.phone,
      language,
    },
    // What is not for their own rep to ask never names that rep, also one who became it after the mail went out.
    sender:
      row.sender_name && !(isNotForOwnRep && (row.sender_id ?? row.owner_id) === row.owner_id)
        ? { name: row.sender_name, email: row.sender_email ?? '', phone: row.sender_phone ?? '' }
        : { name: row.launcher_name ?? '', email: row.launcher_email ?? '', phone: row.launcher_phone ?? '' },
    asksIn,
    version: await versionFor(db, published, {
      channel: 'survey',
      language,
      customerId: row.customer_id,
      responseId: row.response_id,
      seed: claim.invitationId,
      on: dayAt(now, timeZone),
    }),
    closesOn: row.closes_on,
    isClosed: row.campaign_state !== 'launched' || dayAt(now, timeZone) > row.closes_on,
    isDeclined: row.declined_at !== null,
    response:
      row.response_id === null || row.response_state === null
        ? undefined
        : {
            id: row.response_id,
            state: row.response_state,
            reference: row.reference ?? '',
            consentLevel: row.consent_level ?? 'totals',
            submittedAt: row.submitted_at,
            revisedAt: row.revised_at,
          },
    reader: { language: ourLanguage(asksIn), timeZone },
  }
}

const findLeads = prepared((db) =>
  db
    .selectFrom('user')
    .select('name')
    .where('role', '=', 'lead')
    .where('deactivated_at', 'is', null)
    .orderBy('name')
    .limit(3),
)

/** Every first page names the leads, and they change once a year: what was read within five seconds is read again. */
const knownLeads = new WeakMap<Db, { readAt: number; names: Promise<string[]> }>()

/** The names of the leads: they read what is given "only to the project lead", and customers are told so. */
export function leadNames(db: Db): Promise<string[]> {
  const known = knownLeads.get(db)
  if (known && performance.now() - known.readAt < 5_000) return known.names
  const names = findLeads(db, {}).then((rows) => rows.map((row) => row.name))
  knownLeads.set(db, { readAt: performance.now(), names })
  names.catch(() => knownLeads.delete(db))
  return names
}
