import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isEditor, isReader } from '../../access.ts'
import { bom, writeRows } from '../../csv.ts'
import { drivers } from '../../drivers.ts'
import { notFound, unusable } from '../../errors.ts'
import { pageNumber } from '../../lists.ts'
import { recordReadings } from '../../readings.ts'
import { whySections } from '../../sections.ts'
import { signedIn } from '../../session/scope.ts'
import { readerOf } from '../../time.ts'
import { closerPages } from '../closer.ts'
import { filterNames } from '../insights.ts'
import { behindNumber, namesBehind, openGiven, weightNumbers } from './behind.ts'
import { weightBehindPage } from './behind-page.ts'
import { readWeightFilters } from './filters.ts'
import { hasNumbers, weightPage } from './page.ts'
import { weightTable } from './table.ts'
import { weightsBehind, weightsFor } from './weights-for.ts'

const pageSize = 30
const behindQuery = z.object({
  of: z.enum(weightNumbers),
  driver: z
    .enum(['', ...drivers])
    .catch('')
    .default(''),
  page: z.string().catch(''),
})

/** What weighs, and how well we do. Open to all staff; what a customer gave by name only to those who may read it so. */
export async function weightRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app
  const viewed = async (request: FastifyRequest) => {
    const user = signedIn(request)
    const filters = readWeightFilters(request.query)
    return { user, filters, summary: await weightsFor(db, user, filters) }
  }

  app.get('/why/weight', async (request, reply) => {
    const { user, filters, summary } = await viewed(request)
    const facts = {
      summary,
      filters,
      names: await filterNames(db),
      mayTake: isEditor(user),
      sections: whySections(user, '/why'),
      closer: closerPages('/why/weight'),
    }
    return reply.page('insights/weight', weightPage(facts, app.clock(), readerOf(user)))
  })

  app.get('/why/weight.csv', async (request, reply) => {
    const { user, summary } = await viewed(request)
    if (!isEditor(user)) throw notFound('That file')
    if (!hasNumbers(summary.figures))
      throw unusable('This view has no figures to take away: fewer than five customers weighed the four in it.')
    const { head, rows } = weightTable(summary.figures)
    return reply
      .header('content-disposition', 'attachment; filename="what-weighs.csv"')
      .type('text/csv; charset=utf-8')
      .send(bom + writeRows([head, ...rows.map((row) => row.map(String))]))
  })

  app.get('/why/weight/customers', async (request, reply) => {
    const user = signedIn(request)
    const filters = readWeightFilters(request.query)
    const parsed = behindQuery.safeParse(request.query)
    if (!parsed.success) throw notFound('That number')
    const { of, driver } = parsed.data
    // The other numbers are of one driver each.
    if (driver === '' && !['points', 'lost', 'picked', 'declined'].includes(of)) throw notFound('That number')
    const page = pageNumber(parsed.data.page)
    const { view, isOpen } = await weightsBehind(db, user, filters)
    const { given, status } = behindNumber(view, { of, driver })
    const window = { limit: pageSize, offset: (page - 1) * pageSize }
    const { total: readable, part } = openGiven(given, { of, driver }, isOpen, window)
    const shown = part.flatMap(({ sittings }) =>
      sittings.map(({ response, level }) => ({ responseId: response, consentLevel: level })),
    )
    await recordReadings(db, user.id, shown, app.clock())
    const facts = {
      wanted: { of, driver },
      filters,
      status,
      total: given.length,
      readable,
      given: part,
      names: await namesBehind(db, part),
      page,
      pageSize,
      seesAll: isReader(user),
      sections: whySections(user, '/why'),
      closer: closerPages('/why/weight'),
    }
    return reply.page('insights/weight-customers', weightBehindPage(facts, app.clock(), readerOf(user)))
  })
}
