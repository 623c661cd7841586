import type { Section } from '../sections.ts'

/** The closer looks under "Why they buy", open to all staff as it is. */
export function closerPages(current: string): Section[] {
  const pages: [href: string, label: string][] = [
    ['/why', 'At a glance'],
    ['/why/groups', 'Side by side'],
    ['/why/weight', 'What weighs'],
    ['/why/outcomes', 'What follows'],
    ['/why/silent', 'Who is silent'],
    ['/why/words', 'What we say'],
    ['/why/rounds', 'Between rounds'],
    ['/why/trust', 'How far to trust this'],
  ]
  return pages.map(([href, label]) => ({ href, label, isCurrent: href === current }))
}
