import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { Counts } from './about.ts'
import type { FileRow } from './csv.ts'
import { type Action, actions, type PlannedRow, type StagedRow } from './plan.ts'
import { scratchPath } from './scratch.ts'

/**
 * The rows of one file in a database of their own, beside the live one: filling it takes nobody's right to write, and
 * throwing it away is deleting a file.
 */
export type Staging = Database.Database

export const uploadPath = (folder: string, id: string): string => join(folder, `${id}.csv`)
export const stagingPath = (folder: string, id: string): string => join(folder, `${id}.db`)

/** Everything that an import has on disk goes. */
export function removeFiles(folder: string, id: string): void {
  rmSync(uploadPath(folder, id), { force: true })
  removeStaging(folder, id)
}

export function removeStaging(folder: string, id: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(stagingPath(folder, id) + end, { force: true })
  rmSync(scratchPath(folder, id), { force: true })
}

export function openStaging(folder: string, id: string): Staging {
  const staging = new Database(stagingPath(folder, id), { fileMustExist: true })
  staging.pragma('journal_mode = WAL')
  staging.pragma('synchronous = NORMAL')
  staging.pragma('wal_autocheckpoint = 4000')
  staging.pragma('cache_size = -4096')
  staging.pragma('temp_store = MEMORY')
  return staging
}

/**
 * Makes an empty one, to be filled from the upload and then settled. Until then it is of no use to anybody, and filled from
 * the start again after whatever goes wrong: so nothing is kept to undo it, and nothing waits for the disk.
 */
export function makeStaging(folder: string, id: string): Staging {
  removeStaging(folder, id)
  // For nobody else to read; what SQLite puts beside the file has its mode.
  closeSync(openSync(stagingPath(folder, id), 'a', 0o600))
  const staging = new Database(stagingPath(folder, id))
  staging.pragma('journal_mode = MEMORY')
  staging.pragma('synchronous = OFF')
  staging.pragma('cache_size = -4096')
  staging.pragma('temp_store = MEMORY')
  staging.exec(`
    create table file_row (
      line integer primary key,
      cells text not null,
      action text not null default 'reject',
      problems text not null default '[]',
      target text not null default '',
      changes text not null default '[]',
      loosens integer not null default 0
    )`)
  return staging
}

/** From now on what is in it is on disk. */
export function settleStaging(staging: Staging): void {
  staging.exec('create index file_row_action on file_row (action, line)')
  staging.pragma('journal_mode = WAL')
  staging.pragma('synchronous = NORMAL')
  const file = openSync(staging.name, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Opens it to look only; undefined if it is gone, as it is a week after the upload. */
export function lookAtStaging(folder: string, id: string): Staging | undefined {
  const path = stagingPath(folder, id)
  return existsSync(path) ? new Database(path, { readonly: true }) : undefined
}

/** Adds rows as the file has them, unjudged. */
export function addRows(staging: Staging, rows: FileRow[]): void {
  const insert = staging.prepare<[number, string]>('insert into file_row (line, cells) values (?, ?)')
  staging.transaction(() => {
    for (const { line, cells } of rows) insert.run(line, JSON.stringify(cells))
  })()
}

/** Adds rows with what they come to. */
export function addJudged(staging: Staging, rows: FileRow[], judged: PlannedRow[]): void {
  const insert = staging.prepare(
    'insert into file_row (line, cells, action, problems, target, changes, loosens) values (?, ?, ?, ?, ?, ?, ?)',
  )
  staging.transaction(() => {
    judged.forEach(({ line, action, problems, target, changes, loosens }, n) => {
      const cells = JSON.stringify(rows[n]?.cells)
      insert.run(line, cells, action, JSON.stringify(problems), target, JSON.stringify(changes), loosens ? 1 : 0)
    })
  })()
}

const cellsSchema = z.array(z.string())
type Stored = { line: number; cells: string; target: string }
const staged = ({ line, cells, target }: Stored): StagedRow => ({
  line,
  cells: cellsSchema.parse(JSON.parse(cells)),
  target,
})

/** The next rows after a line, in the order of the file; `onlyWritten`: those that write something. */
export function nextRows(staging: Staging, line: number, limit: number, onlyWritten = false): StagedRow[] {
  // The + keeps the index over actions out of it: rows are read in the order of their lines.
  const which = onlyWritten ? "and (+action in ('create', 'update') or (+action = 'unchanged' and loosens = 1))" : ''
  return staging
    .prepare<[number, number], Stored>(
      `select line, cells, target from file_row where line > ? ${which} order by line limit ?`,
    )
    .all(line, limit)
    .map(staged)
}

/** Keeps the judgement of rows, and returns how many of them were judged otherwise before. */
export function keepJudgement(staging: Staging, rows: PlannedRow[]): number {
  const before = new Map(
    staging
      .prepare<[number, number], { line: number; said: string }>(
        'select line, action || problems as said from file_row where line between ? and ?',
      )
      .all(rows[0]?.line ?? 0, rows.at(-1)?.line ?? 0)
      .map(({ line, said }) => [line, said]),
  )
  const update = staging.prepare(
    'update file_row set action = ?, problems = ?, target = ?, changes = ?, loosens = ? where line = ?',
  )
  let others = 0
  staging.transaction(() => {
    for (const { line, action, problems, target, changes, loosens } of rows) {
      const said = JSON.stringify(problems)
      if (before.get(line) !== action + said) others += 1
      update.run(action, said, target, JSON.stringify(changes), loosens ? 1 : 0, line)
    }
  })()
  return others
}

/** Rows that turned out to be in the way while they were written. */
export function keepRejected(staging: Staging, rows: PlannedRow[]): void {
  const update = staging.prepare("update file_row set action = 'reject', problems = ? where line = ?")
  staging.transaction(() => {
    for (const { line, problems } of rows) update.run(JSON.stringify(problems), line)
  })()
}

/** Before rows are judged from the first one on: they are about no new customer yet. */
export const forgetTargets = (staging: Staging): void => void staging.exec("update file_row set target = ''")

export function countRows(staging: Staging): { counts: Counts; loosens: number; total: number } {
  const counts: Counts = { create: 0, update: 0, unchanged: 0, reject: 0 }
  let loosens = 0
  for (const row of staging
    .prepare<[], { action: Action; n: number; loosens: number }>(
      'select action, count(*) as n, sum(loosens) as loosens from file_row group by action',
    )
    .all()) {
    counts[row.action] = row.n
    loosens += row.action === 'reject' ? 0 : row.loosens
  }
  return { counts, loosens, total: actions.reduce((sum, action) => sum + counts[action], 0) }
}

export type PreviewRow = { line: number; cells: string[]; action: Action; problems: string[]; changes: string[] }

/** Some rows to be shown or handed out: of one kind, or all with ''. */
export function findRows(
  staging: Staging,
  action: Action | '',
  limit: number,
  offset: number,
  after = -1,
): PreviewRow[] {
  return staging
    .prepare<
      [number, string, string, number, number],
      { line: number; cells: string; action: Action; problems: string; changes: string }
    >(
      `select line, cells, action, problems, changes from file_row
        where line > ? and (? = '' or action = ?) order by line limit ? offset ?`,
    )
    .all(after, action, action, limit, offset)
    .map((row) => ({
      line: row.line,
      action: row.action,
      cells: cellsSchema.parse(JSON.parse(row.cells)),
      problems: cellsSchema.parse(JSON.parse(row.problems)),
      changes: cellsSchema.parse(JSON.parse(row.changes)),
    }))
}
