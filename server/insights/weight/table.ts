import { drivers } from '../../drivers.ts'
import { precision, wilson } from '../intervals.ts'
import type { Mean } from '../means.ts'
import type { Table } from '../tables.ts'
import { type CountOf, type Measured, placesOf, saidPlaces, type WeightFigures } from './figures.ts'
import { placeWords, saidName } from './words.ts'

const head = ['part', 'driver', 'unit', 'customers', 'of_customers', 'value', 'value_low', 'value_high', 'place']

/**
 * The numbers of the page for a file, one row each; what is hidden there is left out here. Means from ten customers, in the
 * unit that stands beside them; counts are customers, with their share from 0 to 1.
 */
export function weightTable(figures: WeightFigures): Table {
  const { points, served, lost, picked, said, declined, notApplying } = figures
  const places = placesOf(points.means, served)
  const saids = saidPlaces(points.means, said)
  const counted = (part: string, counts: number[], n: number, place: (at: number) => string = () => '') =>
    n === 0 ? [] : drivers.map((driver, at) => countRow(part, driver, { x: counts[at] ?? 0, n }, place(at)))
  return {
    head,
    rows: [
      ...meanRows('weight', 'points of 100', points, (at) => placeWords(places[at] ?? { weight: 0, service: 0 })),
      ...(precision(points.n) === 'counts' ? counted('weighs_most', points.heaviest, points.n) : []),
      ...served.flatMap((one, at) => meanRow('how_well', drivers[at] ?? '', 'score of 10', one, one.means[0])),
      ...meanRow('left_undone', '', 'points of 100', lost, lost.all),
      ...meanRows('left_undone', 'points of 100', lost),
      ...(said.status === 'shown'
        ? counted('said_unprompted', said.named, said.n, (at) => saidName(saids[at]?.said ?? 0, saids[at]?.weight ?? 0))
        : []),
      ...counted('matters_most', picked.best, picked.n),
      ...counted('matters_least', picked.worst, picked.n),
      ...meanRows('most_less_least', 'from -1 to 1', picked),
      ...(points.status === 'shown' && declined.x > 0 ? [countRow('would_rather_not_say', '', declined, '')] : []),
      ...served.flatMap(({ status }, at) => {
        const count = notApplying[at]
        return status === 'shown' && count && count.x > 0
          ? [countRow('does_not_apply', drivers[at] ?? '', count, '')]
          : []
      }),
    ],
  }
}

const meanRows = (
  part: string,
  unit: string,
  measured: Measured,
  place: (at: number) => string = () => '',
): Table['rows'] =>
  drivers.flatMap((driver, at) => meanRow(part, driver, unit, measured, measured.means[at], place(at)))

function meanRow(
  part: string,
  driver: string,
  unit: string,
  { status, n }: Measured,
  mean: Mean | undefined,
  place = '',
): Table['rows'] {
  if (status !== 'shown' || !mean?.interval) return []
  return [[part, driver, unit, n, '', mean.mean, mean.interval.low, mean.interval.high, place]]
}

function countRow(part: string, driver: string, { x, n }: CountOf, place: string): Table['rows'][number] {
  const hasShare = n >= 10
  const { low, high } = hasShare ? wilson(x, n) : { low: '', high: '' }
  return [part, driver, 'share', x, n, hasShare ? x / n : '', low, high, place]
}
