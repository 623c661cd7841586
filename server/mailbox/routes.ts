import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { notFound } from '../errors.ts'
import { pageNumber } from '../lists.ts'
import { framedMail, framePolicy } from '../mail-frame.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { countMessages, findNeighbours, getMail, listFailedJobs, listMails, tryJobAgain } from './mailbox.ts'
import { mailboxPage, mailPage, mailParts } from './pages.ts'

const listQuery = z.object({ q: z.string().trim().max(200).default(''), page: z.string().optional() })
const partQuery = z.object({ part: z.enum(mailParts).catch('html') })

/** The built-in mailbox, and what the queue of mails holds: for leads and admins. */
export async function mailboxRoutes(app: FastifyInstance, { isPractice }: { isPractice: boolean }): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const idOf = (request: FastifyRequest) => z.object({ id: z.string() }).parse(request.params).id

  app.get('/mailbox', async (request, reply) => {
    const user = signedIn(request)
    const { q: search, page } = listQuery.parse(request.query)
    const query = { search, page: pageNumber(page) }
    const list = await listMails(app.db, user, query.search, query.page)
    const counts = await countMessages(app.db)
    const failed = user.role === 'admin' ? await listFailedJobs(app.db) : []
    return reply.page(
      'mailbox/list',
      mailboxPage(list, query, counts, failed, isPractice, app.clock(), readerOf(signedIn(request))),
    )
  })

  app.get('/mailbox/:id', async (request, reply) => {
    const mail = await getMail(app.db, signedIn(request), idOf(request))
    const neighbours = await findNeighbours(app.db, signedIn(request), mail)
    const { part } = partQuery.parse(request.query)
    return reply.page('mailbox/mail', mailPage(mail, part, neighbours, app.clock(), readerOf(signedIn(request))))
  })

  app.get('/mailbox/:id/html', async (request, reply) => {
    const mail = await getMail(app.db, signedIn(request), idOf(request))
    if (mail.isWithheld) throw notFound('That mail')
    return reply
      .header('content-security-policy', framePolicy)
      .type('text/html; charset=utf-8')
      .send(await framedMail(app.db, mail.html_body))
  })

  await app.register(async (admins) => {
    onlyFor(admins, 'admin')
    admins.post('/mailbox/failed/:id/retry', async (request, reply) => {
      await tryJobAgain(app.db, idOf(request), app.clock())
      return reply.flash('It is tried again now.').redirect('/mailbox', 303)
    })
  })
}
