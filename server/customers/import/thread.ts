import { existsSync, rmSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { Turns } from '../../turns.ts'
import { type About, readAbout } from './about.ts'
import { readRows, Unreadable } from './csv.ts'
import { encodingOf, notText } from './encoding.ts'
import { beginJudging, hasChanged, type Judging, judgeAgain } from './judge.ts'
import { problemOf, understand } from './meanings.ts'
import { move } from './move.ts'
import type { ThreadWork } from './runner.ts'
import { openScratch } from './scratch.ts'
import {
  addRows,
  countRows,
  makeStaging,
  openStaging,
  removeStaging,
  type Staging,
  settleStaging,
  stagingPath,
  uploadPath,
} from './staging.ts'
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
live.pragma('cache_size = -8192')
// What a statement would undo is kept in memory: in a file it costs a fifth of all the time.
live.pragma('temp_store = MEMORY')
// What is not on disk yet when the machine loses power is done again: the slices are in order, and so are their commits.
live.pragma('synchronous = NORMAL')
// Here, not in the main thread, what was written is moved from the log to the database (see runner.ts).
live.pragma('wal_autocheckpoint = 6000')

class Stopped extends Error {}
const goneSentence =
  'What was read from this file is gone, perhaps because a backup was restored. Upload the list again: rows that are on record already change nothing.'

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
  // Once it is staged the upload is gone; then only the columns were chosen anew.
  if (!existsSync(path)) return rejudge(known)
  try {
    const about = await stage(path, known)
    if (!about) return
    // Of this too it must be certain that it is on disk, since the upload goes.
    live.pragma('synchronous = FULL')
    save('previewed', about)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    removeStaging(work.folder, work.id)
    save('unreadable', known, error.message)
  }
  rmSync(path, { force: true })
}

/** Reads the uploaded file into the staging, from the start, and judges its rows as they come; undefined if it is to stop. */
async function stage(path: string, known: About): Promise<About | undefined> {
  const kind = await notText(path)
  if (kind) throw new Unreadable(kind)
  const staging = makeStaging(work.folder, work.id)
  const scratch = openScratch(work.folder, work.id)
  try {
    const encoding = await encodingOf(path)
    let about = { ...known, encoding: encoding.name, lastYear: new Date(work.now).getUTCFullYear() - 1 }
    let judging: Judging | undefined
    let done = 0
    const goesOn = progress(0)
    const begin = (header: string[], delimiter: string) => {
      // Columns that a person chose stand: then the process had died after the preview was made.
      about = { ...about, delimiter, columns: known.columns.length > 0 ? known.columns : understand(header) }
      about = { ...about, problem: problemOf(about.columns), isStale: false }
      judging = about.problem ? undefined : beginJudging(live, staging, scratch, about)
    }
    await readRows(path, encoding, begin, (rows) => {
      if (isStopped()) throw new Stopped()
      if (judging) judging.add(rows)
      else addRows(staging, rows)
      done += rows.length
      goesOn(done)
    })
    settleStaging(staging)
    const judged = judging?.end().judged ?? { counts: { create: 0, update: 0, unchanged: 0, reject: 0 } }
    return { ...about, ...judged }
  } catch (error) {
    if (error instanceof Stopped) return undefined
    throw error
  } finally {
    scratch.end()
    staging.close()
  }
}
function rejudge(about: About): void {
  const problem = problemOf(about.columns)
  // Without columns it was never read to its end, and the upload is gone since it held somebody who was erased.
  if (about.columns.length === 0 || !existsSync(stagingPath(work.folder, work.id)))
    save('unreadable', about, goneSentence)
  else if (problem) save('previewed', { ...about, problem, counts: { create: 0, update: 0, unchanged: 0, reject: 0 } })
  else {
    const staging = openStaging(work.folder, work.id)
    try {
      const result = judgeAll(staging, about)
      if (result) save('previewed', { ...about, ...result.judged, problem: '', isStale: false })
    } finally {
      staging.close()
    }
  }
}

function judgeAll(staging: Staging, about: About): ReturnType<typeof judgeAgain> {
  const scratch = openScratch(work.folder, work.id)
  try {
    const result = judgeAgain(live, staging, scratch, about, progress(countRows(staging).total))
    // What a person is shown is on disk.
    staging.pragma('wal_checkpoint(truncate)')
    return result
  } finally {
    scratch.end()
  }
}

async function apply(row: Row, known: About): Promise<void> {
  if (!existsSync(stagingPath(work.folder, work.id))) {
    // What was written before is found all the same.
    await indexPending(live, work.turns)
    return save('unreadable', known, goneSentence)
  }
  const staging = openStaging(work.folder, work.id)
  let hasRejected = true
  try {
    let about = known
    if (row.moved_line === 0 && (known.isStale || hasChanged(live, about.seen))) {
      // Noted first: if this is cut short, the rows that were judged otherwise are not forgotten.
      save('applying', { ...about, isStale: true })
      const result = judgeAll(staging, about)
      if (!result) return
      about = { ...about, ...result.judged }
      if (result.others > 0 || known.isStale) return save('previewed', { ...about, isStale: true })
    }
    const before = countRows(staging).counts
    save('applying', { ...about, isStale: false }, '', before.create + before.update)
    const rules = { columns: about.columns, lastYear: about.lastYear, mayLoosen: about.mayLoosen }
    const by = { importId: work.id, userId: row.created_by, at: work.now, turns: work.turns }
    if (!(await move(live, staging, rules, by, () => !isStopped()))) return
    const { counts } = countRows(staging)
    finish({ ...about, isStale: false, counts, leftOut: counts.reject - before.reject })
    hasRejected = counts.reject > 0
    if (hasRejected) tidy(staging)
  } finally {
    staging.close()
  }
  if (!hasRejected) removeStaging(work.folder, work.id)
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
