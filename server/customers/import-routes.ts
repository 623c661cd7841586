import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { asTyped } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import {
  confirmImport,
  countRows,
  countSuppressed,
  findRejected,
  findRows,
  getImport,
  rowsAPage,
  stageImport,
} from './import.ts'
import { understand } from './import-columns.ts'
import { readCsv, writeCsv } from './import-file.ts'
import { previewPage, uploadPage } from './import-pages.ts'

const megabytes = 5
const idParams = z.object({ id: z.string() })
const rowsQuery = z.object({ page: z.string().max(10).optional().catch(undefined), rows: z.string().max(10).catch('') })

/** Upload, preview, confirm. Reps import nothing: to them these pages do not exist. */
export async function importRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  await app.register(multipart, {
    limits: { fileSize: megabytes * 1_048_576, files: 1, fields: 5 },
    throwFileSizeLimit: false,
  })
  const { db } = app

  app.get('/customers/import', async (_request, reply) => reply.page('customers/import', uploadPage('')))

  app.post('/customers/import', async (request, reply) => {
    const user = signedIn(request)
    const upload = await uploadOf(request)
    if (!upload.ok) return reply.code(422).page('customers/import', uploadPage(upload.sentence))
    const file = readCsv(upload.bytes)
    if (!file.ok) return reply.code(422).page('customers/import', uploadPage(file.sentence))
    const { columns, problem } = understand(file.header)
    if (problem) return reply.code(422).page('customers/import', uploadPage(problem))
    const id = await stageImport(db, user, upload.name, file, columns, app.clock())
    return reply.redirect(`/customers/import/${id}`, 303)
  })

  app.get('/customers/import/:id', async (request, reply) => {
    const found = await getImport(db, signedIn(request), idParams.parse(request.params).id)
    const { page, rows } = rowsQuery.parse(request.query)
    return reply.page('customers/preview', await preview(found, rows, pageNumber(page), ''))
  })

  app.get('/customers/import/:id/rejected.csv', async (request, reply) => {
    const found = await getImport(db, signedIn(request), idParams.parse(request.params).id)
    const rejected = await findRejected(db, found.id)
    const rows = rejected.map(({ cells, problems }) => [
      ...found.columns.map((_, index) => cells[index] ?? ''),
      problems.join(' '),
    ])
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="rejected-rows.csv"')
      .send(writeCsv([[...found.columns.map(({ header }) => header), 'Reason'], ...rows]))
  })

  app.post('/customers/import/:id/confirmation', async (request, reply) => {
    const user = signedIn(request)
    const found = await getImport(db, user, idParams.parse(request.params).id)
    const leaveOut = asTyped(request.body).leaveOut === 'yes'
    const outcome = await confirmImport(db, user, found.id, leaveOut, app.clock())
    if (outcome === 'rejects') {
      const sentence = 'Tick that the rejected rows are left out, or upload a better file. Nothing was written.'
      return reply.code(422).page('customers/preview', await preview(found, '', 1, sentence))
    }
    if (outcome === 'stale')
      reply.flash('The records changed since this preview. Nothing was written. Here is what the file would do now.')
    if (outcome === 'before') reply.flash('This file was imported already. Nothing was written a second time.')
    return reply.redirect(`/customers/import/${found.id}`, 303)
  })

  async function preview(found: Awaited<ReturnType<typeof getImport>>, rowsShown: string, page: number, error: string) {
    const onlyRejected = rowsShown === 'rejected' || found.state === 'applied'
    const [counts, suppressed, rows] = await Promise.all([
      countRows(db, found.id),
      countSuppressed(db, found),
      findRows(db, found.id, { onlyRejected, page }),
    ])
    return previewPage(
      found,
      { counts: found.applied ?? counts, suppressed, rows, onlyRejected, page, size: rowsAPage },
      error,
    )
  }
}

type Upload = { ok: true; name: string; bytes: Buffer } | { ok: false; sentence: string }

async function uploadOf(request: FastifyRequest): Promise<Upload> {
  const choose = { ok: false as const, sentence: 'Choose a CSV file.' }
  if (!request.isMultipart()) return choose
  const part = await request.file()
  if (!part) return choose
  const bytes = await part.toBuffer()
  if (part.file.truncated)
    return {
      ok: false,
      sentence: `This file is larger than ${megabytes} MB. Split it, or leave out columns that you do not need.`,
    }
  return bytes.length === 0 && part.filename === '' ? choose : { ok: true, name: part.filename || 'file.csv', bytes }
}
