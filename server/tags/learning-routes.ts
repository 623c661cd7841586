import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isReader, type User } from '../access.ts'
import { notFound } from '../errors.ts'
import { signedIn } from '../session/scope.ts'
import { addDays, dayAt } from '../time.ts'
import { countFresh, learningOf, putToUse, turnLearning } from './learned.ts'
import { figuresByMonth, listVersions } from './learning-history.ts'
import { learningPage } from './learning-pages.ts'

const daysShown = 365
const form = z.object({ version: z.string().catch('') })

/** What the suggester learned here: for leads, admins and coders; only leads and admins change it. */
export async function learningRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/tags/learning', async (request, reply) => {
    const user = signedIn(request)
    if (!mayChange(user) && !isReader(user)) throw notFound('That page')
    const now = app.clock()
    const learning = await learningOf(db)
    const page = {
      learning,
      fresh: await countFresh(db, learning.lookedAt),
      versions: await listVersions(db),
      months: await figuresByMonth(db, addDays(dayAt(now), -daysShown)),
    }
    return reply.page('tags/learning', learningPage(page, user, now))
  })

  app.post('/tags/learning/start', async (request, reply) => {
    await turnLearning(db, changer(signedIn(request)), true, app.clock())
    return reply.flash('The suggester learns from what people decide again.').redirect('/tags/learning', 303)
  })

  app.post('/tags/learning/end', async (request, reply) => {
    await turnLearning(db, changer(signedIn(request)), false, app.clock())
    return reply
      .flash('The suggester no longer learns, and suggests what it was shipped with.')
      .redirect('/tags/learning', 303)
  })

  app.post('/tags/learning/version', async (request, reply) => {
    const { version } = form.parse(request.body ?? {})
    await putToUse(db, changer(signedIn(request)), version, app.clock())
    return reply
      .flash('Done. Answers that nobody has settled are read anew in the background.')
      .redirect('/tags/learning', 303)
  })
}

const mayChange = (user: User): boolean => user.role === 'lead' || user.role === 'admin'

function changer(user: User): User {
  if (!mayChange(user)) throw notFound('That page')
  return user
}
