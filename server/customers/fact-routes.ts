import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { asTyped, parseForm } from '../forms.ts'
import { newId } from '../ids.ts'
import { signedIn } from '../session/scope.ts'
import { dayAt } from '../time.ts'
import { getCustomer } from './customers.ts'
import { givenPage, offeringTyped, outcomePage, outcomeTyped, takeBackPage, yearPage, yearTyped } from './fact-pages.ts'
import { keyForm, offeringForm, outcomeForm, yearForm } from './forms.ts'
import { findGiven, findOfferings, giveOffering, removeOffering } from './offerings.ts'
import { addOutcome, correctOutcome, getOutcome, takeBackOutcome } from './outcomes.ts'
import { findYear, findYearHistory, getYear, removeYear, saveYear } from './years.ts'

const idParams = z.object({ id: z.string() })
const yearParams = z.object({ id: z.string(), year: z.coerce.number().int().catch(0) })
const nestedParams = z.object({ id: z.string(), other: z.string() })

/** Years, offerings and outcomes of a customer. */
export async function factRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/customers/:id/years/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    // The year that was over last where the reader is.
    const last = Number(dayAt(app.clock(), user.timeZone).slice(0, 4)) - 1
    const typed = { year: String(last), currency: customer.latest_currency ?? '' }
    return reply.page('customers/year', yearPage(user, customer, typed, {}, app.clock()))
  })

  app.post('/customers/:id/years/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(yearForm, request.body)
    if (!form.ok)
      return reply.code(422).page('customers/year', yearPage(user, customer, form.typed, form.errors, app.clock()))
    if (await findYear(db, customer.id, form.value.year)) {
      const errors = { year: `${form.value.year} is on record already. Open it on the customer's page to change it.` }
      return reply
        .code(422)
        .page('customers/year', yearPage(user, customer, asTyped(request.body), errors, app.clock()))
    }
    await saveYear(db, user, customer.id, form.value, app.clock())
    reply.flash(`${form.value.year} is on record.`)
    return reply.redirect(`/customers/${customer.id}#years`, 303)
  })

  app.get('/customers/:id/years/:year', async (request, reply) => {
    const user = signedIn(request)
    const { id, year } = yearParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const found = await getYear(db, id, year)
    const present = { year, history: await findYearHistory(db, id, year) }
    return reply.page('customers/year', yearPage(user, customer, yearTyped(found), {}, app.clock(), present))
  })

  app.post('/customers/:id/years/:year', async (request, reply) => {
    const user = signedIn(request)
    const { id, year } = yearParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const form = parseForm(yearForm, { ...asTyped(request.body), year: String(year) })
    if (!form.ok) {
      const present = { year, history: await findYearHistory(db, id, year) }
      return reply
        .code(422)
        .page('customers/year', yearPage(user, customer, form.typed, form.errors, app.clock(), present))
    }
    await saveYear(db, user, id, form.value, app.clock())
    reply.flash(`${year} is saved.`)
    return reply.redirect(`/customers/${id}#years`, 303)
  })

  app.post('/customers/:id/years/:year/removal', async (request, reply) => {
    const { id, year } = yearParams.parse(request.params)
    await removeYear(db, signedIn(request), id, year, app.clock())
    reply.flash(`${year} is removed.`)
    return reply.redirect(`/customers/${id}#years`, 303)
  })

  app.get('/customers/:id/offerings/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    return reply.page('customers/given', givenPage(user, customer, await findOfferings(db), {}, {}))
  })

  app.post('/customers/:id/offerings/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const offerings = await findOfferings(db)
    const form = parseForm(offeringForm, request.body)
    if (!form.ok)
      return reply.code(422).page('customers/given', givenPage(user, customer, offerings, form.typed, form.errors))
    const isUnknown = !offerings.some(({ id }) => id === form.value.offering)
    const isGiven = await findGiven(db, customer.id, form.value.offering)
    if (isUnknown || isGiven) {
      const errors = {
        offering: isGiven
          ? `${isGiven.name} is on record already. Open it on the customer's page to change it.`
          : 'Choose something of the list.',
      }
      return reply
        .code(422)
        .page('customers/given', givenPage(user, customer, offerings, asTyped(request.body), errors))
    }
    await giveOffering(db, user, customer.id, form.value, app.clock())
    return reply.redirect(`/customers/${customer.id}#offerings`, 303)
  })

  app.get('/customers/:id/offerings/:other', async (request, reply) => {
    const user = signedIn(request)
    const { id, other } = nestedParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const given = await findGiven(db, id, other)
    if (!given) return reply.redirect(`/customers/${id}#offerings`, 303)
    return reply.page('customers/given', givenPage(user, customer, [], offeringTyped(given), {}, given))
  })

  app.post('/customers/:id/offerings/:other', async (request, reply) => {
    const user = signedIn(request)
    const { id, other } = nestedParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const given = await findGiven(db, id, other)
    if (!given) return reply.redirect(`/customers/${id}#offerings`, 303)
    const form = parseForm(offeringForm, { ...asTyped(request.body), offering: other })
    if (!form.ok)
      return reply.code(422).page('customers/given', givenPage(user, customer, [], form.typed, form.errors, given))
    await giveOffering(db, user, id, form.value, app.clock())
    reply.flash(`Saved ${given.name}.`)
    return reply.redirect(`/customers/${id}#offerings`, 303)
  })

  app.post('/customers/:id/offerings/:other/removal', async (request, reply) => {
    const { id, other } = nestedParams.parse(request.params)
    await removeOffering(db, signedIn(request), id, other, app.clock())
    return reply.redirect(`/customers/${id}#offerings`, 303)
  })

  app.get('/customers/:id/outcomes/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const typed = { happenedOn: dayAt(app.clock(), user.timeZone), key: newId() }
    return reply.page('customers/outcome', outcomePage(user, customer, typed, {}, app.clock()))
  })

  app.post('/customers/:id/outcomes/new', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(outcomeForm(dayAt(app.clock(), user.timeZone)).and(keyForm), request.body)
    if (!form.ok)
      return reply
        .code(422)
        .page(
          'customers/outcome',
          outcomePage(user, customer, { ...form.typed, key: newId() }, form.errors, app.clock()),
        )
    await addOutcome(db, user, customer.id, form.value.key, form.value, app.clock())
    return reply.redirect(`/customers/${customer.id}#outcomes`, 303)
  })

  app.get('/customers/:id/outcomes/:other', async (request, reply) => {
    const user = signedIn(request)
    const { id, other } = nestedParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const outcome = await getOutcome(db, user, id, other)
    return reply.page('customers/outcome', outcomePage(user, customer, outcomeTyped(outcome), {}, app.clock(), outcome))
  })

  app.post('/customers/:id/outcomes/:other', async (request, reply) => {
    const user = signedIn(request)
    const { id, other } = nestedParams.parse(request.params)
    const customer = await getCustomer(db, user, id)
    const outcome = await getOutcome(db, user, id, other)
    const form = parseForm(outcomeForm(dayAt(app.clock(), user.timeZone)), request.body)
    if (!form.ok)
      return reply
        .code(422)
        .page('customers/outcome', outcomePage(user, customer, form.typed, form.errors, app.clock(), outcome))
    await correctOutcome(db, user, id, other, form.value, app.clock())
    return reply.redirect(`/customers/${id}#outcomes`, 303)
  })

  app.get('/customers/:id/outcomes/:other/removal', async (request, reply) => {
    const user = signedIn(request)
    const { id, other } = nestedParams.parse(request.params)
    const outcome = await getOutcome(db, user, id, other)
    const customer = await getCustomer(db, user, id)
    return reply.page('customers/take-back', takeBackPage(user, customer, outcome, app.clock()))
  })

  app.post('/customers/:id/outcomes/:other/removal', async (request, reply) => {
    const { id, other } = nestedParams.parse(request.params)
    await takeBackOutcome(db, signedIn(request), id, other, app.clock())
    reply.flash('The outcome is taken back.')
    return reply.redirect(`/customers/${id}#outcomes`, 303)
  })
}
