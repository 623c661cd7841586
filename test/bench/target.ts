import { join } from 'node:path'
import formbody from '@fastify/formbody'
import Database from 'better-sqlite3'
import Fastify from 'fastify'
import { buildApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { openDatabase } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { createLinks } from '#server/links.ts'
import { migrate } from '#server/migrate.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publishFirstVersions } from '#server/templates/templates.ts'
import { makeWorld } from '../support/world.ts'
import { inviteMany } from './invite-many.ts'

/**
 * The process that is measured: the product on a database in a folder, and beside it a bare Fastify that sends the
 * same bytes and one that inserts one row with the same durability. Prints one JSON line with addresses and links.
 */
const folder = process.argv[2] ?? ''
const count = Number(process.argv[3] ?? 1000)
const config = readConfig({ BASE_URL: 'http://ask.test', LOG_LEVEL: 'silent', DATA_DIR: folder })
const db = openDatabase(join(folder, 'bench.db'))
const clock = () => new Date()
await migrate(db)
await publishFirstVersions(db, readTemplates(), clock())
await makeWorld(db)
const links = createLinks([Buffer.alloc(32, 7)], config.baseUrl)
const app = await buildApp({ config, db, links, clock, isPractice: true })
const invited = await inviteMany(db, links, count)
const origin = await app.listen({ port: 0, host: '127.0.0.1' })

const page = (await app.inject({ method: 'GET', url: `/s/${invited[0]}` })).body
const bare = Fastify({ logger: false })
await bare.register(formbody)
const raw = new Database(join(folder, 'bare.db'))
raw.pragma('journal_mode = WAL')
raw.pragma('synchronous = FULL')
raw.exec('create table answer (id text primary key, text text not null)')
const insert = raw.prepare('insert into answer (id, text) values (?, ?)')
bare.get('/page', (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
bare.post<{ Body: { text: string } }>('/row', (request, reply) => {
  insert.run(newId(), request.body.text)
  return reply.send('ok')
})
const bareOrigin = await bare.listen({ port: 0, host: '127.0.0.1' })
process.once('SIGINT', () => process.exit(0))
console.log(JSON.stringify({ origin, bareOrigin, links: invited, bytes: Buffer.byteLength(page) }))
