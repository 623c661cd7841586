import { type Driver, driverNames, drivers } from '../../drivers.ts'
import { address, type Pager, pager } from '../../lists.ts'
import type { Section } from '../../sections.ts'
import { printDay, type Reader } from '../../time.ts'
import { plural } from '../../words.ts'
import type { namesBehind, OpenGiven, WeightWanted } from './behind.ts'
import type { Four, Weighing } from './weighing.ts'
import type { SampleStatus, WeightFilters } from './weights.ts'

export type WeightBehindPage = {
  title: string
  part: string
  lead: string
  rows: { name: string; href: string; lines: { who: string; texts: string[] }[] }[]
  confidence: string
  pages: Pager
  back: string
  sections: Section[]
  closer: Section[]
}

export type WeightBehindFacts = {
  wanted: WeightWanted
  filters: WeightFilters
  status: SampleStatus
  /** The number on the screen, and how many of them may be named. */
  total: number
  readable: number
  given: OpenGiven[]
  names: Awaited<ReturnType<typeof namesBehind>>
  page: number
  pageSize: number
  seesAll: boolean
  sections: Section[]
  closer: Section[]
}

/** The customers behind a number, with what each of their people gave. */
export function weightBehindPage(facts: WeightBehindFacts, now: Date, reader: Reader): WeightBehindPage {
  const { wanted, filters, status, total, readable, names } = facts
  const query = { of: wanted.of, driver: wanted.driver, ...filters }
  return {
    title: headingOf(wanted),
    part: 'Why',
    lead:
      status === 'empty' || total === 0
        ? 'Nobody in this view.'
        : status === 'shown'
          ? `${plural(total, 'customer')}.`
          : 'No number is shown for so few customers. Here is what may be read with their name.',
    rows: facts.given.map(({ id, sittings }) => ({
      name: names.customers.get(id) ?? '',
      href: `/customers/${id}`,
      lines: sittings.map((one) => ({
        who: [names.people.get(one.response), printDay(one.on, now, reader)].filter(Boolean).join(', '),
        texts: textsOf(one),
      })),
    })),
    confidence: keptBack(facts),
    pages: pager(readable, facts.page, facts.pageSize, '/why/weight/customers', query),
    back: address('/why/weight', filters),
    sections: facts.sections,
    closer: facts.closer,
  }
}

function headingOf({ of, driver }: WeightWanted): string {
  const name = driver === '' ? 'The four' : driverNames[driver]
  switch (of) {
    case 'points':
      return 'Who shared out 100 points'
    case 'served':
      return driver === '' ? 'Who scored us' : `${name}: who scored us`
    case 'lost':
      return 'Who shared out points and scored us'
    case 'said':
      return driver === ''
        ? 'Who gave points and said something unprompted'
        : `${name}: who names it unprompted and gave points`
    case 'picked':
      return 'Who told what matters most and least'
    case 'best':
      return `${name}: for whom it matters most`
    case 'worst':
      return `${name}: for whom it matters least`
    case 'declined':
      return 'Who would rather not share out points'
    case 'out':
      return `${name}: to whom it does not apply`
  }
}

/** "Points: Revenue 5, Cost 50, Risk 40, Emotion 5". */
function textsOf({ points, isDeclined, scores, optedOut, picked }: Weighing): string[] {
  const out = drivers.filter((_, at) => (optedOut >> at) & 1).map(nameOf)
  const named = (bits: number) => drivers.filter((_, at) => (bits >> at) & 1).map(nameOf)
  return [
    points ? `Points: ${four(points)}` : '',
    isDeclined ? 'Points: would rather not say' : '',
    scores ? `How well we do: ${four(scores)}` : '',
    out.length > 0 ? `Does not apply: ${out.join(', ')}` : '',
    picked && picked.best > 0 ? `Matters most: ${named(picked.best).join(', ')}` : '',
    picked && picked.worst > 0 ? `Matters least: ${named(picked.worst).join(', ')}` : '',
  ].filter(Boolean)
}

const nameOf = (driver: Driver): string => driverNames[driver]
const four = (values: Four): string =>
  drivers.flatMap((driver, at) => (Number.isNaN(values[at]) ? [] : `${driverNames[driver]} ${values[at]}`)).join(', ')

/** What was given in confidence, as in evidence-page.ts: where no figure is shown it must not tell that there is something. */
function keptBack({ status, total, readable, seesAll }: WeightBehindFacts): string {
  const confidence = seesAll ? 'in confidence' : 'in confidence or to colleagues'
  if (status === 'empty') return ''
  if (status !== 'shown') return `What was given ${confidence} is not listed.`
  const rest = total - readable
  if (rest <= 0) return ''
  return `${rest < 5 ? 'Some' : rest} further customers gave this ${confidence}.`
}
