import { address, type Pager, pager } from '../lists.ts'
import { plural } from '../words.ts'
import type { Seen } from './outcomes.ts'
import type { OutcomesQuery } from './outcomes-choice.ts'
import { countNames, heads, thirdNames } from './outcomes-page.ts'

export type OutcomesBehindPage = {
  title: string
  part: string
  lead: string
  rows: { name: string; href: string }[]
  pages: Pager
  back: string
}

const pageSize = 50

/** The customers behind a number, by name. */
export function outcomesBehindPage(found: Seen[], query: OutcomesQuery, page: number): OutcomesBehindPage {
  const { segment, region, owner, from, k, third, outcome, is, distinct } = query
  const what = [
    k === '' ? '' : `${countNames[Number(k)]} of the four`,
    third === '' ? '' : (thirdNames[Number(third)] ?? ''),
    outcome === '' ? '' : `${heads[outcome]}${is === 'yes' ? '' : ', known either way'}`,
    distinct === '' ? '' : distinct === 'yes' ? 'An effect that only we have' : 'A reason at parity',
  ].filter(Boolean)
  return {
    title: what.join(': ') || 'All customers of this view',
    part: 'Why',
    lead: `${plural(found.length, 'customer')}, by name. Open one to read what it said.`,
    rows: found
      .slice((page - 1) * pageSize, page * pageSize)
      .map(({ id, name }) => ({ name, href: `/customers/${id}` })),
    pages: pager(found.length, page, pageSize, '/why/outcomes/customers', {
      ...{ segment, region, owner, from, k, third, outcome, is, distinct },
    }),
    back: address('/why/outcomes', { segment, region, owner, from }),
  }
}
