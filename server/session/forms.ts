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

const workAddress = emailAddress('Write your work e-mail address, such as rosa.lind@company.com.')

export const passwordSignInForm = z.object({
  email: workAddress,
  // Cut where no password of ours goes: a longer one is wrong without reading it to its end.
  password: z.string('Write your password.').min(1, 'Write your password.').max(1000, 'Write at most 200 characters.'),
  stays: z.literal('on').optional(),
  next: z.string().optional(),
})

const code = z.string('Write the code.').trim().min(1, 'Write the code.').max(40, 'That is too long for a code.')
export const codeForm = z.object({ code })

/** What shows that it is you: asked for unless you came in by a mailed link a moment ago. */
const present = z.string().max(1000).default('')

export const newPasswordForm = z.object({ present, password: z.string().max(2000).default('') })
export const presentForm = z.object({ present })
export const addressForm = z.object({
  present,
  email: emailAddress('Write the new e-mail address, such as rosa.lind@company.com.'),
})
export const isMineForm = z.object({
  sure: z.literal('on', 'Tick the box if this is your address. If it is not, leave this page.'),
})

/** Where to go after signing in: only a page of ours. Anything that leads elsewhere becomes the home page. */
export function localPath(text: string | undefined): string {
  const home = 'http://home.invalid'
  if (!text?.startsWith('/') || !URL.canParse(text, home)) return '/'
  const url = new URL(text, home)
  const path = `${url.pathname}${url.search}`
  // "//elsewhere" can also come out of dots: "/.//elsewhere".
  return url.origin === home && !path.startsWith('//') ? path : '/'
}
