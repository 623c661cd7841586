import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { openDatabase } from '#server/db.ts'
import { createLinks, type Links, readLinkSecrets } from '#server/links.ts'
import { migrate } from '#server/migrate.ts'
import { createSignInLink, redeemSignInLink } from '#server/session/session.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publishFirstVersions } from '#server/templates/templates.ts'
import { lena, makeWorld } from '../support/world.ts'

/** The product as a process of its own, on a database in a folder, which can be killed and started again. */
export type Product = {
  origin: string
  links: Links
  /** A lead's session cookie. */
  cookie: string
  start: () => Promise<void>
  pid: () => number
  /** SIGKILL, at once. */
  kill: () => Promise<void>
  /** SIGTERM, and waits until it has stopped. */
  stop: () => Promise<void>
  post: (
    path: string,
    form: Record<string, string>,
    cookie?: string,
  ) => Promise<{ status: number; location: string; body: string }>
  get: (path: string, cookie?: string) => Promise<{ status: number; body: string }>
}

/** As `npm start` has it, but for a file of settings that may lie here. */
const startWords = String(JSON.parse(readFileSync('package.json', 'utf8')).scripts.start)
  .split(' ')
  .slice(1)
  .filter((word) => !word.startsWith('--env-file'))

/** Makes the database: the world of the tests, with `customers` further customers of one contact each. */
export async function makeProduct(folder: string, customers: number, env: Record<string, string>): Promise<Product> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const db = openDatabase(join(folder, 'whybuy.db'))
  const now = new Date()
  await migrate(db)
  await publishFirstVersions(db, readTemplates(), now)
  await makeWorld(db)
  const at = now.toISOString()
  const id = (kind: number, n: number) => `0190000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
  const people = Array.from({ length: customers }, (_, n) => n)
  for (let start = 0; start < customers; start += 200) {
    const some = people.slice(start, start + 200)
    await db
      .insertInto('customer')
      .values(
        some.map((n) => ({
          id: id(1, n),
          external_id: null,
          name: `Customer ${n}`,
          segment: 'Machinery',
          region: 'North',
          country: 'GB',
          time_zone: 'UTC',
          language: 'en',
          owner_id: null,
          customer_since: null,
          created_at: at,
          updated_at: at,
          archived_at: null,
        })),
      )
      .execute()
    await db
      .insertInto('contact')
      .values(
        some.map((n) => ({
          id: id(2, n),
          customer_id: id(1, n),
          external_id: null,
          first_name: 'Robin',
          last_name: `No ${n}`,
          email: `robin.${n}@soak.example`,
          buying_role: null,
          language: 'en',
          mail_basis: 'existing_customer' as const,
          created_at: at,
          updated_at: at,
          archived_at: null,
        })),
      )
      .execute()
  }
  const cookie = `session=${await redeemSignInLink(db, await createSignInLink(db, lena.id, now), lena.id, 'soak', now)}`
  await db.destroy()
  const links = createLinks(readLinkSecrets(folder), origin)

  let child: ChildProcess | undefined
  async function start() {
    child = spawn(process.execPath, startWords, {
      env: {
        ...process.env,
        PORT: String(port),
        HOST: '127.0.0.1',
        BASE_URL: origin,
        DATA_DIR: folder,
        LOG_LEVEL: 'error',
        ...env,
      },
      stdio: ['ignore', process.env.SOAK_LOG ? 'inherit' : 'ignore', 'inherit'],
    })
    for (let tries = 0; tries < 400; tries += 1) {
      const isReady = await fetch(`${origin}/readyz`).then(
        (reply) => reply.ok,
        () => false,
      )
      if (isReady) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('The product did not start within ten seconds.')
  }
  async function end(signal: 'SIGKILL' | 'SIGTERM') {
    if (!child || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  const headers = (own = '') => ({ origin, ...(own ? { cookie: own } : {}) })
  return {
    origin,
    links,
    cookie,
    start,
    pid: () => child?.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async post(path, form, own) {
      const reply = await fetch(origin + path, {
        method: 'POST',
        body: new URLSearchParams(form),
        redirect: 'manual',
        headers: headers(own),
      })
      return { status: reply.status, location: reply.headers.get('location') ?? '', body: await reply.text() }
    },
    async get(path, own) {
      const reply = await fetch(origin + path, { redirect: 'manual', headers: headers(own) })
      return { status: reply.status, body: await reply.text() }
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** A check: what it says, whether it holds, and the figures. */
export type Check = { says: string; holds: boolean; figures: string }
