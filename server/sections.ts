import { isEditor, isReader, type User } from './access.ts'

/** The pages that a lead reads and decides on; each shows the way to the others. */
export type Section = { href: string; label: string; isCurrent: boolean }

/** Those that this person may open, in the order of work: what they say, what we thought, what is at stake, what we do. */
export function whySections(user: User, current: string): Section[] {
  const pages: [href: string, label: string, isOpen: boolean][] = [
    ['/why', 'Why they buy', true],
    ['/assumed', 'Assumed against real', user.role === 'lead'],
    ['/never-cut', 'Never cut', isEditor(user)],
    ['/vulnerable', 'Vulnerable', isReader(user)],
    ['/value', 'Value both ways', isReader(user)],
    ['/decisions', 'Decisions', true],
  ]
  return pages.filter(([, , isOpen]) => isOpen).map(([href, label]) => ({ href, label, isCurrent: href === current }))
}
