import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'

/** What a file says, or what is wrong with it; `place` prints where a path stands: "core.yaml, line 12". */
export type Checked<T> =
  | { value: T; place: (path: PropertyKey[]) => string; problems: [] }
  | { value?: undefined; problems: string[] }

/** Reads one YAML file by a schema. Each problem is a sentence that begins with the file and the line. */
export function checkFile<T>(fileName: string, text: string, schema: z.ZodType<T>): Checked<T> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const at = (offset: number | undefined) =>
    `${fileName}, line ${offset === undefined ? 1 : lines.linePos(offset).line}`
  const [broken] = document.errors
  if (broken) return { problems: [`${at(broken.pos[0])}: this is not valid YAML. ${broken.message.split('\n')[0]}`] }

  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return { problems: [`${at(undefined)}: this file is empty. Fill it, or take it out.`] }

  const place = (path: PropertyKey[]) => at(offsetOf(document, path))
  let said: unknown
  try {
    said = document.toJS()
  } catch (error) {
    // Names that stand for names that stand for names: a few lines would fill the memory.
    return { problems: [`${at(undefined)}: this cannot be read. ${error instanceof Error ? error.message : ''}`] }
  }
  const parsed = schema.safeParse(said)
  if (parsed.success) return { value: parsed.data, place, problems: [] }
  const problems = parsed.error.issues.flatMap((issue) => {
    return `${place(issue.path)}: ${partOf(issue.path, said)}${sentenceOf(issue)}`
  })
  return { problems }
}

/**
 * Where a fault is, in words that begin its sentence: "Question 1 (CORE-1), items 2, label: ". `said` is the file, from
 * which a question's id is read; '' for the file as a whole.
 */
export function partOf(path: PropertyKey[], said: unknown): string {
  if (path.length === 0) return ''
  const [first, which, ...rest] = path.map((one) => (typeof one === 'number' ? one : String(one)))
  if (first !== 'questions' || which === undefined) return `${path.join('.')}: `
  const id = typeof which === 'number' ? idAt(said, which) : which
  const question = typeof which === 'number' ? `Question ${which + 1}${id ? ` (${id})` : ''}` : `Question ${which}`
  // A list counts from one: "items 2" is its second entry.
  const inside = rest.reduce<string>(
    (words, one) => (typeof one === 'number' ? `${words} ${one + 1}` : `${words}, ${one}`),
    '',
  )
  return `${question}${inside}: `
}

const listed = z.looseObject({ questions: z.array(z.unknown()) })
const named = z.looseObject({ id: z.string() })
const idAt = (said: unknown, index: number): string => {
  const file = listed.safeParse(said)
  const question = named.safeParse(file.data?.questions[index])
  return question.data?.id ?? ''
}

/** Says what to do, where the schema itself has no sentence of ours. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `Nothing here is called ${issue.keys.map((name) => `“${name}”`).join(', ')}. Take it out, or look at how it is spelt.`
  // What is not in our own words begins like this.
  if (!/^(Invalid|Unrecognized)/.test(issue.message)) return issue.message
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'kind')
    return 'There is no such kind of question. docs/templates.md lists them.'
  if (/received undefined$/.test(issue.message)) return 'This line is missing. Write it.'
  if (issue.code === 'invalid_value')
    return `Write one of these: ${issue.values.map((one) => `“${String(one)}”`).join(', ')}.`
  return issue.message
}

/** Where in the text a path stands: its name, or the entry of a list; for something that is missing, its parent's. */
function offsetOf(document: Document, path: PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    const node = isMap(parent)
      ? parent.items.map(({ key }) => key).find((key) => isScalar(key) && String(key.value) === String(last))
      : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return undefined
}
