import type { User } from '../access.ts'
import type { Db } from '../db.ts'
import type { CustomerStatus } from '../tables.ts'
import { isAskedByOwnRep, latestVersions, openVersions, type TemplateVersion } from '../templates/templates.ts'
import { talkChannels } from './forms.ts'

/** What can be asked of a customer, newest versions only; what this person may not ask; what is asked after open questions. */
export type Guides = { guides: TemplateVersion[]; barred: TemplateVersion[]; tooEarly: TemplateVersion[] }

export async function findGuides(
  db: Db,
  user: User,
  customer: { id: string; owner_id: string | null },
): Promise<Guides> {
  const latest = await latestVersions(db)
  const versions = latest.filter(({ template }) => talkChannels.some((channel) => template.channels.includes(channel)))
  const mine = versions.filter((version) => mayAsk(version, user, customer.owner_id))
  const isTooEarly = (await hasSpokenOpenly(db, customer.id))
    ? () => false
    : ({ template }: TemplateVersion) => template.after !== undefined
  return {
    guides: mine.filter((version) => !isTooEarly(version)),
    barred: versions.filter((version) => !mine.includes(version)),
    tooEarly: mine.filter(isTooEarly),
  }
}

/** Whether this customer has ever been asked open questions: in a sitting that was sent or filed. */
async function hasSpokenOpenly(db: Db, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('response')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('state', '=', 'submitted')
    .where('template_version_id', 'in', await openVersions(db))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** When a customer left, as it is on record: the day, 'unknown' where only the status says so, or '' if they have not. */
export async function leftOn(db: Db, customer: { id: string; status: CustomerStatus }): Promise<string> {
  const row = await db
    .selectFrom('outcome')
    .select('happened_on')
    .where('customer_id', '=', customer.id)
    .where('kind', '=', 'left')
    .orderBy('basis')
    .orderBy('happened_on', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.happened_on ?? (customer.status === 'lost' ? 'unknown' : '')
}

/** Some questions are not for the customer's own rep to ask: people say other things to a stranger. */
export const mayAsk = ({ template }: TemplateVersion, user: User, ownerId: string | null): boolean =>
  !isAskedByOwnRep(template.by, ownerId, [user.id])
