import { directions, driverNames, drivers } from '../drivers.ts'
import { address } from '../lists.ts'
import { listed, plural } from '../words.ts'
import type { Figures } from './figures.ts'
import { groupName, type Names } from './names.ts'
import { responseRates, worstCase } from './non-response.ts'
import type { Contrast, Responders } from './responders.ts'
import { earlyAndLate } from './spoken-differences.ts'
import { roundMoney } from './stats.ts'
import type { TrustFacts } from './trust.ts'
import { counted, countedLink } from './trust-coding-page.ts'
import { type Check, differenceText, driverRow, percent, plainRow, type TrustTable } from './trust-parts.ts'
import type { Filters } from './view.ts'

/** Beyond this those heard and the rest differ by more than chance would let pass (methods 4.8). */
const flagged = 0.25

/** Who stayed silent, what that could change, and what hints at how they differ. */
export function silenceCheck(facts: TrustFacts, figures: Figures, filters: Filters, names: Names): Check {
  const { responders } = facts
  const { asked, heard } = responders
  // What was said can be chosen; who was asked cannot be told apart by it.
  const isKnown = !filters.channel && !filters.provenance && !filters.asked && !filters.from && !filters.to
  const isShown = figures.status === 'shown' && isKnown
  const silent = asked - heard
  const differing = isShown ? responders.contrasts.filter(({ d }) => d !== undefined && Math.abs(d) > flagged) : []
  const late = isShown ? lateHint(facts) : undefined
  return {
    id: 'silence',
    heading: 'Who stayed silent',
    verdict: !isKnown
      ? 'How many stayed silent is known of whole rounds only, so not for this choice of answers.'
      : asked === 0
        ? 'No customer has been asked here.'
        : silent === 0
          ? asked === 1
            ? 'The one customer asked is heard.'
            : `All ${asked} customers asked are heard.`
          : `${silent} of ${plural(asked, 'customer')} asked ${silent === 1 ? 'is' : 'are'} silent. ${topWords(facts)}${
              differing.length > 0 ? `They differ from those heard in ${listed(fields(differing))}.` : ''
            }`.trim(),
    care: isKnown && silent > asked / 10 ? 'who stayed silent' : '',
    texts: [
      ...(isShown && responders.contrasts.length > 0 && differing.length === 0
        ? ['Those heard and the rest do not differ by much in anything that the list knows.']
        : []),
      ...(late ? [late.text] : []),
    ],
    facts: ratesFacts(responders),
    tables: [
      ...peopleTable(responders),
      ...(isShown && silent > 0 ? [boundsTable(figures, filters, asked)] : []),
      ...(isShown && responders.contrasts.length > 0 ? [contrastTable(responders, differing, names)] : []),
      ...(late ? [late.table] : []),
    ],
    link: silent > 0 && isKnown ? { href: silentHref(filters), text: 'Who is silent, by name' } : '',
  }
}

const silentHref = ({ campaign, segment, region, owner }: Filters): string =>
  address('/why/silent', { campaign, segment, region, owner })

function topWords({ responders, silentNames }: TrustFacts): string {
  if (responders.top < 3 || silentNames.length === 0) return ''
  return `Of the ${responders.top} largest (revenue in ${responders.currency}) ${silentNames.length === 1 ? 'one is' : `${silentNames.length} are`} silent, a finding in itself: ${listed(silentNames)}. `
}

function ratesFacts({ people }: Responders): Check['facts'] {
  const { rr1, rr5 } = responseRates(people)
  if (rr1 === undefined)
    return [{ name: 'Response', text: 'Nobody was invited by mail here; talks have no rate of response.' }]
  const reached = people.complete + people.partial + people.refused + people.silent
  return [
    {
      name: 'RR1',
      text: `${percent(rr1)}: ${people.complete} of ${plural(reached + people.undelivered, 'person', 'people')} invited, whether the mail arrived or not.`,
    },
    ...(rr5 === undefined
      ? []
      : [{ name: 'RR5', text: `${percent(rr5)}: ${people.complete} of the ${reached} whom the invitation reached.` }]),
  ]
}

function peopleTable({ people }: Responders): TrustTable[] {
  const heads = ['People']
  const rows: [string, number][] = [
    ['Answered', people.complete],
    ['Began and did not send', people.partial],
    ['Did not want to, or took it back', people.refused],
    ['Mail not delivered', people.undelivered],
    ['Silent', people.silent],
    ['Not asked: never sent, or taken back by us', people.not_asked],
  ]
  if (rows.every(([, count]) => count === 0)) return []
  return [
    {
      id: 'people-table',
      caption: 'What became of the invitations',
      heads,
      rows: rows
        .filter(([, count], at) => at < rows.length - 1 || count > 0)
        .map(([name, count]) => plainRow(name, heads, [String(count)])),
      note: 'Those not asked are in neither rate. Whatever was chosen of the answers, these are all who were invited.',
    },
  ]
}

function boundsTable(figures: Figures, filters: Filters, asked: number): TrustTable {
  const { n } = figures
  const heads = ['Of those heard', 'Of all asked, if the rest all said no, or all yes']
  const rate = n / asked
  return {
    id: 'bounds-table',
    caption: 'How far silence could move each share',
    heads,
    rows: drivers.flatMap((driver) =>
      directions.map((direction) => {
        const x = figures.drivers[driver][direction].all
        const { low, high } = worstCase(x / n, rate)
        const bounds =
          n < 10 ? `${x} to ${x + asked - n} of ${asked}` : `${Math.round(low * 100)}–${Math.round(high * 100)} %`
        return driverRow(driver, direction, heads, [countedLink(figures, filters, driver, direction), bounds])
      }),
    ),
    note: `${n} of the ${asked} asked are in the figures; who is heard and not read counts with the rest. The second column assumes nothing, so it is wide, and the truth need not lie in its middle.`,
  }
}

const fieldNames: Record<Contrast['of'], string> = {
  revenue: 'revenue',
  margin: 'margin',
  tenure: 'how long they have been customers',
  segment: 'segment',
  region: 'region',
  owner: 'who looks after them',
  status: 'status',
}
const fields = (differing: Contrast[]): string[] => [...new Set(differing.map(({ of }) => fieldNames[of]))]

function contrastTable({ contrasts, currency }: Responders, differing: Contrast[], names: Names): TrustTable {
  const heads = ['Heard', 'The rest', 'Apart', 'What follows']
  const isAmount = ({ of }: Contrast) => of === 'revenue' || of === 'margin' || of === 'tenure'
  const told = contrasts.filter((one) => isAmount(one) || differing.includes(one))
  const others = contrasts.length - told.length
  const print = (one: Contrast, value: number) =>
    one.of === 'revenue'
      ? roundMoney(value, currency)
      : one.of === 'tenure'
        ? `${value.toFixed(1)} years`
        : percent(value)
  const nameOf = (one: Contrast) => {
    if (!('value' in one)) return `${fieldNames[one.of].charAt(0).toUpperCase()}${fieldNames[one.of].slice(1)}, average`
    if (one.of === 'status') return `Status: ${one.value}`
    const kind = { segment: 'Segment', region: 'Region', owner: 'Looked after by' }[one.of]
    return `${kind}: ${groupName(one.of, one.value, names)}`
  }
  return {
    id: 'contrast-table',
    caption: 'Those heard and the rest of those asked, in what the list knows',
    heads,
    rows: told.map((one) =>
      plainRow(nameOf(one), heads, [
        `${print(one, one.heard)} (n ${one.nHeard})`,
        `${print(one, one.rest)} (n ${one.nRest})`,
        one.d === undefined ? '–' : Math.abs(one.d).toFixed(2),
        one.d === undefined || Math.abs(one.d) <= flagged
          ? 'much the same'
          : `${one.d > 0 ? 'more' : 'less'} among those heard`,
      ]),
    ),
    note: `Apart: in standard deviations; above 0.25 they differ. ${
      others > 0
        ? `${plural(others, 'other kind')} of customer (segment, region, who looks after them, status) differ by less. `
        : ''
    }${currency ? `Revenue in ${currency} alone, newest year known.` : ''}`.trim(),
  }
}

/** Late answers stand for the silent, as a hint (Armstrong & Overton 1977). */
function lateHint({ spoken }: TrustFacts): { text: string; table: TrustTable } | undefined {
  const { early, late } = spoken
  if (!early || !late || early.status !== 'shown' || late.status !== 'shown') return undefined
  const found = earlyAndLate(early.told, late.told)
  if (found.length === 0) return undefined
  const standing = found.filter(({ stands }) => stands)
  const heads = [`First half (${early.told.n})`, `Last half (${late.told.n})`, 'Difference, last less first']
  const claims = standing.map(
    ({ driver, direction, difference }) =>
      `${difference > 0 ? 'more' : 'less'} often that we ${direction === '+' ? 'help' : 'hurt'} with ${driverNames[driver].toLowerCase()}`,
  )
  const few = late.told.n < 30 ? ' Indicative: fewer than 30 in each half.' : ''
  return {
    text:
      claims.length > 0
        ? `A hint at what the silent would say: whoever took longer to answer says ${listed(claims)}.${few}`
        : `Whoever took longer to answer says nothing detectably different, which is a weak hint that the silent would not either.${few}`,
    table: {
      id: 'late-table',
      caption: 'Quick and slow answers to the invitation',
      heads,
      rows: found.map(({ driver, direction, first, second, stands, ...difference }) =>
        driverRow(driver, direction, heads, [
          counted(first, early.told.n),
          counted(second, late.told.n),
          differenceText(difference, stands),
        ]),
      ),
      note: 'By the time from the invitation to the answer, halves of the customers who answered one. A difference is claimed where its interval leaves zero and Holm’s rule bears it among all eight.',
    },
  }
}
