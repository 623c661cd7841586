import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Draft, Memory } from './draft.ts'

/**
 * What the rows above came to while a file is judged, in a file that nothing else reads and that is thrown away
 * afterwards: a list of any length needs no more memory than a short one, and nobody waits for a disk.
 */
export type Scratch = { recall: (keys: Keys, memory: Memory) => void; keep: (memory: Memory) => void; end: () => void }
export type Keys = { numbers: string[]; names: string[]; lines: string[]; customers: string[] }

export const scratchPath = (folder: string, id: string): string => join(folder, `${id}.scratch`)

export function openScratch(folder: string, id: string): Scratch {
  const path = scratchPath(folder, id)
  rmSync(path, { force: true })
  closeSync(openSync(path, 'a', 0o600))
  const file = new Database(path)
  // It is begun anew after whatever goes wrong, so nothing of it need be undone or last.
  file.unsafeMode(true)
  file.pragma('journal_mode = OFF')
  file.pragma('synchronous = OFF')
  file.pragma('locking_mode = EXCLUSIVE')
  file.pragma('cache_size = -4096')
  file.exec(`
    create table draft (id text primary key, body text not null) without rowid;
    create table mark (key text primary key, value) without rowid;`)
  const findMarks = file.prepare<[string], { key: string; value: string | number }>(
    'select key, value from mark where key in (select value from json_each(?))',
  )
  const findDrafts = file.prepare<[string], { body: string }>(
    'select body from draft where id in (select value from json_each(?))',
  )
  const addMark = file.prepare<[string, string | number]>(
    'insert into mark (key, value) values (?, ?) on conflict do nothing',
  )
  const addDraft = file.prepare<[string, string]>(
    'insert into draft (id, body) values (?, ?) on conflict (id) do update set body = excluded.body',
  )
  const marks = (kind: string, keys: string[]) =>
    findMarks
      .all(JSON.stringify(keys.map((key) => kind + key)))
      .map(({ key, value }): [string, string | number] => [key.slice(kind.length), value])

  return {
    /** Adds what is known of these keys and customers to the memory. */
    recall({ numbers, names, lines, customers }, memory) {
      for (const [key, id] of marks('number ', numbers)) memory.numbers.set(key, String(id))
      for (const [key, id] of marks('name ', names)) memory.names.set(key, String(id))
      for (const [key, line] of marks('line ', lines)) memory.lines.set(key, Number(line))
      const ids = [...customers, ...memory.numbers.values(), ...memory.names.values()]
      for (const { body } of findDrafts.all(JSON.stringify(ids))) {
        const draft: Draft = JSON.parse(body)
        memory.drafts.set(draft.id, draft)
      }
    },
    /** Keeps what `recall` gave and the rows added to. */
    keep: file.transaction((memory: Memory) => {
      for (const [key, id] of memory.numbers) addMark.run(`number ${key}`, id)
      for (const [key, id] of memory.names) addMark.run(`name ${key}`, id)
      for (const [key, line] of memory.lines) addMark.run(`line ${key}`, line)
      for (const one of memory.drafts.values()) addDraft.run(one.id, JSON.stringify(one))
    }),
    end() {
      file.close()
      rmSync(path, { force: true })
    },
  }
}
