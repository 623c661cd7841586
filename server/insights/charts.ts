import { scaleLinear } from 'd3-scale'
import { type Direction, type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { plural } from '../words.ts'
import type { Count, Counted } from './figures.ts'
import { precision, wilson } from './intervals.ts'

/** Coordinates along x are per cent of the chart's width, so that text keeps its size at every width. */
type Stretch = { from: string; to: string; width: string }

/** One direction of a driver: a solid part, two striped ones, and the bracket below; '' for what there is none of. */
type Strip = { solid: Stretch | ''; inferred: Stretch | ''; suggested: Stretch | ''; interval: Stretch | '' }

/** The model of views/partials/charts/share.hbs: what helps as a filled bar, what hurts as a hollow one. */
export type ShareBar = { id: string; driver: Driver; title: string; desc: string; helps: Strip; hurts: Strip }

/** The bar of one driver among n customers; ids on the page begin with `prefix`. */
export function shareBar(prefix: string, driver: Driver, counted: Counted): ShareBar {
  const { n, drivers: figures } = counted
  const { '+': helps, '-': hurts } = figures[driver]
  return {
    id: `${prefix}-${driver}`,
    driver,
    title: `${driverNames[driver]}: ${helps.all} of ${plural(n, 'customer')} say we help, ${hurts.all} say we hurt`,
    desc: `Helped: ${inWords(helps, n)} Hurt: ${inWords(hurts, n)}`,
    helps: strip(helps, n),
    hurts: strip(hurts, n),
  }
}

function strip({ confirmed, inferred, suggested, all }: Count, n: number): Strip {
  const x = shareScale(n)
  const stretch = (from: number, to: number): Stretch => ({ from: x(from), to: x(to), width: x(to - from) })
  const part = (from: number, count: number): Stretch | '' => (count > 0 ? stretch(from, from + count) : '')
  const bracket = wilson(all, n)
  return {
    solid: part(0, confirmed),
    inferred: part(confirmed, inferred),
    suggested: part(confirmed + inferred, suggested),
    interval: precision(n) === 'counts' ? '' : stretch(bracket.low * n, bracket.high * n),
  }
}

function shareScale(n: number): (count: number) => string {
  const scale = scaleLinear([0, n], [0, 100])
  return (count) => `${Number(scale(count).toFixed(2))}%`
}

function inWords(count: Count, n: number): string {
  const parts = [
    precision(n) === 'counts' ? '' : `between ${intervalText(count.all, n, ' and ')} per cent`,
    count.inferred > 0 ? `${count.inferred} of them inferred from a bare word` : '',
    count.suggested > 0 ? `${count.suggested} of them not confirmed` : '',
  ].filter(Boolean)
  return parts.length > 0 ? `${parts.join(', ')}.` : `${count.all} of ${n}.`
}

/** "18–53", in whole per cent. */
export function intervalText(x: number, n: number, between = '–'): string {
  const { low, high } = wilson(x, n)
  return `${Math.round(low * 100)}${between}${Math.round(high * 100)}`
}

/** What stands behind a count: ", 33 % (18–53)"; nothing below ten customers. */
export const shareText = (x: number, n: number): string =>
  precision(n) === 'counts' ? '' : `${Math.round((x / n) * 100)} % (${intervalText(x, n)})`

/** Marks below the bars: per cent, or customers where there are too few for per cent. */
export type Tick = { x: string; text: string; place: '' | 'middle' | 'end' }

export function axisTicks(n: number): Tick[] {
  if (precision(n) === 'counts')
    return [
      { x: '0%', text: '0', place: '' },
      { x: '100%', text: plural(n, 'customer'), place: 'end' },
    ]
  return [
    { x: '0%', text: '0 %', place: '' },
    { x: '25%', text: '25', place: 'middle' },
    { x: '50%', text: '50', place: 'middle' },
    { x: '75%', text: '75', place: 'middle' },
    { x: '100%', text: '100 %', place: 'end' },
  ]
}

/** The model of views/partials/charts/coverage.hbs: a dot a customer, or a column where there are too many for dots. */
export type CoverageChart = {
  title: string
  desc: string
  height: number
  base: number
  dots: { x: string; y: number }[]
  columns: { x: string; y: number }[]
}

const dotStep = 17
const mostDots = 12

/** `coverage` is the number of customers with 0, 1, 2, 3 and 4 drivers delivered. */
export function coverageChart(coverage: number[]): CoverageChart {
  const most = Math.max(...coverage)
  const hasDots = most <= mostDots
  const base = hasDots ? Math.max(3, most) * dotStep + 10 : 150
  const y = scaleLinear([0, Math.max(1, most)], [base, 12])
  const x = (k: number) => `${k * 20 + 10}%`
  const [none = 0, one = 0] = coverage
  const n = coverage.reduce((sum, count) => sum + count, 0)
  return {
    title: `${n - none - one} of ${plural(n, 'customer')} get two or more of the four from us`,
    desc: `Number of the four that we help with, 0 to 4: ${coverage.join(', ')} customers.`,
    height: base + 2,
    base,
    dots: hasDots
      ? coverage.flatMap((count, k) =>
          Array.from({ length: count }, (_, dot) => ({ x: x(k), y: base - 11 - dot * dotStep })),
        )
      : [],
    columns: hasDots ? [] : coverage.map((count, k) => ({ x: x(k), y: Math.round(y(count)) })),
  }
}

/** The model of views/partials/charts/funnel.hbs: one step of asking, as part of all who were invited. */
export type FunnelBar = { id: string; title: string; desc: string; width: string }

export function funnelBar(id: string, name: string, count: number, invited: number): FunnelBar {
  const x = scaleLinear([0, Math.max(1, invited)], [0, 100]).clamp(true)
  return {
    id,
    title: `${name}: ${count} of ${plural(invited, 'person', 'people')} invited`,
    desc: invited > 0 ? `${Math.round((count / invited) * 100)} per cent of those invited.` : 'Nobody was invited.',
    width: `${Number(x(count).toFixed(2))}%`,
  }
}

/** A row of the table beside the bars. */
export type ShareRow = {
  driver: Driver
  letter: string
  name: string
  cells: { name: string; text: string }[]
}

/** The same numbers as the bars show, as rows of a table. */
export function shareRows(counted: Counted): ShareRow[] {
  return drivers.map((driver) => {
    const figures = counted.drivers[driver]
    const cells = (direction: Direction, name: string) => {
      const count = figures[direction]
      return [
        { name, text: [`${count.all} of ${counted.n}`, shareText(count.all, counted.n)].filter(Boolean).join(', ') },
        { name: `${name}, inferred`, text: String(count.inferred) },
        { name: `${name}, not confirmed`, text: String(count.suggested) },
      ]
    }
    return {
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      cells: [...cells('+', 'Helped'), ...cells('-', 'Hurt'), { name: 'Wished', text: String(figures.wishes) }],
    }
  })
}

/** The model of views/partials/charts/missing.hbs: one strip cut by driver, as long as all that is missing. */
export type MissingStrip = {
  title: string
  desc: string
  parts: { driver: Driver; letter: string; from: string; to: string; middle: string; hasLetter: boolean }[]
}

/** `lost` are points of 100 by driver; a driver with nothing missing has no part. */
export function missingStrip(lost: number[], title: string): MissingStrip {
  const all = lost.reduce((sum, points) => sum + points, 0)
  const x = scaleLinear([0, all || 1], [0, 100])
  let before = 0
  const parts = drivers.flatMap((driver, at) => {
    const points = lost[at] ?? 0
    const from = x(before)
    before += points
    const to = x(before)
    if (points <= 0) return []
    // A hair of paper between two parts, so that they part without colour too.
    const end = to > 99.5 ? to : Math.max(from, to - 0.5)
    return [
      {
        driver,
        letter: driverLetters[driver],
        from: percent(from),
        to: percent(end),
        middle: percent((from + end) / 2),
        hasLetter: end - from > 6,
      },
    ]
  })
  const desc = drivers.map((driver, at) => `${driverNames[driver]} ${Math.round(lost[at] ?? 0)}`).join(', ')
  return { title, desc: `Points of 100: ${desc}.`, parts }
}

const percent = (value: number): string => `${Number(value.toFixed(2))}%`

/** A mark on the map of importance and performance: its place, its cross of two intervals, its shape and its name. */
type QuadrantMark = {
  driver: Driver
  letter: string
  name: string
  shape: string
  x: string
  y: number
  low: string
  high: string
  top: number
  bottom: number
  isEnd: boolean
  dx: string
  dy: number
}
/** The model of views/partials/charts/quadrants.hbs. */
export type QuadrantChart = {
  title: string
  desc: string
  height: number
  lineX: string
  lineY: number
  rightWidth: string
  marks: QuadrantMark[]
  ticks: Tick[]
}

const driverShapes: Record<Driver, string> = {
  revenue: 'M0-10 9-3V9H-9V-3Z',
  cost: 'M-8.5-8.5H8.5V8.5H-8.5Z',
  risk: 'M0-11.5 11.5 0 0 11.5-11.5 0Z',
  emotion: 'M-9.5 0A9.5 9.5 0 0 1 9.5 0A9.5 9.5 0 0 1-9.5 0Z',
}

type Spread = { mean: number; low: number; high: number }
const quadrantHeight = 280

/** Importance (points of 100, up) and performance (0 to 10, across) of the four drivers, with lines at their means. */
export function quadrantChart(weights: Spread[], served: Spread[], line: number, title: string): QuadrantChart {
  const most = Math.max(50, 10 * Math.ceil(Math.max(...weights.map(({ high }) => high)) / 10))
  const x = scaleLinear([0, 10], [2, 98])
  const y = scaleLinear([0, most], [quadrantHeight - 4, 28])
  const marks = drivers.flatMap((driver, at): QuadrantMark[] => {
    const [weight, score] = [weights[at], served[at]]
    if (!weight || !score) return []
    const isEnd = score.mean > 7
    return [
      {
        driver,
        letter: driverLetters[driver],
        name: driverNames[driver],
        shape: driverShapes[driver],
        x: percent(x(score.mean)),
        y: Math.round(y(weight.mean)),
        low: percent(x(score.low)),
        high: percent(x(score.high)),
        top: Math.round(y(weight.high)),
        bottom: Math.round(y(weight.low)),
        isEnd,
        dx: isEnd ? '-12' : '12',
        dy: -8,
      },
    ]
  })
  const said = drivers.map(
    (driver, at) =>
      `${driverNames[driver]} ${Math.round(weights[at]?.mean ?? 0)} points, ${(served[at]?.mean ?? 0).toFixed(1)} of 10`,
  )
  return {
    title,
    desc: `${said.join('; ')}. Lines at 25 points and ${line.toFixed(1)} of 10.`,
    height: quadrantHeight,
    lineX: percent(x(line)),
    lineY: Math.round(y(25)),
    rightWidth: percent(98 - x(line)),
    marks: apart(marks),
    ticks: [
      { x: '2%', text: '0', place: 'middle' },
      { x: '50%', text: 'how well we do, of 10 →', place: 'middle' },
      { x: '98%', text: '10', place: 'middle' },
    ],
  }
}

/** Where marks stand at one height, the highest is named above, the lowest below and those between at their side. */
function apart(marks: QuadrantMark[]): QuadrantMark[] {
  return marks.map((mark, at) => {
    const near = marks.filter((other) => Math.abs(other.y - mark.y) < 24)
    if (near.length === 1) return mark
    const place = near.toSorted((a, b) => a.y - b.y || marks.indexOf(a) - marks.indexOf(b)).indexOf(marks[at] ?? mark)
    return { ...mark, dy: place === 0 ? -8 : place === near.length - 1 ? 22 : 4.5 }
  })
}
