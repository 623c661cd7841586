import type { Steps } from '../unhurried.ts'
import type { Figures } from './figures.ts'
import type { Ledger } from './ledger.ts'
import type { Sitting } from './sittings.ts'
import { type GroupStatus, groupStatuses } from './small-groups.ts'
import {
  addCustomer,
  addTo,
  count,
  newGroups,
  newTold,
  type Part,
  type Told,
  type ToldGroup,
  toldBy,
} from './spoken-groups.ts'
import { add, type Filters, isCounted, missOf, prepare, restAfter, type Tally } from './view.ts'

/** How customers spoke: in a survey, to who looks after them, to somebody else of ours; seen by us; in a reply to a mail. */
export const modes = ['mail', 'own', 'other', 'seen', 'reply'] as const
export type Mode = (typeof modes)[number]

/** What figures rest on, for one view. Customers, never answers. */
export type Spoken = {
  modes: Map<Mode, ToldGroup>
  /** Customers who stand in more than one mode. */
  severalModes: number
  interviewers: Map<string, ToldGroup>
  /** The quicker and the slower half of those who answered an invitation, by the time that they took; undefined where they cannot be parted. */
  early: { told: Told; status: GroupStatus } | undefined
  late: { told: Told; status: GroupStatus } | undefined
  languages: string[]
  templates: string[]
  codebooks: string[]
  /** Campaigns in the view, and how many customers were heard outside any. */
  campaigns: string[]
  withoutCampaign: number
  /** The day on which each customer counted spoke last, as a number (20261123), oldest first. */
  lastDays: Uint32Array
  /** How many talks, and how many sittings in writing, are read; and the sub-codes of each in the order of days. */
  talks: Sequence
  letters: Sequence
}

/** Sorted only where somebody asks for it. */
export type Sequence = { length: number; inOrder: () => string[][] }

type Placed = { day: number; id: string; themes: string[] }

/**
 * Counts a view anew by how customers spoke, in one pass over them. A customer who wrote and talked stands in both modes,
 * in each with what it said there. Groups are hidden by the same rules as elsewhere (decision 022).
 */
export function* spokenIn(
  ledger: Ledger,
  sittings: ReadonlyMap<string, ReadonlyMap<string, Sitting>>,
  filters: Filters,
): Steps<Spoken> {
  const { active, window } = yield* prepare(ledger, filters)
  const byMode = newGroups((key) => key === ownRep || key === other)
  const byInterviewer = newGroups((key) => key !== elsewhere)
  const answered: { lag: number; id: string; of: Tally }[] = []
  let unasked = 0
  const sets = { languages: new Set<string>(), templates: new Set<string>(), codebooks: new Set<string>() }
  const campaigns = new Set<number>()
  const lastDays: number[] = []
  const talks: Placed[] = []
  const letters: Placed[] = []
  const authors = new Map([['', elsewhere]])
  const interview = ledger.numbers.get('interview')
  const survey = ledger.numbers.get('survey')
  const observation = ledger.numbers.get('observation')
  const none = ledger.numbers.get('-')
  let codebooks: string[] = []
  let severalModes = 0
  let withoutCampaign = 0

  for (const customer of [...ledger.customers.keys()]) {
    if (customer % restAfter === 0) yield
    const rows = ledger.customers.get(customer) ?? []
    const of: Tally = { bits: 0, settled: 0, answers: 0 }
    const modeParts: Part[] = []
    const talkParts: Part[] = []
    let own: ReadonlyMap<string, Sitting> | undefined
    let sitting: Sitting | undefined
    let before = ''
    let lag = -1
    let day = 0
    let isOutside = false
    for (const row of rows) {
      if (row.day < window.from || row.day > window.to || missOf(row, active) !== '') continue
      own ??= sittings.get(ledger.names[customer] ?? '')
      const isNew = row.response !== before
      if (isNew) sitting = own?.get(row.response)
      before = row.response
      add(of, row)
      day = Math.max(day, row.day)
      const isTalk = row.channel === interview
      const mode = isTalk
        ? sitting?.isOwn
          ? ownRep
          : other
        : row.channel === survey
          ? mail
          : row.channel === observation
            ? seen
            : reply
      addTo(modeParts, mode, row)
      addTo(talkParts, isTalk ? numberOf(authors, sitting?.author ?? '') : elsewhere, row)
      campaigns.add(row.campaign)
      if (row.campaign === none) isOutside = true
      if (!sitting || !isNew) continue
      if (sitting.lag >= 0 && (lag < 0 || sitting.lag < lag)) lag = sitting.lag
      sets.languages.add(sitting.language)
      sets.templates.add(sitting.template)
      if (sitting.codebooks !== codebooks) for (const codebook of sitting.codebooks) sets.codebooks.add(codebook)
      codebooks = sitting.codebooks
      if (sitting.codebooks.length > 0 && mode !== seen)
        (isTalk ? talks : letters).push({ day: row.day, id: row.response, themes: sitting.themes })
    }
    if (of.answers === 0) continue
    if (isOutside) withoutCampaign += 1
    addCustomer(byMode, modeParts, filters)
    addCustomer(byInterviewer, talkParts, filters)
    if (modeParts.length > 1) severalModes += 1
    if (!isCounted(of, filters)) continue
    lastDays.push(day)
    if (lag >= 0) answered.push({ lag, id: ledger.names[customer] ?? '', of })
    else unasked += 1
  }
  campaigns.delete(none ?? -1)
  const told = toldBy(byMode)
  const talkedBy = toldBy(byInterviewer)
  return {
    modes: new Map(modes.flatMap((mode, key) => entry(mode, told.get(key)))),
    severalModes,
    interviewers: new Map(
      [...authors].flatMap(([author, key]) => (key === elsewhere ? [] : entry(author, talkedBy.get(key)))),
    ),
    ...halves(answered, unasked, filters),
    languages: [...sets.languages].sort(),
    templates: [...sets.templates],
    codebooks: [...sets.codebooks].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    campaigns: [...campaigns].map((value) => ledger.names[value] ?? ''),
    withoutCampaign,
    lastDays: Uint32Array.from(lastDays).sort(),
    talks: sequence(talks),
    letters: sequence(letters),
  }
}

const channelOf: Record<Mode, string> = {
  mail: 'survey',
  own: 'interview',
  other: 'interview',
  seen: 'observation',
  reply: 'mail',
}

/** Hides ways of asking, and interviewers, of a channel that is hidden beside the others (see wider-views.ts). */
export function besideChannels(spoken: Spoken, { groups }: Figures): Spoken {
  const statuses = new Map(groups.map(({ value, status }) => [value, status]))
  const beside = (channel: string, group: ToldGroup): ToldGroup => {
    const status = statuses.get(channel) ?? 'shown'
    return group.status === 'shown' && status !== 'shown' ? { ...group, status } : group
  }
  return {
    ...spoken,
    modes: new Map([...spoken.modes].map(([mode, group]) => [mode, beside(channelOf[mode], group)])),
    interviewers: new Map([...spoken.interviewers].map(([author, group]) => [author, beside('interview', group)])),
  }
}

/** In the place of an interviewer: whatever was not said in a talk. */
const elsewhere = 0
const [mail, ownRep, other, seen, reply] = [0, 1, 2, 3, 4]

const entry = <Key>(key: Key, told: ToldGroup | undefined): [Key, ToldGroup][] => (told ? [[key, told]] : [])

function numberOf(authors: Map<string, number>, author: string): number {
  const known = authors.get(author)
  if (known !== undefined) return known
  authors.set(author, authors.size)
  return authors.size - 1
}

const sequence = (placed: Placed[]): Sequence => ({
  length: placed.length,
  inOrder: () => placed.sort((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1)).map(({ themes }) => themes),
})

/** Who took less and who took more time than half of them; the one in the middle belongs to the first half. */
function halves(
  answered: { lag: number; id: string; of: Tally }[],
  unasked: number,
  filters: Filters,
): Pick<Spoken, 'early' | 'late'> {
  const inTime = answered.sort((a, b) => a.lag - b.lag || (a.id < b.id ? -1 : 1))
  const middle = Math.ceil(inTime.length / 2)
  const none = { early: undefined, late: undefined }
  // Where many took the same time, which half they are in would be arbitrary.
  if (inTime.length < 2 || inTime[middle - 1]?.lag === inTime[middle]?.lag) return none
  const half = (some: typeof inTime): Told => {
    const told = newTold()
    for (const { of } of some) count(told, of, filters)
    return told
  }
  const statuses = groupStatuses([
    { groups: ['early'], count: middle },
    { groups: ['late'], count: inTime.length - middle },
    ...(unasked > 0 ? [{ groups: ['unasked'], count: unasked }] : []),
  ])
  return {
    early: { told: half(inTime.slice(0, middle)), status: statuses.get('early') ?? 'small' },
    late: { told: half(inTime.slice(middle)), status: statuses.get('late') ?? 'small' },
  }
}
