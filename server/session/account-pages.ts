import { encodeQR } from 'qr'
import type { Bundle } from '../assets.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, type Typed, timeZoneField } from '../forms.ts'
import { printInstant, printInstantDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import { freshMinutes, type getAccount } from './account.ts'
import { deviceInWords } from './device.ts'
import { secretField } from './pages.ts'
import { shortest } from './passwords.ts'
import { setUpAddress } from './totp.ts'

type Errors = Record<string, string>
type Known = Awaited<ReturnType<typeof getAccount>>

type SessionRow = { id: string; device: string; created_at: string; last_seen_at: string }

export type AccountPage = Problems & {
  title: string
  part: string
  email: string
  ways: { name: string; state: string; links: { href: string; words: string }[] }[]
  name: Field
  phone: Field
  timeZone: SelectField
  hasShortcuts: boolean
  sessions: { id: string; device: string; seen: string; isThis: boolean }[]
  hasOthers: boolean
}

export function accountPage(
  account: Known,
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
    ways: [
      { name: 'Address', state: account.email, links: [{ href: '/account/address', words: 'Change' }] },
      {
        name: 'Password',
        state: account.passwordSetAt
          ? `Chosen on ${printInstantDay(account.passwordSetAt, now, reader)}`
          : 'None: we mail you a link each time',
        links: account.hasPassword
          ? [
              { href: '/account/password', words: 'Change' },
              { href: '/account/password/removal', words: 'Remove' },
            ]
          : [{ href: '/account/password', words: 'Choose one' }],
      },
      {
        name: 'Second factor',
        state: account.secondFactorSince
          ? `On since ${printInstantDay(account.secondFactorSince, now, reader)}`
          : 'Off: whoever reads your mail can come in',
        links: [{ href: '/account/second-factor', words: account.secondFactorSince ? 'Manage' : 'Set it up' }],
      },
    ],
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

/** What shows that it is you: nothing after a mailed link a moment ago, else the password, else a mailed link. */
export type Proof = {
  isFresh: boolean
  mayType: boolean
  mayGo: boolean
  present: Field
  next: string
  minutes: string
}

function proofOf(isFresh: boolean, account: Known, errors: Errors, next: string): Proof {
  return {
    isFresh,
    mayType: !isFresh && account.hasPassword,
    mayGo: isFresh || account.hasPassword,
    present: secretField('present', account.hasPassword ? 'Your present password' : 'Your password', errors, {
      autocomplete: 'current-password',
    }),
    next,
    minutes: plural(freshMinutes, 'minute'),
  }
}

export type PasswordPage = Problems & {
  title: string
  part: string
  scripts: Bundle[]
  proof: Proof
  email: string
  password: Field
  others: string
}

export function passwordPage(account: Known, isFresh: boolean, errors: Errors): PasswordPage {
  return {
    title: account.hasPassword ? 'Change your password' : 'Choose a password',
    part: '',
    scripts: ['password.js'],
    ...problemsOf(errors),
    proof: proofOf(isFresh, account, errors, '/account/password'),
    email: account.email,
    password: secretField('password', 'New password', errors, {
      hint: `At least ${shortest} characters of any kind. Several words that do not belong together do well, and so does what a password manager makes.`,
      autocomplete: 'new-password',
    }),
    others: 'Every other device is signed out, and a mail tells you of it.',
  }
}

export type RemovalPage = Problems & { title: string; part: string; scripts: Bundle[]; proof: Proof }

export const passwordRemovalPage = (account: Known, isFresh: boolean, errors: Errors): RemovalPage => ({
  title: 'Remove your password?',
  part: '',
  scripts: ['password.js'],
  ...problemsOf(errors),
  proof: proofOf(isFresh, account, errors, '/account/password/removal'),
})

export type NewAddressPage = Problems & {
  title: string
  part: string
  scripts: Bundle[]
  proof: Proof
  present: string
  email: Field
}

export const newAddressPage = (account: Known, isFresh: boolean, typed: Typed, errors: Errors): NewAddressPage => ({
  title: 'Change your address',
  part: '',
  scripts: ['password.js'],
  ...problemsOf(errors),
  proof: proofOf(isFresh, account, errors, '/account/address'),
  present: account.email,
  email: field('email', 'New e-mail address', typed, errors, {
    type: 'email',
    autocomplete: 'off',
    hint: 'We send a link there. Nothing changes before you open it.',
  }),
})

export type SecondFactorPage = Problems & {
  title: string
  part: string
  scripts: Bundle[]
  isOn: boolean
  isBegun: boolean
  isRequired: boolean
  proof: Proof
  since: string
  codesLeft: string
  fewLeft: boolean
  secret: string
  address: string
  qr: { path: string; size: number }
  code: Field
}

type Factor = { secret: string; confirmed_at: string | null; codes_left: number | null } | undefined

export function secondFactorPage(
  account: Known,
  factor: Factor,
  issuer: string,
  isFresh: boolean,
  isRequired: boolean,
  errors: Errors,
  now: Date,
  reader: Reader,
): SecondFactorPage {
  const isOn = Boolean(factor?.confirmed_at)
  const isBegun = factor !== undefined && !isOn
  const address = isBegun ? setUpAddress(factor.secret, account.email, issuer) : ''
  return {
    title: 'Second factor',
    part: '',
    scripts: ['password.js'],
    ...problemsOf(errors),
    isOn,
    isBegun,
    isRequired,
    proof: proofOf(isFresh, account, errors, '/account/second-factor'),
    since: factor?.confirmed_at ? printInstantDay(factor.confirmed_at, now, reader) : '',
    codesLeft: plural(factor?.codes_left ?? 0, 'recovery code is', 'recovery codes are'),
    fewLeft: isOn && (factor?.codes_left ?? 0) < 3,
    secret: isBegun ? (factor.secret.match(/.{4}/g) ?? []).join(' ') : '',
    address,
    qr: isBegun ? drawn(address) : { path: '', size: 0 },
    code: field('code', isOn ? 'Code' : 'The code that the app shows now', {}, errors, {
      hint: isOn ? 'Six figures from your app, or a recovery code.' : 'Six figures; they change every half minute.',
      autocomplete: 'one-time-code',
    }),
  }
}

/** A QR code as one path of unit squares, with the quiet zone of four that readers ask for. */
export function drawn(text: string): { path: string; size: number } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 })
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { path, size: rows.length }
}

export type RecoveryCodesPage = { title: string; part: string; isFirst: boolean; codes: string[]; all: string }

/** `isFirst`: the factor was turned on just now, and these are its first codes. */
export const recoveryCodesPage = (codes: string[], isFirst: boolean): RecoveryCodesPage => ({
  title: 'Keep these codes',
  part: '',
  isFirst,
  codes,
  all: codes.join(' '),
})

/** The codes as a file to print or to put away. */
export const recoveryFile = (codes: string[], email: string, company: string): string =>
  [
    `Recovery codes for ${email} at Whybuy (${company})`,
    'Each works once, in place of the code of your app. Keep them apart from the device.',
    '',
    ...codes,
    '',
  ].join('\r\n')
