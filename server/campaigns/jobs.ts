import { getCompany } from '../company.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import type { JobDeps } from '../jobs.ts'
import { instant, later, minutes } from '../time.ts'
import type { Handler } from '../worker.ts'
import { getCampaign, wordingOf } from './campaigns.ts'
import { deliverMessage } from './delivery.ts'
import { envelope, getAddressee, personalLinks, testLinks, writeInvitation } from './mail.ts'
import { textKindOf } from './reminders.ts'

/** Sends invitations, reminders and tests. */
export function campaignJobs({ config, db, links, mailer, clock }: JobDeps): Record<string, Handler> {
  const rate = sendingRate(config.sendRatePerMinute)
  return {
    async 'send-message'({ payload }) {
      const message = await findMessage(db, payload.messageId ?? '')
      if (!message) return undefined
      const moment = rate.momentFor(message.id, clock())
      if (moment > clock().getTime()) return { waitUntil: instant(new Date(moment)) }
      rate.forget(message.id)
      return deliverMessage({ db, mailer, clock }, message.id, async () => {
        const kind = await textKindOf(db, message)
        if (!kind) throw new Error(`Nothing here writes a mail of the kind "${message.kind}".`)
        const campaign = await getCampaign(db, message.campaign_id)
        const to = await getAddressee(db, campaign, message.contact_id)
        const own = personalLinks(links, { id: message.invitation_id, link_version: message.link_version })
        const written = writeInvitation(campaign, kind, await getCompany(db), to, own, clock())
        return envelope(db, config, written, to, {
          messageId: message.message_id,
          stop: own.stop,
          headers: { 'X-Whybuy-Invitation': message.invitation_id },
        })
      })
    },

    async 'send-test'({ id, payload, tries }) {
      const campaign = await getCampaign(db, payload.campaignId ?? '')
      const user = await db
        .selectFrom('user')
        .select(['email'])
        .where('id', '=', payload.userId ?? '')
        .executeTakeFirst()
      if (!user) return undefined
      const to = await getAddressee(db, campaign, payload.contactId ?? '')
      const test = testLinks(links, campaign)
      const notice = `This is a test, as ${to.name} would get it. Its links answer for nobody.`
      const written = writeInvitation(campaign, 'invite', await getCompany(db), to, test, clock(), notice)
      const mail = await envelope(
        db,
        config,
        { ...written, subject: `Test: ${written.subject}` },
        { ...to, email: user.email },
        {
          messageId: `<test-${id}@${new URL(config.baseUrl).hostname}>`,
          stop: test.stop,
          headers: { 'X-Whybuy-Test': campaign.id },
        },
      )
      const delivery = await mailer.send(mail)
      if (delivery.state === 'sent') {
        await transact(db, (trx) =>
          record(trx, { actor: 'system' }, 'campaign.test-sent', 'campaign', campaign.id, clock(), {
            wording: wordingOf(campaign, to.language),
          }),
        )
        return undefined
      }
      return tries < 3 && delivery.state === 'deferred'
        ? { retryAt: later(clock(), minutes(2)), error: delivery.reply }
        : { giveUp: delivery.reply }
    },
  }
}

const findMessage = (db: Db, id: string) =>
  db
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .select([
      'message.id',
      'message.kind',
      'message.message_id',
      'invitation_id',
      'link_version',
      'campaign_id',
      'contact_id',
    ])
    .where('message.id', '=', id)
    .executeTakeFirst()

/**
 * Gives each message a moment at which it may go, so that no more than `perMinute` go out in any minute. Nobody waits
 * here: a message that is too early comes back at its moment, and meanwhile other work goes on.
 */
function sendingRate(perMinute: number) {
  let given: number[] = []
  const reserved = new Map<string, number>()
  return {
    /** When this message may go, in ms since 1970; not after `now` if it may go at once. */
    momentFor(messageId: string, now: Date): number {
      const known = reserved.get(messageId)
      if (known !== undefined) return known
      given = given.slice(-perMinute)
      const [oldest = 0] = given
      const moment = given.length < perMinute ? now.getTime() : Math.max(now.getTime(), oldest + minutes(1))
      given.push(moment)
      reserved.set(messageId, moment)
      return moment
    },
    /** The message has had its turn; another try needs a new moment. */
    forget: (messageId: string) => reserved.delete(messageId),
  }
}
