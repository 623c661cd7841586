import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { channels } from '../tables.ts'
import { questionSchema } from './kinds/kinds.ts'

/** A template: what is asked, in which order, by which channel, by whom. */
export const templateSchema = z
  .strictObject({
    key: z.string().regex(/^[a-z][a-z0-9-]*$/, 'A key is a lower-case word, the same as the name of the file.'),
    name: z.string().min(1),
    purpose: z.string().min(1),
    minutes: z.int().min(1).max(120),
    channels: z.array(z.enum(channels)).min(1),
    by: z.enum(['anyone', 'not-own-rep']),
    questions: z.array(questionSchema).min(1),
  })
  .check(({ value, issues }) => {
    const seen = new Set<string>()
    let isPrompted = false
    for (const [index, question] of value.questions.entries()) {
      const fail = (message: string) =>
        issues.push({ code: 'custom', message, input: question.id, path: ['questions', index, 'id'] })
      if (seen.has(question.id)) fail(`The id ${question.id} stands twice. Give each question an id of its own.`)
      seen.add(question.id)
      if (!question.id.startsWith(`${value.key.toUpperCase()}-`))
        fail(`The id ${question.id} must begin with ${value.key.toUpperCase()}-.`)
      if (isPrompted && !question.prompted)
        fail(
          `${question.id} is unprompted but comes after a prompted question. Move it before, so that its answers are not led.`,
        )
      isPrompted ||= question.prompted
    }
  })
export type Template = z.infer<typeof templateSchema>

export const templateFolder = join(import.meta.dirname, '..', '..', 'survey-templates')

/** Reads every template of a folder. Throws one Error that lists each problem with file, line and what to do. */
export function readTemplates(folder = templateFolder): Template[] {
  const { templates, problems } = readFiles(folder)
  if (problems.length > 0) throw new Error(`These survey templates cannot be used:\n- ${problems.join('\n- ')}`)
  return templates
}

/** The same without throwing: the templates that can be used, and what is wrong with the others. */
export function readFiles(folder = templateFolder): { templates: Template[]; problems: string[] } {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
  const read = files.map((name) => checkTemplate(name, readFileSync(join(folder, name), 'utf8')))
  return {
    templates: read.flatMap((result) => result.template ?? []),
    problems: read.flatMap((result) => result.problems),
  }
}

/** Checks the text of one template file: the template, or sentences like "core.yaml, line 12: …". */
export function checkTemplate(fileName: string, text: string): { template?: Template; problems: string[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineOf = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line)
  const [broken] = document.errors
  if (broken)
    return {
      problems: [
        `${fileName}, line ${lineOf(broken.pos[0])}: this is not valid YAML. ${broken.message.split('\n')[0]}`,
      ],
    }

  const parsed = templateSchema.safeParse(document.toJS())
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const place = issue.path.length > 0 ? ` ${issue.path.join('.')}:` : ''
      return `${fileName}, line ${lineOf(offsetOf(document, issue.path))}:${place} ${issue.message}`
    })
    return { problems }
  }
  if (`${parsed.data.key}.yaml` !== basename(fileName))
    return {
      problems: [
        `${fileName}, line ${lineOf(offsetOf(document, ['key']))}: the key is "${parsed.data.key}", so the file must be named ${parsed.data.key}.yaml.`,
      ],
    }
  return { template: parsed.data, problems: [] }
}

/** Where in the text a path of an issue stands; for a missing key, where its parent stands. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return undefined
}
