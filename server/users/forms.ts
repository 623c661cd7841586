import { z } from 'zod'
import { emailAddress } from '../forms.ts'
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
