import { readConfig } from './config.ts'
import { createServer } from './server.ts'
import { firstAdminLink } from './session/first-admin.ts'

/** `npm start`: serves until SIGTERM or SIGINT, then finishes what is in hand and stops. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const clock = () => new Date()
  const server = await createServer(config, clock)
  await server.app.listen({ port: config.port, host: config.host })
  await server.worker.start()

  const link = await firstAdminLink(server.db, config.baseUrl, clock())
  if (link)
    console.log(`\nNobody can sign in yet. Open this link within 24 hours to become the first admin:\n\n  ${link}\n`)

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      server.app.log.info(`${signal}: finishing what is in hand`)
      void server.stop().then(() => process.exit(0))
    })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
