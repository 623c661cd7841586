import { buyingRoles, customerStatuses } from '../tables.ts'
import { listed, plural } from '../words.ts'
import type { Campaign } from './campaigns.ts'
import { type Frame, frame, languageName, nameOfCode } from './pages.ts'
import type { audienceChoices, Found } from './people.ts'

type Tick = { value: string; label: string; checked: boolean }
type TickGroup = { name: string; legend: string; ticks: Tick[] }
type PersonRow = { contact: string; name: string; about: string; note: string; acts: { act: string; label: string }[] }
type AudiencePage = Frame & {
  action: string
  groups: TickGroup[]
  englishForOthers: boolean
  /** The languages in which the mails speak: "English and German". */
  languages: string
  summary: string
  leftOut: string
  find: string
  isSearched: boolean
  found: PersonRow[]
  picked: PersonRow[]
  peopleAction: string
  isDraft: boolean
  /** Only who was picked is asked. */
  isPicked: boolean
  pickHref: string
  useAction: string
}

const roleWords = {
  decides: 'Decides',
  buys: 'Buys',
  uses: 'Uses what we supply',
  influences: 'Influences',
  pays: 'Pays',
} as const
const statusWords = { active: 'Customers', prospect: 'Prospects', lost: 'Lost customers' } as const

export function audiencePage(
  campaign: Campaign,
  choices: Awaited<ReturnType<typeof audienceChoices>>,
  { recipients, leftOut }: { recipients: number; leftOut: number },
  found: Found[],
  picked: Found[],
  find: string,
): AudiencePage {
  const { audience } = campaign
  const group = (name: string, legend: string, pairs: [string, string][], chosen: string[]): TickGroup => ({
    name,
    legend,
    ticks: pairs.map(([value, label]) => ({ value, label, checked: chosen.includes(value) })),
  })
  const named = (type: 'region' | 'language', codes: string[]) =>
    codes.map((code): [string, string] => [code, nameOfCode(type, code)])
  const plain = (values: string[]) => values.map((value): [string, string] => [value, value])
  const groups = [
    group(
      'statuses',
      'Status',
      [...customerStatuses]
        .reverse()
        .sort((a) => (a === 'active' ? -1 : 0))
        .map((status) => [status, statusWords[status]]),
      audience.statuses,
    ),
    group(
      'roles',
      'Role in buying',
      buyingRoles.map((role) => [role, roleWords[role]]),
      audience.roles,
    ),
    group('segments', 'Segment', plain(choices.segments), audience.segments),
    group('regions', 'Region', plain(choices.regions), audience.regions),
    group('countries', 'Country', named('region', choices.countries), audience.countries),
    group('owners', 'Owner', choices.owners, audience.owners),
    group('languages', 'Language', named('language', choices.languages), audience.languages),
  ]
  const row = (person: Found): PersonRow => {
    const { id } = person
    const note = audience.added.includes(id)
      ? 'added by hand'
      : audience.removed.includes(id)
        ? 'taken out by hand'
        : ''
    return {
      contact: id,
      name: `${person.first_name} ${person.last_name}`.trim(),
      about: [person.job_title, person.company].filter(Boolean).join(', '),
      note,
      acts: note
        ? [{ act: 'undo', label: 'Undo' }]
        : [
            { act: 'add', label: 'Add' },
            { act: 'remove', label: 'Take out' },
          ],
    }
  }
  return {
    ...frame(campaign, 'audience', 'Audience'),
    action: `/campaigns/${campaign.id}/audience`,
    groups: groups.filter(({ ticks }) => ticks.length > 1 || ticks.some(({ checked }) => checked)),
    englishForOthers: audience.englishForOthers,
    languages: listed(Object.keys(campaign.texts).map(languageName)),
    summary:
      campaign.state === 'draft'
        ? `${plural(recipients, 'person', 'people')} would be asked`
        : `${recipients} joined since the launch`,
    leftOut: leftOut > 0 ? `${leftOut} left out` : '',
    find,
    isSearched: find !== '',
    found: found.map(row),
    picked: picked.map(row),
    peopleAction: `/campaigns/${campaign.id}/people`,
    isDraft: campaign.state === 'draft',
    isPicked: audience.isPicked,
    pickHref: `/campaigns/${campaign.id}/pick`,
    useAction: `/campaigns/${campaign.id}/pick/use`,
  }
}
