import type { User } from '../access.ts'
import { questionPage } from '../answers/pages.ts'
import type { Sitting } from '../answers/sitting.ts'
import { guidePage } from '../interviews/guide-page.ts'
import type { Talk } from '../interviews/interviews.ts'
import { address } from '../lists.ts'
import { ourLanguage } from '../speak.ts'
import type { Question } from '../templates/kinds/kinds.ts'
import { languageTabs, type Tab, talkChannelOf } from '../templates/pages.ts'

import type { TemplateVersion } from '../templates/templates.ts'
import { addDays, dayAt, printInstantDay, readerOf } from '../time.ts'

/** What is looked at: a version (number 0 is the file), as one sitting would ask it, and one of its questions. */
export type Preview = {
  /** The version as it is published, in all languages. */
  shown: TemplateVersion
  /** The same as it is asked. */
  asked: TemplateVersion
  question: Question
  language: string
  channel: 'survey' | 'interview' | 'observation'
}

/** Whether the file says something new, and what publishing it makes. */
export type Publishing = { action: string; label: string }

const versionOf = ({ number }: TemplateVersion): string => (number === 0 ? 'file' : String(number))

/** An address of a preview that keeps the version, the language and the question, unless told otherwise. */
const at = (preview: Preview, page: string, more: { language?: string; question?: string } = {}): string =>
  address(`/templates/${preview.shown.key}/preview/${page}`, {
    version: versionOf(preview.shown),
    language: preview.language === 'en' ? '' : preview.language,
    question: preview.question.id,
    ...more,
  })

/** Where a press on the page of one question leads: the next one, the previous one, or round to the first. */
export function pageAfter(preview: Preview, page: string, go: string): string {
  const { questions } = preview.asked.template
  const here = questions.findIndex(({ id }) => id === preview.question.id)
  const next = questions[go === 'row' || go === 'clear' ? here : here + (go === 'back' ? -1 : 1)] ?? questions[0]
  return at(preview, page, { question: next?.id ?? '' })
}

type CustomerPage = {
  title: string
  part: string
  name: string
  about: string
  backHref: string
  talkHref: string
  views: Tab[]
  languages: Tab[]
  steps: Tab[]
  frame: string
  frameTitle: string
  publish: string
  publishLabel: string
}

/** Every question on a telephone, as a customer meets it. Nothing that is typed there is kept. */
export function customerPage(preview: Preview, publishing: Publishing, now: Date, user: User): CustomerPage {
  const { shown, asked, question, language } = preview
  const { questions } = asked.template
  const position = questions.findIndex(({ id }) => id === question.id) + 1
  const isSpoken = shown.template.channels.some((channel) => channel !== 'survey')
  return {
    title: `Preview of “${shown.template.name}”`,
    part: 'Campaigns',
    name: shown.template.name,
    about:
      shown.number === 0
        ? 'As the file says it, not published. Nothing that you write here is kept.'
        : `Version ${shown.number} of ${printInstantDay(shown.publishedAt, now, readerOf(user))}. Nothing that you write here is kept.`,
    backHref: backOf(preview),
    talkHref: isSpoken ? at(preview, 'talk', { question: '' }) : '',
    views: [],
    languages: languageTabs(shown.template, language, (code) =>
      at(preview, 'customer', { language: code === 'en' ? '' : code }),
    ),
    steps: questions.map(({ id }, index) => ({
      href: at(preview, 'customer', { question: id }),
      words: String(index + 1),
      isCurrent: id === question.id,
    })),
    frame: at(preview, 'sheet'),
    frameTitle: `Question ${position} of ${questions.length}, as a customer meets it`,
    publish: publishing.action,
    publishLabel: publishing.label,
  }
}

const backOf = ({ shown, language, channel }: Preview): string =>
  address(`/templates/${shown.key}`, {
    version: versionOf(shown),
    as: channel === 'survey' ? '' : 'talk',
    language: language === 'en' ? '' : language,
  })

/** The page of one question itself, filled with nobody's answers. Its ways out lead to those of a test. */
export function sheet(preview: Preview, now: Date, user: User): Record<string, unknown> & { title: string } {
  const reader = { ...readerOf(user), language: ourLanguage(preview.language) }
  const sitting: Sitting = {
    link: 'preview',
    invitationId: '',
    campaignId: '',
    customer: { id: '', name: 'your company', ownerId: null, segment: null, region: null },
    contact: { id: '', firstName: '', email: '', phone: '', language: preview.language },
    sender: { name: user.name, email: user.email, phone: '' },
    asksIn: preview.language,
    version: preview.asked,
    closesOn: addDays(dayAt(now, user.timeZone), 14),
    isClosed: false,
    isDeclined: false,
    response: undefined,
    reader,
  }
  const state = { entries: [], draft: undefined, typed: {}, errors: {}, hasSeenPrompts: false, overtaken: [] }
  const model = questionPage(sitting, preview.question, state, [], now)
  const ways = { callHref: '/u/test', laterHref: '/u/test', stopHref: '/u/test', privacyHref: '/privacy' }
  return {
    ...model,
    ...ways,
    title: `Preview, ${model.title}`,
    isForCustomer: true,
    lang: ourLanguage(preview.language),
    scripts: ['preview.js'],
    action: at(preview, 'sheet'),
    draftAction: '',
  }
}

/** One question of the talk guide, with nobody's notes in it. */
export function talkPage(preview: Preview, now: Date, user: User): Record<string, unknown> & { title: string } {
  const { shown, asked, question, language } = preview
  const talk: Talk = {
    id: 'preview',
    channel: talkChannelOf(shown.template),
    state: 'draft',
    customer: { id: '', name: 'a customer', ownerId: null },
    contact: undefined,
    authorName: '',
    isOwn: true,
    version: asked,
    language,
    tookPlaceOn: dayAt(now, user.timeZone),
    place: '',
    present: '',
    consentLevel: 'totals',
    submittedAt: null,
    revisedAt: null,
    hasGuess: false,
  }
  const notes = { byQuestion: new Map(), drafts: new Map() }
  const state = { note: undefined, typed: {}, errors: {}, overtaken: undefined }
  const model = guidePage(user, talk, question, notes, state, [], now)
  return {
    ...model,
    title: `Preview of “${shown.template.name}”, ${model.title}`,
    part: 'Campaigns',
    scripts: ['preview.js'],
    name: shown.template.name,
    setting: 'A preview: nothing that you write here is kept.',
    guess: '',
    steps: model.steps.map((step, index) => ({
      ...step,
      href: at(preview, 'talk', { question: asked.template.questions[index]?.id ?? '' }),
    })),
    checkHref: backOf(preview),
    action: at(preview, 'talk'),
    draftAction: '',
    talkPath: '',
  }
}
