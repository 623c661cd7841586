import { type Draft, draftOf, type Memory, newDraft } from './draft.ts'
import type { Present, PresentContact } from './record.ts'
import type { ReadContact, ReadCustomer } from './values.ts'

/** The contact on record that a row is about: by its number, else by its address. */
export function findContact(contact: ReadContact, present: Present, problems: string[]): PresentContact | undefined {
  const byNumber = contact.externalId ? present.contactsByExternalId.get(contact.externalId) : undefined
  const byEmail = contact.email ? present.contactsByEmail.get(contact.email) : undefined
  if (byNumber && byEmail && byNumber.id !== byEmail.id)
    problems.push(`This address already belongs to ${personOf(byEmail)}, who has another external_id.`)
  if (!byNumber && byEmail?.external_id && contact.externalId)
    problems.push(`This address already belongs to ${personOf(byEmail)}, whose external_id is ${byEmail.external_id}.`)
  if ((byNumber ?? byEmail)?.archived_at) problems.push('This contact is archived. Restore it first.')
  return byNumber ?? byEmail
}

const personOf = (contact: PresentContact): string =>
  [contact.first_name, contact.last_name].filter(Boolean).join(' ') || 'somebody else'

/**
 * The customer that a row is about: by its number, else by its contact, else by its name; a new one if there is none.
 * `target` is the id that a new one was given when the file was first judged, '' if it was not.
 */
export function findCustomer(
  row: ReadCustomer,
  contact: PresentContact | undefined,
  target: string,
  present: Present,
  memory: Memory,
  newId: () => string,
  problems: string[],
): Draft | undefined {
  const { externalId, name } = row
  const draft = (id: string | undefined): Draft | undefined => {
    if (id === undefined) return undefined
    const known = present.customersById.get(id)
    return memory.drafts.get(id) ?? (known && draftOf(known))
  }
  const fail = (sentence: string) => {
    problems.push(sentence)
    return undefined
  }
  const byNumber = externalId ? present.customersByExternalId.get(externalId) : undefined
  const ofContact = contact ? present.customersById.get(contact.customer_id) : undefined
  const claimant = externalId && !byNumber ? draft(memory.numbers.get(externalId)) : undefined
  if (contact && ofContact) {
    if (byNumber && byNumber.id !== ofContact.id)
      return fail(
        `This contact belongs to ${ofContact.name}, not to ${byNumber.name}. Move the contact first, or correct the number.`,
      )
    if (externalId && !byNumber && ofContact.external_id)
      return fail(`This contact belongs to ${ofContact.name}, which has another number. Correct the number.`)
    if (!externalId && name && name.toLowerCase() !== ofContact.name.toLowerCase())
      return fail(
        `This contact belongs to ${ofContact.name}. Correct the company, or give customer_external_id to rename it.`,
      )
    if (claimant && claimant.id !== ofContact.id)
      return fail(
        `This contact belongs to ${ofContact.name}, not to ${claimant.values.name}, which has this number above.`,
      )
  }
  let found = byNumber ?? ofContact
  if (!found && claimant) return claimant
  if (!found && target && present.customersById.has(target)) return draft(target)
  if (!found && name) {
    // A number that is new here may be given to a customer that has none yet.
    const named = (present.customersByName.get(name.toLowerCase()) ?? []).filter(
      (one) => externalId === '' || one.external_id === null,
    )
    if (named.length > 1)
      return fail(`${named.length} customers are called ${name}. Say which by customer_external_id.`)
    found = named[0]
  }
  if (found?.archived_at) return fail(`${found.name} is archived. Restore it first.`)
  if (found) return draft(found.id)
  const staged = draft(memory.names.get(name.toLowerCase()))
  if (staged && (externalId === '' || staged.values.external_id === null)) return staged
  if (name === '')
    return fail(
      externalId
        ? `No customer has the number ${externalId}. Add a company to create one.`
        : 'Say whom this row is about: the company is missing.',
    )
  return newDraft(target || newId(), name)
}

/**
 * A row whose number belongs to a customer that was merged is about the one it belongs to now, which keeps its own name and
 * number whatever the row says.
 */
export function asKept(row: ReadCustomer, present: Present): ReadCustomer {
  const kept = present.customersByExternalId.get(row.externalId)
  if (!kept || kept.external_id === row.externalId) return row
  const { external_id: _number, name: _name, ...values } = row.values
  const { customer_external_id: _id, company: _company, ...given } = row.given
  return { ...row, values, given }
}
