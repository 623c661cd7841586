/** A file for a spreadsheet begins with this, so that it is read as UTF-8. */
export const bom = '\uFEFF'

/** Rows as CSV: CRLF at their ends, and a ' before what a spreadsheet would run as a formula, in headers too. */
export const writeRows = (rows: string[][], delimiter = ','): string =>
  rows.map((row) => `${row.map((cell) => writeCell(cell, delimiter)).join(delimiter)}\r\n`).join('')

/** What a spreadsheet would run, made text. A number below zero stays a number. */
export const asText = (text: string): string =>
  /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text

function writeCell(text: string, delimiter: string): string {
  const safe = asText(text)
  return /[",;\t\r\n]/.test(safe) || safe.includes(delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe
}
