import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { User } from '../access.ts'
import { conflict, notFound } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { newId } from '../ids.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import { contactRoutes } from './contact-routes.ts'
import { findContacts } from './contacts.ts'
import { archivePage, customerFormPage, customerTyped } from './customer-form-pages.ts'
import { customerPage } from './customer-page.ts'
import {
  addCustomer,
  editCustomer,
  findColleagues,
  findCustomer,
  findExternalId,
  getCustomer,
  markLost,
  mayChooseOwner,
  setArchived,
  shareCustomer,
  unshareCustomer,
} from './customers.ts'
import { factRoutes } from './fact-routes.ts'
import { findCustomerFacts } from './facts.ts'
import { type CustomerForm, customerForm, keyForm, listQuery, shareForm } from './forms.ts'
import { goneRoutes } from './gone-routes.ts'
import { findHeard, findOpenDuties } from './heard.ts'
import { listPage, pageSize } from './list-page.ts'
import { filterChoices, listCustomers } from './listing.ts'
import { mergeRoutes } from './merge-routes.ts'
import { offeringRoutes } from './offering-routes.ts'
import { findTimeline } from './timeline.ts'

const idParams = z.object({ id: z.string() })
const nestedParams = z.object({ id: z.string(), other: z.string() })

export async function customerRoutes(app: FastifyInstance): Promise<void> {
  await app.register(offeringRoutes)
  await app.register(contactRoutes)
  await app.register(factRoutes)
  await app.register(mergeRoutes)
  await app.register(goneRoutes)
  const { db } = app

  app.get('/customers', async (request, reply) => {
    const user = signedIn(request)
    const { page, ...filters } = listQuery.parse(request.query)
    const number = pageNumber(page)
    const found = await listCustomers(db, user, filters, number, pageSize)
    return reply.page(
      'customers/list',
      listPage(user, filters, number, found, await filterChoices(db, user), app.clock()),
    )
  })

  app.get('/customers/new', async (request, reply) => {
    const user = signedIn(request)
    const typed = { owner: user.id, key: newId() }
    return reply.page('customers/edit', customerFormPage(user, undefined, await findColleagues(db), typed, {}))
  })

  app.post('/customers/new', async (request, reply) => {
    const user = signedIn(request)
    const form = parseForm(customerForm.and(keyForm), request.body)
    const errors = form.ok ? await customerClashes(form.value, form.value.key, user) : form.errors
    if (!form.ok || Object.keys(errors).length > 0) {
      const typed = { ...asTyped(request.body), key: newId() }
      return reply
        .code(422)
        .page('customers/edit', customerFormPage(user, undefined, await findColleagues(db), typed, errors))
    }
    await addCustomer(db, user, form.value.key, form.value, app.clock())
    reply.flash(`${form.value.name} is on the list. Add the people there next.`)
    return reply.redirect(`/customers/${form.value.key}`, 303)
  })

  app.get('/customers/:id', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const customer = await findCustomer(db, user, id)
    if (!customer) throw notFound('That customer')
    if (customer.merged_into) return reply.redirect(`/customers/${customer.merged_into}`, 303)
    const [contacts, facts, colleagues, open] = await Promise.all([
      findContacts(db, id),
      findCustomerFacts(db, id),
      findColleagues(db),
      findOpenDuties(db, id),
    ])
    // One after the other: each keeps a record of confidential words that it shows, and none keeps it twice.
    const heard = await findHeard(db, user, id, app.clock())
    const timeline = await findTimeline(db, user, id, facts.outcomes, app.clock())
    const isWholeTimeline = z.object({ timeline: z.string().catch('') }).parse(request.query).timeline === 'all'
    return reply.page(
      'customers/customer',
      customerPage(user, { customer, contacts, facts, heard, open, timeline, colleagues }, app.clock(), {
        isWholeTimeline,
      }),
    )
  })

  app.get('/customers/:id/edit', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    return reply.page(
      'customers/edit',
      customerFormPage(user, customer, await findColleagues(db), customerTyped(customer), {}),
    )
  })

  app.post('/customers/:id/edit', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const typed = asTyped(request.body)
    const form = parseForm(customerForm, request.body)
    const errors = form.ok ? await customerClashes(form.value, customer.id, user) : form.errors
    const isStale = (typed.seen ?? '') !== '' && typed.seen !== customer.updated_at
    if (!form.ok || isStale || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page('customers/edit', customerFormPage(user, customer, await findColleagues(db), typed, errors, isStale))
    await editCustomer(db, user, customer.id, form.value, app.clock())
    reply.flash(`Saved ${form.value.name}.`)
    return reply.redirect(`/customers/${customer.id}`, 303)
  })

  app.get('/customers/:id/archiving', async (request, reply) => {
    const customer = await getCustomer(db, signedIn(request), idParams.parse(request.params).id)
    return reply.page('customers/archive', archivePage(customer))
  })

  for (const [noun, isArchived, done] of [
    ['archiving', true, 'is archived. It keeps its record, and nobody there is asked.'],
    ['restoration', false, 'is back on the list.'],
  ] as const)
    app.post(`/customers/:id/${noun}`, async (request, reply) => {
      const user = signedIn(request)
      const customer = await getCustomer(db, user, idParams.parse(request.params).id)
      await setArchived(db, user, customer.id, isArchived, app.clock())
      reply.flash(`${customer.name} ${done}`)
      return reply.redirect(`/customers/${customer.id}`, 303)
    })

  app.post('/customers/:id/loss', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    await markLost(db, user, customer.id, app.clock())
    reply.flash(`${customer.name} is lost.`)
    return reply.redirect(`/customers/${customer.id}`, 303)
  })

  app.post('/customers/:id/shares', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const form = parseForm(shareForm, request.body)
    if (!form.ok) throw conflict('No colleague was chosen. Go back and choose one.')
    await shareCustomer(db, user, id, form.value.colleague, app.clock())
    return reply.redirect(`/customers/${id}#shared`, 303)
  })

  app.post('/customers/:id/shares/:other/removal', async (request, reply) => {
    const { id, other } = nestedParams.parse(request.params)
    await unshareCustomer(db, signedIn(request), id, other, app.clock())
    return reply.redirect(`/customers/${id}#shared`, 303)
  })

  async function customerClashes(value: CustomerForm, except: string, user: User): Promise<Record<string, string>> {
    const errors: Record<string, string> = {}
    const other = value.externalId ? await findExternalId(db, user, value.externalId, except) : undefined
    if (other)
      errors.externalId = `This number already belongs to ${other.name || 'another customer'}. Give this customer its own.`
    const colleagues = mayChooseOwner(user) && value.owner ? await findColleagues(db) : []
    if (mayChooseOwner(user) && value.owner && !colleagues.some(({ id }) => id === value.owner))
      errors.owner = 'Choose an owner who works here.'
    return errors
  }
}
