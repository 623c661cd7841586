import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { dayParts, findToday } from '../follow-ups/today.ts'
import { todayPage } from '../follow-ups/today-page.ts'
import { signedIn } from '../session/scope.ts'
import { startPage } from './pages.ts'
import { getProgress, hasReasons, listAdminNames } from './start.ts'

/** Which part of the day is shown whole. */
const todayQuery = z.object({ all: z.enum(['', ...dayParts]).catch('') })

/** The home page: a rep's day, a lead's reasons, and the way there while nothing is known yet. */
export async function startRoutes(app: FastifyInstance): Promise<void> {
  app.get('/', async (request, reply) => {
    const user = signedIn(request)
    if (user.role === 'rep') {
      const now = app.clock()
      const { all } = todayQuery.parse(request.query)
      return reply.page('follow-ups/today', todayPage(user, await findToday(app.db, user, now, all), now))
    }
    const isUnderway = await hasReasons(app.db)
    if (isUnderway && user.role === 'lead') return reply.redirect('/why', 303)
    const company = await getCompany(app.db)
    const progress = await getProgress(app.db)
    return reply.page('start/way', startPage(user, company, progress, await listAdminNames(app.db), isUnderway))
  })
}
