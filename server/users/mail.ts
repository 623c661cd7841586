import type { Letter } from '../staff-mail.ts'
import { listed, plural } from '../words.ts'

/** What somebody is told who takes over from a colleague. `names`: the first of the customers. */
export function handOverLetter(
  who: { from: string; by: string },
  taken: { customers: number; followUps: number; campaigns: number },
  names: string[],
  baseUrl: string,
): Letter {
  const parts = [
    taken.customers ? plural(taken.customers, 'customer') : '',
    taken.followUps ? plural(taken.followUps, 'open follow-up') : '',
    taken.campaigns ? `${plural(taken.campaigns, 'campaign')} that will go out in your name` : '',
  ].filter(Boolean)
  const more = taken.customers - names.length
  return {
    heading: `You take over from ${who.from}`,
    paragraphs: [
      `${who.by} handed over to you: ${listed(parts)}. From now on what these customers answer reaches you, and what was promised to them is yours to keep.`,
    ],
    list: [...names, ...(more > 0 && names.length > 0 ? [`and ${more} more`] : [])],
    button: taken.customers ? 'See your customers' : 'See what is due',
    link: taken.customers ? `${baseUrl}/customers` : `${baseUrl}/`,
    why: `because ${who.by} named you`,
  }
}
