import type { User } from '../access.ts'
import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import { plural } from '../words.ts'
import type { Person } from './audience.ts'
import { type Campaign, mailLanguage } from './campaigns.ts'
import type { previewMail } from './mail.ts'
import { type Frame, frame, languageName, nameOf } from './pages.ts'
import { countWords, placeholders, questionLine, type TextKind, textKinds } from './texts.ts'

type TextPage = Frame &
  Problems & {
    action: string
    kind: TextKind
    language: string
    /** The languages in which it goes out, if there is more than English, and how many get it in each. */
    languages: { href: string; words: string; isCurrent: boolean }[]
    kinds: { href: string; words: string; isCurrent: boolean }[]
    when: string
    button: string
    subject: Field
    body: Field
    places: { place: string; words: string }[]
    words: string
    to: string
    toName: string
    preview: string
    /** Who the mail is shown for speaks another language: nobody who is asked so far reads this one. */
    isBorrowed: boolean
  }

const placeWords: Record<(typeof placeholders)[number], string> = {
  first_name: 'their first name, or “there”',
  full_name: 'their whole name; nothing where it is missing',
  company: 'their company',
  our_company: 'our company',
  minutes: 'how long it takes',
  closes_on: 'the closing day',
  sender: 'who signs',
}

const kindWords: Record<TextKind, { words: string; when: string }> = {
  invite: { words: 'Invitation', when: 'Goes out at the launch.' },
  'reminder-1': {
    words: 'First reminder',
    when: 'Five working days later, to those who stayed silent. You choose at the launch whether reminders go out.',
  },
  'reminder-2': { words: 'Last reminder', when: 'Five more working days later. After it nobody is asked again.' },
  later: {
    words: 'As they asked',
    when: 'Goes to whoever chose “Ask me later”, on the day that they chose, in place of the next reminder.',
  },
}

export function textPage(
  campaign: Campaign,
  { kind, language }: { kind: TextKind; language: string },
  recipients: Person[],
  sent: Typed | undefined,
  errors: Record<string, string>,
): TextPage {
  const typed: Typed = sent ?? (campaign.texts[language] ?? campaign.texts.en)[kind]
  const readers = Map.groupBy(recipients, (person) => mailLanguage(campaign, person.language))
  const first = readers.get(language)?.[0] ?? recipients[0]
  const at = (kind: TextKind, language: string) =>
    `/campaigns/${campaign.id}/text?kind=${kind}${language === 'en' ? '' : `&language=${language}`}`
  const languages = ['en', ...Object.keys(campaign.texts).filter((one) => one !== 'en')]
  const count = countWords(typed.body ?? '')
  return {
    ...frame(campaign, 'text', 'Mail'),
    ...problemsOf(errors),
    action: `/campaigns/${campaign.id}/text`,
    kind,
    language,
    languages: (languages.length > 1 ? languages : []).map((one) => ({
      href: at(kind, one),
      words: `${languageName(one)} (${readers.get(one)?.length ?? 0})`,
      isCurrent: one === language,
    })),
    kinds: textKinds.map((one) => ({
      href: at(one, language),
      words: kindWords[one].words,
      isCurrent: one === kind,
    })),
    when: kindWords[kind].when,
    button: kind === 'invite' ? 'Save and read it' : 'Save',
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
    preview:
      first && !sent
        ? `/campaigns/${campaign.id}/preview/html?contact=${first.contactId}&kind=${kind}&language=${language}`
        : '',
    isBorrowed: first !== undefined && !readers.has(language),
  }
}

type PreviewPage = Frame & {
  to: string
  toName: string
  about: string
  /** In which language it is, where this round writes in several. */
  language: string
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
    language: mail && Object.keys(campaign.texts).length > 1 ? languageName(mail.to.language) : '',
    subject: mail?.subject ?? '',
    frame: mail ? `/campaigns/${campaign.id}/preview/html?contact=${to}` : '',
    text: mail?.text ?? '',
    previous: index > 0 ? at(recipients[index - 1]) : '',
    next: index >= 0 ? at(recipients[index + 1]) : '',
    range: index >= 0 ? `${index + 1} of ${recipients.length}` : '',
    email: facts.user.email,
    testAction: `/campaigns/${campaign.id}/tests`,
    back: isDraft
      ? `/campaigns/${campaign.id}/text${mail && mail.to.language !== 'en' ? `?language=${mail.to.language}` : ''}`
      : `/campaigns/${campaign.id}`,
    forth: isDraft ? `/campaigns/${campaign.id}/recipients` : '',
  }
}
