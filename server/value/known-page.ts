import { printMoney } from '../money.ts'
import type { OnList } from '../on-list.ts'
import { printDay, type Reader } from '../time.ts'
import type { KnownAbout } from './client-list.ts'

type Fact = { name: string; text: string }

/** What the list knows of a customer: whoever may open it may read this. */
export function listFacts(onList: OnList | undefined): Fact[] {
  if (!onList) return []
  const { revenue, grew, outcomes } = onList
  const last = outcomes.at(-1)
  const words: Record<string, string> = {
    renewed: 'Renewed',
    grew: 'Grew',
    reduced: 'Reduced',
    referred: 'Referred us',
    left: 'Left',
  }
  return [
    { name: 'Revenue', text: revenue ? `${printMoney(revenue)} in the newest year` : 'Not known' },
    {
      name: 'Its trend',
      text:
        grew === undefined
          ? 'Not known'
          : grew
            ? 'More than 5 % up on the year before'
            : 'Not more than 5 % up on the year before',
    },
    { name: 'Last outcome', text: last ? `${words[last.kind] ?? last.kind}, ${last.on.slice(0, 4)}` : 'None noted' },
  ]
}

/** What they told of themselves, and what that comes to; only for readers. */
export function knownFacts({ known, value, score, why, share }: KnownAbout, now: Date, reader: Reader): Fact[] {
  const said = ({ stated, actual }: typeof value.stays) =>
    actual ? 'did' : stated === undefined ? 'not known' : stated ? 'says so' : 'says no'
  return [
    {
      name: 'Share of our revenue',
      text: share === undefined ? 'Not known' : `${(100 * share).toFixed(share < 0.01 ? 1 : 0)} %`,
    },
    {
      name: 'They get',
      text: known.theyGet === undefined ? 'Not known: ask' : `${Math.round(known.theyGet)} of 100, as they say`,
    },
    { name: 'Drivers delivered', text: known.drivers === undefined ? 'Not known: ask' : `${known.drivers} of 4` },
    {
      name: 'Stays, grows, tells',
      text: `${said(value.stays)}, ${said(value.grows)}, ${said(value.tells)}`,
    },
    {
      name: 'Vulnerable',
      text: `${score.low}${score.high > score.low ? `, at most ${score.high}` : ''} of 100`,
    },
    {
      name: 'Their reason',
      text: why ? `In their own words, ${printDay(why.on, now, reader)}` : 'Never in their own words',
    },
  ]
}
