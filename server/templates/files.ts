import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Checked, checkFile, partOf } from './checking.ts'
import { faultsOf } from './rules.ts'
import { fileSchema, languageSchema, type Template, type TemplateFile } from './template.ts'
import { differences, type Texts, textsOf, textsSchema } from './texts.ts'

export type { Template } from './template.ts'

export const templateFolder = join(import.meta.dirname, '..', '..', 'survey-templates')

/** The templates of a folder that can be used, and what is wrong with the others, as sentences with file and line. */
export type Found = {
  templates: Template[]
  problems: string[] /** Keys that say “replaces: true”. */
  replacing: string[]
}

/** Reads every template of a folder. Throws one Error that lists each problem with file, line and what to do. */
export function readTemplates(folder = templateFolder): Template[] {
  const { templates, problems } = readFiles(folder)
  if (problems.length > 0) throw new Error(`These survey templates cannot be used:\n- ${problems.join('\n- ')}`)
  return templates
}

/** The same without throwing. `others` are the templates of another folder, which these may include. */
export function readFiles(folder = templateFolder, others: Template[] = []): Found {
  const texts = new Map<string, string>()
  const problems: string[] = []
  for (const name of readdirSync(folder).sort()) {
    if (/\.yml$/.test(name)) problems.push(`${name}, line 1: files of templates end in .yaml. Rename it.`)
    if (!name.endsWith('.yaml')) continue
    try {
      texts.set(name, readFileSync(join(folder, name), 'utf8'))
    } catch {
      problems.push(`${name}, line 1: this file cannot be read. Let the server's own user read it.`)
    }
  }
  const found = checkTemplates(texts, others)
  return { ...found, problems: [...problems, ...found.problems] }
}

/** Checks the text of one template file by itself: the template, or sentences like "core.yaml, line 12: …". */
export function checkTemplate(
  fileName: string,
  text: string,
  others: Template[] = [],
): { template?: Template; problems: string[] } {
  const { templates, problems } = checkTemplates(new Map([[fileName, text]]), others)
  const [template] = templates
  return template ? { template, problems } : { problems }
}

type Source = { name: string; file: TemplateFile; place: (path: PropertyKey[]) => string; languages: Languages }
type Languages = Map<string, Translation>
type Translation = { name: string; texts: Record<string, Texts>; place: (path: PropertyKey[]) => string }

/** Puts the files of a folder together: each template with its languages and with the questions that it includes. */
function checkTemplates(texts: Map<string, string>, others: Template[]): Found {
  const problems: string[] = []
  const isTranslation = (name: string) => name.slice(0, -'.yaml'.length).includes('.')
  const translations = new Map<string, Languages>()
  for (const [name, text] of texts) if (isTranslation(name)) problems.push(...readTranslation(name, text, translations))

  const sources: Source[] = []
  for (const [name, text] of texts) {
    if (isTranslation(name)) continue
    const checked = checkFile(name, text, fileSchema)
    problems.push(...checked.problems)
    if (!checked.value) continue
    const { key } = checked.value
    if (`${key}.yaml` === name)
      sources.push({ ...checked, name, file: checked.value, languages: translations.get(key) ?? new Map() })
    else problems.push(`${checked.place(['key'])}: the key is "${key}", so the file must be named ${key}.yaml.`)
  }
  for (const [key, languages] of translations)
    if (!texts.has(`${key}.yaml`))
      for (const { name } of languages.values())
        problems.push(`${name}, line 1: there is no ${key}.yaml to translate. Add it, or take this file out.`)

  const whole = new Map<string, Template>()
  for (const source of sources.toSorted((a, b) => a.file.includes.length - b.file.includes.length)) {
    const known = (key: string) => whole.get(key) ?? others.find((one) => one.key === key)
    const resolved = resolve(source, known, sources)
    problems.push(...resolved.problems)
    if (resolved.template) whole.set(source.file.key, resolved.template)
  }
  return {
    templates: [...whole.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    replacing: sources.filter(({ file }) => file.replaces).map(({ file }) => file.key),
    problems,
  }
}

/** "core.de.yaml" holds German texts for core.yaml. */
function readTranslation(name: string, text: string, into: Map<string, Languages>): string[] {
  const [key = '', language = ''] = name.split('.')
  if (name.split('.').length !== 3 || !languageSchema.safeParse(language).success)
    return [`${name}, line 1: a translation is named after its template and its language, such as core.de.yaml.`]
  const checked: Checked<{ language: string; questions: Record<string, Texts> }> = checkFile(
    name,
    text,
    z.strictObject({ language: languageSchema, questions: z.record(z.string(), textsSchema) }),
  )
  if (!checked.value) return checked.problems
  if (checked.value.language !== language)
    return [
      `${checked.place(['language'])}: the language is "${checked.value.language}", so the file must be named ${key}.${checked.value.language}.yaml.`,
    ]
  const { place, value } = checked
  into.set(key, (into.get(key) ?? new Map()).set(language, { name, texts: value.questions, place }))
  return []
}

/** The whole template, with what it includes, or what is wrong with it. */
function resolve(
  { file, place, languages }: Source,
  known: (key: string) => Template | undefined,
  sources: Source[],
): { template?: Template; problems: string[] } {
  const { replaces: _, questions, ...head } = file
  const problems: string[] = []
  const included: Template[] = []
  for (const [index, key] of file.includes.entries()) {
    const one = known(key)
    const sentence =
      file.includes.indexOf(key) < index
        ? `“${key}” stands twice. Its questions are asked once.`
        : one && one.includes.length > 0
          ? `“${key}” includes others itself. Name those instead: ${one.includes.join(', ')}.`
          : one || sources.some((other) => other.file.key === key && other.file.key !== file.key)
            ? ''
            : `There is no template “${key}” to include.`
    if (sentence) problems.push(`${place(['includes', index])}: ${sentence}`)
    // One that is there but cannot be used is told of by its own file.
    else if (!one) problems.push(`${place(['includes', index])}: “${key}” cannot be used itself. Mend it first.`)
    else included.push(one)
  }
  if (included.length < file.includes.length) return { problems }

  const before = included.flatMap((one) => one.questions)
  const template: Template = { ...head, questions: [...before, ...questions], languages: {} }
  if (template.questions.length === 0)
    return { problems: [`${place(['key'])}: no question is asked. Write questions, or include a template.`] }
  const faults = faultsOf(template, before.length, included)
  problems.push(...faults.map(({ path, sentence }) => `${place(path)}: ${partOf(path, file)}${sentence}`))
  const translated = translate(file, languages, included)
  problems.push(...translated.problems)
  return problems.length > 0 ? { problems } : { template: { ...template, languages: translated.languages }, problems }
}

/** The texts in other languages: its own, checked against the English, and those of what it includes. */
function translate(
  { questions }: TemplateFile,
  own: Languages,
  included: Template[],
): { languages: Template['languages']; problems: string[] } {
  const english = Object.fromEntries(questions.map((question): [string, Texts] => [question.id, textsOf(question)]))
  const problems = [...own].flatMap(([language, { name, texts, place }]) => [
    ...differences(english, texts, ['questions']).map(
      ({ path, sentence }) => `${place(path)}: ${partOf(path, undefined)}${sentence}`,
    ),
    ...included
      .filter((one) => !one.languages[language])
      .map(
        ({ key }) =>
          `${name}, line 1: “${key}”, which it includes, has no texts in this language. Add ${key}.${language}.yaml.`,
      ),
  ])
  const known = questions.length > 0 ? [...own.keys()] : Object.keys(included[0]?.languages ?? {})
  const spoken = known
    .filter((language) => included.every((one) => one.languages[language]))
    .sort((a, b) => a.localeCompare(b))
  const languages = spoken.map((language): [string, Record<string, Texts>] => [
    language,
    Object.assign({}, ...included.map((one) => one.languages[language]), own.get(language)?.texts),
  ])
  return { languages: Object.fromEntries(languages), problems }
}
