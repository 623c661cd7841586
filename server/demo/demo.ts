import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { createServer } from '../server.ts'
import { days } from '../time.ts'
import { daysAgo, play } from './play.ts'

/**
 * `npm run demo`: makes a believable company in a database of its own (anew at each start), plays a round of asking on
 * the product's own routes, serves it, and prints links to sign in with.
 */
async function main(): Promise<void> {
  const config = readConfig({
    LOG_LEVEL: 'error',
    DATA_DIR: ownFolder,
    ...process.env,
    SMTP_URL: '',
    MAIL_FROM: '',
    SMTP_URL_FILE: '',
    MAIL_FROM_FILE: '',
  })
  beginAnew(config.dataDir)
  // The story begins a month ago, with the questions that the server publishes at its start, and ends now.
  let ago = days(daysAgo.start)
  const clock = () => new Date(Date.now() - ago)
  const server = await createServer(config, clock)
  console.log('Making Brackwell Pumps, a supplier of 63 customers, and asking these why they buy …')
  const story = await play(server, config.baseUrl, clock, (ms) => {
    ago = ms
  })
  await server.app.listen({ port: config.port, host: config.host })
  await server.worker.start()
  console.log(story)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void server.stop().then(() => process.exit(0)))
}

const ownFolder = 'demo-data'

/** Empties the demo's folder. DATA_DIR may be set for the real thing: a folder that no demo made is never touched. */
function beginAnew(folder: string): void {
  const mark = join(folder, 'made-by-demo')
  if (folder !== ownFolder && existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(mark))
    throw new Error(
      `DATA_DIR names ${folder}, which the demo did not make, and the demo empties its folder at each start. Run it without DATA_DIR, or name a new folder.`,
    )
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(mark, '')
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
