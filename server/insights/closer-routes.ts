import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isEditor, isReader } from '../access.ts'
import { notFound } from '../errors.ts'
import { pageNumber } from '../lists.ts'
import { whySections } from '../sections.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { closerPages } from './closer.ts'
import { figuresFor } from './figures.ts'
import { readBy, readFilters, readPart } from './forms.ts'
import { groupsPage } from './groups-page.ts'
import { filterNames } from './insights.ts'
import { currentLedger } from './ledger.ts'
import { askedCustomers } from './silent.ts'
import { silentPage } from './silent-page.ts'
import { silentTable } from './silent-table.ts'
import { csvOf } from './tables.ts'

/** Groups side by side, and who was asked and is silent. Open to all staff; customers by name only to those who may open them. */
export async function closerRoutes(app: FastifyInstance): Promise<void> {
  app.get('/why/groups', async (request, reply) => {
    const user = signedIn(request)
    const filters = readFilters(request.query)
    const by = readBy(request.query, 'segment')
    const { isAll, page } = readPart(request.query)
    const facts = {
      figures: await figuresFor(await currentLedger(app.db), filters, isReader(user), by),
      filters,
      names: await filterNames(app.db),
      isAll,
      page: pageNumber(page),
      mayTake: isEditor(user),
      sections: whySections(user, '/why'),
      closer: closerPages('/why/groups'),
    }
    return reply.page('insights/groups', groupsPage(facts, app.clock(), readerOf(user)))
  })

  app.get('/why/silent', async (request, reply) => {
    const user = signedIn(request)
    const { asked, filters } = await askedIn(app, request)
    const ways = {
      sections: whySections(user, '/why'),
      closer: closerPages('/why/silent'),
      isOwn: user.role === 'rep',
      mayTake: isEditor(user),
    }
    const page = pageNumber(readPart(request.query).page)
    return reply.page('insights/silent', silentPage(asked, filters, await filterNames(app.db), page, ways))
  })

  app.get('/why/silent.csv', async (request, reply) => {
    if (!isEditor(signedIn(request))) throw notFound('That file')
    const { asked } = await askedIn(app, request)
    return reply
      .header('content-disposition', 'attachment; filename="who-is-silent.csv"')
      .type('text/csv; charset=utf-8')
      .send(csvOf(silentTable(asked)))
  })
}

/** Who was asked in a choice of campaign, segment, region and owner, of those that this person may open. */
export async function askedIn(app: FastifyInstance, request: FastifyRequest) {
  const user = signedIn(request)
  const { campaign, segment, region, owner } = readFilters(request.query)
  const filters = { ...readFilters({}), campaign, segment, region, owner }
  const { heardCustomers } = await figuresFor(await currentLedger(app.db), filters, isReader(user))
  return { asked: await askedCustomers(app.db, user, filters, new Set(heardCustomers)), filters }
}
