import { type Direction, type Driver, drivers } from '../drivers.ts'
import type { Steps } from '../unhurried.ts'
import {
  addValues,
  byDimension,
  combine,
  combineAll,
  insert,
  noCombinations,
  type Options,
  optionsOf,
} from './combinations.ts'
import { type Dimension, dayText, type Ledger, type Row } from './ledger.ts'
import { remembering } from './remembering.ts'
import { type GroupStatus, groupStatuses, smallest, type Window } from './small-groups.ts'
import {
  add,
  coverageOf,
  endless,
  type Filters,
  inferredBit,
  isCounted,
  missOf,
  named,
  nibble,
  prepare,
  restAfter,
  settledBit,
  type Tally,
  wishBit,
} from './view.ts'
import { statusOf, statusOfSuggestions, type ViewStatus } from './view-status.ts'
import { alone, besideWiderViews } from './wider-views.ts'

/**
 * How many customers name a driver in one direction: `confirmed` in tags that a person settled, `inferred` in settled tags
 * that rest on a bare attribute alone, `suggested` in suggestions alone (0 unless the reader adds them). Each customer
 * stands in one of the three at most; `all` is their sum, the number that is printed.
 */
export type Count = { confirmed: number; inferred: number; suggested: number; all: number }
type DriverFigures = Record<Direction, Count> & { wishes: number }

/** Figures of a set of customers: `n` had an answer read (with suggestions: had given one). */
export type Counted = { n: number; drivers: Record<Driver, DriverFigures>; coverage: number[] }
/** What is compared: of how many customers, and how many of them name each driver. */
export type Compared = { n: number; drivers: Record<Driver, Record<Direction, number>> }
/** `rest` are the counted customers of the view who do not stand in the group at all. */
export type Group = Counted & { value: string; status: GroupStatus; rest: Compared }

export type Figures = Counted & {
  status: ViewStatus
  heard: number
  answers: number
  read: number
  waiting: number
  waitingCustomers: number
  /** Customers heard by channel; one who wrote and talked stands in both. */
  heardBy: Map<string, number>
  heardCustomers: string[]
  /** Sittings by survey of which every answer is read. */
  surveysRead: number
  /** By what the groups beside each other are made, and those groups. */
  by: Dimension
  groups: Group[]
  /** What each filter could be set to, other filters being as they are. */
  options: Options
  /** Why suggestions may not be added for this reader: fewer than five customers have an answer that waits. */
  suggestionsStatus: GroupStatus
  firstDay: string
  lastDay: string
  /** The window of days in use; wider than asked for where it had to be. */
  from: string
  to: string
}

const remembered = remembering<Figures>(40)

/**
 * All figures of one view in one pass over the ledger, a customer at a time (docs/decisions), or as counted before where
 * nothing has changed since. `mayReadWaiting` says that the reader may see unread answers anyway, so that adding the
 * suggestions to few of them discloses nothing. `by` says of which dimension the groups are counted; a view is quick
 * because it is one.
 */
export const figuresOf = (
  ledger: Ledger,
  filters: Filters,
  mayReadWaiting: boolean,
  by: Dimension = 'asked',
): Figures =>
  remembered.atOnce(ledger, viewName(filters, mayReadWaiting, by), () => counted(ledger, filters, mayReadWaiting, by))

/** The same for a page, without holding up others meanwhile. */
export const figuresFor = (
  ledger: Ledger,
  filters: Filters,
  mayReadWaiting: boolean,
  by: Dimension = 'asked',
): Promise<Figures> =>
  remembered.unhurried(ledger, viewName(filters, mayReadWaiting, by), () =>
    counted(ledger, filters, mayReadWaiting, by),
  )

const viewName = (filters: Filters, mayReadWaiting: boolean, by: Dimension): string =>
  JSON.stringify([filters, mayReadWaiting, by])

function* counted(ledger: Ledger, filters: Filters, mayReadWaiting: boolean, by: Dimension): Steps<Figures> {
  const choice = yield* prepare(ledger, filters)
  const view = newCounter()
  const groups = new Map<number, GroupCounter>()
  const heardBy = new Map<number, number>()
  const members = byDimension(noCombinations)
  const windows = noCombinations()
  const waiting = noCombinations()
  const heardCustomers: string[] = []
  const days: Window = { from: endless.to, to: endless.from }
  const totals = { answers: 0, read: 0, waitingCustomers: 0, surveysRead: 0 }
  const survey = ledger.numbers.get('survey')
  // Of one customer; emptied for each, since making them anew for everybody costs more than filling them.
  const values = byDimension((): number[] => [])
  const channels: number[] = []
  const unread: number[] = []

  for (const customer of [...ledger.customers.keys()]) {
    if (customer % restAfter === 0) yield
    const rows = ledger.customers.get(customer) ?? []
    const of: Tally = { bits: 0, settled: 0, answers: 0 }
    const parts: Part[] = []
    let unreadSurvey = ''
    let next = 0
    // Rows of one sitting are much alike, so what the one before has noted is not looked for again.
    let before: Row | undefined
    let channel = -1
    let isInside = false
    let isOutside = false
    for (const row of rows) {
      next += 1
      const miss = missOf(row, choice.active)
      if (miss === 'several') continue
      const isInWindow = row.day >= choice.window.from && row.day <= choice.window.to
      const isCounting = (filters.suggestions ? row.answers : row.settled) > 0
      if (miss === '' && isCounting) {
        isInside ||= isInWindow
        isOutside ||= !isInWindow
      }
      if (!isInWindow) continue
      if (isCounting) addValues(values, row, miss, before)
      if (miss !== '') continue
      if (isCounting) before = row
      if (row.day < days.from) days.from = row.day
      if (row.day > days.to) days.to = row.day
      add(of, row)
      addTo(parts, row[by], row)
      if (row.channel !== channel) insert(channels, row.channel)
      channel = row.channel
      if (row.settled < row.answers) unreadSurvey = row.response
      if (row.channel !== survey || unreadSurvey === row.response) continue
      if (rows[next]?.response !== row.response) totals.surveysRead += 1
    }
    combineAll(members, values)
    if (choice.isDated) combine(windows, isInside ? (isOutside ? [0, 1] : [0]) : isOutside ? [1] : [])
    if (of.answers > 0) {
      heardCustomers.push(ledger.names[customer] ?? '')
      totals.answers += of.answers
      totals.read += of.settled
      if (of.settled < of.answers) totals.waitingCustomers += 1
      count(view, of, filters)
      for (const channel of channels) heardBy.set(channel, (heardBy.get(channel) ?? 0) + 1)
      for (const part of parts) {
        const group = counterOf(groups, part.value)
        count(group.own, part, filters)
        if (isCounted(part, filters)) count(group.members, of, filters)
        if (part.settled < part.answers) insert(unread, part.value)
      }
      combine(waiting, unread)
      unread.length = 0
    }
    channels.length = 0
  }

  const options = optionsOf(ledger, members)
  // Of a view that is too small to be shown nothing is compared.
  const beside = view.n < smallest ? alone : yield* besideWiderViews(ledger, filters, choice, by)
  const waitingStatuses = groupStatuses(mayReadWaiting || !filters.suggestions ? [] : waiting.all)
  const suggestionsStatus = statusOfSuggestions(totals.waitingCustomers, mayReadWaiting)
  const windowStatus = choice.isDated ? (groupStatuses(windows.all).get(0) ?? 'shown') : 'shown'
  const whole = countedOf(view)
  return {
    ...whole,
    status: statusOf(filters, options, heardCustomers.length, view.n, windowStatus, suggestionsStatus, beside.view),
    heard: heardCustomers.length,
    ...totals,
    waiting: totals.answers - totals.read,
    heardBy: new Map([...heardBy].map(([value, customers]) => [ledger.names[value] ?? '', customers])),
    heardCustomers,
    by,
    groups: [...groups].map(([value, { own, members: inGroup }]): Group => {
      const name = ledger.names[value] ?? ''
      const inView = options[by].get(name)?.status ?? 'small'
      const all = [inView, beside.groups.get(value), waitingStatuses.get(value)]
      const status = all.find((one) => one !== undefined && one !== 'shown') ?? 'shown'
      const rest = restOf(whole, countedOf(inGroup))
      return { ...countedOf(own), value: name, status: status === 'empty' ? 'small' : status, rest }
    }),
    options,
    suggestionsStatus,
    firstDay: heardCustomers.length > 0 ? dayText(days.from) : '',
    lastDay: heardCustomers.length > 0 ? dayText(days.to) : '',
    from: filters.from && dayText(choice.window.from),
    to: filters.to && dayText(choice.window.to),
  }
}

// A customer has a handful of sittings, and for so few a list is quicker than a map.
type Part = Tally & { value: number }

function addTo(parts: Part[], value: number, row: Row): void {
  for (const part of parts)
    if (part.value === value) {
      add(part, row)
      return
    }
  parts.push({ value, bits: row.bits, settled: row.settled, answers: row.answers })
}

type Counter = { n: number; drivers: DriverFigures[]; coverage: number[] }
/** What a group says within itself, and all that its members say in the view. */
type GroupCounter = { own: Counter; members: Counter }

const noCount = (): Count => ({ confirmed: 0, inferred: 0, suggested: 0, all: 0 })
const newCounter = (): Counter => ({
  n: 0,
  drivers: drivers.map(() => ({ '+': noCount(), '-': noCount(), wishes: 0 })),
  coverage: [0, 0, 0, 0, 0],
})

function counterOf(groups: Map<number, GroupCounter>, value: number): GroupCounter {
  const counter = groups.get(value) ?? { own: newCounter(), members: newCounter() }
  groups.set(value, counter)
  return counter
}

/** Counts one customer. */
function count(counter: Counter, of: Tally, filters: Filters): void {
  if (!isCounted(of, filters)) return
  counter.n += 1
  const k = coverageOf(of.bits, filters.suggestions)
  counter.coverage[k] = (counter.coverage[k] ?? 0) + 1
  let driver = 0
  for (const figures of counter.drivers) {
    const [plus, minus] = [nibble(of.bits, driver, 0), nibble(of.bits, driver, 1)]
    if (plus) countDirection(figures['+'], plus, filters.suggestions)
    if (minus) countDirection(figures['-'], minus, filters.suggestions)
    if ((plus | minus) & wishBit) figures.wishes += 1
    driver += 1
  }
}

function countDirection(figure: Count, bits: number, suggestions: boolean): void {
  if (!(bits & named(suggestions))) return
  figure.all += 1
  if (bits & settledBit) figure.confirmed += 1
  else if (bits & inferredBit) figure.inferred += 1
  else figure.suggested += 1
}

function countedOf({ n, coverage, drivers: figures }: Counter): Counted {
  const [revenue, cost, risk, emotion] = figures
  if (!revenue || !cost || !risk || !emotion) throw new Error('There are four drivers.')
  return { n, drivers: { revenue, cost, risk, emotion }, coverage }
}

function restOf(whole: Counted, members: Counted): Compared {
  const left = (driver: Driver): Record<Direction, number> => ({
    '+': whole.drivers[driver]['+'].all - members.drivers[driver]['+'].all,
    '-': whole.drivers[driver]['-'].all - members.drivers[driver]['-'].all,
  })
  return {
    n: whole.n - members.n,
    drivers: { revenue: left('revenue'), cost: left('cost'), risk: left('risk'), emotion: left('emotion') },
  }
}
