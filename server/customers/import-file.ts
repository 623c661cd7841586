import { type CsvError, parse } from 'csv-parse/sync'

/** A file as it was read: its header, and each row with the line on which it begins in the file. */
export type ReadFile = {
  ok: true
  header: string[]
  rows: { line: number; cells: string[] }[]
  encoding: string
  delimiter: string
}
export type Unreadable = { ok: false; sentence: string }

const maxRows = 100_000
const maxColumns = 100
export const delimiterNames: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }

/**
 * Reads a CSV as Excel and others write it: `,` `;` or tab, UTF-8, UTF-16 or Windows-1252, with or without BOM, any line
 * ends, quoted line breaks, Excel's own `sep=` line. Never throws for a bad file: the sentence says what to do.
 */
export function readCsv(bytes: Buffer): ReadFile | Unreadable {
  const kind = notText(bytes)
  if (kind) return { ok: false, sentence: kind }
  const { text, encoding } = decode(bytes)
  const declared = /^sep=(.)\r?\n/i.exec(text)
  const body = declared ? text.slice(declared[0].length) : text
  const delimiter = declared?.[1] ?? delimiterOf(body)
  if (body.trim() === '')
    return {
      ok: false,
      sentence: 'This file is empty. Choose one with a line of column names and a line for each contact.',
    }
  try {
    const records: { line: number; cells: string[] }[] = []
    parse(body, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
      on_record(record: string[], { lines }) {
        // A ' before such a sign is how writeCsv, and spreadsheets, keep it from running as a formula.
        const cells = record.map((cell) => cell.normalize('NFC').replace(/^'(?=[=+\-@\t\r])/, ''))
        records.push({ line: lines - lineBreaksIn(record) + (declared ? 1 : 0), cells })
        return null
      },
    })
    const [first, ...rest] = records
    const rows = rest.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    if (!first || rows.length === 0)
      return { ok: false, sentence: 'This file has column names but no rows below them.' }
    if (rows.length > maxRows)
      return { ok: false, sentence: `This file has more than ${maxRows} rows. Split it in two.` }
    if (first.cells.length > maxColumns)
      return {
        ok: false,
        sentence: `This file has more than ${maxColumns} columns. Leave out those that you do not need.`,
      }
    return { ok: true, header: first.cells.map((cell) => cell.trim()), rows, encoding, delimiter }
  } catch (error) {
    if (!isCsvError(error)) throw error
    return { ok: false, sentence: sentenceFor(error, declared ? 1 : 0) }
  }
}

const lineBreaksIn = (record: string[]): number =>
  record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)

function notText(bytes: Buffer): string {
  const mark = bytes.toString('hex', 0, 4)
  if (mark === '504b0304' || mark === 'd0cf11e0')
    return 'This is a workbook, not a CSV. In Excel choose "Save as", then "CSV UTF-8", and upload that file.'
  if (mark === '25504446') return 'This is a PDF. Save the list as CSV and upload that file.'
  return ''
}

/** Excel's exports name no encoding: a BOM decides, else zero bytes mean UTF-16, else UTF-8 if it is valid, else Windows-1252. */
function decode(bytes: Buffer): { text: string; encoding: string } {
  const [a = -1, b = -1] = bytes
  if ((a === 0xff && b === 0xfe) || (bytes.length > 3 && b === 0 && a !== 0))
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16' }
  if ((a === 0xfe && b === 0xff) || (bytes.length > 3 && a === 0 && b !== 0))
    return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'UTF-16' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' }
  }
}

/** Whichever of the three stands most often in the first line outside quotes. */
function delimiterOf(text: string): string {
  const firstLine =
    /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text.slice(0, 20_000))?.[0].replaceAll(/"(?:[^"]|"")*"/g, '') ?? ''
  const counts = [',', ';', '\t'].map((sign) => ({ sign, n: firstLine.split(sign).length }))
  return counts.reduce((best, one) => (one.n > best.n ? one : best)).sign
}

const isCsvError = (error: unknown): error is CsvError & { lines?: number } =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')

function sentenceFor(error: CsvError & { lines?: number }, shift: number): string {
  const line = Number(error.lines ?? 0) + shift
  const where = line > 0 ? ` near line ${line}` : ''
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return `A quotation mark is opened${where} and never closed. Close it, or write it twice if it belongs to the text.`
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return `One row${where} is longer than a million characters. A quotation mark may be missing there.`
  return `The quotation marks${where} do not match. Put quotation marks around the whole cell, and write those inside it twice.`
}

/** A CSV for Excel: BOM, CRLF, and a ' before what a spreadsheet would run as a formula. */
export function writeCsv(rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
