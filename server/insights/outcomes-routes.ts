import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isEditor, isReader } from '../access.ts'
import { notFound, unusable } from '../errors.ts'
import { pageNumber } from '../lists.ts'
import { whySections } from '../sections.ts'
import { signedIn } from '../session/scope.ts'
import { currentFacts } from '../value/facts.ts'
import { closerPages } from './closer.ts'
import { filterNames } from './insights.ts'
import { currentLedger } from './ledger.ts'
import { seenCustomers } from './outcome-facts.ts'
import { outcomesBehindPage } from './outcomes-behind-page.ts'
import { chosenCustomers, customersBehind, readOutcomesQuery } from './outcomes-choice.ts'
import { outcomesPage } from './outcomes-page.ts'
import { outcomesTable } from './outcomes-table.ts'
import { csvOf } from './tables.ts'

/**
 * What follows from helping with more. Its figures are open to all staff; who may not read by name sees them for the whole
 * list only, so that no choice singles anybody out, and opens no customer from them.
 */
export async function outcomesRoutes(app: FastifyInstance): Promise<void> {
  const view = async (request: FastifyRequest) => {
    const user = signedIn(request)
    const reads = isReader(user)
    const query = readOutcomesQuery(request.query, reads)
    const all = await seenCustomers(app.db, await currentFacts(app.db), app.clock())
    return { user, reads, query, all, names: await filterNames(app.db) }
  }

  app.get('/why/outcomes', async (request, reply) => {
    const { user, reads, query, all, names } = await view(request)
    const page = outcomesPage({
      ...chosenCustomers(all, query, await currentLedger(app.db)),
      query,
      names,
      reads,
      mayTake: isEditor(user),
      sections: whySections(user, '/why'),
      closer: closerPages('/why/outcomes'),
    })
    return reply.page('insights/outcomes', page)
  })

  app.get('/why/outcomes.csv', async (request, reply) => {
    const { user, query, all } = await view(request)
    if (!isEditor(user)) throw notFound('That file')
    const table = outcomesTable(chosenCustomers(all, query, await currentLedger(app.db)), query)
    if (table.rows.length === 0)
      throw unusable('This view has no figures to take away: fewer than five customers are known in it.')
    return reply
      .header('content-disposition', 'attachment; filename="what-follows.csv"')
      .type('text/csv; charset=utf-8')
      .send(csvOf(table))
  })

  app.get('/why/outcomes/customers', async (request, reply) => {
    const { user, reads, query, all } = await view(request)
    if (!reads) throw notFound('That page')
    const { customers } = chosenCustomers(all, query, await currentLedger(app.db))
    const page = outcomesBehindPage(customersBehind(customers, query), query, pageNumber(query.page))
    return reply.page('insights/outcome-customers', {
      ...page,
      sections: whySections(user, '/why'),
      closer: closerPages('/why/outcomes'),
    })
  })
}
