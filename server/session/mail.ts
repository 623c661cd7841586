import type { Letter } from '../staff-mail.ts'

/**
 * Tells somebody what happened to their account, so that it cannot happen behind their back. `by`: who did it, if it was
 * somebody else. Undefined for a notice that is not known.
 */
export function noticeLetter(
  payload: Record<string, string>,
  user: { email: string },
  by: string,
  baseUrl: string,
): Letter | undefined {
  const who = by || 'Somebody, most likely you,'
  const notYou =
    'That was not you? Sign out everywhere else under “Your account”, and tell an admin at once: they can end every session of yours.'
  const account = {
    button: 'Open your account',
    link: `${baseUrl}/account`,
    why: 'because it is about your own account',
  }
  const letters: Record<string, [heading: string, ...paragraphs: string[]]> = {
    'password-chosen': [
      'You can sign in with a password',
      'A password was chosen for your account. Mailed links go on working beside it. Every other device was signed out.',
      notYou,
    ],
    'password-changed': [
      'Your password was changed',
      'Your account has a new password. Every other device was signed out.',
      notYou,
    ],
    'password-removed': [
      'Your password was removed',
      'From now on only a mailed link leads into your account. Every other device was signed out.',
      notYou,
    ],
    'second-factor-on': [
      'Your second factor is on',
      'Signing in now asks for a code of your app, after the mailed link or the password. Keep your recovery codes where you find them without the device.',
      notYou,
    ],
    'second-factor-off': [
      'Your second factor was turned off',
      by
        ? `${by} turned off the second factor of your account and ended its sessions. Signing in asks for no code any more, until you set it up again.`
        : 'Signing in to your account asks for no code any more. Whoever runs the server can do this too, when a device is lost.',
      notYou,
    ],
    'recovery-code-used': [
      'One of your recovery codes was used',
      'Somebody, most likely you, signed in or changed something with a recovery code. It works no more. A device is lost? Turn the second factor off and set it up anew.',
      notYou,
    ],
    'recovery-codes-renewed': [
      'You have new recovery codes',
      'Ten new recovery codes were made for your account. Those from before work no more.',
      notYou,
    ],
    'address-asked': [
      'Your address is to be changed',
      `${who} asked that you sign in with ${payload.email} from now on, no longer with ${user.email}. Nothing has changed yet: a link was sent there to confirm it.`,
      'That is wrong? Tell an admin before somebody uses that link.',
    ],
    'address-changed': [
      'Your address was changed',
      `You sign in with ${payload.email} from now on. Links that were sent to the old address work no more, and this is the last mail there.`,
      'That is wrong? Tell an admin at once.',
    ],
  }
  const [heading, ...paragraphs] = letters[payload.notice ?? ''] ?? []
  if (heading === undefined) return undefined
  return { heading, paragraphs, list: [], ...account }
}
