import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isEditor, isReader } from '../access.ts'
import { howChosen } from '../campaigns/campaigns.ts'
import { bom, writeRows } from '../csv.ts'
import { notFound } from '../errors.ts'
import { whySections } from '../sections.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { closerPages } from './closer.ts'
import { readFilters } from './forms.ts'
import { filterNames } from './insights.ts'
import { trustFacts } from './trust.ts'
import { type TrustView, trustChecks, trustPage, trustTable } from './trust-page.ts'

/** How far to trust the figures of a view. Open to all staff; customers by name only to those who may open them. */
export async function trustRoutes(app: FastifyInstance): Promise<void> {
  app.get('/why/trust', async (request, reply) => {
    const user = signedIn(request)
    const ways = { sections: whySections(user, '/why'), closer: closerPages('/why/trust') }
    return reply.page('insights/trust', trustPage(await trustView(app, request), ways, app.clock(), readerOf(user)))
  })

  app.get('/why/trust.csv', async (request, reply) => {
    const user = signedIn(request)
    if (!isEditor(user)) throw notFound('That file')
    const { head, rows } = trustTable(trustChecks(await trustView(app, request), app.clock(), readerOf(user)))
    return reply
      .header('content-disposition', 'attachment; filename="how-far-to-trust.csv"')
      .type('text/csv; charset=utf-8')
      .send(bom + writeRows([head, ...rows.map((row) => row.map(String))]))
  })
}

/** What the page, the report and the files say of trust is made from. */
export async function trustView(app: FastifyInstance, request: FastifyRequest): Promise<TrustView> {
  const { db } = app
  const user = signedIn(request)
  const filters = readFilters(request.query)
  const { figures, ...facts } = await trustFacts(db, user, filters, app.clock())
  // A round that nobody has answered yet was chosen all the same.
  const rounds = facts.spoken.campaigns.length === 0 && filters.campaign ? [filters.campaign] : facts.spoken.campaigns
  return {
    facts,
    figures,
    filters,
    names: await filterNames(db),
    chosen: await howChosen(db, rounds),
    by: {
      id: user.id,
      seesAll: isEditor(user),
      mayOpenAgreement: isReader(user) || user.role === 'admin',
      mayTake: isEditor(user),
    },
  }
}
