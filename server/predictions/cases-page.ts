import type { User } from '../access.ts'
import { driverLetters, driverNames } from '../drivers.ts'
import { type Section, whySections } from '../sections.ts'
import { plural } from '../words.ts'
import { type Case, casesIn } from './assumed.ts'
import type { CasesQuery } from './forms.ts'

const mostListed = 200

const titles: Record<CasesQuery['show'], string> = {
  expected: 'expected',
  said: 'said',
  both: 'expected and said',
  blind: 'said and not expected',
  over: 'expected and not said',
}

const fits: Record<CasesQuery['show'], (isExpected: boolean, isSaid: boolean) => boolean> = {
  expected: (isExpected) => isExpected,
  said: (_isExpected, isSaid) => isSaid,
  both: (isExpected, isSaid) => isExpected && isSaid,
  blind: (isExpected, isSaid) => !isExpected && isSaid,
  over: (isExpected, isSaid) => isExpected && !isSaid,
}

/** The cases that a number of "Assumed against real" counts. */
export const casesWanted = (cases: Case[], { driver, show, segment }: CasesQuery): Case[] =>
  cases.filter(
    (one) =>
      (segment === undefined || one.segment === segment) &&
      fits[show](one.forecast[driver] >= 0.5, one.outcome[driver]),
  )

/** The customers behind one number, named as far as this lead may; `names` tells which those are. */
export function casesPage(
  user: User,
  query: CasesQuery,
  all: Case[],
  names: Map<string, string>,
): {
  sections: Section[]
  title: string
  part: string
  driver: string
  letter: string
  about: string
  rows: { href: string; name: string; chance: string; said: string }[]
  others: string
  more: string
} {
  const { driver, show, segment } = query
  const { status, of } = casesIn(all, segment)
  const isShown = status === 'shown'
  const found = isShown ? casesWanted(of, query) : []
  const named = found
    .flatMap((one) => {
      const name = names.get(one.customerId)
      return name === undefined ? [] : [{ ...one, name }]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const others = found.length - named.length
  return {
    sections: whySections(user, '/assumed'),
    title: `${driverNames[driver]}: ${titles[show]}`,
    part: 'Why',
    driver,
    letter: driverLetters[driver],
    about: isShown
      ? `${plural(found.length, 'customer')}${segment === undefined ? '' : segment === '' ? ' without a segment' : ` in ${segment}`}.`
      : 'Nobody is shown: fewer than five customers were guessed about here, or could be told apart from the rest.',
    rows: named.slice(0, mostListed).map((one) => ({
      href: `/customers/${one.customerId}/prediction`,
      name: one.name,
      chance: `${Math.round(one.forecast[driver] * 100)} %`,
      said: one.outcome[driver] ? 'mentioned' : 'not mentioned',
    })),
    others:
      others > 0
        ? `${plural(others, 'customer')} answered in confidence and ${others === 1 ? 'counts' : 'count'} in totals only.`
        : '',
    more: named.length > mostListed ? `and ${named.length - mostListed} more` : '',
  }
}
