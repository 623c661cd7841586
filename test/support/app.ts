import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { type Db, openDatabase } from '#server/db.ts'
import { jobHandlers } from '#server/jobs.ts'
import { createLinks, type Links } from '#server/links.ts'
import { type Mailer, mailboxMailer } from '#server/mailer.ts'
import { migrate } from '#server/migrate.ts'
import { createSignInLink, redeemSignInLink } from '#server/session/session.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publishFirstVersions } from '#server/templates/templates.ts'
import { createWorker, type Worker } from '#server/worker.ts'

export type TestApp = {
  app: FastifyInstance
  db: Db
  links: Links
  worker: Worker
  clock: { now: Date; forward: (ms: number) => void }
  /** How many statements have run so far; take the difference around a request. */
  queries: () => number
  /** Opens a page as somebody (a cookie from `signIn`), or as nobody. */
  get: (url: string, cookie?: string) => Promise<Reply>
  /** Sends a form as a browser does: urlencoded, with our own Origin. Lists become repeated names. */
  post: (
    url: string,
    form?: Record<string, string | string[]>,
    cookie?: string,
    headers?: Record<string, string>,
  ) => Promise<Reply>
  /** A session cookie for a user, ready for `get` and `post`. */
  signIn: (userId: string) => Promise<string>
  close: () => Promise<void>
}

export type Reply = {
  status: number
  body: string
  location: string
  headers: Record<string, unknown>
  cookies: { name: string; value: string }[]
}

/**
 * The whole product on a database in memory, at 10:00 on 23 November 2026, unless told otherwise. `onDisk` where threads
 * of their own write to it: then it lies in a folder that `close` removes.
 */
export async function startApp(
  options: {
    now?: string
    mailer?: (db: Db) => Mailer
    baseUrl?: string
    env?: Record<string, string>
    onDisk?: boolean
  } = {},
): Promise<TestApp> {
  const clock = {
    now: new Date(options.now ?? '2026-11-23T10:00:00.000Z'),
    forward(ms: number) {
      this.now = new Date(this.now.getTime() + ms)
    },
  }
  const folder = options.onDisk ? mkdtempSync(join(tmpdir(), 'whybuy-test-')) : ''
  const config = readConfig({
    BASE_URL: options.baseUrl ?? 'http://ask.test',
    LOG_LEVEL: 'silent',
    ...(folder ? { DATA_DIR: folder } : {}),
    ...options.env,
  })
  let count = 0
  const db = openDatabase(folder ? join(folder, 'whybuy.db') : ':memory:', () => {
    count += 1
  })
  await migrate(db)
  const tick = () => clock.now
  await publishFirstVersions(db, readTemplates(), clock.now)
  const links = createLinks([Buffer.alloc(32, 7)], config.baseUrl)
  const mailer = options.mailer?.(db) ?? mailboxMailer(db, tick)
  const app = await buildApp({ config, db, links, clock: tick, isPractice: mailer.isPractice })
  const worker = createWorker(db, jobHandlers({ config, db, links, mailer, clock: tick }), tick, app.log)
  const host = new URL(config.baseUrl).host

  async function inject(
    method: 'GET' | 'POST',
    url: string,
    payload: string | undefined,
    headers: Record<string, string>,
  ): Promise<Reply> {
    const response = await app.inject({
      method,
      url,
      headers: { host, ...headers },
      ...(payload === undefined ? {} : { payload }),
    })
    return {
      status: response.statusCode,
      body: response.body,
      location: String(response.headers.location ?? ''),
      headers: response.headers,
      cookies: response.cookies,
    }
  }

  return {
    app,
    db,
    links,
    worker,
    clock,
    queries: () => count,
    get: (url, cookie = '') => inject('GET', url, undefined, cookie ? { cookie } : {}),
    post: (url, form = {}, cookie = '', headers = {}) => {
      const body = new URLSearchParams(
        Object.entries(form).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
      )
      return inject('POST', url, body.toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        origin: config.baseUrl,
        ...(cookie ? { cookie } : {}),
        ...headers,
      })
    },
    signIn: async (userId) => {
      const token = await createSignInLink(db, userId, clock.now)
      return `session=${await redeemSignInLink(db, token, userId, 'a test', clock.now)}`
    },
    close: async () => {
      await app.close()
      await worker.stop()
      mailer.close()
      await db.destroy()
      if (folder) rmSync(folder, { recursive: true, force: true })
    },
  }
}
