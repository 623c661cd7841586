import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { type Db, openDatabase, transact } from './db.ts'
import { jobHandlers } from './jobs.ts'
import { createLinks, type Links, readLinkSecrets } from './links.ts'
import { mailboxMailer, smtpMailer } from './mailer.ts'
import { migrate } from './migrate.ts'
import { enqueue } from './queue.ts'
import { countStatement } from './statements.ts'
import { readTemplates } from './templates/files.ts'
import { publishFirstVersions } from './templates/templates.ts'
import type { Clock } from './time.ts'
import { warm } from './warm.ts'
import { createWorker, type Worker } from './worker.ts'

export type Server = { app: FastifyInstance; db: Db; links: Links; worker: Worker; stop: () => Promise<void> }

/** Puts the parts together on the database in `config.dataDir`: migrated, with templates, ready to listen and to work. */
export async function createServer(config: Config, clock: Clock): Promise<Server> {
  mkdirSync(config.dataDir, { recursive: true })
  const db = openDatabase(join(config.dataDir, 'whybuy.db'), config.isDevelopment ? countStatement : undefined)
  await migrate(db)
  await publishFirstVersions(db, readTemplates(), clock())
  await transact(db, (trx) => enqueue(trx, 'keep-bands', {}, clock(), { key: 'keep-bands' }))
  const links = createLinks(readLinkSecrets(config.dataDir), config.baseUrl)
  const mailer = config.smtpUrl ? smtpMailer(config.smtpUrl, db) : mailboxMailer(db, clock)
  const app = await buildApp({ config, db, links, clock, isPractice: mailer.isPractice })
  app.addHook('onListen', async () => {
    void warm(db)
  })
  const worker = createWorker(db, jobHandlers({ config, db, links, mailer, clock }), clock, app.log)
  const stop = async () => {
    await app.close()
    await worker.stop()
    mailer.close()
    await db.destroy()
  }
  return { app, db, links, worker, stop }
}
