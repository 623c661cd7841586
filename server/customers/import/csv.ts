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
  const { delimiter, skipped, text } = begin(path, encoding)
  // Where the last good row ended.
  let good = skipped
  let found: FileRow[] = []
  const parser = parse({
    delimiter,
    relax_column_count: true,
    max_record_size: maxRow,
    // Taken here and not from the stream that the parser is, which would cost as much again as the reading.
    on_record(record: string[]) {
      found.push({ line: good + 1, cells: record })
      good += 1 + breaksIn(record)
      return null
    },
  })
  let isHeader = true
  let count = 0
  const take = () => {
    const rows: FileRow[] = []
    for (const row of found) {
      const cells = row.cells.map(asTyped)
      if (cells.every((cell) => cell.trim() === '')) continue
      if (isHeader) {
        isHeader = false
        if (cells.length > maxColumns)
          throw new Unreadable(`This file has more than ${maxColumns} columns. Leave out those that you do not need.`)
        onHeader(cells, delimiter)
        continue
      }
      rows.push({ line: row.line, cells })
    }
    found = []
    count += rows.length
    if (count > maxRows)
      throw new Unreadable(`This file has more than ${maxRows.toLocaleString('en')} rows. Split it in two.`)
    if (rows.length > 0) onRows(rows)
  }
  await eachPiece(parser, text, take, () => good + 1)
  if (isHeader)
    throw new Unreadable('This file is empty. Choose one with a line of column names and a line for each contact.')
  if (count === 0) throw new Unreadable('This file has column names but no rows below them.')
}

/** Gives the parser the text piece by piece, with `take` after each. `line` is where a row begins that cannot be read. */
async function eachPiece(
  parser: ReturnType<typeof parse>,
  text: Iterable<string>,
  take: () => void,
  line: () => number,
): Promise<void> {
  const fault = Promise.withResolvers<never>()
  // Heard of below; without this it would also count as one that nobody hears of.
  fault.promise.catch(() => {})
  parser.on('error', fault.reject)
  parser.resume()
  try {
    for (const piece of text) {
      await Promise.race([fault.promise, new Promise((resolve) => parser.write(piece, resolve))])
      take()
    }
    await Promise.race([fault.promise, new Promise<void>((resolve) => parser.end(resolve))])
    take()
  } catch (error) {
    throw isCsvError(error) ? new Unreadable(sentenceFor(error, line())) : error
  } finally {
    parser.destroy()
  }
}

/** A ' before such a sign is how writeRows, and spreadsheets, keep it from running as a formula. */
const asTyped = (cell: string): string => cell.normalize('NFC').replace(/^'(?=[=+\-@\t\r])/, '')

/** Looks at the beginning of the file for what parts its columns, and hands the text on from where the rows begin. */
function begin(path: string, encoding: Encoding) {
  const pieces = textOf(path, encoding)
  let head = ''
  while (head.length < 20_000) {
    const { value, done } = pieces.next()
    if (done) break
    head += value
  }
  const declared = /^sep=(.)\r?\n?/i.exec(head)
  const rest = declared ? head.slice(declared[0].length) : head
  function* text() {
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
