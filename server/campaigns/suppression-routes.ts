import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { parseForm, problemsOf } from '../forms.ts'
import { ourLanguage } from '../speak.ts'
import { findByLink, stopMails } from './suppression.ts'

const linkParams = z.object({ link: z.string() })
const stopForm = z.object({ what: z.enum(['this', 'all'], 'Choose one of the two, so that we do what you mean.') })

/** RFC 8058: this very body, posted by a mail program on somebody's press of its own button. */
const oneClick = z.strictObject({ 'List-Unsubscribe': z.literal('One-Click') })

/** /u/:link: no more mails. A look changes nothing; a person chooses what to stop; a mail program's one click acts at once. */
export async function suppressionRoutes(app: FastifyInstance): Promise<void> {
  // RFC 8058 asks mail programs for multipart/form-data and allows the other form too.
  await app.register(multipart, { attachFieldsToBody: 'keyValues', limits: { fields: 4, files: 0, fieldSize: 200 } })

  app.get('/u/:link', async (request, reply) => {
    const { link } = linkParams.parse(request.params)
    if (link === 'test') return reply.page('suppression/test', { title: 'This is a test' })
    const invitation = await getByLink(request, link)
    return reply.page('suppression/stop', stopPage(link, invitation, {}))
  })

  app.post('/u/:link', async (request, reply) => {
    const { link } = linkParams.parse(request.params)
    if (link === 'test') return reply.page('suppression/test', { title: 'This is a test' })
    const invitation = await getByLink(request, link)
    if (oneClick.safeParse(request.body).success) {
      await stopMails(app.db, invitation, 'all', app.clock())
      return reply.type('text/plain; charset=utf-8').send('You get no more mails like this.')
    }
    const parsed = parseForm(stopForm, request.body)
    if (!parsed.ok) return reply.code(422).page('suppression/stop', stopPage(link, invitation, parsed.errors))
    await stopMails(app.db, invitation, parsed.value.what, app.clock())
    return reply.redirect(`/u/${link}/stopped`, 303)
  })

  app.get('/u/:link/stopped', async (request, reply) => {
    const { link } = linkParams.parse(request.params)
    const invitation = await getByLink(request, link)
    const isAll = invitation.suppressed !== null
    if (!isAll && invitation.declined_at === null) return reply.redirect(`/u/${link}`, 303)
    return reply.page('suppression/done', {
      title: isAll ? 'You get no more mails like this' : 'We do not ask you again in this round',
      isAll,
      address: invitation.email ?? '',
      answerHref: `/s/${link}`,
    })
  })

  async function getByLink(request: FastifyRequest, link: string) {
    const invitation = await findByLink(app.db, app.links, link)
    if (!invitation)
      throw new AppError(
        404,
        'This link is not complete or not ours. To get no more mails, answer the mail with the word “stop”: a person reads it.',
      )
    request.language = ourLanguage(invitation.language)
    return invitation
  }
}

type ByLink = { email: string | null; suppressed: string | null; declined_at: string | null }

const stopPage = (link: string, invitation: ByLink, errors: Record<string, string>) => ({
  title: 'No more mails',
  address: invitation.email ?? '',
  isStopped: invitation.suppressed !== null,
  isDeclined: invitation.declined_at !== null,
  whatError: errors.what ?? '',
  action: `/u/${link}`,
  laterHref: `/s/${link}/later`,
  answerHref: `/s/${link}`,
  ...problemsOf(errors.what ? { 'what-this': errors.what } : {}),
})
