import { address } from '../lists.ts'
import { plural } from '../words.ts'
import type { Campaign } from './campaigns.ts'
import type { ListedTalk } from './round-talks.ts'

type TalkRow = {
  name: string
  about: string
  href: string
  state: string
  contact: string
  guideHref: string
  mayMail: boolean
}
/** The talks of a round, with what a lead can do about those that nobody found the time for. */
export type TalksModel = { rows: TalkRow[]; count: string; more: string; action: string }

const shown = 50

export function talksModel(talks: ListedTalk[], userId: string, campaign: Campaign): TalksModel {
  const isOpen = campaign.state === 'launched'
  const isMailed = campaign.version.template.channels.includes('survey')
  const done = talks.filter(({ state }) => state === 'done').length
  return {
    count: talks.length > 0 ? `${done} of ${talks.length} filed` : '',
    action: `/campaigns/${campaign.id}/talks/mails`,
    more: talks.length > shown ? `and ${plural(talks.length - shown, 'more talk')}` : '',
    rows: talks.slice(0, shown).map((talk) => {
      const asker = talk.asker ?? 'nobody yet'
      return {
        name: `${talk.first_name} ${talk.last_name}`.trim(),
        about: [talk.job_title, talk.company].filter(Boolean).join(', '),
        href: `/customers/${talk.customer_id}`,
        state: {
          open: `To be held by ${asker}`,
          begun: `${asker} has opened the guide`,
          done: 'Held and filed',
        }[talk.state],
        contact: talk.contact_id,
        guideHref:
          isOpen && talk.state === 'open' && talk.asker_id === userId
            ? address(`/customers/${talk.customer_id}/interviews/new`, { contact: talk.contact_id, round: campaign.id })
            : '',
        mayMail: isOpen && isMailed && talk.state === 'open',
      }
    }),
  }
}
