import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { User } from '../access.ts'
import { getCompany } from '../company.ts'
import { forbidden, notFound } from '../errors.ts'
import type { Role } from '../tables.ts'
import { minutes } from '../time.ts'
import { findSession, touchSession } from './session.ts'

export const sessionCookie = 'session'
/** Holds the token of a sign-in that waits for its second factor. */
export const pendingCookie = 'sign-in'
/** A browser keeps its cookie for half a year; the server ends sessions that rest for a month. */
const cookieSeconds = 180 * 86_400

/** True where people come by TLS: their cookies then never travel without it. */
const isSecure = (app: FastifyInstance): boolean => app.links.absolute('/').startsWith('https:')

/** Gives the browser its session; on a shared device only until it closes. */
export function keepSession(reply: FastifyReply, token: string, stays: boolean): FastifyReply {
  const flags = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: isSecure(reply.server) }
  return reply.setCookie(sessionCookie, token, { ...flags, ...(stays ? { maxAge: cookieSeconds } : {}) })
}

/** Gives the browser what it needs to show the second factor, and nothing more. */
export function keepPending(reply: FastifyReply, token: string): FastifyReply {
  const flags = { path: '/sign-in', httpOnly: true, sameSite: 'lax' as const, secure: isSecure(reply.server) }
  return reply.setCookie(pendingCookie, token, flags)
}

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
    if (signedIn.hasSecondFactor || signedIn.user.role !== 'admin') return
    // The way there, and out, stays open; everything else waits.
    const { needsSecondFactor } = await getCompany(scope.db)
    if (needsSecondFactor && !setUpPaths.some((path) => request.url.split('?')[0] === path)) {
      if (request.method === 'GET') return reply.redirect('/account/second-factor', 303)
      throw forbidden('Admins need a second factor here. Set yours up under “Your account”, then go on.')
    }
  })
  scope.addHook('preHandler', requireSameOrigin)
}

const setUpPaths = [
  '/account/second-factor',
  '/account/second-factor/start',
  '/account/second-factor/confirmation',
  '/account/second-factor/codes',
  '/account/link',
  '/account/second-factor/recovery-codes.txt',
]

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
  const isKnown = protocol === 'https:' || (protocol === 'http:' && !isSecure(request.server))
  return host === request.headers.host && isKnown
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
