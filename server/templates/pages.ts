import { address } from '../lists.ts'
import { printInstant, printInstantDay, type Reader } from '../time.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import { outlineOf, type Question } from './kinds/kinds.ts'
import { commonProbes } from './probes.ts'
import type { Shelf } from './shelf.ts'
import { asAsked, languageOf, languagesOf, type Template } from './template.ts'
import { fileState, type TemplateVersion } from './templates.ts'

const part = 'Campaigns'

const channelWords = {
  survey: 'by mail',
  interview: 'in a talk',
  observation: 'on a visit',
  mail: 'in a reply',
} as const

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })
const nameOfLanguage = (code: string): string => languageNames.of(code) ?? code

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
  const translated = [...new Set([...languagesOf(newest), ...languagesOf(file)])]
    .filter((code) => JSON.stringify(newest.languages[code]) !== JSON.stringify(file.languages[code]))
    .map((code) =>
      file.languages[code]
        ? `${nameOfLanguage(code)}: texts are new or changed.`
        : `${nameOfLanguage(code)} is left out.`,
    )
  const all = [...changed, ...gone, ...translated]
  return all.length > 0 ? all : ['No question; only what is said about them, or their order.']
}

type ListPage = {
  title: string
  part: string
  problems: string[]
  rows: { href: string; name: string; purpose: string; about: string; mark: string }[]
  ownWords: string
  readWords: string
}

/** What is published, what waits in files, and where a company's own files are looked for. */
export function listPage(latest: TemplateVersion[], shelf: Shelf, now: Date, reader: Reader): ListPage {
  const published = latest.map((version) => ({
    href: `/templates/${version.key}`,
    name: version.template.name,
    purpose: version.template.purpose,
    about: `${aboutOf(version.template)} Version ${version.number} of ${printInstantDay(version.publishedAt, now, reader)}.`,
    mark: fileState(version, shelf.templates) === 'new' ? 'Changed, not published' : '',
  }))
  const known = new Set(latest.map(({ key }) => key))
  const waiting = shelf.templates
    .filter(({ key }) => !known.has(key))
    .map((template) => ({
      href: `/templates/${template.key}`,
      name: template.name,
      purpose: template.purpose,
      about: aboutOf(template),
      mark: 'Not published',
    }))
  return {
    title: 'What we ask',
    part,
    problems: shelf.problems,
    rows: [...published, ...waiting],
    ownWords:
      shelf.folder === ''
        ? `Templates of your own are YAML files in the folder ${shelf.usualFolder}, or in the one that the setting TEMPLATES_DIR names. There is no such folder yet.`
        : shelf.own.size === 0
          ? `Templates of your own are YAML files in the folder ${shelf.folder}. None there can be used yet.`
          : `${sentenceNumber(shelf.own.size)} of these ${shelf.own.size === 1 ? 'comes' : 'come'} from the folder ${shelf.folder}.`,
    readWords: `Read ${printInstant(shelf.readAt.toISOString(), now, reader)}.`,
  }
}

/** "Seven questions, about 3 minutes, by mail and in a talk, in English and German." */
function aboutOf(template: Template): string {
  const ways = listed(template.channels.map((channel) => channelWords[channel]))
  const spoken = languagesOf(template)
  const languages = spoken.length > 1 ? `, in ${listed(spoken.map(nameOfLanguage))}` : ''
  const by = template.by === 'not-own-rep' ? ', never by their own rep' : ''
  // What one sitting asks: some questions are made for a talk, others for a mail.
  const isMailed = template.channels.includes('survey')
  const mailed = asAsked(template, isMailed ? 'survey' : talkChannelOf(template))
  const told = asAsked(template, talkChannelOf(template))
  const isSpoken = isMailed && template.channels.some((channel) => channel === 'interview' || channel === 'observation')
  const differs = isSpoken && (told.questions.length !== mailed.questions.length || told.minutes !== mailed.minutes)
  const talk = differs
    ? ` (as a talk ${[
        told.questions.length === mailed.questions.length ? '' : plural(told.questions.length, 'question'),
        told.minutes === mailed.minutes ? '' : plural(told.minutes, 'minute'),
      ]
        .filter(Boolean)
        .join(', ')})`
    : ''
  const count = mailed.questions.length
  return `${sentenceNumber(count)} ${count === 1 ? 'question' : 'questions'}, about ${plural(mailed.minutes, 'minute')}${talk}, ${ways}${languages}${by}.`
}

type Shown = {
  id: string
  place: string
  text: string
  hint: string
  nudges: string[]
  probes: string[]
  parts: { label: string; home: string }[]
  notes: string[]
}
type TemplatePage = {
  title: string
  part: string
  name: string
  purpose: string
  about: string
  advice: string[]
  /** What goes deeper at every open question; said once. */
  commonProbes: string[]
  isTalk: boolean
  views: Tab[]
  languages: Tab[]
  lang: string
  previewHref: string
  questions: Shown[]
  versions: { href: string; words: string; isCurrent: boolean }[]
  publish: string
  publishLabel: string
  fileWords: string
  changes: string[]
  problems: string[]
}
export type Tab = { href: string; words: string; isCurrent: boolean }

/** What a template page shows: a version or the file, beside all versions and the files as they were read last. */
export type TemplateFacts = {
  versions: TemplateVersion[]
  file: Template | undefined
  shown: TemplateVersion
  shelf: Shelf
}

/** One version of a template, or its file: as a customer meets it question by question, or as a talk guide with its probes. */
export function templatePage(
  { versions, file, shown, shelf }: TemplateFacts,
  query: { version: string; as: string; language: string },
  now: Date,
  reader: Reader,
): TemplatePage {
  const { key, template } = shown
  const newest = versions.at(-1)
  const isMailed = template.channels.includes('survey')
  const isTalk = query.as === 'talk' || !isMailed
  const language = languageOf(template, query.language)
  const wanted = shown.number === 0 ? 'file' : shown === newest ? '' : String(shown.number)
  const at = (more: Partial<Record<'version' | 'as' | 'language', string>>, path = `/templates/${key}`) =>
    address(path, { version: wanted, as: isTalk ? 'talk' : '', language: language === 'en' ? '' : language, ...more })
  const asked = asAsked(template, isTalk ? talkChannelOf(template) : 'survey', language)
  const state = newest ? fileState(newest, shelf.templates) : 'new'
  return {
    title: template.name,
    part,
    name: template.name,
    purpose: template.purpose,
    about: aboutOf(template),
    advice: isTalk ? template.advice : [],
    commonProbes: isTalk && asked.questions.some(({ probes }) => probes.length > 0) ? commonProbes(language) : [],
    isTalk,
    views:
      isMailed && template.channels.length > 1
        ? [
            { href: at({ as: '' }), words: 'As a customer reads it', isCurrent: !isTalk },
            { href: at({ as: 'talk' }), words: 'As a talk guide', isCurrent: isTalk },
          ]
        : [],
    languages: languageTabs(template, language, (code) => at({ language: code === 'en' ? '' : code })),
    lang: language,
    previewHref: at({ as: '' }, `/templates/${key}/preview/${isTalk ? 'talk' : 'customer'}`),
    questions: asked.questions.map((question, index) =>
      questionShown(question, `Question ${index + 1} of ${asked.questions.length}`),
    ),
    versions: [
      ...(file && state === 'new'
        ? [{ href: at({ version: 'file' }), words: 'The file, not published', isCurrent: shown.number === 0 }]
        : []),
      ...versions
        .toSorted((a, b) => b.number - a.number)
        .map(({ number, publishedAt }) => ({
          href: at({ version: number === newest?.number ? '' : String(number) }),
          words: `Version ${number}, ${printInstantDay(publishedAt, now, reader)}`,
          isCurrent: number === shown.number,
        })),
    ],
    publish: file && state === 'new' ? `/templates/${key}/versions` : '',
    publishLabel: `Publish version ${(newest?.number ?? 0) + 1}`,
    fileWords: [fileWords(key, newest, state), originWords(key, shelf)].filter(Boolean).join(' '),
    changes: file && newest && state === 'new' ? changedQuestions(newest.template, file) : [],
    problems: shelf.problems,
  }
}

export const talkChannelOf = (template: Template): 'interview' | 'observation' =>
  template.channels.includes('interview') || !template.channels.includes('observation') ? 'interview' : 'observation'

/** A tab for each language, if there is more than one. */
export function languageTabs(template: Template, language: string, href: (code: string) => string): Tab[] {
  const spoken = languagesOf(template)
  return spoken.length > 1
    ? spoken.map((code) => ({ href: href(code), words: nameOfLanguage(code), isCurrent: code === language }))
    : []
}

function fileWords(key: string, newest: TemplateVersion | undefined, state: 'same' | 'new' | 'missing'): string {
  if (!newest) return `The file ${key}.yaml was never published, so nobody is asked this yet.`
  if (state === 'new')
    return `The file ${key}.yaml differs from version ${newest.number}. Campaigns and talks go on with version ${newest.number} until you publish.`
  return state === 'missing'
    ? `There is no usable file ${key}.yaml any more. What was published stays.`
    : `The file ${key}.yaml says the same as version ${newest.number}.`
}

function originWords(key: string, { own, replacing, folder }: Shelf): string {
  if (replacing.has(key))
    return `It is your own, from ${folder}, and takes the place of the one that comes with Whybuy.`
  return own.has(key) ? `It is your own, from ${folder}.` : ''
}

function questionShown(question: Question, place: string): Shown {
  return {
    id: question.id,
    place: question.offered ? `${place}, if there is time` : place,
    text: question.text,
    hint: question.hint,
    nudges: question.nudges,
    probes: question.probes,
    ...outlineOf(question),
  }
}
