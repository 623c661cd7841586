import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { conflict } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import { addContact, contactClashes, editContact, findContacts, getContact, setContactArchived } from './contacts.ts'
import {
  addCustomer,
  addOutcome,
  editCustomer,
  findColleagues,
  findCustomerFacts,
  findExternalId,
  findOfferings,
  getCustomer,
  mayChooseOwner,
  removeOffering,
  removeYear,
  saveOffering,
  saveYear,
  setArchived,
  shareCustomer,
  unshareCustomer,
} from './customers.ts'
import {
  type CustomerForm,
  contactForm,
  customerForm,
  listQuery,
  offeringForm,
  outcomeForm,
  shareForm,
  yearForm,
} from './forms.ts'
import { importRoutes } from './import-routes.ts'
import { filterChoices, listCustomers } from './listing.ts'
import {
  archivePage,
  contactFormPage,
  contactFrame,
  contactTyped,
  customerFormPage,
  customerPage,
  customerTyped,
  listPage,
  offeringPage,
  outcomePage,
  pageSize,
  today,
  yearPage,
  yearTyped,
} from './pages.ts'
import { findTimeline } from './timeline.ts'

const idParams = z.object({ id: z.string() })
const yearParams = z.object({ id: z.string(), year: z.coerce.number().int().catch(0) })
const nestedParams = z.object({ id: z.string(), other: z.string() })

export async function customerRoutes(app: FastifyInstance): Promise<void> {
  await app.register(importRoutes)
  await app.register(contactRoutes)
  await app.register(factRoutes)
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
    return reply.page(
      'customers/edit',
      customerFormPage(user, undefined, await findColleagues(db), { owner: user.id }, {}),
    )
  })

  app.post('/customers/new', async (request, reply) => {
    const user = signedIn(request)
    const form = parseForm(customerForm, request.body)
    const errors = form.ok ? await customerClashes(form.value, '', user) : form.errors
    if (!form.ok || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page(
          'customers/edit',
          customerFormPage(user, undefined, await findColleagues(db), asTyped(request.body), errors),
        )
    const id = await addCustomer(db, user, form.value, app.clock())
    reply.flash(`${form.value.name} is on the list. Add the people there next.`)
    return reply.redirect(`/customers/${id}`, 303)
  })

  app.get('/customers/:id', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const [contacts, facts, timeline, colleagues] = await Promise.all([
      findContacts(db, id),
      findCustomerFacts(db, id),
      findTimeline(db, user, id, app.clock()),
      findColleagues(db),
    ])
    const isWholeTimeline = z.object({ timeline: z.string().catch('') }).parse(request.query).timeline === 'all'
    return reply.page(
      'customers/customer',
      customerPage(user, { customer, contacts, facts, timeline, colleagues }, app.clock(), { isWholeTimeline }),
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
    const form = parseForm(customerForm, request.body)
    const errors = form.ok ? await customerClashes(form.value, customer.id, user) : form.errors
    if (!form.ok || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page(
          'customers/edit',
          customerFormPage(user, customer, await findColleagues(db), asTyped(request.body), errors),
        )
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

  async function customerClashes(
    value: CustomerForm,
    except: string,
    user: ReturnType<typeof signedIn>,
  ): Promise<Record<string, string>> {
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

/** The people at a customer. */
async function contactRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/customers/:id/contacts/new', async (request, reply) => {
    const customer = await getCustomer(db, signedIn(request), idParams.parse(request.params).id)
    const typed = { language: customer.language ?? '' }
    return reply.page('customers/contact', contactFormPage(customer, undefined, typed, {}))
  })

  app.post('/customers/:id/contacts/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(contactForm, request.body)
    const errors = form.ok ? await contactClashes(db, user, form.value, '') : form.errors
    if (!form.ok || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page('customers/contact', contactFormPage(customer, undefined, asTyped(request.body), errors))
    await addContact(db, user, customer.id, form.value, app.clock())
    reply.flash(`${form.value.firstName} ${form.value.lastName} is on the list.`)
    return reply.redirect(`/customers/${customer.id}`, 303)
  })

  app.get('/contacts/:id', async (request, reply) => {
    const contact = await getContact(db, signedIn(request), idParams.parse(request.params).id)
    const customer = { id: contact.customer_id, name: contact.customer_name }
    return reply.page('customers/contact', contactFormPage(customer, contactFrame(contact), contactTyped(contact), {}))
  })

  app.post('/contacts/:id', async (request, reply) => {
    const user = signedIn(request)
    const contact = await getContact(db, user, idParams.parse(request.params).id)
    const form = parseForm(contactForm, request.body)
    const errors = form.ok ? await contactClashes(db, user, form.value, contact.id) : form.errors
    const customer = { id: contact.customer_id, name: contact.customer_name }
    if (!form.ok || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page('customers/contact', contactFormPage(customer, contactFrame(contact), asTyped(request.body), errors))
    await editContact(db, user, contact.id, form.value, app.clock())
    reply.flash(`Saved ${form.value.firstName} ${form.value.lastName}.`)
    return reply.redirect(`/customers/${contact.customer_id}`, 303)
  })

  for (const [noun, isArchived, done] of [
    ['archiving', true, 'is archived. The address is free for a successor.'],
    ['restoration', false, 'is back on the list.'],
  ] as const)
    app.post(`/contacts/:id/${noun}`, async (request, reply) => {
      const user = signedIn(request)
      const contact = await getContact(db, user, idParams.parse(request.params).id)
      const obstacle = await setContactArchived(db, user, contact.id, isArchived, app.clock())
      if (obstacle) throw conflict(`${obstacle} Change one of the two addresses, then restore this contact.`)
      reply.flash(`${contact.first_name} ${contact.last_name} ${done}`)
      return reply.redirect(`/customers/${contact.customer_id}`, 303)
    })
}

/** Years, offerings and outcomes. */
async function factRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/customers/:id/years/new', async (request, reply) => {
    const customer = await getCustomer(db, signedIn(request), idParams.parse(request.params).id)
    const typed = { year: String(app.clock().getUTCFullYear() - 1), currency: customer.latest_currency ?? '' }
    return reply.page('customers/small-form', yearPage(customer, typed, {}))
  })

  app.post('/customers/:id/years/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(yearForm, request.body)
    if (!form.ok) return reply.code(422).page('customers/small-form', yearPage(customer, form.typed, form.errors))
    const { years } = await findCustomerFacts(db, customer.id)
    if (years.some(({ year }) => year === form.value.year)) {
      const errors = { year: `${form.value.year} is on record already. Open it on the customer's page to change it.` }
      return reply.code(422).page('customers/small-form', yearPage(customer, asTyped(request.body), errors))
    }
    await saveYear(db, user, customer.id, form.value, app.clock())
    return reply.redirect(`/customers/${customer.id}#years`, 303)
  })

  app.get('/customers/:id/years/:year', async (request, reply) => {
    const { id, year } = yearParams.parse(request.params)
    const customer = await getCustomer(db, signedIn(request), id)
    const { years } = await findCustomerFacts(db, id)
    const found = years.find((row) => row.year === year)
    return reply.page('customers/small-form', yearPage(customer, found ? yearTyped(found) : {}, {}, year))
  })

  app.post('/customers/:id/years/:year', async (request, reply) => {
    const user = signedIn(request)
    const { id, year } = yearParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const form = parseForm(yearForm, { ...asTyped(request.body), year: String(year) })
    if (!form.ok) return reply.code(422).page('customers/small-form', yearPage(customer, form.typed, form.errors, year))
    await saveYear(db, user, id, form.value, app.clock())
    return reply.redirect(`/customers/${id}#years`, 303)
  })

  app.post('/customers/:id/years/:year/removal', async (request, reply) => {
    const { id, year } = yearParams.parse(request.params)
    await removeYear(db, signedIn(request), id, year, app.clock())
    reply.flash(`${year} is removed.`)
    return reply.redirect(`/customers/${id}#years`, 303)
  })

  app.get('/customers/:id/offerings/new', async (request, reply) => {
    const customer = await getCustomer(db, signedIn(request), idParams.parse(request.params).id)
    return reply.page('customers/small-form', offeringPage(customer, {}, {}, await findOfferings(db)))
  })

  app.post('/customers/:id/offerings/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(offeringForm, request.body)
    if (!form.ok)
      return reply
        .code(422)
        .page('customers/small-form', offeringPage(customer, form.typed, form.errors, await findOfferings(db)))
    await saveOffering(db, user, customer.id, form.value, app.clock())
    return reply.redirect(`/customers/${customer.id}#offerings`, 303)
  })

  app.post('/customers/:id/offerings/:other/removal', async (request, reply) => {
    const { id, other } = nestedParams.parse(request.params)
    await removeOffering(db, signedIn(request), id, other, app.clock())
    return reply.redirect(`/customers/${id}#offerings`, 303)
  })

  app.get('/customers/:id/outcomes/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    return reply.page('customers/small-form', outcomePage(customer, { happenedOn: today(user, app.clock()) }, {}))
  })

  app.post('/customers/:id/outcomes/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(outcomeForm, request.body)
    if (!form.ok) return reply.code(422).page('customers/small-form', outcomePage(customer, form.typed, form.errors))
    await addOutcome(db, user, customer.id, form.value, app.clock())
    return reply.redirect(`/customers/${customer.id}#outcomes`, 303)
  })
}
