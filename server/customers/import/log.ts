import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type Database from 'better-sqlite3'

/** After how many slices what was written goes from the log to the database: some 40 MB. */
const slicesAtOnce = 8

/**
 * Takes what a thread wrote to disk between two of its slices, in nobody's way. Otherwise whoever of the main thread
 * commits next would wait, standing still, until the disk has all that the thread left in the log. Call `rest` outside a
 * turn, after each slice, and wait for it before the next; `end` before the connection is closed.
 */
export function quietLog(live: Database.Database): { rest: () => Promise<void>; end: () => void } {
  // From now on only here.
  live.pragma('wal_autocheckpoint = 0')
  let slices = 0
  const move = () => {
    slices = 0
    live.pragma('wal_checkpoint(passive)')
  }
  return {
    async rest() {
      slices += 1
      if (slices >= slicesAtOnce) move()
      else await sync(`${live.name}-wal`)
    },
    end: move,
  }
}

/** The log has no locks of its own, so that it may be opened and closed beside SQLite. */
async function sync(path: string): Promise<void> {
  if (!existsSync(path)) return
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
