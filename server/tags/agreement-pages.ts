import type { User } from '../access.ts'
import { isReader } from '../access.ts'
import { type Direction, type Driver, directionSigns, driverLetters, driverNames, tagChip } from '../drivers.ts'
import { field, problemsOf, type Typed } from '../forms.ts'
import { printInstantDay, readerOf } from '../time.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import type { CoderAgreement, Drift, listDisagreements } from './agreement-data.ts'
import { type Agreement, enoughAnswers, enoughPositives, type LabelAgreement } from './agreement-figures.ts'
import type { CoderSetting } from './coder-figures.ts'
import { excerpt, isVoice, tickedOf } from './print.ts'

/** Everything that the page of agreement is made from. */
export type AgreementPage = {
  figures: Agreement
  drift: Drift[]
  coders: CoderAgreement[]
  readers: number
  setting: CoderSetting
}

const words: Record<LabelAgreement['verdict'], string> = {
  rely: 'Rely on it',
  tentative: 'Tentative',
  'settle and recode': 'Settle and recode',
  'no variation': 'No variation',
}

/** What follows from a figure, if it hangs on enough answers; "no variation" is said in any case. */
const verdictWords = (verdict: LabelAgreement['verdict'], isFew: boolean): string =>
  isFew && verdict !== 'no variation' ? 'Too few to say' : words[verdict]

export function agreementPage(
  page: AgreementPage,
  user: User,
  now: Date,
  typed: Typed,
  errors: Record<string, string>,
) {
  const { figures, drift, coders, readers, setting } = page
  const { sets } = figures
  const mayOpen = isReader(user)
  return {
    title: 'How far readers agree',
    part: 'Review',
    ...problemsOf(errors),
    hasErrors: Object.keys(errors).length > 0,
    says: says(figures),
    needsSecond: readers < 2,
    isAdmin: user.role === 'admin',
    mayOpenLearning: mayOpen || user.role === 'admin',
    hasFigures: figures.n > 0,
    bars: `α from 0.80 on: rely on it. From 0.667 to 0.80: tentative. Below: settle the disputed answers aloud, mend the codebook, and read some afresh. Under ${enoughAnswers} answers, or ${enoughPositives} with the tag, there are too few to say.`,
    rows: figures.labels.map((label) => ({
      chip: tagChip(label.driver, label.direction),
      n: String(label.n),
      positives: String(label.positives),
      agreement: percent(label.agreement),
      prevalence: percent(label.prevalence),
      kappa: printed(label.kappa),
      alpha: printed(label.alpha),
      interval: label.doubt ? `${printed(label.doubt.low)} to ${printed(label.doubt.high)}` : '',
      ac1: printed(label.ac1),
      below: label.doubt ? percent(label.doubt.below) : '–',
      verdict: verdictWords(label.verdict, label.isFew),
      href: mayOpen && label.agreement < 1 ? `/agreement/${slugOf(label)}` : '',
      name: `${driverNames[label.driver]} ${directionSigns[label.direction]}`,
    })),
    sets: {
      alike: `${figures.alike} of ${plural(figures.n, 'answer')} carry the same tags in all readings, sub-codes and all.`,
      alpha: printed(sets.alpha),
      interval: sets.doubt ? `${printed(sets.doubt.low)} to ${printed(sets.doubt.high)}` : '',
      below: sets.doubt ? percent(sets.doubt.below) : '–',
      verdict: verdictWords(sets.verdict, figures.n < enoughAnswers),
    },
    drift: drift.map((round) => ({
      name: round.round,
      read: `${round.read} of ${plural(round.drawn, 'old answer')} read again. ${round.alike} of ${plural(round.bySame.n + round.byOthers.n, 'reading')} say the same as the tags that counted before${round.alpha === null ? '' : `, α of tag sets ${printed(round.alpha)}`}.`,
      parts: [
        round.bySame.n > 0 ? `By whoever had read it: ${round.bySame.alike} of ${round.bySame.n}.` : '',
        round.byOthers.n > 0 ? `By somebody else: ${round.byOthers.alike} of ${round.byOthers.n}.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    })),
    coders: coders.map(({ userId, name, n, alike, alpha }) => ({
      name: userId === user.id ? 'You' : name,
      text: `${plural(n, 'answer')} read blind, ${alike} of them exactly as the other did; α of tag sets ${printed(alpha)}.`,
    })),
    setting: settingModel(setting, user, now),
    reason: field('reason', 'Why they should be shown', typed, errors, {
      hint: 'Everybody who tags reads it here.',
    }),
  }
}

/** The first sentence of the page: what can be relied on, or why that cannot be said yet. */
function says({ n, labels }: Agreement): string {
  if (n === 0) return 'No answer has been read by two people yet.'
  const read = `Two people read ${plural(n, 'answer')} without seeing each other or a suggestion.`
  if (n < enoughAnswers)
    return `${read} From ${enoughAnswers} on the figures say something; until then they are indicative.`
  const enough = labels.filter(({ isFew }) => !isFew)
  const named = (verdict: LabelAgreement['verdict']) =>
    listed(
      enough
        .filter((label) => label.verdict === verdict)
        .map(({ driver, direction }) => `${driverNames[driver]} ${directionSigns[direction]}`),
    )
  const parts: [string, string][] = [
    ['They can be relied on for', named('rely')],
    ['Tentative:', named('tentative')],
    ['To be settled and read afresh:', named('settle and recode')],
  ]
  const few = labels.length - enough.length
  return [
    read,
    ...parts.filter(([, names]) => names !== '').map(([lead, names]) => `${lead} ${names}.`),
    few > 0 ? `Too few to say for ${few === labels.length ? 'any of them' : `${few} of the ${labels.length}`}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function settingModel({ isShown, reason, by, at }: CoderSetting, user: User, now: Date) {
  const since = at ? printInstantDay(at, now, readerOf(user)) : ''
  return {
    isShown,
    sentence: isShown
      ? `Leads see the figures of each coder. ${by} turned this on, ${since}: ${reason}`
      : 'Figures about single coders are off. Each sees only their own.',
    mayChange: user.role === 'admin',
  }
}

const percent = (share: number): string => `${Math.round(share * 100)}\u00a0%`

/** Two decimals; a dash where a figure is not defined. */
const printed = (figure: number | null): string => (figure === null ? '–' : figure.toFixed(2).replace('-', '−'))

const slugOf = ({ driver, direction }: { driver: Driver; direction: Direction }): string =>
  `${driver}-${direction === '+' ? 'helps' : 'hurts'}`

export function disagreementsPage(
  label: { driver: Driver; direction: Direction },
  answers: Awaited<ReturnType<typeof listDisagreements>>,
) {
  const name = `${driverNames[label.driver]} ${directionSigns[label.direction]}`
  return {
    title: `Read in two ways: ${name}`,
    part: 'Review',
    driver: label.driver,
    letter: driverLetters[label.driver],
    name,
    summary:
      answers.length === 0
        ? 'No answer that you may see was read in two ways here.'
        : `${sentenceNumber(answers.length)} ${answers.length === 1 ? 'answer' : 'answers'}: of those who read ${answers.length === 1 ? 'it' : 'each'} one gave this tag, another did not.`,
    rows: answers.map((answer) => ({
      href: `/review/${answer.id}`,
      text: excerpt(answer.text, 240) || tickedOf(answer.value),
      isVoice: answer.text !== '' && isVoice(answer.provenance),
      state: answer.isSettled ? 'Settled' : 'Waits to be settled',
    })),
  }
}
