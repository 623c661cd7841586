import { randomUUID } from 'node:crypto'
import type { Company } from '../company.ts'
import { problemsOf, type Typed } from '../forms.ts'
import { directionOf, say } from '../speak.ts'
import { type ConsentLevel, consentLevels } from '../tables.ts'
import { type Entry, isEmpty, type Printed } from '../templates/kinds/kind.ts'
import { mayTakeBack, printEntries, type Question, questionModel } from '../templates/kinds/kinds.ts'
import { topicOf } from '../templates/template.ts'
import { addDays, dayAt, printDay, printInstant, printTime } from '../time.ts'
import type { Page } from '../views.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import type { Draft } from './drafts.ts'
import { laterChoices } from './forms.ts'
import type { Sitting } from './sitting.ts'
import { type SaidSoFar, unfinishedIn } from './survey.ts'

type Model = Page & Record<string, unknown>

const at = (sitting: Sitting, path = ''): string => `/s/${sitting.link}${path}`

export type QuestionState = {
  entries: Entry[]
  draft: Draft | undefined
  /** What was sent last or what the address asks for. */
  typed: Typed
  errors: Record<string, string>
  hasSeenPrompts: boolean
  /** What this tab wrote while another one saved something newer; it is shown, never stored. */
  overtaken: Entry[]
}

/** One question on its own page; the first one also says who asks, why, how long, and who reads the answers. */
export function questionPage(
  sitting: Sitting,
  question: Question,
  state: QuestionState,
  leads: string[],
  now: Date,
): Model {
  const { template } = sitting.version
  const position = template.questions.findIndex(({ id }) => id === question.id)
  const of = `Question ${position + 1} of ${template.questions.length}`
  const { errors } = state
  const topic = topicOf(template)
  return {
    title: of,
    scripts: ['answer.js'],
    step: of,
    isFirst: position === 0,
    asksWhy: topic === 'why',
    asksLeft: topic === 'left',
    asksView: topic === 'view',
    greeting: greeting(sitting),
    minutes: plural(template.minutes, 'minute'),
    questions: sentenceNumber(template.questions.length),
    customer: sitting.customer.name,
    readers: readersOf(leads),
    asksIn: sitting.asksIn,
    asksDir: directionOf(sitting.asksIn),
    question: question.text,
    hint: question.hint,
    nudges: question.nudges,
    asked: questionModel(question, state.entries, errors, state.typed),
    mayTakeBack: mayTakeBack(question),
    hasChosen: state.entries.some((entry) => !isEmpty(entry)),
    ...problemsOf(errors),
    overtaken: printEntries(question, state.overtaken),
    saved: state.draft ? `Saved ${printTime(state.draft.savedAt, sitting.reader)}` : '',
    version: state.draft?.version ?? 0,
    writer: randomUUID(),
    seen: state.hasSeenPrompts ? '1' : '',
    action: at(sitting, `/q/${question.id}`),
    draftAction: at(sitting, `/q/${question.id}/draft`),
    isChange: sitting.response?.state === 'submitted',
    closesOn: printDay(sitting.closesOn, now, sitting.reader),
    ...waysOut(sitting),
  }
}

const greeting = (sitting: Sitting): string =>
  sitting.contact.firstName ? `Hello ${sitting.contact.firstName}.` : 'Hello.'

/** Who reads every answer, whatever consent is given: the leads. "Lena Okafor reads", "Lena Okafor and Max Roe read". */
const readersOf = (leads: string[]): string =>
  leads.length > 0 ? `${listed(leads)} ${leads.length === 1 ? 'reads' : 'read'}` : 'The project lead reads'

const waysOut = (sitting: Sitting) => ({
  checkHref: at(sitting, '/check'),
  callHref: at(sitting, '/call'),
  laterHref: at(sitting, '/later'),
  stopHref: `/u/${sitting.link}`,
  privacyHref: at(sitting, '/privacy'),
  senderName: sitting.sender.name,
  senderMail: sitting.sender.email ? `mailto:${sitting.sender.email}` : '',
  senderPhone: sitting.sender.phone,
  senderTel: sitting.sender.phone ? `tel:${sitting.sender.phone.replaceAll(/[^+0-9]/g, '')}` : '',
})

type Block = { short: string; answers: Printed[]; changeHref: string; isEmpty: boolean }

function blocks(sitting: Sitting, entries: Map<string, Entry[]>): Block[] {
  return sitting.version.template.questions.map((question) => {
    const answers = printEntries(question, entries.get(question.id) ?? [])
    return {
      short: question.short,
      answers,
      changeHref: at(sitting, `/q/${question.id}`),
      isEmpty: answers.length === 0,
    }
  })
}

const consentLabels = (leads: string[]): Record<ConsentLevel, string> => ({
  team: 'My account team and the project lead',
  lead: leads.length > 0 ? `Only the project lead, ${listed(leads)}` : 'Only the project lead',
  totals: 'Nobody: use them only in totals',
})

const consentChoices = (leads: string[], chosen: string) =>
  consentLevels.map((level) => ({
    value: level,
    id: `who-${level}`,
    label: consentLabels(leads)[level],
    isChosen: level === chosen,
  }))

/** Check your answers, choose who may see them, send. */
export function checkPage(
  sitting: Sitting,
  said: SaidSoFar,
  leads: string[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): Model {
  const linked = Object.fromEntries(
    Object.entries(errors).map(([name, text]) => [name === 'who' ? 'who-team' : name, text]),
  )
  const open = unfinishedIn(sitting, said).map(({ question, sentence }) => ({
    href: at(sitting, `/q/${question.id}`),
    text: `${question.short}: ${sentence}`,
  }))
  return {
    title: 'Before you send',
    scripts: ['answer.js'],
    blocks: blocks(sitting, said.entries),
    canChange: true,
    isChange: sitting.response?.state === 'submitted',
    hasChanges: said.drafts.size > 0,
    choices: consentChoices(leads, typed.who ?? ''),
    whoError: errors.who ?? '',
    doneError: errors.done ?? '',
    ...problemsOf(linked, open),
    action: at(sitting, '/submission'),
    receiptHref: at(sitting, '/receipt'),
    closesOn: printDay(sitting.closesOn, now, sitting.reader),
  }
}

/** Thank you, what happens next, and the own answers; the same page when the link is opened again later. */
export function receiptPage(
  sitting: Sitting,
  said: SaidSoFar,
  leads: string[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): Model {
  const { response } = sitting
  const submittedAt = response?.submittedAt ?? ''
  return {
    title: 'Thank you',
    scripts: ['answer.js'],
    heading: sitting.contact.firstName ? `Thank you, ${sitting.contact.firstName}` : 'Thank you',
    reached: `Your answers reached us on ${printInstant(submittedAt, now, sitting.reader)}.`,
    changed: response?.revisedAt ? `You changed them on ${printInstant(response.revisedAt, now, sitting.reader)}.` : '',
    readers: readersOf(leads),
    hasUnsent: said.drafts.size > 0,
    blocks: blocks(sitting, said.entries).filter((block) => !block.isEmpty),
    canChange: !sitting.isClosed,
    wipe: at(sitting),
    consent: consentLabels(leads)[response?.consentLevel ?? 'totals'],
    isClosed: sitting.isClosed,
    closesOn: printDay(sitting.closesOn, now, sitting.reader),
    consentHref: at(sitting, '/consent'),
    copyHref: at(sitting, '/copy.txt'),
    erasureHref: at(sitting, '/erasure'),
    owe: typed.owe ?? '',
    oweError: errors.owe ?? '',
    oweAction: at(sitting, '/owed'),
    reference: response?.reference ?? '',
    ...problemsOf(errors),
    ...waysOut(sitting),
  }
}

/** The answers as plain text, to keep. */
export function copyText(sitting: Sitting, said: SaidSoFar, company: Company, now: Date): string {
  const ours = (sentence: string) => say(sitting.reader.language, sentence)
  const head = [
    ours(`Your answers to ${company.name}`),
    ours(`${sitting.customer.name}. Reference ${sitting.response?.reference ?? ''}`),
    ours(`Kept as of ${printInstant(now.toISOString(), now, sitting.reader)}`),
  ]
  const parts = sitting.version.template.questions.map((question) => {
    const answers = printEntries(question, said.entries.get(question.id) ?? [])
    const lines = answers.map(({ label, choice, text, note }) =>
      [label && `${label}:`, [ours(choice), text].filter(Boolean).join('. '), note && `(${ours(note)})`]
        .filter(Boolean)
        .join(' '),
    )
    return [question.text, ...(lines.length > 0 ? lines : [ours('No answer')])].join('\n')
  })
  return `${[head.join('\n'), ...parts].join('\n\n')}\n`
}

export function consentPage(sitting: Sitting, leads: string[], errors: Record<string, string>): Model {
  return {
    title: 'Who may see your answers',
    choices: consentChoices(leads, sitting.response?.consentLevel ?? ''),
    whoError: errors.who ?? '',
    action: at(sitting, '/consent'),
    receiptHref: at(sitting, '/receipt'),
    ...problemsOf(errors.who ? { 'who-team': errors.who } : {}),
  }
}

export function erasurePage(sitting: Sitting, errors: Record<string, string>): Model {
  return {
    title: 'Delete your answers',
    sureError: errors.sure ?? '',
    action: at(sitting, '/erasure'),
    backHref: at(sitting),
    ...problemsOf(errors),
  }
}

export function callPage(sitting: Sitting, typed: Typed, errors: Record<string, string>): Model {
  return {
    title: 'Call me instead',
    who: sitting.sender.name || 'Somebody who knows you',
    phone: typed.phone ?? sitting.contact.phone,
    phoneError: errors.phone ?? '',
    when: typed.when ?? '',
    whenError: errors.when ?? '',
    action: at(sitting, '/call'),
    backHref: at(sitting),
    ...problemsOf(errors),
  }
}

const spans: Record<(typeof laterChoices)[number], string> = {
  '7': 'In a week',
  '14': 'In two weeks',
  '30': 'In a month',
}

export function laterPage(sitting: Sitting, errors: Record<string, string>, now: Date): Model {
  const today = dayAt(now, sitting.reader.timeZone)
  return {
    title: 'Ask me later',
    choices: laterChoices.map((days) => {
      const day = addDays(today, Number(days))
      return {
        value: days,
        id: `days-${days}`,
        label: `${spans[days]}, on ${printDay(day, now, sitting.reader)}`,
        isLate: day > sitting.closesOn,
      }
    }),
    daysError: errors.days ?? '',
    closesOn: printDay(sitting.closesOn, now, sitting.reader),
    action: at(sitting, '/later'),
    backHref: at(sitting),
    ...problemsOf(errors.days ? { 'days-7': errors.days } : {}),
  }
}

/** A short page that says that something was done, and the way back. */
export const donePage = (title: string, sentences: string[], backHref: string, back: string): Model => ({
  title,
  sentences,
  backHref,
  back,
})

export function closedPage(sitting: Sitting, now: Date): Model {
  return {
    title: 'This round is closed',
    closedOn: printDay(sitting.closesOn, now, sitting.reader),
    ...waysOut(sitting),
  }
}

export function privacyPage(company: Company, leads: string[], backHref: string): Model {
  return {
    title: 'What happens to your answers',
    companyName: company.name,
    leads: listed(leads) || 'the project lead',
    ownText: company.privacyText,
    postalAddress: company.postalAddress,
    backHref,
  }
}
