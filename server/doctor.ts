import { statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Config } from './config.ts'
import type { Db } from './db.ts'
import { smtpAnswers } from './mailer.ts'
import { checkSeals } from './predictions/predictions.ts'
import { instant, later, minutes } from './time.ts'
import { plural } from './words.ts'

/** One thing that was looked at, in words, and whether it is as it should be. */
export type Finding = { isWell: boolean; text: string }

/** Looks at everything that should hold of a running Whybuy, and changes nothing. May run beside the server. */
export async function examine(db: Db, config: Config, now: Date): Promise<Finding[]> {
  return [
    await databaseFinding(db),
    secretFinding(config.dataDir),
    await sealsFinding(db),
    await worksFinding(db, now),
    await jobsFinding(db),
    await mailsFinding(db),
    await smtpFinding(config),
  ]
}

async function databaseFinding(db: Db): Promise<Finding> {
  const { rows: faults } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
  const { rows: strays } = await sql`pragma foreign_key_check`.execute(db)
  const said = faults.map(({ integrity_check }) => integrity_check).filter((text) => text !== 'ok')
  if (said.length > 0) return { isWell: false, text: `The database is damaged: ${said.slice(0, 3).join('; ')}` }
  if (strays.length > 0)
    return {
      isWell: false,
      text: `${plural(strays.length, 'row points', 'rows point')} at something that is not there`,
    }
  return { isWell: true, text: 'The database is whole' }
}

function secretFinding(dataDir: string): Finding {
  const file = join(dataDir, 'link-secret')
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) return { isWell: false, text: `${file} is missing: without it no personal link works` }
  const others = found.mode & 0o077
  return others === 0
    ? { isWell: true, text: 'The link secret is there, and only its owner reads it' }
    : { isWell: false, text: `Others on this machine may read ${file}. Run: chmod 600 ${file}` }
}

async function sealsFinding(db: Db): Promise<Finding> {
  const { sealed, broken } = await checkSeals(db)
  return broken.length === 0
    ? {
        isWell: true,
        text: `${plural(sealed, 'sealed guess', 'sealed guesses')}: each is word for word what was sealed`,
      }
    : {
        isWell: false,
        text: `Of ${plural(sealed, 'sealed guess', 'sealed guesses')} ${broken.length} no longer fit the seal, so somebody changed them in the database: ${broken.join(', ')}`,
      }
}

const patience = minutes(10)

/** Work that has been due for a while tells that nobody is at work. */
async function worksFinding(db: Db, now: Date): Promise<Finding> {
  const { due } = await db
    .selectFrom('job')
    .select((eb) => eb.fn.countAll<number>().as('due'))
    .where('failed_at', 'is', null)
    .where('run_at', '<', later(now, -patience))
    .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', instant(now))]))
    .executeTakeFirstOrThrow()
  return due === 0
    ? { isWell: true, text: 'No work is overdue' }
    : { isWell: false, text: `${plural(due, 'job')} should have run ten minutes ago or more: is the server running?` }
}

async function jobsFinding(db: Db): Promise<Finding> {
  const failed = await db
    .selectFrom('job')
    .select(['kind', (eb) => eb.fn.countAll<number>().as('n')])
    .where('failed_at', 'is not', null)
    .groupBy('kind')
    .execute()
  return failed.length === 0
    ? { isWell: true, text: 'No job was given up' }
    : {
        isWell: false,
        text: `Given up, see the page "Mail": ${failed.map(({ kind, n }) => `${n} × ${kind}`).join(', ')}`,
      }
}

async function mailsFinding(db: Db): Promise<Finding> {
  const { failed } = await db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<number>().as('failed'))
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow()
  return failed === 0
    ? { isWell: true, text: 'No mail to a customer has failed' }
    : {
        isWell: false,
        text: `${plural(failed, 'mail')} to customers failed: the page "Mail" tells why, and tries again`,
      }
}

async function smtpFinding({ smtpUrl }: Config): Promise<Finding> {
  if (!smtpUrl)
    return { isWell: true, text: 'SMTP_URL is not set: mails are kept in the built-in mailbox, none leaves' }
  const fault = await smtpAnswers(smtpUrl)
  return fault === ''
    ? { isWell: true, text: 'The mail server answers and lets us in' }
    : { isWell: false, text: `The mail server does not take mails from here: ${fault}` }
}
