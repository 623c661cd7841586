import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { noneKinds } from '../tables.ts'

const tag = z.string().regex(/^[RCKE]\d[+-]$/, 'A tag is a sub-code and a sign, such as C3+.')

/** A labelled statement. `spans` are [start, end) in code points, one a tag; `source` tells which rows belong together. */
const labelledRow = z
  .object({
    id: z.string(),
    text: z.string(),
    tags: z.array(tag),
    source: z.string().default('?'),
    spans: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
    none: z.enum(noneKinds).nullish(),
    question: z.string().optional(),
  })
  .refine(({ tags, spans }) => spans === undefined || spans.length === tags.length, {
    message: 'There must be as many spans as tags.',
  })
export type LabelledRow = z.infer<typeof labelledRow>

const plainRow = z.object({ id: z.string(), text: z.string(), question: z.string().optional() })
export type PlainRow = z.infer<typeof plainRow>

/** Reads labelled JSONL files. Throws one Error that names file and line of every row that cannot be used. */
export const readLabelled = (files: string[]): LabelledRow[] =>
  files.flatMap((file) => readRows(labelledRow, file, readFileSync(file, 'utf8')))

/** Reads rows to be tagged. Throws like `readLabelled`. */
export const readPlain = (name: string, text: string): PlainRow[] => readRows(plainRow, name, text)

const mostProblems = 20

function readRows<Row>(schema: z.ZodType<Row>, name: string, text: string): Row[] {
  const rows: Row[] = []
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const json = parseJson(line)
    const parsed = schema.safeParse(json)
    if (json === undefined) problems.push(`${name}, line ${index + 1}: this is not JSON.`)
    else if (parsed.success) rows.push(parsed.data)
    else {
      const [issue] = parsed.error.issues
      problems.push(`${name}, line ${index + 1}: ${issue?.path.join('.') || 'the row'}: ${issue?.message}`)
    }
  }
  if (problems.length === 0) return rows
  const more = problems.length > mostProblems ? `\n- and ${problems.length - mostProblems} more` : ''
  throw new Error(`These rows cannot be used:\n- ${problems.slice(0, mostProblems).join('\n- ')}${more}`)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
