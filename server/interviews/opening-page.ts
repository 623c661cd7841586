import type { User } from '../access.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { asAsked, type Template } from '../templates/template.ts'
import type { TemplateVersion } from '../templates/templates.ts'
import { dayAt, daysBetween, printDay, type Reader, readerOf } from '../time.ts'
import { listed, plural } from '../words.ts'
import { type TalkChannel, talkChannels } from './forms.ts'
import type { Talk } from './interviews.ts'
import { addressOf, listedPlain, nameOf, partOf } from './pages.ts'

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
    round: string
    /** The one guide there is, or '' and a choice. */
    onlyVersion: string
    onlyName: string
    guides: { id: string; value: string; label: string; hint: string; isChosen: boolean }[]
    versionError: string
    channels: { id: string; value: TalkChannel; label: string; hint: string; isChosen: boolean }[]
    channelError: string
    languages: SelectField
    asksLanguage: boolean
    barred: string
    /** What to know of each guide before it is opened. */
    advice: { name: string; sentences: string[]; isUrgent: boolean }[]
    nothing: boolean
    guess: string
    guessHref: string
    action: string
  }

export type Opening = {
  customer: { id: string; name: string; language: string | null }
  guides: TemplateVersion[]
  barred: TemplateVersion[]
  tooEarly: TemplateVersion[]
  /** When they left: a day, 'unknown', or '' if they have not. */
  leftOn: string
  people: Person[]
  hasGuess: boolean
  key: string
}

/** Before the guide opens: what is asked, how, with whom, when, where. */
export function openingPage(
  user: User,
  opening: Opening,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): OpeningPage {
  const { customer, guides, people, hasGuess, key } = opening
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
    round: typed.round ?? '',
    onlyVersion: isOnly && only ? only.id : '',
    onlyName: isOnly && only ? `${only.template.name} (${lengthOf(only)})` : '',
    guides: guides.map((version, at) => ({
      id: `version-${at}`,
      value: version.id,
      label: version.template.name,
      hint: lengthOf(version),
      // The three open questions begin every talk about value, so they are proposed.
      isChosen: version.id === (typed.version ?? guides.find(({ template }) => template.key === 'core')?.id),
    })),
    versionError: errors.version ?? '',
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
    barred: notOffered(opening),
    advice: adviceFor(opening, now, readerOf(user)),
    nothing: guides.length === 0,
    guess: hasGuess
      ? 'Your guess is sealed when you open the guide.'
      : 'You have not guessed yet what they will say. Once the guide is open, it is too late for this talk.',
    guessHref: hasGuess ? '' : `/customers/${customer.id}/prediction`,
    action: `/customers/${customer.id}/interviews/new`,
    ...settingFields(people, typed, errors),
    ...problemsOf(
      Object.fromEntries(
        Object.entries(errors).map(([name, text]) => [
          name === 'channel' ? `channel-${offered[0]}` : name === 'version' ? 'version-0' : name,
          text,
        ]),
      ),
    ),
  }
}

/** Which questions are not offered here, and why. */
function notOffered({ barred, tooEarly }: Opening): string {
  const named = (versions: TemplateVersion[], one: string, many: string) =>
    versions.length > 0
      ? `${listed(versions.map(({ template }) => `“${template.name}”`))} ${versions.length === 1 ? one : many}.`
      : ''
  return [
    named(
      barred,
      'is asked by somebody other than the customer’s own rep',
      'are asked by somebody other than the customer’s own rep',
    ),
    named(tooEarly, 'follows once they have answered open questions', 'follow once they have answered open questions'),
  ]
    .filter(Boolean)
    .join(' ')
}

/** What each guide's template says to whoever asks; and how long ago they left, where reasons fade. */
function adviceFor({ guides, leftOn }: Opening, now: Date, reader: Reader): OpeningPage['advice'] {
  return guides
    .map(({ template }) => {
      const late = fading(template.within_days, leftOn, now, reader)
      return { name: template.name, sentences: [late, ...template.advice].filter(Boolean), isUrgent: late !== '' }
    })
    .filter(({ sentences }) => sentences.length > 0)
}

function fading(within: number | undefined, leftOn: string, now: Date, reader: Reader): string {
  if (within === undefined || leftOn === '') return ''
  if (leftOn === 'unknown')
    return `When they left is not on record. Ask within ${within} days: later, people remember reasons that they did not have.`
  const ago = daysBetween(leftOn, dayAt(now, reader.timeZone))
  return ago <= within
    ? `They left on ${printDay(leftOn, now, reader)}, ${plural(ago, 'day')} ago. Ask within ${within} days.`
    : `They left on ${printDay(leftOn, now, reader)}, ${ago} days ago. After ${within} days people remember reasons that they did not have: keep to what happened, and when.`
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })
const wayOf = (channels: readonly string[]): string =>
  talkChannels
    .filter((channel) => channels.includes(channel))
    .map((channel) => (channel === 'interview' ? 'talk' : 'visit'))
    .join(' or ')
const askedIn = (template: Template): Template =>
  asAsked(template, template.channels.includes('interview') ? 'interview' : 'observation')
const lengthOf = ({ template }: TemplateVersion): string =>
  `${wayOf(template.channels)}, ${plural(askedIn(template).questions.length, 'question')}, about ${plural(askedIn(template).minutes, 'minute')}`

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
