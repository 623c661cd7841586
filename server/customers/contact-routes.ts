import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { conflict, notFound } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { newId } from '../ids.ts'
import { signedIn } from '../session/scope.ts'
import { contactFormPage, contactFrame, contactTyped } from './contact-pages.ts'
import { addContact, contactClashes, editContact, findContact, getContact, setContactArchived } from './contacts.ts'
import { getCustomer } from './customers.ts'
import { contactForm, keyForm } from './forms.ts'

const idParams = z.object({ id: z.string() })

/** The people at a customer. */
export async function contactRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/customers/:id/contacts/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const typed = { language: customer.language ?? '', key: newId() }
    return reply.page('customers/contact', contactFormPage(user, customer, undefined, typed, {}))
  })

  app.post('/customers/:id/contacts/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(contactForm.and(keyForm), request.body)
    const errors = form.ok ? await contactClashes(db, user, form.value, form.value.key) : form.errors
    if (!form.ok || Object.keys(errors).length > 0) {
      const typed = { ...asTyped(request.body), key: newId() }
      return reply.code(422).page('customers/contact', contactFormPage(user, customer, undefined, typed, errors))
    }
    await addContact(db, user, customer.id, form.value.key, form.value, app.clock())
    reply.flash(`${[form.value.firstName, form.value.lastName].filter(Boolean).join(' ')} is on the list.`)
    return reply.redirect(`/customers/${customer.id}`, 303)
  })

  app.get('/contacts/:id', async (request, reply) => {
    const user = signedIn(request)
    const contact = await findContact(db, user, idParams.parse(request.params).id)
    if (!contact) throw notFound('That contact')
    if (contact.merged_into) return reply.redirect(`/contacts/${contact.merged_into}`, 303)
    const customer = { id: contact.customer_id, name: contact.customer_name }
    return reply.page(
      'customers/contact',
      contactFormPage(user, customer, contactFrame(contact), contactTyped(contact), {}),
    )
  })

  app.post('/contacts/:id', async (request, reply) => {
    const user = signedIn(request)
    const contact = await getContact(db, user, idParams.parse(request.params).id)
    const typed = asTyped(request.body)
    const form = parseForm(contactForm, request.body)
    const errors = form.ok ? await contactClashes(db, user, form.value, contact.id) : form.errors
    const customer = { id: contact.customer_id, name: contact.customer_name }
    const isStale = (typed.seen ?? '') !== '' && typed.seen !== contact.updated_at
    if (!form.ok || isStale || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page('customers/contact', contactFormPage(user, customer, contactFrame(contact), typed, errors, isStale))
    await editContact(db, user, contact.id, form.value, app.clock())
    reply.flash(`Saved ${[form.value.firstName, form.value.lastName].filter(Boolean).join(' ')}.`)
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
