import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isReader } from '../access.ts'
import { getCompany } from '../company.ts'
import { unusable } from '../errors.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { dayAt, readerOf } from '../time.ts'
import { workbookType, writeWorkbook } from '../xlsx.ts'
import { type Figures, figuresFor } from './figures.ts'
import { readBy, readFilters } from './forms.ts'
import { codebookVersion, filterNames, listFacts } from './insights.ts'
import { currentLedger } from './ledger.ts'
import { aboutView, reportPage } from './report-page.ts'
import { closerSheets } from './sheets-routes.ts'
import { csvOf, figuresTable } from './tables.ts'
import { trustChecks } from './trust-page.ts'
import { trustView } from './trust-routes.ts'
import { readWeightFilters } from './weight/filters.ts'
import { weightsFor } from './weight/weights-for.ts'

const csvType = 'text/csv; charset=utf-8'

/** What is on the screen, to take away: as a report, a table, and a workbook. */
export async function exportRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/why/report', async (request, reply) => {
    const filters = readWeightFilters(request.query)
    const weights = { summary: await weightsFor(db, signedIn(request), filters), filters }
    return reply.page('insights/report', reportPage({ ...(await facts(request)), weights }))
  })

  app.get('/why.csv', async (request, reply) => {
    // The figures alone: what a report says beside them is not looked up for it.
    const figures = open(await figuresIn(request))
    return attach(reply, 'why-they-buy.csv', csvType).send(csvOf(figuresTable(figures, await filterNames(db))))
  })

  app.get('/why.xlsx', async (request, reply) => {
    const found = await facts(request)
    const figures = { name: 'Figures', ...figuresTable(open(found.figures), found.names) }
    const closer = await closerSheets(app, request)
    const about = [
      ...aboutView(found),
      ['Sheet “Figures”', 'How many customers name each of the four, as at a glance and side by side.'],
      ...closer.map((sheet) => [`Sheet “${sheet.name}”`, sheet.about]),
    ]
    const sheets = [figures, { name: 'About', head: ['What', 'Words'], rows: about }, ...closer]
    return attach(reply, 'why-they-buy.xlsx', workbookType).send(await writeWorkbook(sheets))
  })

  const attach = (reply: FastifyReply, name: string, type: string) =>
    reply.header('content-disposition', `attachment; filename="${name}"`).type(type)

  const figuresIn = async (request: FastifyRequest): Promise<Figures> =>
    figuresFor(
      await currentLedger(db),
      readFilters(request.query),
      isReader(signedIn(request)),
      readBy(request.query, 'asked'),
    )

  async function facts(request: FastifyRequest) {
    const user = signedIn(request)
    const filters = readFilters(request.query)
    const figures = await figuresIn(request)
    return {
      figures,
      filters,
      names: await filterNames(db),
      list: await listFacts(db, filters, figures.heardCustomers),
      codebook: await codebookVersion(db),
      company: (await getCompany(db)).name,
      checks: trustChecks(await trustView(app, request), app.clock(), readerOf(user)),
      today: dayAt(app.clock(), user.timeZone),
      now: app.clock(),
      reader: readerOf(user),
      reads: isReader(user),
    }
  }
}

/** Figures that may be taken away; 422 for others. */
function open(figures: Figures): Figures {
  if (figures.status !== 'shown')
    throw unusable('This view has no figures to take away: nobody is read in it, or fewer than five customers are.')
  return figures
}
