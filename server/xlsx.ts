import writeExcelFile from 'write-excel-file/node'
import { asText } from './csv.ts'

/** A sheet of a workbook: names of columns, then rows; a number stays a number. */
export type Sheet = { name: string; head: string[]; rows: (string | number)[][] }

export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What a spreadsheet takes in one cell. */
const longestCell = 32_767

/** A workbook for a spreadsheet: the head of each sheet stands bold and stays in sight, and nothing in it is run as a formula. */
export async function writeWorkbook(sheets: Sheet[]): Promise<Buffer> {
  return writeExcelFile(
    sheets.map(({ name, head, rows }) => ({
      sheet: name,
      stickyRowsCount: 1,
      columns: head.map((title, at) => ({
        width: widthOf([title, ...rows.slice(0, 200).map((row) => row[at] ?? '')]),
      })),
      data: [
        head.map((cell) => ({ ...cellOf(cell), fontWeight: 'bold' as const })),
        ...rows.map((row) => row.map(cellOf)),
      ],
    })),
  ).toBuffer()
}

const cellOf = (cell: string | number) => ({
  value: typeof cell === 'string' ? asText(cell).slice(0, longestCell) : cell,
})

/** In characters, so that most of a column is seen and none takes the whole screen. */
const widthOf = (cells: (string | number)[]): number =>
  Math.min(60, Math.max(...cells.map((cell) => (typeof cell === 'number' ? 8 : cell.length))) + 2)
