import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { answerRoutes } from './answers/routes.ts'
import { aspectRoutes } from './aspects/routes.ts'
import { registerAssets } from './assets.ts'
import { campaignRoutes } from './campaigns/routes.ts'
import { suppressionRoutes } from './campaigns/suppression-routes.ts'
import { registerCompanyAssets } from './company-css.ts'
import type { Config } from './config.ts'
import { importRoutes } from './customers/import/routes.ts'
import { customerRoutes } from './customers/routes.ts'
import type { Db } from './db.ts'
import { decisionRoutes } from './decisions/routes.ts'
import { AppError } from './errors.ts'
import { followUpRoutes } from './follow-ups/routes.ts'
import { healthRoutes } from './health.ts'
import { closerRoutes } from './insights/closer-routes.ts'
import { exportRoutes } from './insights/export-routes.ts'
import { fileRoutes } from './insights/files/routes.ts'
import { marketedRoutes } from './insights/marketed-routes.ts'
import { outcomesRoutes } from './insights/outcomes-routes.ts'
import { insightRoutes } from './insights/routes.ts'
import { trustRoutes } from './insights/trust-routes.ts'
import { weightRoutes } from './insights/weight/routes.ts'
import { interviewRoutes } from './interviews/routes.ts'
import type { Links } from './links.ts'
import { mailboxRoutes } from './mailbox/routes.ts'
import { predictionRoutes } from './predictions/routes.ts'
import { previewRoutes } from './previews/routes.ts'
import { sessionRoutes } from './session/routes.ts'
import { staffScope } from './session/scope.ts'
import { settingsRoutes } from './settings/routes.ts'
import { startRoutes } from './start/routes.ts'
import { logStatements } from './statements.ts'
import { agreementRoutes } from './tags/agreement-routes.ts'
import { codebookRoutes } from './tags/codebook-routes.ts'
import { learningRoutes } from './tags/learning-routes.ts'
import { tagRoutes } from './tags/routes.ts'
import { templateRoutes } from './templates/routes.ts'
import { openShelves } from './templates/shelf.ts'
import type { Clock } from './time.ts'
import { userRoutes } from './users/routes.ts'
import { valueRoutes } from './value/routes.ts'
import { registerViews } from './views.ts'

export type Deps = { config: Config; db: Db; links: Links; clock: Clock; isPractice: boolean }

declare module 'fastify' {
  interface FastifyInstance {
    db: Db
    links: Links
    clock: Clock
  }
}

/** The whole web server, not yet listening. Scopes instead of conditions: what everybody, a customer, or staff may ask for. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const { config } = deps
  const app = Fastify({
    logger: { level: config.logLevel, serializers: { req: loggedRequest } },
    trustProxy: (_address, hop) => hop < config.trustProxy,
    bodyLimit: 1_048_576,
    routerOptions: { maxParamLength: 200 },
  })
  app.decorate('db', deps.db)
  app.decorate('links', deps.links)
  app.decorate('clock', deps.clock)
  app.decorateRequest('user', undefined)
  if (config.isDevelopment) logStatements(app)

  // Our pages send forms and files, nothing else: what nobody expects is refused before it is read.
  app.removeAllContentTypeParsers()
  await app.register(cookie)
  await app.register(formbody)
  await app.register(rateLimit, { global: false })
  const isSecure = config.baseUrl.startsWith('https:')
  await app.register(helmet, securityHeaders(isSecure))
  await registerViews(app, { ...deps, isSecure })
  registerErrorPages(app)
  registerAssets(app)
  registerCompanyAssets(app)

  const shelves = openShelves(config, deps.clock())
  await app.register(healthRoutes)
  await app.register(sessionRoutes, { isPractice: deps.isPractice })
  await app.register(publicScope)
  await app.register(async (staff) => {
    staffScope(staff)
    await staff.register(startRoutes)
    await staff.register(userRoutes)
    await staff.register(settingsRoutes, { isPractice: deps.isPractice })
    await staff.register(customerRoutes)
    await staff.register(importRoutes, { dataDir: config.dataDir })
    await staff.register(predictionRoutes)
    await staff.register(templateRoutes, { shelves })
    await staff.register(previewRoutes, { shelves })
    await staff.register(campaignRoutes)
    await staff.register(interviewRoutes)
    await staff.register(tagRoutes)
    await staff.register(codebookRoutes)
    await staff.register(agreementRoutes)
    await staff.register(learningRoutes)
    await staff.register(insightRoutes)
    await staff.register(outcomesRoutes)
    await staff.register(closerRoutes)
    await staff.register(trustRoutes)
    await staff.register(weightRoutes)
    await staff.register(marketedRoutes)
    await staff.register(exportRoutes)
    await staff.register(fileRoutes)
    await staff.register(decisionRoutes)
    await staff.register(aspectRoutes)
    await staff.register(valueRoutes)
    await staff.register(followUpRoutes)
    await staff.register(mailboxRoutes, { isPractice: deps.isPractice })
  })
  return app
}

/** What customers open by their personal link: no session, counted by link, kept out of caches, referrers and indexes. */
async function publicScope(scope: FastifyInstance): Promise<void> {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    })
  })
  await scope.register(rateLimit, {
    max: 240,
    timeWindow: '1 minute',
    keyGenerator: linkOf,
    errorResponseBuilder: () =>
      new AppError(
        429,
        'This link was used very often within a minute. Wait a minute, then go on: what you wrote is kept.',
      ),
  })
  await scope.register(answerRoutes)
  await scope.register(suppressionRoutes)
}

const linkOf = (request: FastifyRequest): string => {
  const { params } = request
  return typeof params === 'object' && params !== null && 'link' in params ? String(params.link) : request.ip
}

/** A log line names the route, never the address that was asked for: that may hold a personal link. */
const loggedRequest = (request: FastifyRequest) => ({
  method: request.method,
  route: request.routeOptions.url ?? 'unknown',
})

function securityHeaders(isSecure: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' as const },
    strictTransportSecurity: isSecure && { maxAge: 31_536_000 },
    crossOriginEmbedderPolicy: false,
  }
}

/** Two error pages: what a person can mend, with the sentence that says how, and our own faults, with a reference. */
function registerErrorPages(app: FastifyInstance): void {
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).page('errors/problem', {
      title: 'Not found',
      sentence: 'There is nothing at this address. Check it for missing letters, or go back.',
    }),
  )
  app.setErrorHandler(async (error, request, reply) => {
    const status = statusOf(error)
    // Mostly an address or a form that no page of ours made; if it is a record that cannot be read, this line tells.
    if (error instanceof z.ZodError) request.log.warn({ err: error }, 'something did not fit its schema')
    if (isTwice(error)) request.log.warn({ err: error }, 'something was written twice, mostly by a second press')
    if (status < 500) {
      const sentence =
        error instanceof AppError
          ? error.message
          : (sentences[status] ?? 'This request could not be read. Go back and try again.')
      return reply.code(status).page('errors/problem', { title: titles[status] ?? 'That did not work', sentence })
    }
    request.log.error({ err: error }, 'a request failed')
    return reply.code(500).page('errors/fault', { title: 'Our fault', reference: request.id })
  })
}

const titles: Record<number, string> = {
  403: 'Not allowed',
  404: 'Not found',
  409: 'That has changed',
  410: 'No longer valid',
  429: 'One moment',
}
const sentences: Record<number, string> = {
  409: 'This is on record already, perhaps by a second press of the button. Go back and look before you send it again.',
  413: 'That is too large to take in one go. Send a smaller file or a shorter text.',
  415: 'This kind of content cannot be read here. Send the form from its page.',
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.status
  if (error instanceof z.ZodError || isCutShort(error)) return 400
  if (isTwice(error)) return 409
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500
  return typeof status === 'number' && status >= 400 ? status : 500
}

/** An upload that ended in the middle: busboy names it by this sentence only. */
const isCutShort = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Unexpected end of multipart data'

/** Two requests at the same moment can both find an address free; the database lets one of them have it. */
const isTwice = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
