import type { Bundle } from '../assets.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, type Typed, timeZoneField } from '../forms.ts'
import { address } from '../lists.ts'
import { plural } from '../words.ts'
import { addressDays } from './addresses.ts'
import { pendingMinutes } from './pending.ts'
import { linkMinutes } from './session.ts'

type Errors = Record<string, string>

export type SignInPage = Problems & { title: string; email: Field; next: string; passwordHref: string }

export function signInPage(typed: Typed, errors: Errors): SignInPage {
  const { next = '/' } = typed
  return {
    title: 'Sign in',
    ...problemsOf(errors),
    email: field('email', 'Your work e-mail address', typed, errors, { type: 'email', autocomplete: 'username' }),
    next,
    passwordHref: address('/sign-in/password', { next: next === '/' ? '' : next }),
  }
}

/** The same for every address. In practice mode nobody outside could read the mail, so the page says where it is. */
export const sentPage = (isPractice: boolean) => ({
  title: 'Look in your mail',
  validFor: plural(linkMinutes, 'minute'),
  isPractice,
})

export const confirmPage = (name: string, next: string, errors: Record<string, string>) => ({
  title: `Sign in as ${name}`,
  name,
  next,
  deviceError: errors.device ?? '',
  ...problemsOf(errors.device ? { 'device-own': errors.device } : {}),
})

export type StalePage = SignInPage & { sentence: string }

export const stalePage = (next: string): StalePage => ({
  ...signInPage({ next }, {}),
  title: 'This link no longer works',
  sentence: `A link to sign in works once and for ${plural(linkMinutes, 'minute')}, the one in an invitation for a week. This one was used, has run out, or lost a few letters on the way. Ask for a new one; it takes a minute.`,
})

export type FirstAdminPage = Problems & { title: string; fields: Field[]; timeZone: SelectField }

export const firstAdminPage = (typed: Typed, errors: Errors): FirstAdminPage => ({
  title: 'Set up Whybuy',
  ...problemsOf(errors),
  fields: [
    field('name', 'Your name', typed, errors, { autocomplete: 'name' }),
    field('email', 'Your work e-mail address', typed, errors, {
      type: 'email',
      autocomplete: 'username',
      hint: 'Links to sign in go there.',
    }),
    field('company', 'Name of your company', typed, errors, {
      autocomplete: 'organization',
      hint: 'As your customers know it: it stands at the top of what they see.',
    }),
  ],
  timeZone: timeZoneField(typed, errors, 'Days and times are shown as they are there.'),
})

/** A field for a secret: nothing that was typed comes back in the page. */
export const secretField = (
  name: string,
  label: string,
  errors: Errors,
  more: { hint?: string; autocomplete: string },
): Field => field(name, label, {}, errors, { type: 'password', ...more })

export type PasswordSignInPage = Problems & {
  title: string
  scripts: Bundle[]
  email: Field
  password: Field
  stays: boolean
  next: string
}

export function passwordSignInPage(typed: Typed, errors: Errors): PasswordSignInPage {
  const { next = '/' } = typed
  return {
    title: 'Sign in with a password',
    scripts: ['password.js'],
    ...problemsOf(errors),
    email: field('email', 'Your work e-mail address', typed, errors, { type: 'email', autocomplete: 'username' }),
    password: secretField('password', 'Password', errors, { autocomplete: 'current-password' }),
    stays: typed.stays === 'on',
    next,
  }
}

/** One sentence for every reason: which of the two is wrong is nobody's business. */
export const notTogether =
  'This address and password do not belong together. Type them again, or let us mail you a link.'

export type CodePage = Problems & { title: string; code: Field; minutes: string }

export const codePage = (errors: Errors): CodePage => ({
  title: 'Now the code',
  ...problemsOf(errors),
  minutes: plural(pendingMinutes, 'minute'),
  code: field('code', 'Code', {}, errors, {
    hint: 'Six figures from the app on your phone. Without the phone, one of your recovery codes.',
    autocomplete: 'one-time-code',
  }),
})

export type AddressPage = Problems & {
  title: string
  isKnown: boolean
  name: string
  email: string
  sureError: string
  days: string
}

/** The page behind the link in the mail to a new address; `change` undefined if it can be confirmed no more. */
export const addressPage = (change: { name: string; email: string } | undefined, errors: Errors): AddressPage => ({
  title: change ? 'Is this your new address?' : 'This link no longer works',
  ...problemsOf(errors),
  isKnown: change !== undefined,
  name: change?.name ?? '',
  email: change?.email ?? '',
  sureError: errors.sure ?? '',
  days: plural(addressDays, 'day'),
})
