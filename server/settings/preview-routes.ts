import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { assetText } from '../assets.ts'
import type { Scheme } from '../colour.ts'
import { type Company, getCompany } from '../company.ts'
import { companyCss } from '../company-css.ts'
import { pageLogo } from '../look.ts'
import { framedMail, framePolicy } from '../mail-frame.ts'
import { signedIn } from '../session/scope.ts'
import { renderMail } from '../views.ts'
import { previewPage, sampleMail, samplePage } from './preview-pages.ts'
import { findDraft } from './settings.ts'

const schemed = z.object({ scheme: z.enum(['light', 'dark']).catch('light') })

/** How mail and page will look with settings that are not saved yet, in both schemes, whatever the reader's own is. */
export async function previewRoutes(app: FastifyInstance): Promise<void> {
  const draftOf = async (request: FastifyRequest): Promise<Company> =>
    (await findDraft(app.db, signedIn(request).id)) ?? (await getCompany(app.db))

  app.get('/settings/preview', async (request, reply) => {
    const draft = await findDraft(app.db, signedIn(request).id)
    if (!draft) return reply.redirect('/settings', 303)
    const { text } = renderMail('invite', sampleMail(draft))
    return reply.page('settings/preview', previewPage(draft, text))
  })

  app.get('/settings/preview/mail/html', async (request, reply) => {
    const { scheme } = schemed.parse(request.query)
    const { html } = renderMail('invite', sampleMail(await draftOf(request)))
    return reply
      .header('content-security-policy', framePolicy)
      .type('text/html; charset=utf-8')
      .send(await framedMail(app.db, inScheme(html, scheme)))
  })

  app.get('/settings/preview/page', async (request, reply) => {
    const { scheme } = schemed.parse(request.query)
    const company = await draftOf(request)
    return reply.page('settings/sample-page', {
      ...samplePage(company),
      isForCustomer: true,
      company: company.name,
      css: `/settings/preview/page.css?scheme=${scheme}`,
      companyCss: '',
      logo: pageLogo(company),
    })
  })

  app.get('/settings/preview/page.css', async (request, reply) => {
    const { scheme } = schemed.parse(request.query)
    const { colour } = await draftOf(request)
    const css = inScheme(assetText('public.css'), scheme)
    return reply.type('text/css; charset=utf-8').send(colour ? `${css}\n${companyCss(colour, scheme)}` : css)
  })
}

/** Styles as they are in one scheme, though the reader's machine may be set to the other. */
const inScheme = (text: string, scheme: Scheme): string =>
  text
    .replaceAll(/@media \(prefers-color-scheme: dark\)/g, scheme === 'dark' ? '@media all' : '@media not all')
    .replaceAll(/color-scheme: light dark/g, `color-scheme: ${scheme}`)
    .replaceAll('content="light dark"', `content="${scheme}"`)
