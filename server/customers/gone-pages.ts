import { field, problemsOf, select, type Typed } from '../forms.ts'
import { listed, plural } from '../words.ts'
import type { ListedCustomer } from './listing.ts'
import type { OpenInvitations } from './moving.ts'
import { type Named, part } from './names.ts'

type Mover = Named & { customerName: string; firstName: string }

/** A contact goes to another customer: what happens to what, then where to, then what changes with it. */
export function movePage(
  contact: Mover,
  open: OpenInvitations,
  q: string,
  found: ListedCustomer[],
  chosen: Named | undefined,
  typed: Typed,
  errors: Record<string, string>,
) {
  const base = `/contacts/${contact.id}`
  const { withdrawn, left } = open
  return {
    title: `${contact.name} works for another customer`,
    part,
    base,
    name: contact.name,
    customerName: contact.customerName,
    q,
    action: `${base}/move`,
    found: found.map((one) => ({
      href: `${base}/move?with=${one.id}`,
      name: one.name,
      about: [one.segment, one.region, `owner ${one.owner_name ?? 'nobody'}`].filter(Boolean).join(', '),
    })),
    isNone: q !== '' && found.length === 0,
    chosenId: chosen?.id ?? '',
    chosenName: chosen?.name ?? '',
    again: `${base}/move`,
    what: [
      `What ${contact.firstName} said so far stays with ${contact.customerName}, what comes stands with the new customer.`,
      `What we owe stays with ${contact.customerName}.`,
      ...(withdrawn.length > 0
        ? [
            `${plural(withdrawn.length, 'invitation')} that nobody has begun to answer ${withdrawn.length === 1 ? 'is' : 'are'} taken back: ${listed(withdrawn)}.`,
          ]
        : []),
      ...(left.length > 0
        ? [
            `${plural(left.length, 'invitation')} that ${left.length === 1 ? 'is' : 'are'} being answered can be finished and counts for ${contact.customerName}: ${listed(left)}.`,
          ]
        : []),
    ],
    ...problemsOf(errors),
    fields: [
      field('email', 'Address for mail there', typed, errors, { type: 'email', hint: 'Empty until you know it.' }),
      field('phone', 'Telephone there', typed, errors, { type: 'tel' }),
      field('jobTitle', 'Job title there', typed, errors),
    ],
    basis: select(
      'mailBasis',
      'May we write there?',
      [
        ['', 'Choose'],
        ['existing_customer', 'Yes, an existing customer'],
        ['consent', 'Yes, agreed to it'],
        ['none', 'No'],
      ],
      typed,
      errors,
      { hint: 'It does not come along from the old customer.' },
    ),
  }
}

/** Asks for the name before somebody or a whole customer is erased for good. */
export function erasurePage(
  record: Named & { kind: 'contact' | 'customer'; back: string },
  reach: { responses: number; contacts: number; invitations: number },
  typed: Typed,
  errors: Record<string, string>,
) {
  const { kind, name } = record
  const counts: [number, string, string][] = [
    [kind === 'customer' ? reach.contacts : 0, 'contact', 'contacts'],
    [reach.responses, 'answer or talk', 'answers and talks'],
    [reach.invitations, 'invitation', 'invitations'],
  ]
  return {
    title: `Erase ${name}`,
    part,
    name,
    action: `${record.back}/erasure`,
    cancel: record.back,
    isCustomer: kind === 'customer',
    goes: counts.flatMap(([n, one, many]) => (n > 0 ? [plural(n, one, many)] : [])),
    ...problemsOf(errors),
    field: field('name', `Type ${name} to erase it`, typed, errors, { autocomplete: 'off' }),
    save: kind === 'customer' ? 'Erase this customer for good' : 'Erase this contact for good',
  }
}
