import { plural } from '../words.ts'
import { countKinds, type Side, sides } from './mix.ts'
import type { KeptDraw, Pick } from './pick.ts'
import { isRole, roleWords, sideWords } from './pick-words.ts'

type MixRow = { name: string; got: string; list: string }
export type Mix = { side: string; rows: MixRow[] }

/** How the round is mixed, beside the list that it was drawn from. */
export function mixesOf(inRound: Pick[], own: KeptDraw | undefined): Mix[] {
  const got = kindsOf(inRound)
  return sides.map((side) => {
    const list = own?.facts.list[side] ?? {}
    const all = Object.values(list).reduce((sum, n) => sum + n, 0)
    const names = [...new Set([...Object.keys(list), ...Object.keys(got[side])])]
    const rows = names
      .sort((a, b) => (list[b] ?? 0) - (list[a] ?? 0) || (a < b ? -1 : 1))
      .slice(0, 12)
      .map((name) => ({
        name: kindName(side, name),
        got: String(got[side][name] ?? 0),
        list: all > 0 ? `${Math.round((100 * (list[name] ?? 0)) / all)} %` : '',
      }))
    return { side: sideWords[side], rows }
  })
}

const kindsOf = (picks: Pick[]) =>
  countKinds(
    [...new Map(picks.map((pick) => [pick.customer_id, pick])).values()].map((pick) => ({
      kinds: { segment: pick.segment ?? '', region: pick.region ?? '', role: pick.buying_role ?? '' },
    })),
  )

function kindName(side: Side, name: string): string {
  if (name === '') return 'not known'
  return side === 'role' && isRole(name) ? roleWords[name] : name
}

/** What the draw could not find, as it stands after changes by hand. */
export function shortWords(own: KeptDraw, inRound: Pick[]): string[] {
  const got = kindsOf(inRound)
  return own.facts.short
    .filter(({ side, name, wanted }) => (got[side][name] ?? 0) < wanted)
    .slice(0, 6)
    .map(({ side, name, wanted }) => `${kindName(side, name)}: ${got[side][name] ?? 0} of ${wanted} wanted`)
}

/** How many talks fall to whom. */
export function talkWords(inRound: Pick[]): string[] {
  const byAsker = Map.groupBy(
    inRound.filter(({ way }) => way === 'talk'),
    ({ asker }) => asker ?? 'Nobody yet',
  )
  return [...byAsker]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, talks]) => `${name}: ${plural(talks.length, 'talk')}`)
}
