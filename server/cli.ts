import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sql } from 'kysely'
import { type Config, readConfig } from './config.ts'
import { type Db, openDatabase } from './db.ts'
import { examine } from './doctor.ts'
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
  backup: {
    help: 'write a consistent copy of everything that must not be lost into a new folder, while the server runs',
    run: async (db, config, folder) => {
      if (!folder) throw new Error('Name a folder that is not there yet. Example: backup /backup/2026-11-25')
      await backUp(db, config.dataDir, folder)
      return `The database, the link secret and the list of what was erased are in ${folder}. How to restore them: docs/operating.md.`
    },
  },
  doctor: {
    help: 'look whether all is as it should be: database, seals of guesses, work, mail; changes nothing',
    run: async (db, config) => {
      const findings = await examine(db, config, new Date())
      if (findings.some(({ isWell }) => !isWell)) process.exitCode = 1
      return findings.map(({ isWell, text }) => `${isWell ? 'well ' : 'WRONG'}  ${text}.`).join('\n')
    },
  },
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

/** A copy of the database as of one instant, and the two files beside it. Throws if the folder is there already. */
async function backUp(db: Db, dataDir: string, folder: string): Promise<void> {
  if (existsSync(folder))
    throw new Error(`${folder} is there already. Name a new one, so that no older backup is lost.`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const copy = join(folder, 'whybuy.db')
  await sql`vacuum into ${copy}`.execute(db)
  chmodSync(copy, 0o600)
  for (const file of [join(dataDir, 'link-secret'), erasuresPath(dataDir)])
    if (existsSync(file)) copyFileSync(file, join(folder, basename(file)))
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
