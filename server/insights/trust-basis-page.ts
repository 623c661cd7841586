import type { HowChosen } from '../campaigns/campaigns.ts'
import { directions, drivers } from '../drivers.ts'
import { addDays, dayAt, printDay, type Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import type { Figures } from './figures.ts'
import { wilson } from './intervals.ts'
import { dayNumber, dayText, notGiven } from './ledger.ts'
import { saturation, saturationInOrders, shareHeard, talksToHear } from './saturation.ts'
import { smallest } from './small-groups.ts'
import type { TrustFacts } from './trust.ts'
import { countedLink } from './trust-coding-page.ts'
import { type Check, driverRow, type TrustTable } from './trust-parts.ts'
import type { Filters } from './view.ts'

/** So many rounds are told one by one. */
const roundsTold = 12

const isSample = ({ nature }: HowChosen): boolean => nature === 'random' || nature === 'whole'

/** How one round was chosen, in a sentence. */
export function chosenWords({ nature, listSize, customers, added, dropped }: HowChosen): string {
  const hands = [added > 0 ? `${added} added` : '', dropped > 0 ? `${dropped} dropped` : ''].filter(Boolean)
  const byHand = hands.length > 0 ? ` By hand: ${listed(hands)}.` : ''
  switch (nature) {
    case 'whole':
      return `All ${listSize} customers on the list were asked, so only silence can mislead.`
    case 'random':
      return `Drawn at random: ${customers} of the ${listSize} customers on the list.`
    case 'changed':
      return `Drawn at random from ${listSize} customers and changed by hand since, so no random sample.${byHand}`
    case 'picked':
      return `Hand-picked: best customers, or by hand${listSize > 0 ? `, from ${listSize} on the list` : ''}. Intervals hold the noise of counting only.${byHand}`
    case 'filtered':
      return `Everybody whom the filters of the audience let through.${byHand} Of these, silence alone misleads; of other customers the figures say nothing.`
  }
}

/** How the customers came to be asked; with a random sample of one round, intervals for its whole list. */
export function chosenCheck(facts: TrustFacts, figures: Figures, filters: Filters, chosen: HowChosen[]): Check {
  const [only] = chosen
  const { withoutCampaign } = facts.spoken
  const isShown = figures.options.campaign.get(notGiven)?.status === 'shown'
  const outside =
    withoutCampaign === 0
      ? []
      : [
          `${isShown ? plural(withoutCampaign, 'customer') : 'Some customers'} spoke outside any round: whoever somebody of ours talked with.`,
        ]
  const isOne = chosen.length === 1 && withoutCampaign === 0 && only !== undefined
  const samples = chosen.filter(isSample).length
  const finite = isOne && isSample(only) && isWholeRound(filters) && figures.n <= only.listSize
  return {
    id: 'chosen',
    heading: 'How the customers were chosen',
    verdict: isOne
      ? chosenWords(only)
      : chosen.length === 0
        ? (outside[0] ?? 'No round has been sent, so nobody was chosen.')
        : samples === chosen.length && withoutCampaign === 0
          ? `Each of the ${chosen.length} rounds is a random sample, or all, of its list.`
          : `No random sample: ${chosen.length === 1 ? 'a round' : `${chosen.length} rounds`}${withoutCampaign > 0 ? ' and talks outside any' : ''}, chosen in ${chosen.length === 1 && withoutCampaign === 0 ? 'its' : 'their'} own way. Intervals hold the noise of counting only.`,
    care: isOne && isSample(only) ? '' : 'how customers were chosen',
    texts: isOne || chosen.length === 0 ? [] : outside,
    facts: isOne
      ? []
      : [
          ...chosenAlike(chosen.slice(0, roundsTold)),
          ...(chosen.length > roundsTold
            ? [
                {
                  name: 'And more',
                  text: `${plural(chosen.length - roundsTold, 'older round')}. Choose one to read how.`,
                },
              ]
            : []),
        ],
    tables:
      finite && figures.status === 'shown' && figures.n >= 10 ? [finiteTable(figures, filters, only.listSize)] : [],
    link: '',
  }
}

/** Rounds that were chosen in the same words stand in one line, in the order of the first of each. */
function chosenAlike(rounds: HowChosen[]): { name: string; text: string }[] {
  const alike = Map.groupBy(rounds, chosenWords)
  return [...alike].map(([text, same]) => ({ name: same.map(({ name }) => name).join('; '), text }))
}

const isWholeRound = ({ campaign, suggestions: _suggestions, ...others }: Filters): boolean =>
  campaign !== '' && Object.values(others).every((value) => value === '')

function finiteTable(figures: Figures, filters: Filters, list: number): TrustTable {
  const { n } = figures
  const heads = ['Of those heard', `Interval for all ${list} on the list`]
  return {
    id: 'finite-table',
    caption: 'What the sample says of its list',
    heads,
    rows: drivers.flatMap((driver) =>
      directions.map((direction) => {
        const x = figures.drivers[driver][direction].all
        const { low, high } = wilson(x, n, list)
        return driverRow(driver, direction, heads, [
          countedLink(figures, filters, driver, direction),
          `${Math.round(low * 100)}–${Math.round(high * 100)} %`,
        ])
      }),
    ),
    note: 'Wilson’s interval for a finite list (Cochran 1977): narrower, the more of the list is heard. It holds as far as those who stayed silent do not differ.',
  }
}

/** What the figures rest on: days, their age, codebooks, languages and questions. */
export function basisCheck(facts: TrustFacts, figures: Figures, now: Date, reader: Reader): Check {
  const { lastDays, languages, codebooks } = facts.spoken
  const yearAgo = dayNumber(addDays(dayAt(now, reader.timeZone), -365))
  const old = lastDays.filter((day) => day < yearAgo).length
  const middle = lastDays[Math.floor((lastDays.length - 1) / 2)]
  const day = (text: string) => printDay(text, now, reader)
  const isOld = old > lastDays.length / 2
  const isMixed = codebooks.length > 1
  return {
    id: 'basis',
    heading: 'How old it is, and how it was asked and read',
    verdict: `${oldWords(old, lastDays.length)} ${isMixed ? `Read by ${codebooks.length} versions of the codebook, which may differ.` : 'Read by one version of the codebook.'}`,
    care: isOld ? 'the age of the answers' : isMixed ? 'changes of the codebook' : '',
    texts: [],
    facts: [
      {
        name: 'Said',
        text: [...new Set([day(figures.firstDay), day(figures.lastDay)])].join(' to '),
      },
      ...(middle
        ? [{ name: 'Age', text: `Half of the customers spoke last on ${day(dayText(middle))} or before.` }]
        : []),
      { name: 'Codebook', text: codebooks.length > 0 ? listed(codebooks) : 'none' },
      { name: 'Languages', text: listed(languages.map(languageName)) || 'none' },
      { name: 'Questions', text: listed(facts.templates) || 'none' },
    ],
    tables: [],
    link: { href: '/codebook', text: 'The codebook' },
  }
}

/** A count that would single out fewer than five by a choice of days is not told. */
function oldWords(old: number, all: number): string {
  if (old === 0) return 'Everybody spoke within the last twelve months.'
  if (old === all) return 'Nobody has spoken within the last twelve months.'
  if (old < smallest) return 'Fewer than 5 customers spoke last more than twelve months ago.'
  if (all - old < smallest) return 'All but a few customers spoke last more than twelve months ago.'
  return `${old} of ${all} customers spoke last more than twelve months ago.`
}

const languageNames = new Intl.DisplayNames('en', { type: 'language' })
const languageName = (code: string): string =>
  /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code) ? (languageNames.of(code) ?? code) : code

/** Whether further talks would bring new sub-codes, and what would have been heard by now. */
export function moreCheck({ spoken }: TrustFacts, figures: Figures, filters: Filters): Check {
  const isTalks = spoken.talks.length >= 6
  const sittings = (isTalks ? spoken.talks : spoken.letters).inOrder()
  const what = isTalks ? 'talks' : 'answers in writing'
  const heard = percentUp(shareHeard(figures.n))
  const detection = `With ${plural(figures.n, 'customer')} a theme that ${heard} of customers hold would have been heard, with 95 %; for 10 % it takes ${talksToHear(0.1)}, for 5 % ${talksToHear(0.05)}. That holds if customers were drawn at random.`
  const check = { id: 'more', heading: 'Would more talks bring more', facts: [], tables: [], link: '' as const }
  const hasThemes = sittings.some((themes) => themes.length > 0)
  if (sittings.length < 6 || !hasThemes)
    return {
      ...check,
      verdict: `Cannot tell yet: it takes 6 talks that are read, with sub-codes, and there are ${spoken.talks.length}.`,
      care: 'whether more talks would bring more',
      texts: [detection],
    }
  const { reachedAt } = saturation(sittings)
  const { median, high } = saturationInOrders(sittings, JSON.stringify(filters))
  const orders = `In 1,000 random orders: half of them reach it by ${median ?? `more than ${sittings.length}`}, 95 of 100 by ${high ?? `more than ${sittings.length}`}.`
  return {
    ...check,
    verdict: reachedAt
      ? `Further ${what} bring little new: reached at ${reachedAt.heard}+${reachedAt.run} of ${sittings.length} ${what}.`
      : `Further ${what} still bring new themes: not reached in ${sittings.length} ${what}.`,
    care: reachedAt ? '' : 'whether more talks would bring more',
    texts: [
      `Base 4, run 2, ≤ 5 %, over sub-codes, in the order of days. ${orders}`,
      ...(isTalks
        ? []
        : ['Fewer than 6 talks, so answers in writing are counted: they are short and seem complete early.']),
      ...(filters.segment ? [] : ['Over all segments together; choose one, since each has themes of its own.']),
      detection,
    ],
  }
}

/** Rounded up, so that no smaller theme is claimed than would have been heard. */
const percentUp = (share: number): string =>
  share < 0.01 ? `${(Math.ceil(share * 1000) / 10).toFixed(1)} %` : `${Math.ceil(share * 100)} %`
