/** A file for a spreadsheet begins with this, so that it is read as UTF-8. */
export const bom = '\uFEFF'

/** Rows as CSV: CRLF at their ends, and a ' before what a spreadsheet would run as a formula, in headers too. */
export const writeRows = (rows: string[][], delimiter = ','): string =>
  rows.map((row) => `${writeCells(row, delimiter)}\r\n`).join('')

/** Cells beside each other, without the end of the row. */
export const writeCells = (cells: string[], delimiter = ','): string => {
  let line = ''
  for (let at = 0; at < cells.length; at += 1)
    line += (at === 0 ? '' : delimiter) + writeCell(cells[at] ?? '', delimiter)
  return line
}

// Spreadsheets also run what is written in full width, and some look past spaces in front.
const runs = /^(?:\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/
const number = /^-?\d+(\.\d+)?$/

/** What a spreadsheet would run, made text. A number below zero stays a number. */
export function asText(text: string): string {
  // Most cells begin with a letter, and of those in a large file there are millions.
  const first = text.charCodeAt(0)
  if (first > 64 && first < 128) return text
  return runs.test(text) && !number.test(text) ? `'${text}` : text
}

/** One cell, quoted where it has to be. */
export function writeCell(text: string, delimiter = ','): string {
  const safe = asText(text)
  return /[",;\t\r\n]/.test(safe) || safe.includes(delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe
}
