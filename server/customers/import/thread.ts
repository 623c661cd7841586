import { existsSync, rmSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { Turns } from '../../turns.ts'
import { type About, readAbout } from './about.ts'
import { readRows, Unreadable } from './csv.ts'
import { encodingOf, notText } from './encoding.ts'
import { hasChanged, judge } from './judge.ts'
import { problemOf, understand } from './meanings.ts'
import { move } from './move.ts'
import type { ThreadWork } from './runner.ts'
import { addRows, countRows, openStaging, removeStaging, type Staging, stagingPath, uploadPath } from './staging.ts'
import { indexPending } from './words.ts'

/**
 * Runs in a thread of its own, with its own connections: takes one import from the state in which it is to where a person
 * decides, or to its end. Whatever it is at when the process dies, it can be begun again.
 */
const work = z
  .object({
    id: z.string(),
    file: z.string(),
    folder: z.string(),
    now: z.string(),
    turns: z.custom<Turns>((value) => value instanceof Int32Array),
    control: z.custom<Int32Array<SharedArrayBuffer>>((value) => value instanceof Int32Array),
  })
  .parse(workerData) satisfies ThreadWork

const live = new Database(work.file, { fileMustExist: true })
live.pragma('foreign_keys = ON')
live.pragma('busy_timeout = 5000')
live.pragma('cache_size = -16384')
// What a statement would undo is kept in memory: in a file it costs a fifth of all the time.
live.pragma('temp_store = MEMORY')
// What is not on disk yet when the machine loses power is done again: the slices are in order, and so are their commits.
live.pragma('synchronous = NORMAL')
// Here, not in the main thread, what was written is moved from the log to the database (see runner.ts).
live.pragma('wal_autocheckpoint = 6000')

const isStopped = () => Atomics.load(work.control, 0) === 1
type Row = { state: string; about: string; created_by: string; moved_line: number }
const found = live
  .prepare<[string], Row>('select state, about, created_by, moved_line from customer_import where id = ?')
  .get(work.id)

try {
  if (found?.state === 'reading') await readAndJudge(readAbout(found.about))
  else if (found?.state === 'applying') await apply(found, readAbout(found.about))
} finally {
  live.close()
}

async function readAndJudge(known: About): Promise<void> {
  const path = uploadPath(work.folder, work.id)
  let about = known
  try {
    // Once it is staged the upload is gone; then only the columns were chosen anew.
    if (existsSync(path)) about = { ...about, ...(await stage(path)) }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    rmSync(path, { force: true })
    removeStaging(work.folder, work.id)
    save('unreadable', about, error.message)
    return
  }
  if (isStopped()) return
  const problem = problemOf(about.columns)
  if (problem) {
    save('previewed', { ...about, problem, counts: { create: 0, update: 0, unchanged: 0, reject: 0 } })
    rmSync(path, { force: true })
    return
  }
  const staging = openStaging(work.folder, work.id)
  try {
    const { total } = countRows(staging)
    const result = judge(live, staging, about, progress(total))
    if (!result) return
    save('previewed', { ...about, ...result.judged, problem: '', isStale: false })
    rmSync(path, { force: true })
  } finally {
    staging.close()
  }
}

/** Reads the uploaded file into the staging, from the start. */
async function stage(path: string): Promise<Partial<About>> {
  const kind = await notText(path)
  if (kind) throw new Unreadable(kind)
  removeStaging(work.folder, work.id)
  const staging = openStaging(work.folder, work.id)
  try {
    const encoding = await encodingOf(path)
    let about: Partial<About> = { encoding: encoding.name, lastYear: new Date(work.now).getUTCFullYear() - 1 }
    await readRows(
      path,
      encoding,
      (header, delimiter) => {
        about = { ...about, delimiter, columns: understand(header) }
      },
      (rows) => {
        if (!isStopped()) addRows(staging, rows)
      },
    )
    return about
  } finally {
    staging.close()
  }
}

async function apply(row: Row, known: About): Promise<void> {
  if (!existsSync(stagingPath(work.folder, work.id))) {
    // What was written before is found all the same.
    indexPending(live, work.turns)
    const sentence =
      'What was read from this file is gone, perhaps because a backup was restored. Upload the list again: rows that are on record already change nothing.'
    save('unreadable', known, sentence)
    return
  }
  const staging = openStaging(work.folder, work.id)
  try {
    let about = known
    if (row.moved_line === 0 && (known.isStale || hasChanged(live, about.seen))) {
      // Noted first: if this is cut short, the rows that were judged otherwise are not forgotten.
      save('applying', { ...about, isStale: true })
      const { total } = countRows(staging)
      const result = judge(live, staging, about, progress(total))
      if (!result) return
      about = { ...about, ...result.judged }
      if (result.others > 0 || known.isStale) return save('previewed', { ...about, isStale: true })
    }
    const before = countRows(staging).counts
    save('applying', { ...about, isStale: false }, '', before.create + before.update)
    const rules = { columns: about.columns, lastYear: about.lastYear, mayLoosen: about.mayLoosen }
    const by = { importId: work.id, userId: row.created_by, at: work.now, turns: work.turns }
    if (!move(live, staging, rules, by, () => !isStopped())) return
    const { counts } = countRows(staging)
    finish({ ...about, isStale: false, counts, leftOut: counts.reject - before.reject })
    tidy(staging)
  } finally {
    staging.close()
  }
  if (
    readAbout(live.prepare<[string], Row>('select * from customer_import where id = ?').get(work.id)?.about ?? '{}')
      .counts.reject === 0
  )
    removeStaging(work.folder, work.id)
}

/** Only the rejected rows are kept, to be mended. */
function tidy(staging: Staging): void {
  staging.exec("delete from file_row where action <> 'reject'; vacuum;")
}

/** Of the end it must be certain that it is on disk. */
function finish(about: About): void {
  live.pragma('synchronous = FULL')
  live
    .prepare(
      "update customer_import set state = 'applied', about = ?, sentence = '', applied_at = ? where id = ? and state = 'applying'",
    )
    .run(JSON.stringify(about), work.now, work.id)
}

function save(state: string, about: About, sentence = '', total = 0): void {
  live
    .prepare(
      'update customer_import set state = ?, about = ?, sentence = ?, total = ?, done = case when moved_line > 0 then done else 0 end where id = ?',
    )
    .run(state, JSON.stringify(about), sentence, total, work.id)
}

/** Notes how far the judging is, some three times a second, and says whether to go on. */
function progress(total: number): (done: number) => boolean {
  const note = live.prepare('update customer_import set done = ?, total = ? where id = ?')
  let noted = 0
  return (done) => {
    if (Date.now() - noted > 300) {
      note.run(done, total, work.id)
      noted = Date.now()
    }
    return !isStopped()
  }
}
