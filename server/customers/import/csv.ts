import { Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { type Encoding, textOf } from './encoding.ts'

/** The line on which a row begins in the file, and its cells. */
export type FileRow = { line: number; cells: string[] }

/** A file that cannot be read; the message is a sentence that says what to do. */
export class Unreadable extends Error {}

const maxRows = 500_000
const maxColumns = 100
const maxRow = 1_000_000

/**
 * Reads a CSV as Excel and others write it: `,` `;` or tab, any line ends, quoted line breaks, Excel's own `sep=` line.
 * `onHeader` hears of the first line, `onRows` of all others, some hundred at a time. Throws Unreadable.
 */
export async function readRows(
  path: string,
  encoding: Encoding,
  onHeader: (header: string[], delimiter: string) => void,
  onRows: (rows: FileRow[]) => void,
): Promise<void> {
  const { delimiter, skipped, text } = await begin(path, encoding)
  let lastLine = skipped
  let isHeader = true
  let count = 0
  let waiting: FileRow[] = []
  // Where the last good row ended: rows that wait in the stream are lost when a later one cannot be read.
  let good = skipped
  const ends: number[] = []
  const parser = Readable.from(text).pipe(
    parse({
      delimiter,
      relax_column_count: true,
      max_record_size: maxRow,
      on_record(record: string[]) {
        good += 1 + breaksIn(record)
        ends.push(good)
        return record
      },
    }),
  )
  try {
    for await (const record of parser) {
      const line = lastLine + 1
      lastLine = Math.max(line, ends.shift() ?? line)
      // A ' before such a sign is how writeRows, and spreadsheets, keep it from running as a formula.
      const cells: string[] = record.map((cell: string) => cell.normalize('NFC').replace(/^'(?=[=+\-@\t\r])/, ''))
      if (cells.every((cell) => cell.trim() === '')) continue
      if (isHeader) {
        isHeader = false
        if (cells.length > maxColumns)
          throw new Unreadable(`This file has more than ${maxColumns} columns. Leave out those that you do not need.`)
        onHeader(cells, delimiter)
        continue
      }
      count += 1
      if (count > maxRows)
        throw new Unreadable(`This file has more than ${maxRows.toLocaleString('en')} rows. Split it in two.`)
      waiting.push({ line, cells })
      if (waiting.length < 500) continue
      onRows(waiting)
      waiting = []
    }
  } catch (error) {
    throw isCsvError(error) ? new Unreadable(sentenceFor(error, good + 1)) : error
  }
  if (isHeader)
    throw new Unreadable('This file is empty. Choose one with a line of column names and a line for each contact.')
  if (count === 0) throw new Unreadable('This file has column names but no rows below them.')
  onRows(waiting)
}

/** Looks at the beginning of the file for what parts its columns, and hands the text on from where the rows begin. */
async function begin(path: string, encoding: Encoding) {
  const pieces = textOf(path, encoding)
  let head = ''
  while (head.length < 20_000) {
    const { value, done } = await pieces.next()
    if (done) break
    head += value
  }
  const declared = /^sep=(.)\r?\n?/i.exec(head)
  const rest = declared ? head.slice(declared[0].length) : head
  async function* text() {
    if (rest !== '') yield rest
    yield* pieces
  }
  return { delimiter: declared?.[1] ?? delimiterOf(rest), skipped: declared ? 1 : 0, text: text() }
}

/** Whichever of the three stands most often in the first line outside quotes. */
function delimiterOf(text: string): string {
  const firstLine =
    /^\s*(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text.slice(0, 20_000))?.[0].replaceAll(/"(?:[^"]|"")*"/g, '') ?? ''
  const counts = [',', ';', '\t'].map((sign) => ({ sign, n: firstLine.split(sign).length }))
  return counts.reduce((best, one) => (one.n > best.n ? one : best)).sign
}

/** The parser counts "\r\n" within a cell twice. */
const breaksIn = (record: string[]): number =>
  record.reduce((sum, cell) => sum + (/[\r\n]/.test(cell) ? (cell.match(/\r\n|\n|\r/g)?.length ?? 0) : 0), 0)

const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')

/** `line` is where the row begins that could not be read. */
function sentenceFor(error: CsvError, line: number): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return `In line ${line} a quotation mark is opened and never closed. Close it, or write it twice if it belongs to the text.`
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return `The row that begins in line ${line} is longer than a million characters. A quotation mark may be missing there.`
  return `In line ${line} the quotation marks do not match. Put quotation marks around the whole cell, and write those inside it twice.`
}
