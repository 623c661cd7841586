import { type Direction, type Driver, directionSigns, directions, driverNames, drivers } from '../drivers.ts'
import { listed, plural } from '../words.ts'
import { shareText } from './charts.ts'
import type { Figures } from './figures.ts'
import { precision } from './intervals.ts'
import { evidence, type Linked } from './names.ts'
import type { TrustFacts } from './trust.ts'
import { type Check, driverRow, percent } from './trust-parts.ts'
import type { Filters } from './view.ts'

/** From so many answers read by two, and so many with the tag, α says something (methods 4.7). */
const enoughAnswers = 50
const enoughWithTag = 10

type Label = TrustFacts['agreement']['labels'][number]

/** Whether two people who read the same answer give it the same tags. It is of all answers read blind, whatever is chosen. */
export function agreementCheck({ agreement }: TrustFacts, mayOpen: boolean): Check {
  const { n, labels } = agreement
  const heads = ['Agreement (α)', '95 % interval', 'With the tag', 'What follows']
  const few = labels.filter((label) => isFew(label))
  const named = (verdict: Label['verdict']) =>
    listed(
      labels
        .filter((label) => label.verdict === verdict && !isFew(label))
        .map(({ driver, direction }) => `${driverNames[driver]} ${directionSigns[direction]}`),
    )
  const parts = [
    ['Rely on', named('rely')],
    ['Tentative:', named('tentative')],
    ['Do not rely on', named('settle and recode')],
  ].filter(([, names]) => names !== '')
  const isWhole = parts.length === 1 && parts[0]?.[0] === 'Rely on'
  return {
    id: 'agreement',
    heading: 'Do two readers see the same',
    verdict:
      n < enoughAnswers
        ? `Not enough yet: ${n === 0 ? 'no answer is' : n === 1 ? 'one answer is' : `${n} answers are`} read by two people, and ${enoughAnswers} are needed.`
        : [
            ...parts.map(([lead, names]) => `${lead} ${names}.`),
            few.length > 0
              ? `Too few with the tag for ${few.length === labels.length ? 'any of them' : `${few.length} of the eight`}.`
              : '',
          ]
            .filter(Boolean)
            .join(' '),
    care: isWhole && few.length === 0 ? '' : 'how far readers agree',
    texts: [
      `${n === 0 ? 'No answer has' : n === 1 ? 'One answer has' : `${n} answers have`} been read by two people who saw neither each other nor a suggestion, of all that customers ever said, whatever is chosen above.`,
    ],
    facts: [],
    tables:
      n === 0
        ? []
        : [
            {
              id: 'agreement-table',
              caption: 'Agreement by reason',
              heads,
              rows: labels.map((label) =>
                driverRow(label.driver, label.direction, heads, [
                  figure(label.alpha),
                  label.doubt ? doubtWords(label.doubt) : 'too few to say',
                  `${label.positives} of ${label.n}`,
                  verdictWords(label),
                ]),
              ),
              note: 'α is 1 where all agree and 0 where chance alone would do as well: rely from 0.80, tentative from 0.667, do not rely below.',
            },
          ],
    link: mayOpen ? { href: '/agreement', text: 'How far readers agree' } : '',
  }
}

const isFew = ({ n, positives }: Label): boolean => n < enoughAnswers || positives < enoughWithTag

function verdictWords(label: Label): string {
  if (label.n < enoughAnswers) return `not enough yet (${label.n} of ${enoughAnswers})`
  if (label.verdict === 'no variation') return 'no variation: nobody differs'
  if (label.positives < enoughWithTag) return `not enough yet (${label.positives} of ${enoughWithTag} with it)`
  return { rely: 'rely', tentative: 'tentative', 'settle and recode': 'do not rely' }[label.verdict]
}

const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(2).replace('-', '−'))

/** How much rests on bare words, on suggestions, and what nobody has read. */
export function inferredCheck(figures: Figures, filters: Filters): Check {
  const { n, waiting, waitingCustomers } = figures
  const rows = drivers.flatMap((driver) =>
    directions.map((direction) => ({ driver, direction, ...figures.drivers[driver][direction] })),
  )
  const sum = (of: 'all' | 'inferred' | 'suggested') => rows.reduce((total, row) => total + row[of], 0)
  const [all, inferred, suggested] = [sum('all'), sum('inferred'), sum('suggested')]
  const [largest] = rows.toSorted((a, b) => b.inferred - a.inferred)
  const heads = ['All', 'Without inferred', 'Inferred', ...(filters.suggestions ? ['Suggested only'] : [])]
  const unread =
    waiting === 0
      ? 'Every answer is read.'
      : `${plural(waiting, 'answer')} of ${plural(waitingCustomers, 'customer')} ${waiting === 1 ? 'is' : 'are'} not read${filters.suggestions ? '; suggestions stand in for them' : ' and not counted'}.`
  const isMuch = inferred > all / 5 || waiting > figures.answers / 5 || suggested > all / 5
  return {
    id: 'inferred',
    heading: 'How much is inferred or unread',
    verdict:
      all === 0
        ? `Nothing is named in this view. ${unread}`
        : `${inferred === 0 ? 'Nothing rests on a bare word alone.' : `${inferred} of ${all} namings rest on a bare word such as “quality” alone.`} ${unread}`,
    care: isMuch ? 'what is inferred or unread' : '',
    texts: [
      ...(suggested > 0 ? [`${suggested} of ${all} namings are suggested by software and confirmed by nobody.`] : []),
      ...(largest && largest.inferred > 0
        ? [
            `It matters most for ${driverNames[largest.driver]} ${directionSigns[largest.direction]}: ${shareOf(largest.all, n)}, without it ${shareOf(largest.all - largest.inferred, n)}.`,
          ]
        : []),
    ],
    facts: [],
    tables: [
      {
        id: 'inferred-table',
        caption: 'Each reason with and without what is inferred',
        heads,
        rows: rows.map(({ driver, direction, all: count, inferred: bare, suggested: guessed }) =>
          driverRow(driver, direction, heads, [
            countedLink(figures, filters, driver, direction),
            counted(count - bare, n),
            String(bare),
            String(guessed),
          ]),
        ),
        note: '',
      },
    ],
    link: waiting === 0 ? '' : { href: evidence(filters, { of: 'waiting' }), text: 'What waits to be read' },
  }
}

/** Where readers never differed every draw is alike: an interval without width would say more than is known. */
const doubtWords = ({ low, high }: { low: number; high: number }): string =>
  low === high ? 'none: nobody differed' : `${figure(low)} to ${figure(high)}`

/** "12 of 40, 30 % (18–45)"; below ten customers the count alone. */
export const counted = (x: number, n: number): string => [`${x} of ${n}`, shareText(x, n)].filter(Boolean).join(', ')
const shareOf = (x: number, n: number): string => (precision(n) === 'counts' ? `${x} of ${n}` : percent(x / n))

/** How many name a driver, with the answers behind it. */
export function countedLink(figures: Figures, filters: Filters, driver: Driver, direction: Direction): Linked {
  const { all } = figures.drivers[driver][direction]
  const href = all === 0 ? '' : evidence(filters, { of: 'driver', driver, direction })
  return { text: counted(all, figures.n), href }
}
