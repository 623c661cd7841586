import { Readable } from 'node:stream'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { bom, writeRows } from '../../csv.ts'
import { asTyped } from '../../forms.ts'
import { newId } from '../../ids.ts'
import { pageNumber } from '../../lists.ts'
import { onlyFor, signedIn } from '../../session/scope.ts'
import { exampleFile } from './example.ts'
import { addImport, cancelImport, chooseColumns, confirmImport, findRecent, getImport, type Import } from './import.ts'
import { isMeaning, reasonHeader } from './meanings.ts'
import { importPage, progressPage, rowsAPage, shownActions, uploadPage } from './pages.ts'
import { createRunner } from './runner.ts'
import { findRows, lookAtStaging, removeFiles, uploadPath } from './staging.ts'
import { maxBytes, maxMegabytes, saveUpload } from './upload.ts'

const idParams = z.object({ id: z.uuid().catch('') })
const rowsQuery = z.object({ page: z.string().max(10).optional().catch(undefined), rows: z.string().max(10).catch('') })

/** So long a page waits for a small file, in ms; a large one shows how far it is. */
const patience = 2_500

/** Upload, preview, confirm. Reps import nothing: to them these pages do not exist. */
export async function importRoutes(app: FastifyInstance, { dataDir }: { dataDir: string }): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  await app.register(multipart, { limits: { fileSize: Number.POSITIVE_INFINITY, files: 1, fields: 5 } })
  const { db } = app
  const runner = createRunner(db, dataDir, app.clock, app.log)
  app.addHook('onReady', () => runner.resume())
  app.addHook('onClose', () => runner.stop())

  const tooLarge = `This file is larger than ${maxMegabytes} MB. Split it, or leave out columns that you do not need.`
  const upload = async (request: FastifyRequest, error = '') =>
    uploadPage(await findRecent(db, signedIn(request)), error, app.clock(), signedIn(request))

  app.get('/customers/import', async (request, reply) => reply.page('customers/import', await upload(request)))

  app.get('/customers/import/example.csv', async (_request, reply) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="customers-example.csv"')
      .send(exampleFile),
  )

  app.post('/customers/import', async (request, reply) => {
    const user = signedIn(request)
    const refuse = async (sentence: string) => reply.code(422).page('customers/import', await upload(request, sentence))
    // What is announced as too large is not even listened to.
    if (Number(request.headers['content-length'] ?? 0) > maxBytes + 100_000) return refuse(tooLarge)
    const part = request.isMultipart() ? await request.file() : undefined
    if (!part) return refuse('Choose a CSV file.')
    await runner.tidy()
    const id = newId()
    const bytes = await saveUpload(part.file, uploadPath(runner.folder, id))
    if (bytes === undefined) {
      // Nobody reads on in the form: what still comes must flow all the same, or the connection stays open for good.
      request.raw.unpipe()
      request.raw.resume()
      reply.header('connection', 'close')
      return refuse(tooLarge)
    }
    if (bytes === 0) {
      removeFiles(runner.folder, id)
      return refuse(
        part.filename === ''
          ? 'Choose a CSV file.'
          : 'This file is empty. Choose one with a line of column names and a line for each contact.',
      )
    }
    await addImport(db, user, id, part.filename || 'file.csv', app.clock())
    await soon(runner.begin(id))
    const { state, sentence } = await getImport(db, user, id)
    if (state === 'unreadable') {
      await cancelImport(db, user, id)
      return refuse(sentence)
    }
    return reply.redirect(`/customers/import/${id}`, 303)
  })

  app.get('/customers/import/:id', async (request, reply) => {
    const found = await getImport(db, signedIn(request), idParams.parse(request.params).id)
    if (found.state === 'reading' || found.state === 'applying' || found.state === 'unreadable')
      return reply.page('customers/import-progress', progressPage(found))
    const { page, rows } = rowsQuery.parse(request.query)
    return reply.page('customers/preview', preview(found, rows, pageNumber(page), ''))
  })

  app.get('/customers/import/:id/rejected.csv', async (request, reply) => {
    const found = await getImport(db, signedIn(request), idParams.parse(request.params).id)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="rejected-rows.csv"')
      .send(Readable.from(rejectedFile(found), { objectMode: false }))
  })

  app.post('/customers/import/:id/columns', async (request, reply) => {
    const user = signedIn(request)
    const { id, about } = await getImport(db, user, idParams.parse(request.params).id)
    const typed = asTyped(request.body)
    const columns = about.columns.map((column, index) => {
      const chosen = typed[`column-${index}`] ?? column.meaning
      const isKnown = isMeaning(chosen) || chosen === 'none' || chosen === 'attribute'
      return { ...column, meaning: isKnown ? chosen : column.meaning, isUnsure: false }
    })
    await chooseColumns(db, user, id, columns)
    await soon(runner.begin(id))
    return reply.redirect(`/customers/import/${id}`, 303)
  })

  app.post('/customers/import/:id/confirmation', async (request, reply) => {
    const user = signedIn(request)
    const found = await getImport(db, user, idParams.parse(request.params).id)
    const typed = asTyped(request.body)
    const decided = { leaveOut: typed.leaveOut === 'yes', mayLoosen: typed.mayLoosen === 'yes' }
    const outcome = await confirmImport(db, user, found.id, decided)
    if (outcome === 'rejects') {
      const sentence = 'Tick that the rejected rows are left out, or upload a better file. Nothing was written.'
      return reply.code(422).page('customers/preview', preview(found, '', 1, sentence))
    }
    if (outcome === 'begun') await soon(runner.begin(found.id))
    if (outcome === 'before')
      reply.flash('This file was confirmed already. Nothing is written a second time.', 'problem')
    if (outcome === 'nothing') reply.flash('Nothing would change, so nothing was written.', 'problem')
    return reply.redirect(`/customers/import/${found.id}`, 303)
  })

  app.post('/customers/import/:id/continuation', async (request, reply) => {
    const found = await getImport(db, signedIn(request), idParams.parse(request.params).id)
    await soon(runner.begin(found.id))
    return reply.redirect(`/customers/import/${found.id}`, 303)
  })

  app.post('/customers/import/:id/cancellation', async (request, reply) => {
    const user = signedIn(request)
    const found = await getImport(db, user, idParams.parse(request.params).id)
    await cancelImport(db, user, found.id)
    await runner.halt(found.id)
    removeFiles(runner.folder, found.id)
    reply.flash(`${found.file_name} was thrown away. Nothing was written.`)
    return reply.redirect('/customers/import', 303)
  })

  function preview(found: Import, shown: string, page: number, error: string) {
    const wanted = found.state === 'applied' ? 'reject' : shown
    const action = shownActions(found).find((one) => one === wanted) ?? ''
    // Once nothing is left to be mended, the rows are being thrown away.
    const isOver = found.state === 'applied' && found.about.counts.reject === 0
    const staging = isOver ? undefined : lookAtStaging(runner.folder, found.id)
    try {
      const rows = staging ? findRows(staging, action, rowsAPage, (page - 1) * rowsAPage) : []
      return importPage(found, { action, rows, page, isKept: staging !== undefined }, error)
    } finally {
      staging?.close()
    }
  }

  /** The rejected rows in the file's own columns, with the reason in one more; some hundred at a time. */
  async function* rejectedFile({ id, about }: Import): AsyncGenerator<string> {
    yield bom + writeRows([[...about.columns.map(({ header }) => header), reasonHeader]], about.delimiter)
    const staging = lookAtStaging(runner.folder, id)
    if (!staging) return
    try {
      for (let rows = findRows(staging, 'reject', 500, 0); rows.length > 0; ) {
        const cells = rows.map((row) => [
          ...about.columns.map((_, index) => row.cells[index] ?? ''),
          row.problems.join(' '),
        ])
        yield writeRows(cells, about.delimiter)
        rows = findRows(staging, 'reject', 500, 0, rows.at(-1)?.line)
      }
    } finally {
      staging.close()
    }
  }
}

/** Waits for it, but not for long: a page then shows how far it is. */
const soon = (work: Promise<void>): Promise<void> =>
  Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, patience).unref())])
