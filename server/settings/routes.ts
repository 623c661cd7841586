import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Company, getCompany } from '../company.ts'
import { asTyped, parseForm, type Typed } from '../forms.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { hasFactor } from '../session/second-factor.ts'
import { companyForm } from './forms.ts'
import { mostBytes, type ReadPicture, readPicture } from './logo.ts'
import { settingsPage, typedOf } from './pages.ts'
import { previewRoutes } from './preview-routes.ts'
import { findDraft, keepLogo, logoOf, saveDraft, saveSettings } from './settings.ts'

type Sent = { typed: Typed; errors: Record<string, string> }

/** The company as customers read of it: for admins. */
export async function settingsRoutes(app: FastifyInstance, { isPractice }: { isPractice: boolean }): Promise<void> {
  onlyFor(app, 'admin')
  await app.register(multipart, {
    // One byte more than we take, so that a picture of just that size is still told from a larger one.
    limits: { fileSize: mostBytes + 1, files: 1, fields: 20, fieldSize: 20_000 },
    throwFileSizeLimit: false,
  })
  await app.register(previewRoutes)
  const { db, clock } = app

  async function page(reply: FastifyReply, shown: Company, sent?: Sent) {
    const logo = sent?.typed.keptLogo ? await logoOf(db, sent.typed.keptLogo, '') : shown.logo
    const model = settingsPage(shown, logo, sent?.typed ?? typedOf(shown), sent?.errors ?? {}, isPractice)
    return reply.page('settings/company', model)
  }

  app.get('/settings', async (_request, reply) => page(reply, await getCompany(db)))

  // What was looked at and is not saved yet, to be changed.
  app.get('/settings/draft', async (request, reply) => {
    const draft = await findDraft(db, signedIn(request).id)
    if (!draft) return reply.redirect('/settings', 303)
    const typed = { ...typedOf(draft), keptLogo: draft.logo?.hash ?? '', removesLogo: draft.logo ? '' : 'on' }
    return page(reply, draft, { typed, errors: {} })
  })

  app.post('/settings', async (request, reply) => {
    const present = await getCompany(db)
    const { typed, picture } = await read(request)
    const errors: Record<string, string> = {}
    if (picture && !picture.ok) errors.logo = picture.sentence
    // Kept even if something else is wrong: a browser does not choose a file twice.
    if (picture?.ok) typed.keptLogo = await keepLogo(db, picture.picture, clock())
    const form = parseForm(companyForm, typed)
    if (typed.needsSecondFactor && !present.needsSecondFactor && !(await hasFactor(db, signedIn(request).id)))
      errors.needsSecondFactor = 'Set up your own second factor first, under “Your account”. Then ask it of the others.'
    if (!form.ok || Object.keys(errors).length > 0)
      return page(reply.code(422), present, { typed, errors: { ...(form.ok ? {} : form.errors), ...errors } })

    const { keptLogo, logoAlt, removesLogo, needsSecondFactor, act, ...texts } = form.value
    const hash = keptLogo || (removesLogo ? '' : (present.logo?.hash ?? ''))
    const company: Company = {
      ...texts,
      logo: hash ? await logoOf(db, hash, logoAlt) : undefined,
      needsSecondFactor: needsSecondFactor === 'on',
    }
    if (act === 'preview') {
      await saveDraft(db, company, signedIn(request).id, clock())
      return reply.redirect('/settings/preview', 303)
    }
    await saveSettings(db, company, signedIn(request).id, clock())
    return reply.flash('The settings are saved.').redirect('/settings', 303)
  })

  app.post('/settings/preview', async (request, reply) => {
    const draft = await findDraft(db, signedIn(request).id)
    if (!draft) return reply.redirect('/settings', 303)
    await saveSettings(db, draft, signedIn(request).id, clock())
    return reply.flash('The settings are saved.').redirect('/settings', 303)
  })
}

/** The form's texts, and the logo if one was chosen. */
async function read(request: FastifyRequest): Promise<{ typed: Typed; picture: ReadPicture | undefined }> {
  if (!request.isMultipart()) return { typed: asTyped(request.body), picture: undefined }
  const typed: Typed = {}
  let picture: ReadPicture | undefined
  for await (const part of request.parts()) {
    if (part.type === 'field') typed[part.fieldname] = String(part.value ?? '')
    else {
      const bytes = await part.toBuffer()
      if (part.fieldname === 'logo' && bytes.length > 0) picture = readPicture(bytes)
    }
  }
  return { typed, picture }
}
