import type { User } from '../access.ts'
import type { FollowUp } from '../follow-ups/follow-ups.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { type Pager, pager } from '../lists.ts'
import type { BuyingRole, ConsentLevel } from '../tables.ts'
import { isEmpty } from '../templates/kinds/kind.ts'
import { printEntries, type Question } from '../templates/kinds/kinds.ts'
import type { TemplateVersion } from '../templates/templates.ts'
import { addDays, dayAt, printDay, printInstantDay, printTime, type Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import { agreements, type TalkChannel } from './forms.ts'
import type { ListedTalk, Talk } from './interviews.ts'
import type { Cell, Note, Notes } from './notes.ts'

export const pageSize = 25
export const readerOf = (user: User): Reader => ({ language: 'en', timeZone: user.timeZone })
export const partOf = (user: User): string => (user.role === 'rep' ? 'Talks' : 'Customers')
export const addressOf = (talk: { id: string }, path = ''): string => `/interviews/${talk.id}${path}`

const partInBuying: Record<BuyingRole, string> = {
  decides: 'decides',
  buys: 'buys',
  uses: 'uses it',
  influences: 'has a say',
  pays: 'pays',
}
const partsInBuying: Record<string, string> = partInBuying

/** "Talk with Castor & Wren Brewing", "Visit at Castor & Wren Brewing". */
export const nameOf = (talk: Talk): string =>
  talk.channel === 'observation' ? `Visit at ${talk.customer.name}` : `Talk with ${talk.customer.name}`

/** "Idris Wren, owner, decides. 23 November, the brewhouse. Also there: Nell Castor." */
export function settingOf(talk: Talk, now: Date, reader: Reader): string {
  const { contact } = talk
  const who = contact && [contact.name, contact.jobTitle, partsInBuying[contact.buyingRole] ?? ''].filter(Boolean)
  return [
    who ? listedPlain(who) : '',
    listedPlain([printDay(talk.tookPlaceOn, now, reader), talk.place]),
    talk.present ? `There: ${talk.present}` : '',
  ]
    .filter(Boolean)
    .map((sentence) => `${sentence.replace(/[.;,\s]+$/, '')}.`)
    .join(' ')
}
const listedPlain = (parts: string[]): string => parts.filter(Boolean).join(', ')

type TalkRow = {
  href: string
  title: string
  about: string
  clock: string
  step: string
}
type ListPage = {
  title: string
  part: string
  scripts: ['guide.js']
  lead: string
  isReader: boolean
  drafts: TalkRow[]
  filed: TalkRow[]
  isEmpty: boolean
  pager: Pager
}

/** The own drafts, then what is filed. */
export function listPage(
  user: User,
  page: number,
  found: { rows: ListedTalk[]; total: number },
  questions: Map<string, number>,
  now: Date,
): ListPage {
  const reader = readerOf(user)
  const isReader = user.role !== 'rep'
  const rows = found.rows.map((row) => {
    const isDraft = row.state === 'draft'
    const contact = [row.first_name, row.last_name].filter(Boolean).join(' ')
    const of = questions.get(row.template_version_id) ?? 0
    const noted = row.drafts
      ? `${row.drafts} of ${plural(of, 'question')} noted${row.saved_at ? `, saved ${printSaved(row.saved_at, now, reader)}` : ''}`
      : 'Nothing noted yet'
    const changes = !isDraft && row.drafts && row.author_id === user.id ? 'Corrections that are not filed' : ''
    return {
      isDraft,
      href: `/interviews/${row.id}`,
      title: row.channel === 'observation' ? `Visit at ${row.customer_name}` : `Talk with ${row.customer_name}`,
      about: `${[
        listedPlain([contact, row.place]),
        isReader && row.author_id !== user.id ? `Noted by ${row.author_name ?? 'somebody of ours'}` : '',
        isDraft ? noted : changes,
      ]
        .filter(Boolean)
        .join('. ')}.`.replace(/^\.$/, ''),
      clock: printDay(row.took_place_on, now, reader),
      step: isDraft ? (row.drafts ? 'Go on noting' : 'Open the guide') : '',
    }
  })
  const drafts = rows.filter(({ isDraft }) => isDraft)
  return {
    title: isReader ? 'Talks' : 'My talks',
    part: partOf(user),
    scripts: ['guide.js'],
    lead:
      found.total === 0
        ? 'Talks teach more than mails: the same questions, asked by somebody who listens.'
        : `${plural(found.total, 'talk')} and visits. What is not filed yet counts nowhere and is seen by you alone.`.replace(
            /^1 talk and visits/,
            'One talk or visit',
          ),
    isReader,
    drafts,
    filed: rows.filter(({ isDraft }) => !isDraft),
    isEmpty: found.total === 0,
    pager: pager(found.total, page, pageSize, '/interviews', {}),
  }
}

/** "10:42" for today, else "20 November". */
function printSaved(at: string, now: Date, reader: Reader): string {
  const isToday = dayAt(new Date(at), reader.timeZone) === dayAt(now, reader.timeZone)
  return isToday ? printTime(at, reader) : printInstantDay(at, now, reader)
}

type Person = { id: string; first_name: string; last_name: string; job_title: string; language: string | null }
type SettingFields = { contact: SelectField; tookPlaceOn: Field; place: Field; present: Field }

function settingFields(people: Person[], typed: Typed, errors: Record<string, string>): SettingFields {
  const names = people.map(({ id, first_name, last_name, job_title }): [string, string] => [
    id,
    listedPlain([`${first_name} ${last_name}`.trim(), job_title]),
  ])
  return {
    contact: select(
      'contact',
      'With whom',
      [['', 'Choose'], ...names, ['nobody', 'Nobody in particular']],
      typed,
      errors,
    ),
    tookPlaceOn: field('tookPlaceOn', 'Day', typed, errors, { type: 'date' }),
    place: field('place', 'Where', typed, errors, { hint: 'Such as “at their plant” or “by telephone”.' }),
    present: field('present', 'Who was there', typed, errors, {
      hint: 'Beside the two of you. You can fill it in later.',
    }),
  }
}

type OpeningPage = Problems &
  SettingFields & {
    title: string
    part: string
    customerName: string
    customerHref: string
    key: string
    /** The one guide there is, or '' and a choice. */
    onlyVersion: string
    onlyName: string
    version: SelectField
    channels: { id: string; value: TalkChannel; label: string; hint: string; isChosen: boolean }[]
    channelError: string
    languages: SelectField
    asksLanguage: boolean
    barred: string
    nothing: boolean
    guess: string
    guessHref: string
    action: string
  }

export type Opening = {
  customer: { id: string; name: string; language: string | null }
  guides: TemplateVersion[]
  barred: string[]
  people: Person[]
  hasGuess: boolean
  key: string
}

/** Before the guide opens: what is asked, how, with whom, when, where. */
export function openingPage(
  user: User,
  { customer, guides, barred, people, hasGuess, key }: Opening,
  typed: Typed,
  errors: Record<string, string>,
): OpeningPage {
  const [only] = guides
  const isOnly = guides.length === 1
  const known = new Set(['en', customer.language ?? 'en', ...people.map(({ language }) => language ?? 'en')])
  const offered = (['interview', 'observation'] as const).filter((channel) =>
    guides.some(({ template }) => template.channels.includes(channel)),
  )
  const chosen = typed.channel ?? (offered.length === 1 ? offered[0] : 'interview')
  return {
    title: `Talk with ${customer.name}`,
    part: partOf(user),
    customerName: customer.name,
    customerHref: `/customers/${customer.id}`,
    key,
    onlyVersion: isOnly && only ? only.id : '',
    onlyName: isOnly && only ? guideName(only) : '',
    version: select(
      'version',
      'What you ask',
      [['', 'Choose'], ...guides.map((version): [string, string] => [version.id, guideName(version)])],
      typed,
      errors,
    ),
    channels: offered.map((value) => ({
      id: `channel-${value}`,
      value,
      label: value === 'interview' ? 'A talk: you ask' : 'A visit: you watch',
      hint: value === 'interview' ? 'Face to face or by telephone.' : 'You note first what you see, then what is said.',
      isChosen: value === chosen,
    })),
    channelError: errors.channel ?? '',
    languages: select(
      'language',
      'Language of your notes',
      [...known].map((code): [string, string] => [code, languageNames.of(code) ?? code]),
      { language: typed.language ?? customer.language ?? 'en' },
      errors,
    ),
    asksLanguage: known.size > 1,
    barred:
      barred.length > 0
        ? `${listed(barred.map((name) => `“${name}”`))} ${barred.length === 1 ? 'is' : 'are'} asked by somebody other than the customer’s own rep.`
        : '',
    nothing: guides.length === 0,
    guess: hasGuess
      ? 'Your guess is sealed when you open the guide.'
      : 'You have not guessed yet what they will say. Once the guide is open, it is too late for this talk.',
    guessHref: hasGuess ? '' : `/customers/${customer.id}/prediction`,
    action: `/customers/${customer.id}/interviews/new`,
    ...settingFields(people, typed, errors),
    ...problemsOf(
      Object.fromEntries(
        Object.entries(errors).map(([name, text]) => [name === 'channel' ? `channel-${offered[0]}` : name, text]),
      ),
    ),
  }
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })
const guideName = ({ template }: TemplateVersion): string =>
  `${template.name} (${plural(template.questions.length, 'question')}, about ${plural(template.minutes, 'minute')})`

type SettingPage = Problems &
  SettingFields & { title: string; part: string; action: string; back: string; name: string }

/** With whom, when and where it was, to be corrected. */
export function settingPage(
  user: User,
  talk: Talk,
  people: Person[],
  typed: Typed,
  errors: Record<string, string>,
): SettingPage {
  return {
    title: 'Who, when and where',
    part: partOf(user),
    name: nameOf(talk),
    action: addressOf(talk, '/setting'),
    back: addressOf(talk, talk.state === 'draft' ? '/check' : ''),
    ...settingFields(people, typed, errors),
    ...problemsOf(errors),
  }
}

export const settingTyped = (talk: Talk): Typed => ({
  contact: talk.contact?.id ?? 'nobody',
  tookPlaceOn: talk.tookPlaceOn,
  place: talk.place,
  present: talk.present,
})

type NotedCell = {
  label: string
  words: string
  isVoice: boolean
  ticks: string
  manner: string
  viewLabel: string
  view: string
  seenLabel: string
  seen: string
}
export type Block = {
  short: string
  changeHref: string
  isEmpty: boolean
  late: string
  cells: NotedCell[]
}

/** What was noted, question by question, each voice apart. */
export function blocksOf(talk: Talk, notes: Notes): Block[] {
  return talk.version.template.questions.map((question) => {
    const note = notes.byQuestion.get(question.id)
    const cells = (note?.cells ?? []).flatMap((cell) => notedCell(question, cell))
    return {
      short: question.short,
      changeHref: addressOf(talk, `/q/${question.id}`),
      isEmpty: cells.length === 0,
      late: isSaidLate(note) ? 'Said only after the prompted questions.' : '',
      cells,
    }
  })
}

const isSaidLate = (note: Note | undefined): boolean =>
  note?.isLate === true && note.cells.some(({ words }) => !isEmpty(words))

function notedCell(question: Question, cell: Cell): NotedCell[] {
  const [printed] = printEntries(question, [cell.words]).filter(({ item }) => item === cell.item)
  if (!printed && cell.view === '' && cell.seen === '') return []
  const label = question.kind === 'items' ? (question.items.find(({ id }) => id === cell.item)?.short ?? '') : ''
  const words = printed?.text ?? ''
  return [
    {
      label,
      words,
      isVoice: cell.manner === 'verbatim',
      ticks: printed?.note ? `They say: ${printed.note}.` : '',
      manner: words === '' ? '' : cell.manner === 'verbatim' ? 'Word for word' : 'In my words',
      viewLabel: 'My view, not counted',
      view: cell.view,
      seenLabel: 'What I saw',
      seen: cell.seen,
    },
  ]
}

const agreementLabels: Record<(typeof agreements)[number], string> = {
  team: 'Their account team and the project lead',
  lead: 'Only the project lead',
  totals: 'Nobody: use them only in totals',
  'not-asked': 'I did not ask, so only in totals',
}
const consentWords: Record<ConsentLevel, string> = {
  team: 'They agreed that the account team and the project lead read this with their name.',
  lead: 'They agreed that only the project lead reads this with their name.',
  totals: 'It enters totals only. Nobody but its author is shown the words with the name.',
}

type OwedRow = { href: string; text: string; about: string }
const owedRow = (row: FollowUp, user: User, now: Date): OwedRow => ({
  href: `/follow-ups/${row.id}`,
  text: row.text,
  about: row.done_at
    ? 'Done'
    : `${row.owner_id === user.id ? 'You' : (row.owner_name ?? 'Nobody yet')}, by ${printDay(row.due_on, now, readerOf(user))}`,
})

type CheckPage = Problems & {
  title: string
  part: string
  scripts: ['guide.js']
  name: string
  setting: string
  settingHref: string
  blocks: Block[]
  isChange: boolean
  hasChanges: boolean
  choices: { id: string; value: string; label: string; isChosen: boolean }[]
  whoError: string
  owed: OwedRow[]
  owe: Field
  oweDue: Field
  oweOwner: SelectField
  action: string
  notesHref: string
  withdrawHref: string
  talkPath: string
}

/** All that was noted, what they agreed to, what we owe; then it is filed. */
export function checkPage(
  user: User,
  talk: Talk,
  notes: Notes,
  owed: FollowUp[],
  colleagues: { id: string; name: string }[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): CheckPage {
  const isChange = talk.state === 'submitted'
  const chosen = typed.who ?? (isChange ? talk.consentLevel : '')
  const [first] = talk.version.template.questions
  const targets: Record<string, string> = {
    who: 'who-team',
    notes: 'noted',
    day: 'setting',
  }
  const dated = { oweDue: addDays(dayAt(now, user.timeZone), 7), oweOwner: user.id, ...typed }
  return {
    title: isChange ? 'Before you file the corrections' : 'Before you file',
    part: partOf(user),
    scripts: ['guide.js'],
    name: nameOf(talk),
    setting: settingOf(talk, now, readerOf(user)),
    settingHref: addressOf(talk, '/setting'),
    blocks: blocksOf(talk, notes),
    isChange,
    hasChanges: notes.drafts.size > 0,
    choices: agreements
      .filter((agreement) => !isChange || agreement !== 'not-asked')
      .map((value) => ({
        id: `who-${value}`,
        value,
        label: agreementLabels[value],
        isChosen: value === chosen,
      })),
    whoError: errors.who ?? '',
    owed: owed.map((row) => owedRow(row, user, now)),
    owe: field('owe', 'What we promised or owe them', dated, errors, { hint: 'Empty if nothing.' }),
    oweDue: field('oweDue', 'By which day', dated, errors, { type: 'date' }),
    oweOwner: select(
      'oweOwner',
      'Who takes care of it',
      colleagues.map(({ id, name }): [string, string] => [id, id === user.id ? `${name} (you)` : name]),
      dated,
      errors,
    ),
    action: addressOf(talk, '/submission'),
    notesHref: addressOf(talk, first ? `/q/${first.id}` : ''),
    withdrawHref: addressOf(talk, '/withdrawal'),
    talkPath: addressOf(talk),
    ...problemsOf(Object.fromEntries(Object.entries(errors).map(([name, text]) => [targets[name] ?? name, text]))),
  }
}

type NotesPage = {
  title: string
  part: string
  scripts: ['guide.js']
  customerHref: string
  customerName: string
  setting: string
  by: string
  isOwn: boolean
  hasChanges: boolean
  blocks: Block[]
  consent: string
  guessHref: string
  owed: OwedRow[]
  changeHref: string
  checkHref: string
  settingHref: string
  withdrawHref: string
  talkPath: string
}

/** Filed notes, for whoever may read them. */
export function notesPage(user: User, talk: Talk, notes: Notes, owed: FollowUp[], now: Date): NotesPage {
  const reader = readerOf(user)
  const [first] = talk.version.template.questions
  const changed = talk.revisedAt ? ` Corrected on ${printInstantDay(talk.revisedAt, now, reader)}.` : ''
  return {
    title: nameOf(talk),
    part: partOf(user),
    scripts: ['guide.js'],
    customerHref: `/customers/${talk.customer.id}`,
    customerName: talk.customer.name,
    setting: settingOf(talk, now, reader),
    by: `${talk.isOwn ? 'You filed this' : `Filed by ${talk.authorName}`} on ${printInstantDay(talk.submittedAt ?? '', now, reader)}.${changed}`,
    isOwn: talk.isOwn,
    hasChanges: notes.drafts.size > 0,
    blocks: blocksOf(talk, notes)
      .filter(({ isEmpty }) => !isEmpty)
      .map((block) => ({
        ...block,
        cells: block.cells.map((cell) => ({
          ...cell,
          manner: cell.manner === 'In my words' && !talk.isOwn ? `In ${talk.authorName}’s words` : cell.manner,
          ...(talk.isOwn
            ? {}
            : { viewLabel: `${talk.authorName}’s view, not counted`, seenLabel: `What ${talk.authorName} saw` }),
        })),
      })),
    consent: consentWords[talk.consentLevel],
    guessHref: talk.isOwn && talk.hasGuess ? `/customers/${talk.customer.id}/prediction` : '',
    owed: owed.map((row) => owedRow(row, user, now)),
    changeHref: addressOf(talk, first ? `/q/${first.id}` : ''),
    checkHref: addressOf(talk, '/check'),
    settingHref: addressOf(talk, '/setting'),
    withdrawHref: addressOf(talk, '/withdrawal'),
    talkPath: addressOf(talk),
  }
}

type WithdrawalPage = Problems & {
  title: string
  part: string
  name: string
  isDraft: boolean
  sureError: string
  action: string
  back: string
  label: string
}

export function withdrawalPage(user: User, talk: Talk, errors: Record<string, string>): WithdrawalPage {
  const isDraft = talk.state === 'draft'
  return {
    title: isDraft ? 'Throw these notes away' : 'Withdraw these notes',
    part: partOf(user),
    name: nameOf(talk),
    isDraft,
    sureError: errors.sure ?? '',
    action: addressOf(talk, '/withdrawal'),
    back: addressOf(talk, isDraft ? '/check' : ''),
    label: isDraft ? 'Throw them away' : 'Withdraw them',
    ...problemsOf(errors),
  }
}
