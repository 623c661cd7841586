import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { asTyped, parseForm } from '../forms.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { contactClashes, getContact } from './contacts.ts'
import { findCustomer, getCustomer } from './customers.ts'
import { contactReach, customerReach, eraseContact, eraseCustomer } from './erasure.ts'
import { erasurePage, movePage } from './gone-pages.ts'
import { listCustomers } from './listing.ts'
import { erasureForm, moveForm, searchQuery } from './merge-forms.ts'
import { findOpenInvitations, moveContact } from './moving.ts'
import { nameOf } from './names.ts'

const idParams = z.object({ id: z.string() })
const everything = { status: '', segment: '', region: '', owner: '', archived: '', sort: 'name' }

/** A contact leaves for another customer; a contact or a whole customer is erased. */
export async function goneRoutes(app: FastifyInstance): Promise<void> {
  await app.register(moveRoutes)
  await app.register(contactErasureRoutes)
  await app.register(customerErasureRoutes)
}

async function moveRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/contacts/:id/move', async (request, reply) => {
    const user = signedIn(request)
    const contact = await getContact(db, user, idParams.parse(request.params).id)
    const query = searchQuery.parse(request.query)
    const chosen = query.with ? await getCustomer(db, user, query.with) : undefined
    const found =
      query.q.trim() === '' ? { rows: [] } : await listCustomers(db, user, { ...everything, q: query.q }, 1, 12)
    const others = found.rows.filter(({ id }) => id !== contact.customer_id)
    const open = await findOpenInvitations(db, contact.id)
    return reply.page('customers/move', movePage(moverOf(contact), open, query.q, others, chosen, {}, {}))
  })

  app.post('/contacts/:id/move', async (request, reply) => {
    const user = signedIn(request)
    const contact = await getContact(db, user, idParams.parse(request.params).id)
    const form = parseForm(moveForm, request.body)
    const typed = asTyped(request.body)
    const chosen = typed.customer ? await findCustomer(db, user, typed.customer) : undefined
    const same = chosen?.id === contact.customer_id
    const errors: Record<string, string> = form.ok ? await clashes() : form.errors
    if (!chosen || same) errors.customer = 'Choose the customer for whom they work now.'
    if (!form.ok || Object.keys(errors).length > 0) {
      const open = await findOpenInvitations(db, contact.id)
      return reply.code(422).page('customers/move', movePage(moverOf(contact), open, '', [], chosen, typed, errors))
    }
    await moveContact(db, user, contact.id, form.value, app.clock())
    reply.flash(`${nameOf(contact)} is at ${chosen?.name ?? 'the other customer'} now.`)
    return reply.redirect(`/customers/${form.value.customer}`, 303)

    async function clashes(): Promise<Record<string, string>> {
      if (!form.ok) return {}
      const found = await contactClashes(db, user, { email: form.value.email, externalId: null }, contact.id)
      return { ...found }
    }
  })

  const moverOf = (contact: Awaited<ReturnType<typeof getContact>>) => ({
    id: contact.id,
    name: nameOf(contact),
    firstName: contact.first_name || contact.last_name,
    customerName: contact.customer_name,
  })
}

/** Leads and admins erase a person who asks for it; the own rep does not, since answers about the rep go with it. */
async function contactErasureRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/contacts/:id/erasure', async (request, reply) => {
    const contact = await getContact(db, signedIn(request), idParams.parse(request.params).id)
    return reply.page('customers/erasure', erasurePage(recordOf(contact), await contactReach(db, contact.id), {}, {}))
  })

  app.post('/contacts/:id/erasure', async (request, reply) => {
    const user = signedIn(request)
    const contact = await getContact(db, user, idParams.parse(request.params).id)
    const form = parseForm(erasureForm(nameOf(contact)), request.body)
    if (!form.ok) {
      const reach = await contactReach(db, contact.id)
      return reply.code(422).page('customers/erasure', erasurePage(recordOf(contact), reach, form.typed, form.errors))
    }
    await eraseContact(db, user, contact.id, app.clock())
    reply.flash('The contact is erased, with everything that was said.')
    return reply.redirect(`/customers/${contact.customer_id}`, 303)
  })

  const recordOf = (contact: Awaited<ReturnType<typeof getContact>>) => ({
    id: contact.id,
    name: nameOf(contact),
    kind: 'contact' as const,
    back: `/contacts/${contact.id}`,
  })
}

async function customerErasureRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'admin')
  const { db } = app

  app.get('/customers/:id/erasure', async (request, reply) => {
    const customer = await getCustomer(db, signedIn(request), idParams.parse(request.params).id)
    return reply.page(
      'customers/erasure',
      erasurePage(recordOf(customer), await customerReach(db, customer.id), {}, {}),
    )
  })

  app.post('/customers/:id/erasure', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(erasureForm(customer.name), request.body)
    if (!form.ok) {
      const reach = await customerReach(db, customer.id)
      return reply.code(422).page('customers/erasure', erasurePage(recordOf(customer), reach, form.typed, form.errors))
    }
    await eraseCustomer(db, user, customer.id, app.clock())
    reply.flash('The customer is erased, with its people and everything that was said.')
    return reply.redirect('/customers', 303)
  })

  const recordOf = ({ id, name }: { id: string; name: string }) => ({
    id,
    name,
    kind: 'customer' as const,
    back: `/customers/${id}`,
  })
}
