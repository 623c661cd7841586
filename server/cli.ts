import { join } from 'node:path'
import { readConfig } from './config.ts'
import { type Db, openDatabase } from './db.ts'
import { migrate } from './migrate.ts'
import { recount } from './tags/tags.ts'
import { plural } from './words.ts'

/** `npm run whybuy -- <command>`: what an operator does beside the running product. Each command says what it did. */
type Command = { help: string; run: (db: Db) => Promise<string> }

const commands: Record<string, Command> = {
  recount: {
    help: 'count every figure from scratch, compare it with what is kept, and mend what differs',
    run: async (db) => {
      const { rows, wrong } = await recount(db)
      const kept = `${plural(rows, 'row')} counted from scratch`
      return wrong === 0 ? `${kept}: all as they were kept.` : `${kept}: ${wrong} differed and were mended.`
    },
  },
}

async function main(name: string | undefined): Promise<void> {
  const command = name === undefined ? undefined : commands[name]
  if (!command) {
    const lines = Object.entries(commands).map(([known, { help }]) => `  ${known.padEnd(12)} ${help}`)
    throw new Error(`Usage: npm run whybuy -- <command>\n\n${lines.join('\n')}`)
  }
  const db = openDatabase(join(readConfig(process.env).dataDir, 'whybuy.db'))
  await migrate(db)
  console.log(await command.run(db))
  await db.destroy()
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
