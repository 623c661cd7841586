import { z } from 'zod'
import { asTyped, emailAddress } from '../forms.ts'
import { roles } from '../tables.ts'

const role = z.enum(roles, 'Choose a role.')

export const invitationForm = z.object({
  name: z.string('Write the name.').trim().min(1, 'Write the name.').max(120, 'Shorten the name to 120 characters.'),
  email: emailAddress('Write a work e-mail address, such as rosa.lind@company.com.'),
  role,
})
export type InvitationForm = z.infer<typeof invitationForm>

export const roleForm = z
  .object({ role, isCoder: z.literal('on').optional() })
  .transform((form) => ({ role: form.role, isCoder: form.isCoder === 'on' }))
  .refine((form) => form.role !== 'rep' || !form.isCoder, {
    path: ['isCoder'],
    message:
      'A rep cannot be a coder: what customers entrust to the lead stays from the account team. Take the tick away, or choose another role.',
  })
export type RoleForm = z.infer<typeof roleForm>

export const handOverWays = ['all', 'region', 'segment', 'one'] as const
export type HandOverForm = {
  by: (typeof handOverWays)[number]
  /** Who takes over, by region, segment or id of a customer; under '' all of them, or those without region or segment. */
  customers: Map<string, string>
  /** 'owner': each to the owner of its customer. '' leaves them where they are. */
  followUpsTo: string
  campaignsTo: string
}

/** Fields named "to:<region>" say who takes over; what is left empty stays where it is. */
export function parseHandOver(body: unknown): HandOverForm {
  const typed = asTyped(body)
  const by = handOverWays.find((way) => way === typed.by) ?? 'all'
  const customers = Object.entries(typed).filter(([name, to]) => name.startsWith('to:') && to !== '')
  return {
    by,
    customers: new Map(customers.map(([name, to]) => [name.slice(3), to])),
    followUpsTo: typed.followUpsTo ?? '',
    campaignsTo: typed.campaignsTo ?? '',
  }
}

export const addressForm = z.object({
  email: emailAddress('Write the new e-mail address, such as rosa.lind@company.com.'),
})
export const deactivationForm = z.object({
  keeps: z.literal('on', 'Hand over what they hold first, or tick the box that leaves it with them for now.'),
})
