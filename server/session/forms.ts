import { z } from 'zod'
import { emailAddress, timeZone } from '../forms.ts'

const name = z
  .string('Write your name.')
  .trim()
  .min(1, 'Write your name.')
  .max(120, 'Shorten the name to 120 characters.')

export const signInForm = z.object({
  email: emailAddress('Write your work e-mail address, such as rosa.lind@company.com.'),
  next: z.string().optional(),
})

/** Whose device it is says how long the session's cookie stays on it. */
export const deviceForm = z.object({
  device: z.enum(['own', 'shared'], 'Choose one of the two, so that we know how long to keep you signed in.'),
})

export const firstAdminForm = z.object({
  name,
  email: emailAddress('Write your work e-mail address, such as rosa.lind@company.com.'),
  company: z
    .string('Write the name of your company.')
    .trim()
    .min(1, 'Write the name of your company, as your customers know it.')
    .max(120, 'Shorten the name to 120 characters.'),
  timeZone,
})
export type FirstAdminForm = z.infer<typeof firstAdminForm>

export const accountForm = z
  .object({
    name,
    phone: z.string().trim().max(60, 'Shorten the telephone number to 60 characters.').default(''),
    timeZone,
    hasShortcuts: z.literal('on').optional(),
  })
  .transform((form) => ({ ...form, hasShortcuts: form.hasShortcuts === 'on' }))

/** Where to go after signing in: only a page of ours. Anything that leads elsewhere becomes the home page. */
export function localPath(text: string | undefined): string {
  const home = 'http://home.invalid'
  if (!text?.startsWith('/') || !URL.canParse(text, home)) return '/'
  const url = new URL(text, home)
  const path = `${url.pathname}${url.search}`
  // "//elsewhere" can also come out of dots: "/.//elsewhere".
  return url.origin === home && !path.startsWith('//') ? path : '/'
}
