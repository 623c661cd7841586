import type { User } from '../access.ts'
import { field, problemsOf, select, type Typed } from '../forms.ts'
import type { Contact } from './contacts.ts'
import { type Named, part, staleNotice, standingOf } from './names.ts'

export const contactTyped = (contact: Omit<Contact, 'suppressed'>): Typed => ({
  seen: contact.updated_at,
  firstName: contact.first_name,
  lastName: contact.last_name,
  email: contact.email ?? '',
  phone: contact.phone,
  jobTitle: contact.job_title,
  buyingRole: contact.buying_role ?? '',
  language: contact.language ?? '',
  mailBasis: contact.mail_basis,
  externalId: contact.external_id ?? '',
})

type ContactFrame = {
  id: string
  name: string
  isArchived: boolean
  standing: string
  isSuppressed: boolean
  present: Typed
}
export const contactFrame = (contact: Contact): ContactFrame => ({
  id: contact.id,
  name: `${contact.first_name} ${contact.last_name}`.trim(),
  isArchived: contact.archived_at !== null,
  standing: standingOf(contact),
  isSuppressed: contact.suppressed !== null,
  present: contactTyped(contact),
})

export function contactFormPage(
  user: User,
  customer: Named,
  contact: ContactFrame | undefined,
  typed: Typed,
  errors: Record<string, string>,
  isStale = false,
) {
  return {
    title: contact ? contact.name : `Add a contact at ${customer.name}`,
    part,
    customerName: customer.name,
    action: contact ? `/contacts/${contact.id}` : `/customers/${customer.id}/contacts/new`,
    cancel: `/customers/${customer.id}`,
    save: contact ? 'Save' : 'Add the contact',
    isNew: contact === undefined,
    base: contact ? `/contacts/${contact.id}` : '',
    key: contact ? '' : (typed.key ?? ''),
    seen: contact?.present.seen ?? '',
    stale: contact && isStale ? staleNotice(contact.present, typed) : '',
    mayErase: user.role !== 'rep',
    isArchived: contact?.isArchived ?? false,
    archiveAction: contact ? `/contacts/${contact.id}/${contact.isArchived ? 'restoration' : 'archiving'}` : '',
    suppressed: contact?.isSuppressed ? contact.standing : '',
    ...problemsOf(errors),
    fields: [
      field('firstName', 'First name', typed, errors),
      field('lastName', 'Last name', typed, errors),
      field('email', 'Address for mail', typed, errors, { type: 'email' }),
      field('phone', 'Telephone', typed, errors, { type: 'tel' }),
      field('jobTitle', 'Job title', typed, errors),
    ],
    role: select(
      'buyingRole',
      'Part in buying',
      [
        ['', 'Not known'],
        ['decides', 'Decides'],
        ['buys', 'Buys'],
        ['uses', 'Uses it'],
        ['influences', 'Influences'],
        ['pays', 'Pays'],
      ],
      typed,
      errors,
    ),
    basis: select(
      'mailBasis',
      'May we write?',
      [
        ['', 'Choose'],
        ['existing_customer', 'Yes, an existing customer'],
        ['consent', 'Yes, agreed to it'],
        ['none', 'No'],
      ],
      typed,
      errors,
      { hint: 'Nobody is invited by mail without a reason that holds.' },
    ),
    rest: [
      field('language', 'Language', typed, errors, { hint: 'Two letters, such as en.' }),
      field('externalId', 'Number elsewhere', typed, errors, {
        hint: 'From your other system. Imports find the contact by it.',
      }),
    ],
  }
}
