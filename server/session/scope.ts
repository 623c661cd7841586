import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { User } from '../access.ts'
import { forbidden, notFound } from '../errors.ts'
import type { Role } from '../tables.ts'
import { minutes } from '../time.ts'
import { findSession, touchSession } from './session.ts'

export const sessionCookie = 'session'

/** Pages for staff: a session is needed, and writes are taken only from our own pages (a matching Origin). */
export function staffScope(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const signedIn = await findSession(scope.db, request.cookies[sessionCookie] ?? '', scope.clock())
    if (!signedIn) {
      const next = request.method === 'GET' && request.url !== '/' ? `?next=${encodeURIComponent(request.url)}` : ''
      return reply.redirect(`/sign-in${next}`, 303)
    }
    request.user = signedIn.user
    request.sessionId = signedIn.sessionId
    if (scope.clock().getTime() - Date.parse(signedIn.lastSeenAt) > minutes(60))
      await touchSession(scope.db, signedIn.sessionId, scope.clock())
  })
  scope.addHook('preHandler', requireSameOrigin)
}

/** Refuses a write that another site's page sent: browsers name the origin of every POST. */
export async function requireSameOrigin(request: FastifyRequest): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD') return
  if (!isOurs(request))
    throw forbidden('This form was not sent from a page of ours. Open the page anew and send it again.')
}

function isOurs(request: FastifyRequest): boolean {
  const { origin } = request.headers
  if (origin === undefined || !URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  // Behind TLS a page that came without it may be anybody's: whoever sits on the line writes it.
  const needsTls = request.server.links.absolute('/').startsWith('https:')
  return host === request.headers.host && (protocol === 'https:' || (protocol === 'http:' && !needsTls))
}

/** For a scope that only some roles have: to the others its pages do not exist. */
export function onlyFor(scope: FastifyInstance, ...allowed: Role[]): void {
  scope.addHook('preHandler', async (request) => {
    if (!request.user || !allowed.includes(request.user.role)) throw notFound('That page')
  })
}

/** Who is signed in, in a route of the staff scope. */
export function signedIn(request: FastifyRequest): User {
  if (!request.user) throw notFound('That page')
  return request.user
}

declare module 'fastify' {
  interface FastifyRequest {
    sessionId: string | undefined
  }
}
