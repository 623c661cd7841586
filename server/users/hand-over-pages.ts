import { type Choice, type Problems, problemsOf, type Typed } from '../forms.ts'
import { printDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { handOverWays } from './forms.ts'
import { type Holdings, oneByOne, type Successor } from './hand-over.ts'

type Way = (typeof handOverWays)[number]
type Errors = Record<string, string>

const wayWords: Record<Way, string> = {
  all: 'All at once',
  region: 'By region',
  segment: 'By segment',
  one: 'One by one',
}

type Group = { id: string; name: string; label: string; about: string; choices: Choice[] }

export type HandOverPage = Problems & {
  title: string
  part: string
  id: string
  name: string
  isGone: boolean
  isEmpty: boolean
  holds: string
  error: string
  ways: { href: string; words: string; isCurrent: boolean }[]
  by: string
  groups: Group[]
  more: string
  strayFollowUps: string
  followUpChoices: Choice[]
  followUps: string
  campaigns: { name: string; state: string }[]
  campaignChoices: Choice[]
  talks: string[]
  moreTalks: boolean
  nobody: boolean
}

export function handOverPage(
  person: { id: string; name: string; deactivated_at: string | null },
  holdings: Holdings,
  successors: Successor[],
  by: Way,
  typed: Typed,
  errors: Errors,
  now: Date,
  reader: Reader,
): HandOverPage {
  const people = successors.map(({ id, name, role }): [string, string] => [id, `${name}, ${role}`])
  const readers = successors.filter(({ role }) => role !== 'rep').map(({ id, name }): [string, string] => [id, name])
  const archived = holdings.archived ? `, ${holdings.archived} of them archived` : ''
  return {
    title: `Hand over from ${person.name}`,
    part: '',
    ...problemsOf(errors),
    id: person.id,
    name: person.name,
    isGone: person.deactivated_at !== null,
    isEmpty: holdings.customers + holdings.followUps + holdings.campaigns.length === 0,
    holds: holdsInWords(holdings),
    error: errors['to-0'] ?? '',
    ways: (['all', 'region', 'segment', 'one'] as const).map((way) => ({
      href: way === 'all' ? `/users/${person.id}/hand-over` : `/users/${person.id}/hand-over?by=${way}`,
      words: wayWords[way],
      isCurrent: way === by,
    })),
    by,
    groups: groupsOf(holdings, by, archived).map(({ key, label, about }, index) => ({
      id: `to-${index}`,
      name: `to:${key}`,
      label,
      about,
      choices: choices([['', 'Nobody yet'], ...people], typed[`to:${key}`] ?? ''),
    })),
    more:
      by === 'one' && holdings.customers > oneByOne
        ? `The first ${oneByOne} of ${holdings.customers}. The next stand here once these are handed over.`
        : '',
    followUps: holdings.followUps
      ? `${plural(holdings.followUps, 'open follow-up')} of ${person.name}: those at a customer go along with it.`
      : '',
    strayFollowUps: holdings.strayFollowUps
      ? `${plural(holdings.strayFollowUps, 'follow-up')} at customers of colleagues`
      : '',
    followUpChoices: choices(
      [['owner', 'The owner of each customer'], ...readers, ['', 'Nobody yet']],
      typed.followUpsTo ?? 'owner',
    ),
    campaigns: holdings.campaigns.map(({ name, state }) => ({
      name,
      state: state === 'draft' ? 'not launched yet' : 'running',
    })),
    campaignChoices: choices([['', 'Nobody yet'], ...people], typed.campaignsTo ?? ''),
    talks: holdings.talks.map(({ name, took_place_on }) => `${name}, ${printDay(took_place_on, now, reader)}`),
    moreTalks: holdings.hasMoreTalks,
    nobody: successors.length === 0,
  }
}

/** "12 customers, 3 open follow-ups and 1 campaign", '' for nothing. */
export function holdsInWords(holdings: Holdings): string {
  const parts = [
    holdings.customers ? plural(holdings.customers, 'customer') : '',
    holdings.followUps ? plural(holdings.followUps, 'open follow-up') : '',
    holdings.campaigns.length
      ? plural(holdings.campaigns.length, 'campaign that goes out in this name', 'campaigns that go out in this name')
      : '',
  ].filter(Boolean)
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function groupsOf(holdings: Holdings, by: Way, archived: string): { key: string; label: string; about: string }[] {
  if (holdings.customers === 0) return []
  if (by === 'all')
    return [
      { key: '', label: `All ${plural(holdings.customers, 'customer')} go to`, about: archived.replace(/^, /, '') },
    ]
  if (by === 'one')
    return holdings.first.map((row) => ({
      key: row.key,
      label: row.name,
      about: [row.segment, row.region, row.archived_at ? 'archived' : ''].filter(Boolean).join(', '),
    }))
  const none = by === 'region' ? 'Without a region' : 'Without a segment'
  return (by === 'region' ? holdings.regions : holdings.segments).map(({ key, count }) => ({
    key: key ?? '',
    label: key ?? none,
    about: plural(count, 'customer'),
  }))
}

const choices = (pairs: [string, string][], present: string): Choice[] =>
  pairs.map(([value, label]) => ({ value, label, selected: value === present }))
