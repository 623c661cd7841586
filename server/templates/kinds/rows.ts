import { z } from 'zod'
import { choices, coded, fields, several, text, word } from './fields.ts'
import {
  type Entry,
  entryOf,
  find,
  isEmpty,
  type Kind,
  longestLine,
  notOffered,
  partsOf,
  printed,
  type Sentences,
  sentenceOf,
  tidyLine,
  tooLong,
  writeOrSkip,
} from './kind.ts'
import { printScore, scoreIn, scoreModel } from './scale.ts'

const column = { id: word('column'), label: text }
const columns = several(
  z.discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('short'), ...column }),
      z.strictObject({ kind: z.literal('one'), ...column, choices }),
      z.strictObject({ kind: z.literal('scale'), ...column, low: text, high: text }),
    ],
    'The kind of a column is short, one or scale.',
  ),
  'columns',
  1,
  6,
)

const schema = z.strictObject({
  kind: z.literal('rows'),
  ...fields,
  columns,
  /** How many rows there may be. */
  most: z.int().min(1).max(20).default(5),
  coded: coded(false),
})
type Rows = z.infer<typeof schema>
type Column = Rows['columns'][number]

/** The same few fields again and again, a row for each thing that they name. Kept by column, with the row's number. */
export const rows: Kind<Rows> & { schema: typeof schema } = {
  schema,
  named: (question) => question.columns.map(({ id, label }) => ({ item: id, label, short: label })),
  hasWords: (question) => question.columns.some(({ kind }) => kind === 'short'),
  isChosenOnce: true,
  read: (question, typed) =>
    cellsOf(question).map(({ column, row, control }) =>
      entryOf({ item: column.id, row, ...cellIn(column, typed[control]) }),
    ),
  problems: (question, typed) =>
    Object.fromEntries(
      cellsOf(question).flatMap(({ column, control }): [string, string][] => {
        const cell = cellIn(column, typed[control])
        if (column.kind === 'short')
          return cell.text.length > longestLine ? [[control, tooLong(cell.text, longestLine)]] : []
        return typed[control] && Object.keys(cell.value).length === 0 ? [[control, notOffered]] : []
      }),
    ),
  empty: (question) => ({ [`${question.columns[0]?.id}-0`]: writeOrSkip }),
  model: (question, entries, errors, typed) => {
    const shown = rowsShown(question, entries, errors, typed)
    return {
      count: String(shown),
      mayAdd: shown < question.most,
      most: String(question.most),
      rows: Array.from({ length: shown }, (_, row) => ({
        index: String(row),
        title: `Row ${row + 1}`,
        cells: question.columns.map((column) => cellModel(column, row, find(entries, column.id, row), errors)),
      })),
    }
  },
  outline: (question) => ({ parts: partsOf(question.columns), notes: [`Up to ${question.most} rows of these.`] }),
  print: (question, entries) =>
    Array.from({ length: question.most }, (_, row) => row).flatMap((row) => {
      const said = question.columns.flatMap((column) => {
        const words = printCell(column, find(entries, column.id, row))
        return words ? [sentenceOf(column.label, words)] : []
      })
      return said.length > 0 ? [printed({ row, label: `${row + 1}`, choice: said.join('. ') })] : []
    }),
}

const cellsOf = (question: Rows) =>
  Array.from({ length: question.most }, (_, row) =>
    question.columns.map((column) => ({ column, row, control: `${column.id}-${row}` })),
  ).flat()

function cellIn(column: Column, typed: string | undefined): Pick<Entry, 'text' | 'value'> {
  if (column.kind === 'short') return { text: tidyLine(typed), value: {} }
  if (column.kind === 'scale') return { text: '', value: scoreIn(typed, false) ?? {} }
  return { text: '', value: column.choices.some(({ id }) => id === typed) ? { choice: typed ?? '' } : {} }
}

/** As many rows as say something, or something wrong, or were asked for by "Add a row"; at least one. */
function rowsShown(question: Rows, entries: Entry[], errors: Sentences, typed: Record<string, string>): number {
  const wrong = cellsOf(question).filter(({ control }) => errors[control])
  const filled = Math.max(0, ...[...entries.filter((entry) => !isEmpty(entry)), ...wrong].map(({ row }) => row + 1))
  const asked = /^\d{1,2}$/.test(typed.rows ?? '') ? Number(typed.rows) : 1
  return Math.min(question.most, Math.max(1, filled, asked))
}

function cellModel(column: Column, row: number, entry: Entry | undefined, errors: Record<string, string>) {
  const control = `${column.id}-${row}`
  return {
    control,
    label: column.label,
    error: errors[control] ?? '',
    isShort: column.kind === 'short',
    isOne: column.kind === 'one',
    isScale: column.kind === 'scale',
    text: entry?.text ?? '',
    choices:
      column.kind === 'one'
        ? column.choices.map(({ id, label }, index) => ({
            control: index === 0 ? control : `${control}-${id}`,
            id,
            label,
            isChosen: entry?.value.choice === id,
          }))
        : [],
    low: column.kind === 'scale' ? column.low : '',
    high: column.kind === 'scale' ? column.high : '',
    numbers: column.kind === 'scale' ? scoreModel(control, entry).numbers : [],
  }
}

function printCell(column: Column, entry: Entry | undefined): string {
  // Their own words, told apart from ours around them.
  if (column.kind === 'short') return entry?.text ? `“${entry.text}”` : ''
  if (column.kind === 'scale') return printScore(entry, undefined)
  return column.choices.find(({ id }) => id === entry?.value.choice)?.label ?? ''
}
