import { type Driver, driverLetters, driverNames, drivers } from '../../drivers.ts'
import { plural } from '../../words.ts'
import type { Dumbbell } from '../asked.ts'
import { shareText } from '../charts.ts'
import { wilson } from '../intervals.ts'
import type { Linked } from '../names.ts'
import { saidPlaces, type WeightFigures } from './figures.ts'
import { careOf, meanText, noNumber, pickedSentence, saidName, saidVerdicts } from './words.ts'

/** Said unprompted beside weighed when asked: two scales, so only the order may be compared. */
export type SaidPart = {
  heading: string
  hidden: string
  hasCharts: boolean
  verdict: string
  rows: {
    driver: Driver
    letter: string
    name: string
    said: Linked & { rest: string }
    weight: string
    both: string
    what: string
    chart: Dumbbell | ''
  }[]
}

/** '' where nobody gave points. */
export function saidPart(figures: WeightFigures, behind: (driver: Driver) => string): SaidPart | '' {
  const { points, said } = figures
  if (points.status !== 'shown') return ''
  if (said.status === 'empty')
    return {
      heading: '',
      hidden: 'None of them has said anything unprompted that is read.',
      hasCharts: false,
      verdict: '',
      rows: [],
    }
  if (said.status !== 'shown')
    return {
      heading: '',
      hidden: `What they said unprompted is ${noNumber(said.status)}.`,
      hasCharts: false,
      verdict: '',
      rows: [],
    }
  const places = saidPlaces(points.means, said)
  return {
    heading: `${said.n} of the ${plural(points.n, 'customer')} who shared out points have said something unprompted${careOf(said.n)}`,
    hidden: '',
    hasCharts: said.n >= 10 && points.n >= 10,
    verdict: said.n >= 10 && points.n >= 10 ? saidVerdicts(places).join(' ') : '',
    rows: drivers.map((driver, at) => {
      const x = said.named[at] ?? 0
      const mean = points.means[at]
      const place = places[at] ?? { said: 0, weight: 0 }
      return {
        driver,
        letter: driverLetters[driver],
        name: driverNames[driver],
        said: {
          text: String(x),
          rest: `of ${said.n}${said.n < 10 ? '' : `, ${shareText(x, said.n)}`}`,
          href: x === 0 ? '' : behind(driver),
        },
        weight: mean?.interval ? `${meanText(mean)} points` : 'too few for a mean',
        both: mean?.interval && said.n >= 10 ? `${Math.round((100 * x) / said.n)} % and ${Math.round(mean.mean)}` : '',
        what: said.n < 10 || !mean?.interval ? 'too few to tell' : saidName(place.said, place.weight),
        chart: chartOf(driver, figures, at),
      }
    }),
  }
}

function chartOf(driver: Driver, { points, said }: WeightFigures, at: number): Dumbbell | '' {
  const mean = points.means[at]
  if (!mean?.interval || said.n < 10) return ''
  const x = said.named[at] ?? 0
  const share = wilson(x, said.n)
  const { low, high } = mean.interval
  return {
    id: `said-${driver}`,
    title: `${driverNames[driver]}: ${x} of ${said.n} name it unprompted, ${Math.round(mean.mean)} of 100 points`,
    desc: `Two scales. Intervals: ${Math.round(100 * share.low)} to ${Math.round(100 * share.high)} per cent, ${Math.round(low)} to ${Math.round(high)} points.`,
    unprompted: { at: place(x / said.n), low: place(share.low), high: place(share.high) },
    prompted: { at: place(mean.mean / 100), low: place(low / 100), high: place(high / 100) },
  }
}

// A dot at 0 or 100 needs room for its half.
const place = (share: number): string => `${(2 + 96 * share).toFixed(2)}%`

/** Most and least, asked in talks where nobody can add up to 100 in the head. Never added to the points. */
export type PickedPart = {
  heading: string
  hidden: string
  verdict: string
  rows: { driver: Driver; letter: string; name: string; best: Linked; worst: Linked; score: string }[]
}

/** '' where nobody was asked. */
export function pickedPart(
  { picked }: WeightFigures,
  behind: (of: 'best' | 'worst', driver: Driver) => string,
): PickedPart | '' {
  if (picked.status === 'empty') return ''
  if (picked.status !== 'shown')
    return {
      heading: '',
      hidden: `Which of the four matters most and least is ${noNumber(picked.status)}.`,
      verdict: '',
      rows: [],
    }
  const count = (x: number, href: string): Linked => ({
    text: `${x} of ${picked.n}${picked.n < 10 ? '' : `, ${shareText(x, picked.n)}`}`,
    href: x === 0 ? '' : href,
  })
  return {
    heading: `${plural(picked.n, 'customer')} asked for the one that matters most and least${careOf(picked.n)}`,
    hidden: '',
    verdict: pickedSentence(picked),
    rows: drivers.map((driver, at) => {
      const mean = picked.means[at]
      return {
        driver,
        letter: driverLetters[driver],
        name: driverNames[driver],
        best: count(picked.best[at] ?? 0, behind('best', driver)),
        worst: count(picked.worst[at] ?? 0, behind('worst', driver)),
        score: mean?.interval ? meanText(mean, 2) : 'from 10 customers',
      }
    }),
  }
}
