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
