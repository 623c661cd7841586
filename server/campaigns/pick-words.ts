import { printDay, type Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import type { Campaign } from './campaigns.ts'
import { natureOf } from './chosen.ts'
import type { Side } from './mix.ts'
import type { KeptDraw, Pick } from './pick.ts'
import type { ListReason, Reason } from './pick-record.ts'
import type { Measure, WayReason } from './pick-rules.ts'

export const measureWords: Record<Measure, string> = { revenue: 'revenue', margin: 'margin', orders: 'orders' }
export const roleWords = {
  decides: 'decides',
  buys: 'buys',
  uses: 'uses what we supply',
  influences: 'influences',
  pays: 'pays',
} as const
export const sideWords: Record<Side, string> = { segment: 'Segment', region: 'Region', role: 'Role in buying' }
export const isRole = (name: string): name is keyof typeof roleWords => name in roleWords

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** "Largest revenue of North; not heard since 14 March 2025; decides." */
export function reasonsInWords(reasons: Reason[], now: Date, reader: Reader): string {
  const words = reasons.map((reason) => inWords(reason, now, reader))
  return words.length > 0 ? `${sentence(words.join('; '))}.` : ''
}

function inWords(reason: Reason, now: Date, reader: Reader): string {
  switch (reason.code) {
    case 'largest':
      return `largest ${measureWords[reason.measure]}${reason.region ? ` of ${reason.region}` : ''}`
    case 'rank':
      return rankWords(measureWords[reason.measure], reason.percentile)
    case 'no_value':
      return `${measureWords[reason.measure]} not known`
    case 'never_heard':
      return 'never heard'
    case 'heard':
      return `not heard since ${printDay(reason.on, now, reader)}`
    case 'role':
      return roleWords[reason.role]
    case 'left':
      return reason.on ? `left on ${printDay(reason.on, now, reader)}` : 'left, on a day that is not known'
    case 'at_risk':
      return 'bought less, or said that they would leave'
    case 'prospect':
      return 'a prospect'
    case 'random':
      return 'drawn at random'
    case 'everybody':
      return 'on the list, of which everybody is asked'
    case 'hand':
      return 'added by hand'
  }
}

function rankWords(measure: string, percentile: number): string {
  if (percentile >= 90) return `${measure} among the highest tenth`
  if (percentile >= 66) return `${measure} in the highest third`
  return percentile >= 33 ? `${measure} in the middle third` : `${measure} in the lowest third`
}

export const wayReasonWords: Record<WayReason, string> = {
  not_mailed: 'these questions are made for talks',
  no_address: 'no address on record',
  no_basis: 'no basis for writing to them',
  no_mails: 'wants no mails, or the address fails',
  language: 'speaks another language than the mail',
  top: 'a top customer',
  talk_first: 'a talk tells more than a mail',
  other_asker: 'not by their own rep',
  too_early: 'has not answered open questions yet',
  same_way: 'everybody the same way, so that answers compare',
  no_talks: 'these questions are not made for talks',
  nobody_to_talk: 'nobody can speak with them',
  hand: 'chosen by hand',
}

/** Why customers are not on the list of a round, after their number: "12 asked within 30 days". */
const listReasonWords: Record<ListReason, string> = {
  archived: 'archived',
  status: 'of another status than these questions are for',
  left_long_ago: 'left too long ago to remember why',
  no_contact: 'without a person on record',
  asked_recently: 'asked by another round within 30 days',
  asked_later: 'asked to be asked later',
  settled: 'in the round or dropped by hand',
}

const isListReason = (text: string): text is ListReason => text in listReasonWords

/** "12 asked by another round within 30 days, 3 archived", the most frequent first; '' for none. */
export function leftOutWords(leftOut: KeptDraw['facts']['leftOut']): string {
  const parts = Object.entries(leftOut)
    .sort(([, a], [, b]) => b - a)
    .flatMap(([reason, n]) => (isListReason(reason) ? [`${n} ${listReasonWords[reason]}`] : []))
  return parts.join(', ')
}

/** How many were changed by hand: added, dropped, asked in another way; and by whom. */
function byHand(picks: Pick[]): { added: number; dropped: number; moved: number; who: string[] } {
  const added = picks.filter((pick) => pick.by_hand === 1 && !pick.dropped_at)
  const dropped = picks.filter((pick) => pick.by_hand === 0 && pick.dropped_at)
  const moved = picks.filter((pick) => pick.way_reason === 'hand' && !pick.dropped_at)
  const names = [
    ...added.map(({ picker }) => picker),
    ...dropped.map(({ dropper }) => dropper),
    ...moved.map(({ changer }) => changer),
  ]
  const who = [...new Set(names.flatMap((name) => name ?? []))].sort()
  return { added: added.length, dropped: dropped.length, moved: moved.length, who }
}

const natureWords: Record<ReturnType<typeof natureOf>, string> = {
  whole: 'Everybody on the list is asked, so only silence can mislead.',
  random: 'A random sample of this list: figures may speak for it, as far as those who stay silent do not differ.',
  changed: 'The draw was random, and hands have changed it since: not a random sample any more.',
  picked:
    'Chosen by hand or as best customers: not a random sample. A share among them says nothing exact about the rest.',
}

/** How the people of a round were chosen, in one honest paragraph. */
export function chosenStory(
  draws: KeptDraw[],
  picks: Pick[],
  audience: Campaign['audience'],
  now: Date,
  reader: Reader,
): string {
  const hands = byHand(picks)
  const { moved, who } = hands
  // In the steps after the pick people can be added and taken out as well.
  const added = hands.added + audience.added.length
  const dropped = hands.dropped + audience.removed.length
  const hand = [
    added > 0 ? `${added} added` : '',
    dropped > 0 ? `${dropped} dropped` : '',
    moved > 0 ? `${moved} asked in another way` : '',
  ].filter(Boolean)
  const nature = natureOf(draws, added + dropped)
  return [
    ...draws.map((draw) => drawStory(draw, picks, now, reader)),
    hand.length > 0
      ? `By hand: ${listed(hand)}${who.length > 0 ? ` (${listed(who)})` : ''}.`
      : draws.length > 0
        ? 'Nothing was changed by hand.'
        : '',
    natureWords[nature],
  ]
    .filter(Boolean)
    .join(' ')
}

function drawStory(draw: KeptDraw, picks: Pick[], now: Date, reader: Reader): string {
  const n = picks.filter((pick) => pick.draw_id === draw.id && pick.by_hand === 0).length
  const when = `on ${printDay(draw.drawn_at.slice(0, 10), now, reader)} by ${draw.drawer}`
  const from = `from a list of ${plural(draw.list_size, 'customer')}${draw.owner_id ? ` of ${draw.drawer}’s own` : ''}`
  const left = leftOutWords(draw.facts.leftOut)
  const without = left ? ` Not on the list: ${left}.` : ''
  if (draw.purpose === 'figures') {
    const how = draw.wanted >= draw.list_size ? 'Everybody was taken' : `${plural(n, 'customer')} were drawn at random`
    const gone = draw.facts.unreachable
      ? ` ${plural(draw.facts.unreachable, 'customer')} drawn cannot be asked in any way.`
      : ''
    return `${how} ${from}, ${when}, with the seed ${draw.seed}: the same seed and list draw the same customers. ±${draw.margin} points at 95 % need ${draw.facts.needed} answers; ${draw.response_rate} of 100 were expected to answer.${gone}${without}`
  }
  const measure = measureWords[draw.measure]
  const { unknown } = draw.facts
  const unranked =
    unknown > 0 ? ` ${unknown} of the list have no ${measure} on record; they stand after the others.` : ''
  return `${plural(n, 'customer')} were proposed ${from}, ${when}: the best by ${measure} and by what they say to get from us, in each segment and region, quiet ones first; equals in the order of the seed ${draw.seed}. Amounts of different currencies were not compared.${unranked}${without}`
}

/** The same for a round whose audience was filtered: whom the filters let through, all of them. */
export function filterStory({ audience }: Campaign, invited: number): string {
  const filters: [string, string[]][] = [
    ['status', audience.statuses],
    ['segment', audience.segments],
    ['region', audience.regions],
    ['country', audience.countries],
    ['role in buying', audience.roles],
    ['language', audience.languages],
    ['owner', audience.owners.length > 0 ? [String(audience.owners.length)] : []],
  ]
  const named = filters.filter(([, values]) => values.length > 0)
  const by = named.length > 0 ? ` (${named.map(([name, values]) => `${name}: ${listed(values)}`).join('; ')})` : ''
  const { added, removed } = audience
  const hand = [
    added.length > 0 ? `${added.length} added` : '',
    removed.length > 0 ? `${removed.length} taken out` : '',
  ]
  const changed = hand.filter(Boolean)
  return [
    `${plural(invited, 'person', 'people')} asked: everybody whom the filters of the audience let through${by} and whom a rule did not leave out.`,
    changed.length > 0 ? `By hand: ${listed(changed)}.` : '',
    'Nobody was drawn by chance: figures speak for those asked, as far as the silent do not differ.',
  ]
    .filter(Boolean)
    .join(' ')
}
