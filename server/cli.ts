import { join } from 'node:path'
import { type Config, readConfig } from './config.ts'
import { type Db, openDatabase } from './db.ts'
import { eraseAgain, erasuresPath } from './erasing.ts'
import { migrate } from './migrate.ts'
import { turnOffFor } from './session/second-factor.ts'
import { signInLinkFor } from './session/session.ts'
import { recount } from './tags/tags.ts'
import { findUserByAddress } from './users/users.ts'
import { plural } from './words.ts'

/** `npm run whybuy -- <command>`: what an operator does beside the running product. Each command says what it did. */
type Command = { help: string; run: (db: Db, config: Config, argument: string) => Promise<string> }

const commands: Record<string, Command> = {
  'erase-again': {
    help: 'after restoring a backup: erase again what its list says was erased since ([list], else DATA_DIR/erased.tsv)',
    run: async (db, config, file) => {
      const done = await eraseAgain(db, file || erasuresPath(config.dataDir), new Date())
      const parts = [
        plural(done.customers, 'customer'),
        plural(done.contacts, 'contact'),
        plural(done.responses, 'response'),
      ]
      const there = done.customers + done.contacts + done.responses
      return there === 0
        ? `${plural(done.listed, 'erased record')} on the list, and none of them is in this database.`
        : `${plural(done.listed, 'erased record')} on the list. Back in this database were, and are erased again: ${parts.join(', ')}.`
    },
  },
  recount: {
    help: 'count every figure from scratch, compare it with what is kept, and mend what differs',
    run: async (db) => {
      const { rows, wrong } = await recount(db)
      const kept = `${plural(rows, 'row')} counted from scratch`
      return wrong === 0 ? `${kept}: all as they were kept.` : `${kept}: ${wrong} differed and were mended.`
    },
  },
  'sign-in': {
    help: 'print a link to sign in for the person with this address, for when no mail can reach them',
    run: async (db, config, email) => {
      const link = await signInLinkFor(db, email, config.baseUrl, new Date())
      return link ?? `Nobody who may sign in has the address "${email}". Example: sign-in ada@company.com`
    },
  },
  'second-factor-off': {
    help: 'turn off the second factor of the person with this address, whose device and recovery codes are lost',
    run: async (db, _config, email) => {
      const user = await findUserByAddress(db, email)
      if (!user) return `Nobody has the address "${email}". Example: second-factor-off ada@company.com`
      const wasOn = await turnOffFor(db, user.id, null, new Date())
      return wasOn
        ? `The second factor of ${user.name} is off, and every session ended. A mail tells ${user.name} of it.`
        : `${user.name} has no second factor.`
    },
  },
}

async function main(name: string | undefined, argument = ''): Promise<void> {
  const command = name === undefined ? undefined : commands[name]
  if (!command) {
    const lines = Object.entries(commands).map(([known, { help }]) => `  ${known.padEnd(18)} ${help}`)
    throw new Error(`Usage: npm run whybuy -- <command> [argument]\n\n${lines.join('\n')}`)
  }
  const config = readConfig(process.env)
  const db = openDatabase(join(config.dataDir, 'whybuy.db'))
  await migrate(db)
  console.log(await command.run(db, config, argument))
  await db.destroy()
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
