import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { User } from '../access.ts'
import { notFound, unusable } from '../errors.ts'
import { parseForm } from '../forms.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { findContact, getContact } from './contacts.ts'
import { findCustomer, getCustomer } from './customers.ts'
import { keepApart } from './duplicates.ts'
import { findDuplicates } from './kept-duplicates.ts'
import { listCustomers } from './listing.ts'
import {
  contactObstacles,
  findOtherContacts,
  getContactPair,
  mergeContacts,
  undoContactMerge,
} from './merge-contacts.ts'
import { mergeCustomers } from './merge-customers.ts'
import { otherForm, readContactFields, readCustomerFields, readYears, searchQuery } from './merge-forms.ts'
import {
  chooseContactPage,
  chooseCustomerPage,
  duplicatesPage,
  mergeContactsPage,
  mergeCustomersPage,
  undoPage,
} from './merge-pages.ts'
import { getCustomerPair, mayMergeCustomers } from './merge-plan.ts'
import { getMerge, type Merge } from './merging.ts'
import { nameOf } from './names.ts'
import { customerObstacles, undoCustomerMerge } from './unmerge-customers.ts'

const idParams = z.object({ id: z.string() })
const everything = { status: '', segment: '', region: '', owner: '', archived: '', sort: 'name' }

export async function mergeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(customerMergeRoutes)
  await app.register(contactMergeRoutes)
}

/** Leads and admins merge customers; what looks like a duplicate is proposed to them. */
async function customerMergeRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/customers/duplicates', async (_request, reply) =>
    reply.page('customers/duplicates', duplicatesPage(await findDuplicates(db))),
  )

  app.post('/customers/:id/apart', async (request, reply) => {
    const { id } = idParams.parse(request.params)
    const form = parseForm(otherForm, request.body)
    if (!form.ok) throw unusable('Choose which two are not the same.')
    await keepApart(db, signedIn(request), id, form.value.other, app.clock())
    reply.flash('They are not proposed again.')
    return reply.redirect('/customers/duplicates', 303)
  })

  app.get('/customers/:id/merge', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const query = searchQuery.parse(request.query)
    if (query.with)
      return reply.page('customers/merge', mergeCustomersPage(await getCustomerPair(db, user, id, query.with)))
    const customer = await getCustomer(db, user, id)
    const found =
      query.q.trim() === '' ? { rows: [] } : await listCustomers(db, user, { ...everything, q: query.q }, 1, 12)
    return reply.page('customers/choose', chooseCustomerPage(customer, query.q, found.rows))
  })

  app.post('/customers/:id/merge', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const form = parseForm(otherForm, request.body)
    if (!form.ok) throw unusable('Choose the other customer first.')
    const { gone, kept } = await getCustomerPair(db, user, id, form.value.other)
    const choices = { fields: readCustomerFields(request.body), years: readYears(request.body) }
    await mergeCustomers(db, user, id, gone.id, choices, app.clock())
    reply.flash(`${gone.name} is merged into ${kept.name}. Its own page shows how to undo it.`)
    return reply.redirect(`/customers/${id}#merged`, 303)
  })
}

/** Whoever may open the customer merges its contacts. */
async function contactMergeRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/contacts/:id/merge', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const query = searchQuery.parse(request.query)
    if (query.with)
      return reply.page('customers/merge', mergeContactsPage(await getContactPair(db, user, id, query.with)))
    const contact = await getContact(db, user, id)
    const others = await findOtherContacts(db, contact.customer_id, id)
    const named = { id, name: nameOf(contact), customerName: contact.customer_name }
    return reply.page('customers/choose', chooseContactPage(named, others))
  })

  app.post('/contacts/:id/merge', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const form = parseForm(otherForm, request.body)
    if (!form.ok) throw unusable('Choose the other contact first.')
    const { gone, kept } = await getContactPair(db, user, id, form.value.other)
    await mergeContacts(db, user, id, gone.id, readContactFields(request.body), app.clock())
    reply.flash(`${nameOf(gone)} is merged into ${nameOf(kept)}.`)
    return reply.redirect(`/customers/${kept.customer_id}#merged`, 303)
  })

  app.get('/merges/:id', async (request, reply) => {
    const user = signedIn(request)
    const merge = await getVisible(user, idParams.parse(request.params).id)
    return reply.page(
      'customers/undo',
      undoPage(user, merge, await namesOf(user, merge), await obstaclesTo(user, merge), app.clock()),
    )
  })

  app.post('/merges/:id', async (request, reply) => {
    const user = signedIn(request)
    const merge = await getVisible(user, idParams.parse(request.params).id)
    const names = await namesOf(user, merge)
    const undo = merge.kind === 'customer' ? undoCustomerMerge : undoContactMerge
    await undo(db, user, merge.id, app.clock())
    reply.flash(`${names.gone} and ${names.kept} are two again.`)
    return reply.redirect(names.back, 303)
  })

  /** A merge of customers is for those who may merge them; one of contacts for whoever may open the customer. */
  async function getVisible(user: User, id: string): Promise<Merge> {
    const merge = await getMerge(db, id)
    const isOpen = merge.kind === 'contact' || mayMergeCustomers(user)
    if (!isOpen || !(await findCustomer(db, user, merge.customer_id))) throw notFound('That merge')
    return merge
  }

  const obstaclesTo = async (user: User, merge: Merge): Promise<string[]> =>
    merge.undone_at
      ? []
      : merge.kind === 'customer'
        ? customerObstacles(db, user, merge)
        : contactObstacles(db, user, merge)

  async function namesOf(user: User, merge: Merge) {
    if (merge.kind === 'customer') {
      const [kept, gone] = [await findCustomer(db, user, merge.kept_id), await findCustomer(db, user, merge.gone_id)]
      return { kept: kept?.name ?? 'it', gone: gone?.name ?? 'The other', back: `/customers/${merge.kept_id}` }
    }
    const [kept, gone] = [await findContact(db, user, merge.kept_id), await findContact(db, user, merge.gone_id)]
    return {
      kept: kept ? nameOf(kept) : 'it',
      gone: gone ? nameOf(gone) : 'The other',
      back: `/customers/${kept?.customer_id ?? merge.customer_id}`,
    }
  }
}
