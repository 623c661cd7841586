import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Words that all stand in a row which is about somebody: the address, or first and last name. */
export type Traces = string[][]

/**
 * Takes the rows about people who were erased out of the files of imports, which are kept for a week: a row that holds
 * all words of one trace goes. An upload that was left behind as it came and holds them goes whole.
 */
export function forgetRows(folder: string, traces: Traces): void {
  const wanted = traces.map((words) => words.map((word) => word.toLowerCase())).filter((words) => words.length > 0)
  if (wanted.length === 0 || !existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.db')) forgetIn(join(folder, name), wanted)
    // Beside its rows the upload is of no use any more; without them it is still being read, and judged afterwards.
    if (
      name.endsWith('.csv') &&
      existsSync(join(folder, name.replace(/csv$/, 'db'))) &&
      holds(join(folder, name), wanted)
    )
      rmSync(join(folder, name), { force: true })
  }
}

function forgetIn(path: string, traces: Traces): void {
  const staging = new Database(path)
  try {
    staging.pragma('busy_timeout = 2000')
    staging.pragma('secure_delete = on')
    if (staging.prepare("select 1 from sqlite_master where name = 'file_row'").get() === undefined) return
    for (const words of traces) {
      const all = words.map(() => 'instr(lower(cells), ?) > 0').join(' and ')
      // Within JSON: what is a quotation mark there has a backslash in front.
      staging
        .prepare(`delete from file_row where ${all}`)
        .run(...words.map((word) => JSON.stringify(word).slice(1, -1)))
    }
    staging.pragma('wal_checkpoint(truncate)')
  } finally {
    staging.close()
  }
}

/** Uploads of a size that is read at once; a larger one is removed with its import after a week. */
function holds(path: string, traces: Traces): boolean {
  if (statSync(path).size > 32_000_000) return false
  const text = readFileSync(path).toString('latin1').toLowerCase()
  return traces.some((words) => words.every((word) => text.includes(word)))
}
