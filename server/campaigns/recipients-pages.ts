import { type Company, missingToWrite } from '../company.ts'
import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import { type Pager, pager } from '../lists.ts'
import { dayAt, daysBetween, printDay, printInstant, type Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import type { Chosen, ExclusionReason, LeftOut, Person } from './audience.ts'
import { type Campaign, mailLanguage } from './campaigns.ts'
import { type Frame, frame, type LeftOutGroup, languageName, leftOutGroups, nameOf, reasonWords } from './pages.ts'

const aPage = 25

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
    verb: string
    leftOut: LeftOutGroup[]
    leftOutCount: string
    count: Field
    action: string
    button: string
    checks: { isDone: boolean; words: string; href: string }[]
    mayLaunch: boolean
    reminds: boolean
    reminders: string
    /** "9 talks", '' for none; without a mail the number need not be typed. */
    talks: string
    isTalksOnly: boolean
    closes: string
    isDraft: boolean
    audienceHref: string
  }

export function recipientsPage(
  campaign: Campaign,
  facts: Chosen & {
    tests: Map<string, string>
    talks: number
    company: Company
    guessed: Set<string>
    isAdmin: boolean
  },
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
      note: [person.isAdded ? 'added by hand' : '', fading(campaign, person, now, reader)].filter(Boolean).join(', '),
      preview: `/campaigns/${campaign.id}/preview?contact=${person.contactId}`,
    })),
    pager: pager(total, page, aPage, path, {}),
    peopleAction: `/campaigns/${campaign.id}/people`,
    total,
    people,
    verb: total === 1 ? 'gets' : 'get',
    leftOut: leftOutGroups(
      leftOut.map(({ reason, firstName, lastName }) => ({ reason, first_name: firstName, last_name: lastName })),
      `/campaigns/${campaign.id}/left-out`,
    ),
    leftOutCount: `${leftOut.length} of ${leftOut.length + total} chosen`,
    count: field('count', `To launch, type the number of people: ${total}`, typed, errors),
    action: isDraft ? `/campaigns/${campaign.id}/launch` : path,
    button: !isDraft
      ? `Invite ${people}`
      : total === 0
        ? `Launch ${plural(facts.talks, 'talk')}`
        : `Launch to ${people}`,
    talks: facts.talks > 0 ? plural(facts.talks, 'talk') : '',
    isTalksOnly: total === 0 && facts.talks > 0,
    checks: [
      {
        isDone: missing.length === 0,
        words:
          missing.length === 0
            ? 'Your name and postal address stand in the mail'
            : `${sentence(listed(missing))} must stand in every mail. ${facts.isAdmin ? 'Add it in the settings.' : 'An admin adds it in the settings.'}`,
        href: missing.length > 0 && facts.isAdmin ? '/settings' : '',
      },
      testCheck(campaign, recipients, facts.tests, now, reader),
      guesses(recipients, facts.guessed, facts.isAdmin),
      { isDone: true, words: 'Each mail carries its ways out: later, never, privacy', href: '' },
    ],
    mayLaunch: total > 0 ? missing.length === 0 : facts.talks > 0,
    closes: `They can answer until ${printDay(campaign.closesOn, now, reader)}. The guesses of your team are sealed now.`,
    isDraft,
    // Ticked until somebody takes the tick away: a form that came back says what was sent.
    reminds: typed.count === undefined || typed.reminders === '1',
    reminders: campaign.hasReminders
      ? 'They are reminded as everybody else in this round.'
      : 'Nobody is reminded in this round.',
    audienceHref: `/campaigns/${campaign.id}/audience`,
  }
}

/** Where reasons are remembered for a while only: how long ago they left, if that is longer. */
function fading({ version }: Campaign, { leftOn }: Person, now: Date, reader: Reader): string {
  const within = version.template.within_days
  if (within === undefined || leftOn === '') return ''
  if (leftOn === 'unknown') return 'when they left is not on record'
  const ago = daysBetween(leftOn, dayAt(now, reader.timeZone))
  return ago > within ? `left ${ago} days ago, and these are best asked within ${within}` : ''
}

/** Whether somebody has seen the mail as it stands, in each language in which it goes out. */
function testCheck(
  campaign: Campaign,
  recipients: Person[],
  tests: Map<string, string>,
  now: Date,
  reader: Reader,
): RecipientsPage['checks'][number] {
  const languages = [...new Set(recipients.map((person) => mailLanguage(campaign, person.language)))].sort()
  const lacking = languages.filter((language) => !tests.has(language))
  const last = [...tests.values()].sort().at(-1)
  if (last && lacking.length === 0)
    return { isDone: true, words: `Test mail sent, ${printInstant(last, now, reader)}`, href: '' }
  const named = languages.length > 1 && last ? ` in ${listed(lacking.map(languageName))}` : ''
  const language = lacking[0] && lacking[0] !== 'en' ? `?language=${lacking[0]}` : ''
  return { isDone: false, words: `No test mail${named} yet`, href: `/campaigns/${campaign.id}/preview${language}` }
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
