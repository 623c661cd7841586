import { z } from 'zod'
import { emailAddress, timeZone } from '../forms.ts'

const text = (max: number, what: string) =>
  z.string().trim().max(max, `Shorten ${what} to ${max} characters.`).default('')

export const companyForm = z.object({
  name: text(120, 'the name').pipe(z.string().min(1, 'Write the name of your company, as your customers know it.')),
  postalAddress: text(300, 'the address'),
  phone: text(60, 'the telephone number'),
  senderName: text(120, 'the name of the sender'),
  senderAddress: z
    .union([z.literal(''), emailAddress('Write an e-mail address, such as research@company.com, or leave it empty.')])
    .default(''),
  privacyText: text(5000, 'the text'),
  timeZone,
})
