import { getCompany } from '../company.ts'
import type { JobDeps } from '../jobs.ts'
import { staffPost } from '../staff-mail.ts'
import { later, minutes, printInstant } from '../time.ts'
import { plural } from '../words.ts'
import type { Handler } from '../worker.ts'
import { addressDays, createAddressLink } from './addresses.ts'
import { noticeLetter } from './mail.ts'
import { createSignInLink, findActiveUser, linkMinutes } from './session.ts'

/** How long the link of an invitation works; after that a new one can be asked for on the sign-in page. */
const invitationMinutes = 7 * 24 * 60

const roleWords = {
  rep: 'You can note talks with your customers, read what they answer and see why they buy.',
  lead: 'You can ask customers by mail, tag what they answer and see why they buy.',
  admin: 'You can invite the people of your company, ask customers by mail and see why they buy.',
}

/** Mails to staff. The token is made here and stored only as a hash, so that no queue and no backup holds a way in. */
export function sessionJobs(deps: JobDeps): Record<string, Handler> {
  const { config, db, clock } = deps
  const send = staffPost(deps)

  return {
    async 'sign-in-mail'({ id, payload, tries }) {
      const user = await findActiveUser(db, payload.userId ?? '')
      if (!user) return undefined
      const token = await createSignInLink(db, user.id, clock())
      const next = payload.next && payload.next !== '/' ? `?next=${encodeURIComponent(payload.next)}` : ''
      return send(id, tries, user.email, 'Your link to sign in', 'sign-in', {
        name: user.name,
        link: `${config.baseUrl}/sign-in/${token}${next}`,
        until: plural(linkMinutes, 'minute'),
      })
    },
    async 'staff-invitation'({ id, payload, tries }) {
      const user = await findActiveUser(db, payload.userId ?? '')
      const inviter = await findActiveUser(db, payload.inviterId ?? '')
      if (!user) return undefined
      const now = clock()
      const token = await createSignInLink(db, user.id, now, invitationMinutes)
      const { name } = await getCompany(db)
      const by = inviter?.name ?? name
      return send(id, tries, user.email, `${by} invites you to Whybuy`, 'staff-invitation', {
        name: user.name,
        link: `${config.baseUrl}/sign-in/${token}`,
        until: printInstant(later(now, minutes(invitationMinutes)), now, { language: 'en', timeZone: user.time_zone }),
        by,
        canDo: roleWords[user.role],
        signIn: `${config.baseUrl}/sign-in`,
      })
    },
    async 'address-confirmation'({ id, payload, tries }) {
      const user = await findActiveUser(db, payload.userId ?? '')
      const { email = '', byId = '' } = payload
      if (!user) return undefined
      const token = await createAddressLink(db, { userId: user.id, email, askedBy: byId }, clock())
      return send(id, tries, email, 'Is this your new address?', 'staff-letter', {
        name: user.name,
        heading: 'Is this your new address?',
        paragraphs: [
          `From now on you are to sign in to Whybuy with this address, ${email}. Confirm it here, and links and news reach you at this place.`,
          `The link works once, within ${plural(addressDays, 'day')}. You know nothing of this? Then leave it: nothing changes.`,
        ],
        button: 'Confirm the address',
        link: `${config.baseUrl}/address/${token}`,
        list: [],
        why: 'because this address was entered for an account there',
      })
    },
    async 'staff-notice'({ id, payload, tries }) {
      const user = await findActiveUser(db, payload.userId ?? '')
      if (!user) return undefined
      const by = payload.byId && payload.byId !== user.id ? await findActiveUser(db, payload.byId) : undefined
      const letter = noticeLetter(payload, user, by?.name ?? '', config.baseUrl)
      if (!letter) return { giveUp: `Nothing here writes "${payload.notice}".` }
      return send(id, tries, payload.to ?? user.email, letter.heading, 'staff-letter', { name: user.name, ...letter })
    },
  }
}
