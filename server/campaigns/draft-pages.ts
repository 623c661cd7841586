import type { User } from '../access.ts'
import { type Company, missingToWrite } from '../company.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { type Pager, pager } from '../lists.ts'
import { buyingRoles, customerStatuses } from '../tables.ts'
import type { TemplateVersion } from '../templates/templates.ts'
import { printDay, printInstant, type Reader } from '../time.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import type { audienceChoices, Chosen, ExclusionReason, Found, LeftOut, Person } from './audience.ts'
import type { Campaign, listCampaigns } from './campaigns.ts'
import type { previewMail } from './mail.ts'
import { type Confirm, type LeftOutGroup, leftOutGroups, part, reasonWords, type Step, stepsOf } from './pages.ts'
import { countWords, placeholders, questionLine } from './texts.ts'

const aPage = 25

type ListRow = { href: string; name: string; about: string; state: string; invited: string; answered: string }
type ListPage = { title: string; part: string; summary: string; rows: ListRow[] }

export function listPage(campaigns: Awaited<ReturnType<typeof listCampaigns>>, now: Date, reader: Reader): ListPage {
  const open = campaigns.filter(({ state }) => state === 'launched').length
  return {
    title: 'Campaigns',
    part,
    summary: open === 0 ? 'Rounds of asking by mail. None is under way.' : `${sentenceNumber(open)} under way.`,
    rows: campaigns.map((row) => ({
      href: `/campaigns/${row.id}`,
      name: row.name,
      about: `${row.series}, round ${row.round}`,
      state: stateWords(row.state, row.closes_on, now, reader),
      invited: row.state === 'draft' ? '' : String(row.invited ?? 0),
      answered: row.state === 'draft' ? '' : String(row.answered ?? 0),
    })),
  }
}

function stateWords(state: Campaign['state'], closesOn: string, now: Date, reader: Reader): string {
  if (state === 'draft') return 'Draft'
  const day = printDay(closesOn, now, reader)
  return state === 'closed' ? `Closed ${day}` : `Open until ${day}`
}

type Frame = { title: string; part: string; name: string; isNew: boolean; steps: Step[] }
const frame = (campaign: Campaign | undefined, step: string, title: string): Frame => ({
  title: campaign ? `${title} · ${campaign.name}` : title,
  part,
  name: campaign?.name ?? 'A new campaign',
  isNew: campaign === undefined,
  steps: campaign?.state === 'launched' ? [] : stepsOf(campaign, step),
})

type BasicsPage = Frame &
  Problems & {
    action: string
    /** `list` is the id of a datalist that offers words to a field. */
    fields: (Field & { list?: string })[]
    knownSeries: string[]
    selects: SelectField[]
    fixed: string
    removal: string
  }

export function basicsPage(
  campaign: Campaign | undefined,
  versions: TemplateVersion[],
  signers: { id: string; name: string }[],
  series: string[],
  sent: Typed | undefined,
  errors: Record<string, string>,
): BasicsPage {
  const askable = versions.filter(({ template }) => template.channels.includes('survey'))
  const typed: Typed = sent ?? {
    name: campaign?.name ?? '',
    series: campaign?.series ?? askable[0]?.template.name ?? '',
    closesOn: campaign?.closesOn ?? '',
    senderId: campaign?.senderId ?? '',
    templateVersionId: campaign?.version.id ?? askable[0]?.id ?? '',
  }
  const { version } = campaign ?? {}
  return {
    ...frame(campaign, 'basics', 'Basics'),
    ...problemsOf(errors),
    action: campaign ? `/campaigns/${campaign.id}/basics` : '/campaigns',
    fields: [
      field('name', 'Name', typed, errors, { hint: 'Only your team sees it. For example: Autumn 2026.' }),
      ...(campaign
        ? []
        : [
            {
              ...field('series', 'Series', typed, errors, {
                hint: 'Rounds of one series are compared over time. Use the same words next time.',
              }),
              list: series.length > 0 ? 'known-series' : '',
            },
          ]),
      field('closesOn', 'Closes on', typed, errors, {
        type: 'date',
        hint: 'Answers can be written and changed until the end of this day. Two to three weeks serve well.',
      }),
    ],
    knownSeries: campaign ? [] : series,
    selects: [
      ...(campaign
        ? []
        : [
            select(
              'templateVersionId',
              'What is asked',
              askable.map(({ id, number, template }): [string, string] => [
                id,
                `${template.name}, version ${number} (${plural(template.questions.length, 'question')}, ${template.minutes} minutes)`,
              ]),
              typed,
              errors,
            ),
          ]),
      select(
        'senderId',
        'Who signs',
        [
          ['', "Each customer's owner"],
          ...signers.map(({ id, name }): [string, string] => [id, `${name}, for everybody`]),
        ],
        typed,
        errors,
        { hint: 'Replies go to the person who signs. People answer somebody whom they know.' },
      ),
    ],
    fixed:
      campaign && version
        ? `Asks “${version.template.name}”, version ${version.number}. ${campaign.series}, round ${campaign.round}.`
        : '',
    removal: campaign ? `/campaigns/${campaign.id}/removal` : '',
  }
}

type Tick = { value: string; label: string; checked: boolean }
type TickGroup = { name: string; legend: string; ticks: Tick[] }
type PersonRow = { contact: string; name: string; about: string; note: string; acts: { act: string; label: string }[] }
type AudiencePage = Frame & {
  action: string
  groups: TickGroup[]
  englishForOthers: boolean
  summary: string
  leftOut: string
  find: string
  isSearched: boolean
  found: PersonRow[]
  picked: PersonRow[]
  peopleAction: string
  isDraft: boolean
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
  { recipients, leftOut }: Chosen,
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
    summary:
      campaign.state === 'draft'
        ? `${plural(recipients.length, 'person', 'people')} would be asked`
        : `${recipients.length} joined since the launch`,
    leftOut: leftOut.length > 0 ? `${leftOut.length} left out` : '',
    find,
    isSearched: find !== '',
    found: found.map(row),
    picked: picked.map(row),
    peopleAction: `/campaigns/${campaign.id}/people`,
    isDraft: campaign.state === 'draft',
  }
}

/** "German" for de, "United Kingdom" for GB; what is no such code stays as it was written. */
function nameOfCode(type: 'region' | 'language', code: string): string {
  const isCode = type === 'region' ? /^[A-Za-z]{2}$/.test(code) : /^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/.test(code)
  return isCode ? (new Intl.DisplayNames('en-GB', { type }).of(code) ?? code) : code
}

type TextPage = Frame &
  Problems & {
    action: string
    subject: Field
    body: Field
    places: { place: string; words: string }[]
    words: string
    to: string
    toName: string
    preview: string
  }

const placeWords: Record<(typeof placeholders)[number], string> = {
  first_name: 'their first name, or “there”',
  company: 'their company',
  our_company: 'our company',
  minutes: 'how long it takes',
  closes_on: 'the closing day',
  sender: 'who signs',
}

export function textPage(
  campaign: Campaign,
  recipients: Person[],
  sent: Typed | undefined,
  errors: Record<string, string>,
): TextPage {
  const typed: Typed = sent ?? campaign.text
  const [first] = recipients
  const count = countWords(typed.body ?? '')
  return {
    ...frame(campaign, 'text', 'Mail'),
    ...problemsOf(errors),
    action: `/campaigns/${campaign.id}/text`,
    subject: field('subject', 'Subject', typed, errors, {
      hint: 'Short, and no promise. Under 60 characters is read whole on a phone.',
    }),
    body: field('body', 'Text', typed, errors, {
      type: 'textarea',
      hint: 'An empty line begins a new paragraph. Sign, address and the ways out are added below it.',
    }),
    places: [
      ...placeholders.map((name) => ({ place: `{${name}}`, words: placeWords[name] })),
      { place: questionLine, words: 'the first question and the button, on a line of its own' },
    ],
    words: count > 120 ? `${count} words. Under 120 are read to the end more often.` : plural(count, 'word'),
    to: first?.contactId ?? '',
    toName: first ? nameOf(first) : '',
    preview: first && !sent ? `/campaigns/${campaign.id}/preview/html?contact=${first.contactId}` : '',
  }
}

const nameOf = (person: { firstName: string; lastName: string }) => `${person.firstName} ${person.lastName}`.trim()

type PreviewPage = Frame & {
  to: string
  toName: string
  about: string
  subject: string
  frame: string
  text: string
  previous: string
  next: string
  range: string
  email: string
  testAction: string
  back: string
  forth: string
}

export function previewPage(
  campaign: Campaign,
  facts: { to: string; mail: Awaited<ReturnType<typeof previewMail>> | undefined; recipients: Person[]; user: User },
): PreviewPage {
  const { to, mail, recipients } = facts
  const index = recipients.findIndex(({ contactId }) => contactId === to)
  const person = recipients[index]
  const at = (one: Person | undefined) => (one ? `/campaigns/${campaign.id}/preview?contact=${one.contactId}` : '')
  const isDraft = campaign.state === 'draft'
  return {
    ...frame(campaign, 'text', 'The mail as they get it'),
    to,
    toName: mail?.to.name || mail?.to.email || '',
    about: [person?.jobTitle, mail?.to.company].filter(Boolean).join(', '),
    subject: mail?.subject ?? '',
    frame: mail ? `/campaigns/${campaign.id}/preview/html?contact=${to}` : '',
    text: mail?.text ?? '',
    previous: index > 0 ? at(recipients[index - 1]) : '',
    next: index >= 0 ? at(recipients[index + 1]) : '',
    range: index >= 0 ? `${index + 1} of ${recipients.length}` : '',
    email: facts.user.email,
    testAction: `/campaigns/${campaign.id}/tests`,
    back: isDraft ? `/campaigns/${campaign.id}/text` : `/campaigns/${campaign.id}`,
    forth: isDraft ? `/campaigns/${campaign.id}/recipients` : '',
  }
}

type RecipientsPage = Frame &
  Problems & {
    heading: string
    rows: {
      contact: string
      name: string
      about: string
      owner: string
      address: string
      note: string
      preview: string
    }[]
    pager: Pager
    peopleAction: string
    total: number
    people: string
    leftOut: LeftOutGroup[]
    leftOutCount: string
    count: Field
    action: string
    button: string
    checks: { isDone: boolean; words: string; href: string }[]
    mayLaunch: boolean
    closes: string
    isDraft: boolean
    audienceHref: string
  }

export function recipientsPage(
  campaign: Campaign,
  facts: Chosen & { lastTest: string; company: Company; guessed: Set<string>; isAdmin: boolean },
  page: number,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
  reader: Reader,
): RecipientsPage {
  const { recipients, leftOut, company } = facts
  const isDraft = campaign.state === 'draft'
  const total = recipients.length
  const path = `/campaigns/${campaign.id}/${isDraft ? 'recipients' : 'joiners'}`
  const missing = missingToWrite(company).map(({ words }) => words)
  const people = plural(total, 'person', 'people')
  return {
    ...frame(campaign, 'recipients', isDraft ? 'Check and launch' : 'Who joined since'),
    ...problemsOf(errors),
    heading: isDraft ? 'Who gets it' : 'Who joined the audience since the launch',
    rows: recipients.slice((page - 1) * aPage, page * aPage).map((person) => ({
      contact: person.contactId,
      name: nameOf(person),
      about: [person.jobTitle, person.company].filter(Boolean).join(', '),
      owner: person.owner,
      address: person.email,
      note: person.isAdded ? 'added by hand' : '',
      preview: `/campaigns/${campaign.id}/preview?contact=${person.contactId}`,
    })),
    pager: pager(total, page, aPage, path, {}),
    peopleAction: `/campaigns/${campaign.id}/people`,
    total,
    people,
    leftOut: leftOutGroups(
      leftOut.map(({ reason, firstName, lastName }) => ({ reason, first_name: firstName, last_name: lastName })),
      `/campaigns/${campaign.id}/left-out`,
    ),
    leftOutCount: `${leftOut.length} of ${leftOut.length + total} chosen`,
    count: field('count', `To launch, type the number of people: ${total}`, typed, errors),
    action: isDraft ? `/campaigns/${campaign.id}/launch` : path,
    button: isDraft ? `Launch to ${people}` : `Invite ${people}`,
    checks: [
      {
        isDone: missing.length === 0,
        words:
          missing.length === 0
            ? 'Your name and postal address stand in the mail'
            : `${sentence(listed(missing))} must stand in every mail. ${facts.isAdmin ? 'Add it in the settings.' : 'An admin adds it in the settings.'}`,
        href: missing.length > 0 && facts.isAdmin ? '/settings' : '',
      },
      {
        isDone: facts.lastTest !== '',
        words: facts.lastTest ? `Test mail sent, ${printInstant(facts.lastTest, now, reader)}` : 'No test mail yet',
        href: facts.lastTest ? '' : `/campaigns/${campaign.id}/preview`,
      },
      guesses(recipients, facts.guessed, facts.isAdmin),
      { isDone: true, words: 'Each mail carries its ways out: later, never, privacy', href: '' },
    ],
    mayLaunch: total > 0 && missing.length === 0,
    closes: `They can answer until ${printDay(campaign.closesOn, now, reader)}. The guesses of your team are sealed now.`,
    isDraft,
    audienceHref: `/campaigns/${campaign.id}/audience`,
  }
}

/** How many of the customers to be asked somebody has guessed about; a guess made after the answer is worth nothing. */
function guesses(recipients: Person[], guessed: Set<string>, isAdmin: boolean): RecipientsPage['checks'][number] {
  const customers = new Set(recipients.map(({ customerId }) => customerId))
  const made = [...customers].filter((id) => guessed.has(id)).length
  const isDone = customers.size > 0 && made === customers.size
  return {
    isDone,
    words: `Guesses made for ${made} of ${plural(customers.size, 'customer')}`,
    // Admins do not guess, so they have no such page.
    href: isDone || isAdmin ? '' : '/predictions',
  }
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

type LeftOutPage = Frame & {
  reasons: { href: string; words: string; isCurrent: boolean }[]
  rows: { name: string; about: string; reason: string; hint: string; href: string }[]
  pager: Pager
  back: string
}

export function leftOutPage(
  campaign: Campaign,
  leftOut: LeftOut[],
  reason: ExclusionReason | '',
  page: number,
): LeftOutPage {
  const path = `/campaigns/${campaign.id}/left-out`
  const shown = reason ? leftOut.filter((one) => one.reason === reason) : leftOut
  const counts = Map.groupBy(leftOut, (one) => one.reason)
  return {
    ...frame(campaign, 'recipients', 'Left out'),
    reasons: [
      { href: path, words: `All ${leftOut.length}`, isCurrent: reason === '' },
      ...[...counts].map(([one, people]) => ({
        href: `${path}?reason=${one}`,
        words: `${reasonWords[one].words} ${people.length}`,
        isCurrent: one === reason,
      })),
    ],
    rows: shown.slice((page - 1) * aPage, page * aPage).map((one) => ({
      name: nameOf(one),
      about: [one.jobTitle, one.company].filter(Boolean).join(', '),
      reason: reasonWords[one.reason].words,
      hint: reasonWords[one.reason].hint,
      href: `/customers/${one.customerId}`,
    })),
    pager: pager(shown.length, page, aPage, path, { reason }),
    back: `/campaigns/${campaign.id}/${campaign.state === 'draft' ? 'recipients' : 'joiners'}`,
  }
}

export const removalPage = (campaign: Campaign): Confirm => ({
  title: 'Throw this draft away',
  part,
  sentence: `“${campaign.name}” was never sent, so nobody notices. Its audience and text are lost.`,
  action: `/campaigns/${campaign.id}/removal`,
  label: 'Throw it away',
  cancel: `/campaigns/${campaign.id}/basics`,
})
