import type { User } from '../access.ts'
import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { field, problemsOf, select, type Typed } from '../forms.ts'
import { type Interval, wilson } from '../insights/intervals.ts'
import { address } from '../lists.ts'
import { whySections } from '../sections.ts'
import { printInstant, type Reader, readerOf } from '../time.ts'
import { listed, plural } from '../words.ts'
import { steps } from './forms.ts'
import type { openListGuess, SealedListGuess } from './list-guesses.ts'
import { canonicalListText, recheckListSeal } from './seal.ts'

/** From so many customers on a guess is judged, not only shown beside the count. */
const fewestToJudge = 10

const shares: [string, string][] = [
  ['', 'Choose'],
  ...steps.map((n): [string, string] => [String(n), n === 0 ? '0, nobody' : n === 100 ? '100, everybody' : String(n)]),
]
const wordings: Record<Driver, string> = {
  revenue: 'helped to earn more',
  cost: 'helped to spend less money, time or effort',
  risk: 'helped to avoid things going wrong',
  emotion: 'helped to feel confident and looked after',
}

/** The form in which a lead guesses about the whole list before asking. */
export function listGuessPage(
  user: User,
  standing: Awaited<ReturnType<typeof openListGuess>>,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
) {
  return {
    sections: whySections(user, '/assumed'),
    title: 'Before you ask them all',
    part: 'Why',
    standing: standing
      ? `Your guess of ${printInstant(standing.made_at, now, readerOf(user))} stands. A new one replaces it until it is sealed.`
      : '',
    ...problemsOf(errors),
    chances: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      ...select(driver, `${driverNames[driver]}: ${wordings[driver]}`, shares, typed, errors),
    })),
    sentence: field('sentence', 'Why do they buy from us, in one sentence?', typed, errors, {
      type: 'textarea',
      hint: 'As you would say it to a colleague.',
    }),
    save: standing ? 'Replace my guess' : 'Keep my guess',
  }
}

export type ListGuesses = {
  standing: string
  action: string
  sealed: {
    id: string
    title: string
    about: string
    lead: string
    rows: { driver: Driver; letter: string; name: string; guessed: string; said: string; verdict: string }[]
    sentence: string
    href: string
    seal: string
    text: string
    isIntact: boolean
  }[]
}

/** This lead's guesses about the whole list beside what was said; nobody else sees them. */
export function listGuesses(
  user: User,
  standing: Awaited<ReturnType<typeof openListGuess>>,
  sealed: SealedListGuess[],
  now: Date,
): ListGuesses {
  const reader = readerOf(user)
  return {
    standing: standing
      ? `Your guess of ${printInstant(standing.made_at, now, reader)} waits: it is sealed when the next round is sent.`
      : '',
    action: standing ? 'Change your guess' : 'Guess before the next round',
    sealed: sealed.map((guess) => sealedGuess(guess, now, reader)),
  }
}

function sealedGuess(guess: SealedListGuess, now: Date, reader: Reader): ListGuesses['sealed'][number] {
  const { heard } = guess
  return {
    id: `list-${guess.id}`,
    title: `You guessed, they said: ${guess.campaignName}`,
    about: `Sealed on ${printInstant(guess.sealed_at ?? '', now, reader)}.`,
    lead: typeof heard === 'string' ? heard : verdictOf(guess, heard),
    rows:
      typeof heard === 'string'
        ? []
        : drivers.map((driver) => rowOf(driver, guess[driver], heard.helped[driver], heard.n)),
    sentence: guess.sentence,
    href: address('/why', { campaign: guess.campaignId }),
    seal: guess.seal ?? '',
    text: canonicalListText(guess),
    isIntact: recheckListSeal(guess),
  }
}

type Verdict = 'too often' | 'too seldom' | 'within'

/** A guess is off only where it lies outside what counting noise allows. */
const judge = (guess: number, { low, high }: Interval): Verdict =>
  guess > high ? 'too often' : guess < low ? 'too seldom' : 'within'

function verdictOf(guess: SealedListGuess, { n, helped }: { n: number; helped: Record<Driver, number> }): string {
  const of = `Of ${plural(n, 'customer')} read: `
  if (n < fewestToJudge) return `${of}too few to say where you were wrong.`
  const off = (verdict: Verdict) =>
    drivers
      .filter((driver) => judge(guess[driver], wilson(helped[driver], n)) === verdict)
      .map((driver) => driverNames[driver].toLowerCase())
  const were = (names: string[], how: string) =>
    names.length > 0 ? `you expected ${listed(names)} ${how} often than they say so` : ''
  const parts = [were(off('too often'), 'more'), were(off('too seldom'), 'less')].filter(Boolean)
  return parts.length > 0 ? `${of}${parts.join('; ')}.` : `${of}each of your four guesses lies within what was heard.`
}

function rowOf(driver: Driver, guess: number, x: number, n: number): ListGuesses['sealed'][number]['rows'][number] {
  const interval = wilson(x, n)
  const percent = (share: number) => Math.round(share * 100)
  const verdicts: Record<Verdict, string> = {
    'too often': 'more than they say',
    'too seldom': 'less than they say',
    within: 'within the interval',
  }
  return {
    driver,
    letter: driverLetters[driver],
    name: driverNames[driver],
    guessed: `${percent(guess)} %`,
    said:
      n < fewestToJudge
        ? `${x} of ${n}`
        : `${x} of ${n}: ${percent(x / n)} % (${percent(interval.low)} to ${percent(interval.high)})`,
    verdict: n < fewestToJudge ? 'too few to say' : verdicts[judge(guess, interval)],
  }
}
