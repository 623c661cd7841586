import type { User } from '../access.ts'
import { type Pager, pager } from '../lists.ts'
import type { BuyingRole } from '../tables.ts'
import { dayAt, printDay, printInstantDay, printTime, type Reader, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import type { ListedTalk, Talk } from './interviews.ts'

export const pageSize = 25
export const partOf = (user: User): string => (user.role === 'rep' ? 'Talks' : 'Customers')
export const addressOf = (talk: { id: string }, path = ''): string => `/interviews/${talk.id}${path}`

const partInBuying: Record<BuyingRole, string> = {
  decides: 'decides',
  buys: 'buys',
  uses: 'uses it',
  influences: 'has a say',
  pays: 'pays',
}
const partsInBuying: Record<string, string> = partInBuying

/** "Talk with Castor & Wren Brewing", "Visit at Castor & Wren Brewing". */
export const nameOf = (talk: Talk): string =>
  talk.channel === 'observation' ? `Visit at ${talk.customer.name}` : `Talk with ${talk.customer.name}`

/** "Idris Wren, owner, decides. 23 November, the brewhouse. Also there: Nell Castor." */
export function settingOf(talk: Talk, now: Date, reader: Reader): string {
  const { contact } = talk
  const who = contact && [contact.name, contact.jobTitle, partsInBuying[contact.buyingRole] ?? ''].filter(Boolean)
  return [
    who ? listedPlain(who) : '',
    listedPlain([printDay(talk.tookPlaceOn, now, reader), talk.place]),
    talk.present ? `There: ${talk.present}` : '',
  ]
    .filter(Boolean)
    .map((sentence) => `${sentence.replace(/[.;,\s]+$/, '')}.`)
    .join(' ')
}
export const listedPlain = (parts: string[]): string => parts.filter(Boolean).join(', ')

type TalkRow = {
  href: string
  title: string
  about: string
  clock: string
  step: string
}
type ListPage = {
  title: string
  part: string
  scripts: ['guide.js']
  lead: string
  isReader: boolean
  drafts: TalkRow[]
  filed: TalkRow[]
  isEmpty: boolean
  pager: Pager
}

/** The own drafts, then what is filed. */
export function listPage(
  user: User,
  page: number,
  found: { rows: ListedTalk[]; total: number },
  questions: Map<string, number>,
  now: Date,
): ListPage {
  const reader = readerOf(user)
  const isReader = user.role !== 'rep'
  const rows = found.rows.map((row) => {
    const isDraft = row.state === 'draft'
    const contact = [row.first_name, row.last_name].filter(Boolean).join(' ')
    const of = questions.get(row.id) ?? 0
    const noted = row.drafts
      ? `${row.drafts} of ${plural(of, 'question')} noted${row.saved_at ? `, saved ${printSaved(row.saved_at, now, reader)}` : ''}`
      : 'Nothing noted yet'
    const changes = !isDraft && row.drafts && row.author_id === user.id ? 'Corrections that are not filed' : ''
    return {
      isDraft,
      href: `/interviews/${row.id}`,
      title: row.channel === 'observation' ? `Visit at ${row.customer_name}` : `Talk with ${row.customer_name}`,
      about: `${[
        listedPlain([contact, row.place]),
        isReader && row.author_id !== user.id ? `Noted by ${row.author_name ?? 'somebody of ours'}` : '',
        isDraft ? noted : changes,
      ]
        .filter(Boolean)
        .join('. ')}.`.replace(/^\.$/, ''),
      clock: printDay(row.took_place_on, now, reader),
      step: isDraft ? (row.drafts ? 'Go on noting' : 'Open the guide') : '',
    }
  })
  const drafts = rows.filter(({ isDraft }) => isDraft)
  return {
    title: isReader ? 'Talks' : 'My talks',
    part: partOf(user),
    scripts: ['guide.js'],
    lead:
      found.total === 0
        ? 'Talks teach more than mails: the same questions, asked by somebody who listens.'
        : `${plural(found.total, 'talk')} and visits. What is not filed yet counts nowhere and is seen by you alone.`.replace(
            /^1 talk and visits/,
            'One talk or visit',
          ),
    isReader,
    drafts,
    filed: rows.filter(({ isDraft }) => !isDraft),
    isEmpty: found.total === 0,
    pager: pager(found.total, page, pageSize, '/interviews', {}),
  }
}

/** "10:42" for today, else "20 November". */
function printSaved(at: string, now: Date, reader: Reader): string {
  const isToday = dayAt(new Date(at), reader.timeZone) === dayAt(now, reader.timeZone)
  return isToday ? printTime(at, reader) : printInstantDay(at, now, reader)
}
