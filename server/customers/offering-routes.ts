import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { asTyped, parseForm } from '../forms.ts'
import { newId } from '../ids.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { keyForm, offeringNameForm } from './forms.ts'
import { offeringListPage, offeringPage } from './offering-pages.ts'
import {
  addOffering,
  deleteOffering,
  findNamesake,
  getOffering,
  listOfferings,
  renameOffering,
  setOfferingArchived,
} from './offerings.ts'

const idParams = z.object({ id: z.string() })

/** The company's list of what it offers: leads and admins keep it, reps say who has what of it. */
export async function offeringRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/offerings', async (_request, reply) => {
    return reply.page('customers/offerings', offeringListPage(await listOfferings(db), { key: newId() }, {}))
  })

  app.post('/offerings', async (request, reply) => {
    const user = signedIn(request)
    const form = parseForm(offeringNameForm.and(keyForm), request.body)
    const errors = form.ok ? await clash(form.value.name, form.value.key) : form.errors
    if (!form.ok || errors.name)
      return reply
        .code(422)
        .page('customers/offerings', offeringListPage(await listOfferings(db), asTyped(request.body), errors))
    await addOffering(db, user, form.value.key, form.value.name, app.clock())
    reply.flash(`${form.value.name} is on the list.`)
    return reply.redirect('/offerings', 303)
  })

  app.get('/offerings/:id', async (request, reply) => {
    const offering = await getOffering(db, idParams.parse(request.params).id)
    return reply.page('customers/offering', offeringPage(offering, { name: offering.name }, {}))
  })

  app.post('/offerings/:id', async (request, reply) => {
    const offering = await getOffering(db, idParams.parse(request.params).id)
    const form = parseForm(offeringNameForm, request.body)
    const errors = form.ok ? await clash(form.value.name, offering.id) : form.errors
    if (!form.ok || errors.name)
      return reply.code(422).page('customers/offering', offeringPage(offering, asTyped(request.body), errors))
    await renameOffering(db, signedIn(request), offering.id, form.value.name, app.clock())
    reply.flash(`Saved ${form.value.name}.`)
    return reply.redirect('/offerings', 303)
  })

  for (const [noun, isArchived, done] of [
    ['archiving', true, 'is archived: nobody is asked about it, and whoever had it keeps it on record.'],
    ['restoration', false, 'is on offer again.'],
  ] as const)
    app.post(`/offerings/:id/${noun}`, async (request, reply) => {
      const { id, name } = await getOffering(db, idParams.parse(request.params).id)
      await setOfferingArchived(db, signedIn(request), id, isArchived, app.clock())
      reply.flash(`${name} ${done}`)
      return reply.redirect('/offerings', 303)
    })

  app.post('/offerings/:id/removal', async (request, reply) => {
    const { id, name } = await getOffering(db, idParams.parse(request.params).id)
    await deleteOffering(db, signedIn(request), id, app.clock())
    reply.flash(`${name} is deleted.`)
    return reply.redirect('/offerings', 303)
  })

  async function clash(name: string, except: string): Promise<Record<string, string>> {
    const other = await findNamesake(db, name, except)
    if (!other) return {}
    return {
      name: other.archived_at
        ? `${other.name} is on the list already, archived. Restore it instead.`
        : `${other.name} is on the list already.`,
    }
  }
}
