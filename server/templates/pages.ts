import { printInstantDay, type Reader } from '../time.ts'
import { listed, sentenceNumber } from '../words.ts'
import type { Template } from './files.ts'
import type { Question } from './kinds/kinds.ts'
import type { TemplateVersion } from './templates.ts'

const part = 'Campaigns'

const channelWords = {
  survey: 'by mail',
  interview: 'in a talk',
  observation: 'on a visit',
  mail: 'in a reply',
} as const

/** How the questions of a file differ from the newest version, one sentence each. */
function changedQuestions(newest: Template, file: Template): string[] {
  const before = new Map(newest.questions.map((question) => [question.id, JSON.stringify(question)]))
  const after = new Set(file.questions.map(({ id }) => id))
  const changed = file.questions.flatMap((question) => {
    const old = before.get(question.id)
    if (old === undefined) return [`${question.id} is new: ${question.text}`]
    return old === JSON.stringify(question) ? [] : [`${question.id} is changed: ${question.text}`]
  })
  const gone = newest.questions.filter(({ id }) => !after.has(id)).map(({ id, text }) => `${id} is left out: ${text}`)
  const all = [...changed, ...gone]
  return all.length > 0 ? all : ['No question; only what is said about them, or their order.']
}

/** A template's file beside its newest version: is there something new to publish? */
export type FileState = 'same' | 'new' | 'missing'

type ListPage = {
  title: string
  part: string
  problems: string[]
  rows: { href: string; name: string; purpose: string; about: string; isNew: boolean }[]
}

export function listPage(
  latest: TemplateVersion[],
  states: Map<string, FileState>,
  problems: string[],
  now: Date,
  reader: Reader,
): ListPage {
  return {
    title: 'What we ask',
    part,
    problems,
    rows: latest.map(({ key, number, publishedAt, template }) => ({
      href: `/templates/${key}`,
      name: template.name,
      purpose: template.purpose,
      about: `${sentenceNumber(template.questions.length)} ${template.questions.length === 1 ? 'question' : 'questions'}, about ${template.minutes} minutes, ${askedBy(template)}. Version ${number} of ${printInstantDay(publishedAt, now, reader)}.`,
      isNew: states.get(key) === 'new',
    })),
  }
}

const askedBy = (template: Template) => listed(template.channels.map((channel) => channelWords[channel]))

type Shown = {
  id: string
  place: string
  text: string
  hint: string
  nudges: string[]
  probes: string[]
  items: { label: string; home: string }[]
  isPrompted: boolean
}
type TemplatePage = {
  title: string
  part: string
  name: string
  purpose: string
  about: string
  isTalk: boolean
  customerHref: string
  talkHref: string
  questions: Shown[]
  versions: { href: string; words: string; isCurrent: boolean }[]
  publish: string
  publishLabel: string
  fileWords: string
  changes: string[]
  problems: string[]
}

/** One version of a template: as a customer meets it question by question, or as a talk guide with its probes. */
export function templatePage(
  versions: TemplateVersion[],
  shown: TemplateVersion,
  isTalk: boolean,
  file: FileState,
  fileTemplate: Template | undefined,
  problems: string[],
  now: Date,
  reader: Reader,
): TemplatePage {
  const { key, template } = shown
  const last = versions.at(-1)
  const newest = Math.max(...versions.map(({ number }) => number))
  const address = (number: number, view: string) => `/templates/${key}?version=${number}${view}`
  const count = template.questions.length
  return {
    title: template.name,
    part,
    name: template.name,
    purpose: template.purpose,
    about: `${sentenceNumber(count)} ${count === 1 ? 'question' : 'questions'}, about ${template.minutes} minutes, ${askedBy(template)}${template.by === 'not-own-rep' ? ', never by their own rep' : ''}.`,
    isTalk,
    customerHref: address(shown.number, ''),
    talkHref: address(shown.number, '&as=talk'),
    questions: template.questions.map((question, index) =>
      questionShown(question, `Question ${index + 1} of ${count}`),
    ),
    versions: versions
      .toSorted((a, b) => b.number - a.number)
      .map(({ number, publishedAt }) => ({
        href: address(number, isTalk ? '&as=talk' : ''),
        words: `Version ${number}, ${printInstantDay(publishedAt, now, reader)}`,
        isCurrent: number === shown.number,
      })),
    publish: file === 'new' ? `/templates/${key}/versions` : '',
    publishLabel: `Publish version ${newest + 1}`,
    fileWords:
      file === 'new'
        ? `The file ${key}.yaml differs from version ${newest}. Campaigns and talks go on with version ${newest} until you publish.`
        : file === 'missing'
          ? `There is no usable file ${key}.yaml any more. What was published stays.`
          : `The file ${key}.yaml says the same as version ${newest}.`,
    changes: file === 'new' && fileTemplate && last ? changedQuestions(last.template, fileTemplate) : [],
    problems,
  }
}

function questionShown(question: Question, place: string): Shown {
  return {
    id: question.id,
    place,
    text: question.text,
    hint: question.hint,
    nudges: question.nudges,
    probes: question.probes,
    items: question.kind === 'items' ? question.items.map(({ label, home }) => ({ label, home: home ?? '' })) : [],
    isPrompted: question.prompted,
  }
}
