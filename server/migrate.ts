import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Migrator } from 'kysely/migration'
import type { Db } from './db.ts'

const folder = join(import.meta.dirname, '..', 'migrations')

/** Runs the migrations that are still to be run, in the order of their names, and returns these names. */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => {
        const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
        const loaded = files.map(async (name) => [
          name.slice(0, -3),
          await import(pathToFileURL(join(folder, name)).href),
        ])
        return Object.fromEntries(await Promise.all(loaded))
      },
    },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw new Error('A migration failed. The database is as it was before it.', { cause: error })
  return (results ?? []).map((result) => result.migrationName)
}
