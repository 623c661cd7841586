import { type Field, field, type Problems, problemsOf, type SelectField, type Typed, timeZoneField } from '../forms.ts'
import { printInstant, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import { deviceInWords } from './device.ts'
import { linkMinutes } from './session.ts'

type Errors = Record<string, string>

export type SignInPage = Problems & { title: string; email: Field; next: string }

export function signInPage(typed: Typed, errors: Errors): SignInPage {
  const { next = '/' } = typed
  return {
    title: 'Sign in',
    ...problemsOf(errors),
    email: field('email', 'Your work e-mail address', typed, errors, { type: 'email', autocomplete: 'username' }),
    next,
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

export type StalePage = SignInPage & { minutes: string }

export const stalePage = (next: string): StalePage => ({
  ...signInPage({ next }, {}),
  title: 'This link no longer works',
  minutes: plural(linkMinutes, 'minute'),
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
      hint: 'Links to sign in go there; there is no password.',
    }),
    field('company', 'Name of your company', typed, errors, {
      autocomplete: 'organization',
      hint: 'As your customers know it: it stands at the top of what they see.',
    }),
  ],
  timeZone: timeZoneField(typed, errors, 'Days and times are shown as they are there.'),
})

type SessionRow = { id: string; device: string; created_at: string; last_seen_at: string }

export type AccountPage = Problems & {
  title: string
  part: string
  email: string
  name: Field
  phone: Field
  timeZone: SelectField
  hasShortcuts: boolean
  sessions: { id: string; device: string; seen: string; isThis: boolean }[]
  hasOthers: boolean
}

export function accountPage(
  account: { email: string },
  typed: Typed,
  errors: Errors,
  sessions: SessionRow[],
  thisSession: string,
  now: Date,
  reader: Reader,
): AccountPage {
  return {
    title: 'Your account',
    part: '',
    ...problemsOf(errors),
    email: account.email,
    name: field('name', 'Your name', typed, errors, {
      autocomplete: 'name',
      hint: 'Customers read it where you are the one who asks.',
    }),
    phone: field('phone', 'Telephone', typed, errors, {
      type: 'tel',
      autocomplete: 'tel',
      hint: 'For customers who would rather call. It may stay empty.',
    }),
    timeZone: timeZoneField(typed, errors),
    hasShortcuts: typed.hasShortcuts === 'on',
    sessions: sessions.map((session) => ({
      id: session.id,
      device: deviceInWords(session.device),
      seen:
        session.id === thisSession
          ? `Since ${printInstant(session.created_at, now, reader)}`
          : `Last seen ${printInstant(session.last_seen_at, now, reader)}`,
      isThis: session.id === thisSession,
    })),
    hasOthers: sessions.some(({ id }) => id !== thisSession),
  }
}
