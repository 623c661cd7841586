import { precision } from '../insights/intervals.ts'
import { shareOf } from '../insights/outcomes-words.ts'
import { groupStatuses } from '../insights/small-groups.ts'
import { lossByBand, type Watched } from './losses.ts'
import type { Band } from './vulnerability.ts'

export type LossPart = { sentence: string; rows: { name: string; text: string }[]; about: string }

const names: Record<Band, string> = { act: 'Act', watch: 'Watch', low: 'Low' }

/** Whether the points told who would leave; until enough have left, how far it is. */
export function lossPart(all: Watched[]): LossPart {
  const found = lossByBand(all)
  if (!found) {
    const lost = all.filter(({ isLost }) => isLost).length
    const sentence = `${all.length} of 50 customers and ${lost} of 10 losses so far: not yet.`
    return { sentence, rows: [], about: 'Each band is noted once a day; a loss counts in the band from before it.' }
  }
  const statuses = groupStatuses(found.bands.flatMap(({ band, n }) => (n > 0 ? [{ groups: [band], count: n }] : [])))
  const { brier, plain, lost, n } = found
  return {
    sentence: `${lost} of ${n}${shareOf(lost, n)} left.`,
    rows: found.bands.map((one) => ({
      name: names[one.band],
      text:
        one.n === 0
          ? 'nobody'
          : statuses.get(one.band) !== 'shown'
            ? 'hidden: fewer than 5'
            : `${one.lost} of ${one.n}${shareOf(one.lost, one.n)}${precision(one.n) === 'indicative' ? ', indicative' : ''}`,
    })),
    about: `Brier score of the three shares ${brier.toFixed(3)}, of one share for all ${plain.toFixed(3)}; lower fits better, and it flatters. Whoever was called because of the band may have stayed for it.`,
  }
}
