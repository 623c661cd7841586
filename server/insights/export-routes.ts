import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import writeExcelFile from 'write-excel-file/node'
import { z } from 'zod'
import { isReader } from '../access.ts'
import { getCompany } from '../company.ts'
import { asText, bom, writeRows } from '../csv.ts'
import { notFound, unusable } from '../errors.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { dayAt, readerOf } from '../time.ts'
import { type Figures, figuresOf } from './figures.ts'
import { kinds } from './files/columns.ts'
import { wordsFile } from './files/stream.ts'
import { readBy, readFilters } from './forms.ts'
import { codebookVersion, filterNames, listFacts } from './insights.ts'
import { currentLedger } from './ledger.ts'
import { aboutView, reportPage } from './report-page.ts'
import { figuresTable } from './tables.ts'
import { trustChecks, trustTable } from './trust-page.ts'
import { trustView } from './trust-routes.ts'

const fileParams = z.object({ kind: z.enum(kinds) })

/** What is on the screen, to take away: as a report, a table, and the words themselves for those who may read them. */
export async function exportRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/why/report', async (request, reply) => reply.page('insights/report', reportPage(await facts(request))))

  app.get('/why.csv', async (request, reply) => {
    // The figures alone: what a report says beside them is not looked up for it.
    const figures = open(await figuresFor(request))
    const { head, rows } = figuresTable(figures, await filterNames(db))
    return attach(reply, 'why-they-buy.csv', 'text/csv; charset=utf-8').send(
      bom + writeRows([head, ...rows.map((row) => row.map(String))]),
    )
  })

  app.get('/why.xlsx', async (request, reply) => {
    const found = await shown(request)
    const { head, rows } = figuresTable(found.figures, found.names)
    const text = (cells: string[]) => cells.map((cell) => ({ value: asText(cell), fontWeight: 'bold' as const }))
    const asCell = (cell: string | number) => ({ value: typeof cell === 'string' ? asText(cell) : cell })
    const cells = rows.map((row) => row.map(asCell))
    const trust = trustTable(found.checks)
    const about = aboutView(found).map(([name, words]) => [{ value: name }, { value: asText(words) }])
    const buffer = await writeExcelFile([
      { data: [text(head), ...cells], sheet: 'Figures' },
      { data: about, sheet: 'About' },
      { data: [text(trust.head), ...trust.rows.map((row) => row.map(asCell))], sheet: 'Trust' },
    ]).toBuffer()
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    return attach(reply, 'why-they-buy.xlsx', type).send(buffer)
  })

  app.get('/why/files/:kind', async (request, reply) => {
    const user = signedIn(request)
    const { kind } = fileParams.parse(request.params)
    if (!isReader(user)) throw notFound('That file')
    const filters = readFilters(request.query)
    // On the screen days are widened so that they single out nobody; the file keeps to the same.
    const { from, to } = filters.from || filters.to ? await figuresFor(request) : filters
    const file = await wordsFile(db, user, kind, { ...filters, from, to }, app.clock)
    return send(attach(reply, `${kind}.csv`, 'text/csv; charset=utf-8'), file)
  })

  const attach = (reply: FastifyReply, name: string, type: string) =>
    reply.header('content-disposition', `attachment; filename="${name}"`).type(type)

  const figuresFor = async (request: FastifyRequest) =>
    figuresOf(
      await currentLedger(db),
      readFilters(request.query),
      isReader(signedIn(request)),
      readBy(request.query, 'asked'),
    )

  async function facts(request: FastifyRequest) {
    const user = signedIn(request)
    const filters = readFilters(request.query)
    const figures = await figuresFor(request)
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

  /** The facts of a view that may be shown; 422 otherwise. */
  async function shown(request: FastifyRequest) {
    const found = await facts(request)
    open(found.figures)
    return found
  }
}

/** Figures that may be taken away; 422 for others. */
function open(figures: Figures): Figures {
  if (figures.status !== 'shown')
    throw unusable('This view has no figures to take away: nobody is read in it, or fewer than five customers are.')
  return figures
}

/**
 * Sends pieces that hold only until the next is asked for: each has left before that. A file that cannot be finished is cut
 * off, so that nobody takes it for a whole one.
 */
async function send(reply: FastifyReply, pieces: AsyncGenerator<Uint8Array>): Promise<FastifyReply> {
  reply.hijack()
  const { raw } = reply
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined)
  raw.writeHead(200, Object.fromEntries(headers))
  try {
    for await (const bytes of pieces)
      await new Promise<void>((resolve, reject) => {
        raw.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
    raw.end()
  } catch (error) {
    if (!raw.destroyed) reply.log.error({ err: error }, 'a file could not be finished')
    raw.destroy()
  }
  return reply
}
