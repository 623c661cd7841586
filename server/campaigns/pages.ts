import type { ExclusionReason } from './audience.ts'
import { quietDays } from './audience.ts'
import type { Campaign } from './campaigns.ts'

export const part = 'Campaigns'

/** Each reason to leave somebody out, as it is read, and what can be done about it. */
export const reasonWords: Record<ExclusionReason, { words: string; hint: string }> = {
  removed: { words: 'Taken out by hand', hint: '' },
  archived: { words: 'Archived', hint: 'They or their company left the list.' },
  no_address: { words: 'No address', hint: 'Add it on the page of the customer.' },
  no_basis: { words: 'No basis for writing to them', hint: 'They are no customer of ours and gave no consent.' },
  suppressed: { words: 'Do not want our mails, or their address fails', hint: 'A wish cannot be overruled.' },
  channel: { words: 'These questions are for talks', hint: 'The template does not allow asking by mail.' },
  status: { words: 'Prospect or lost', hint: 'The audience asks others. Add them by hand if they should be asked.' },
  own_rep: { words: 'Would be asked by their own rep', hint: 'These questions need somebody else to sign.' },
  too_early: {
    words: 'Have not answered open questions yet',
    hint: 'These suggest answers, so they follow open ones, or stand after them in one template.',
  },
  asked_recently: { words: `Asked in the last ${quietDays} days`, hint: 'Nobody is asked twice within that time.' },
  asked_later: { words: 'Asked to be asked later', hint: 'Their day has not come yet.' },
  language: {
    words: 'Another language than the mail',
    hint: 'The questions have no texts in theirs. The audience can include them, in English.',
  },
}

type Left = { reason: string; first_name: string; last_name: string }
export type LeftOutGroup = { words: string; hint: string; people: string; href: string }

/** Who is left out, reason by reason, the most frequent first: "3: Dora Pell, Sven Mohr, Li Tan". */
export function leftOutGroups(rows: Left[], listHref: string): LeftOutGroup[] {
  const byReason = Map.groupBy(rows, (row) => row.reason)
  return [...byReason]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, people]) => {
      const names = people.slice(0, 4).map((one) => `${one.first_name} ${one.last_name}`.trim())
      const more = people.length - names.length
      const { words, hint } = isReason(reason) ? reasonWords[reason] : { words: reason, hint: '' }
      return {
        words,
        hint,
        people: `${people.length}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        href: more > 0 && listHref ? `${listHref}?reason=${reason}` : '',
      }
    })
}
const isReason = (text: string): text is ExclusionReason => text in reasonWords

type Step = { href: string; number: number; words: string; isCurrent: boolean }

/** The steps of a draft, each open at any time. */
const stepsOf = (campaign: Campaign | undefined, current: string): Step[] =>
  [
    ['basics', 'Basics'],
    ['audience', 'Audience'],
    ['text', 'Mail'],
    ['recipients', 'Check and launch'],
  ]
    // Nobody gets a mail of questions that are made for talks.
    .filter(([path]) => path !== 'text' || !campaign || campaign.version.template.channels.includes('survey'))
    .map(([path = '', words = ''], index) => ({
      href: campaign ? `/campaigns/${campaign.id}/${path}` : '',
      number: index + 1,
      words,
      isCurrent: path === current,
    }))

/** What stands around each step of a draft. */
export type Frame = { title: string; part: string; name: string; isNew: boolean; steps: Step[] }
export const frame = (campaign: Campaign | undefined, step: string, title: string): Frame => ({
  title: campaign ? `${title} · ${campaign.name}` : title,
  part,
  name: campaign?.name ?? 'A new campaign',
  isNew: campaign === undefined,
  steps: campaign?.state === 'launched' ? [] : stepsOf(campaign, step),
})

export const nameOf = (person: { firstName: string; lastName: string }) =>
  `${person.firstName} ${person.lastName}`.trim()

/** A page that asks again before something that cannot be undone. */
export type Confirm = {
  title: string
  part: string
  sentence: string
  action: string
  label: string
  cancel: string
}

/** "German" for de, "United Kingdom" for GB; what is no such code stays as it was written. */
export function nameOfCode(type: 'region' | 'language', code: string): string {
  const isCode = type === 'region' ? /^[A-Za-z]{2}$/.test(code) : /^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/.test(code)
  return isCode ? (new Intl.DisplayNames('en-GB', { type }).of(code) ?? code) : code
}

export const languageName = (code: string): string => nameOfCode('language', code)
