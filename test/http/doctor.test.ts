import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '#server/config.ts'
import { openDatabase, transact } from '#server/db.ts'
import { examine } from '#server/doctor.ts'
import { sealForCampaign } from '#server/predictions/predictions.ts'
import { enqueue } from '#server/queue.ts'
import { minutes } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { fennholt, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let folder: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  folder = mkdtempSync(join(tmpdir(), 'whybuy-doctor-'))
  writeFileSync(join(folder, 'link-secret'), 'secret', { mode: 0o600 })
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await house.close()
})

const findings = (more: Record<string, string> = {}) =>
  examine(house.db, readConfig({ DATA_DIR: folder, ...more }), house.clock.now)
const wrong = async (more?: Record<string, string>) =>
  (await findings(more)).filter(({ isWell }) => !isWell).map(({ text }) => text)

test('a house in order is told to be so', async () => {
  expect(await wrong()).toEqual([])
  expect((await findings()).map(({ text }) => text)).toContain('The database is whole')
})

test('a guess that somebody changed after it was sealed is found', async () => {
  const guess = { revenue: '10', cost: '60', risk: '30', emotion: '0', sentence: 'They look at the price.' }
  await house.post(`/customers/${fennholt.id}/prediction`, guess, await house.signIn(rosa.id))
  await transact(house.db, async (trx) => {
    await sql`pragma defer_foreign_keys = on`.execute(trx)
    await sealForCampaign(trx, [fennholt.id], 'a round', house.clock.now)
    await trx.updateTable('prediction').set({ campaign_id: null }).execute()
  })
  expect(await wrong()).toEqual([])
  await house.db.updateTable('prediction').set({ cost: 0.1 }).execute()
  expect(await wrong()).toEqual([expect.stringContaining('Of 1 sealed guess 1 no longer fit the seal')])
})

test('work that nobody takes up, a link secret that others read, and a mail server that is not there are told', async () => {
  await transact(house.db, (trx) => enqueue(trx, 'learn', {}, house.clock.now))
  house.clock.forward(minutes(11))
  chmodSync(join(folder, 'link-secret'), 0o644)
  const found = await wrong({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'research@example.com' })
  expect(found).toHaveLength(3)
  expect(found[0]).toContain('chmod 600')
  expect(found[1]).toContain('is the server running?')
  expect(found[2]).toContain('does not take mails from here')
})

test('the commands run as an operator types them: a backup that opens, and never over an older one', async () => {
  const run = (...words: string[]) =>
    execFileSync(process.execPath, ['server/cli.ts', ...words], {
      env: { PATH: process.env.PATH, DATA_DIR: folder },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  expect(run('doctor')).toContain('well   The database is whole.')
  const copy = join(folder, 'copies', 'first')
  expect(run('backup', copy)).toContain(copy)
  expect(readFileSync(join(copy, 'link-secret'), 'utf8')).toBe('secret')
  expect(statSync(join(copy, 'whybuy.db')).mode & 0o077).toBe(0)
  const db = openDatabase(join(copy, 'whybuy.db'))
  const { rows } = await sql<{ run: number }>`select count(*) as run from kysely_migration`.execute(db)
  expect(rows[0]?.run).toBe(readdirSync('migrations').length)
  await db.destroy()
  expect(() => run('backup', copy)).toThrow('is there already')
  expect(existsSync(copy)).toBe(true)
})
