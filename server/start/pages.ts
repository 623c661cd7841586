import type { User } from '../access.ts'
import { type Company, missingToWrite } from '../company.ts'
import { listed, plural } from '../words.ts'
import type { Progress } from './start.ts'

type Stage = {
  name: string
  /** What to do there and why, in one sentence. */
  todo: string
  /** What the record holds, in numbers; '' for nothing. */
  holds: string
  isDone: boolean
  link: string
  href: string
}

/** From a list of customers to a decision: the whole work of the product in six steps. */
function stages(progress: Progress, user: User): Stage[] {
  const { customers, contacts, campaigns, guesses, invited, answered, talks, answers, settled } = progress
  const waiting = Math.max(0, answers - settled)
  const heard = answered + talks
  return [
    {
      name: 'List',
      todo: 'Bring in your customers and the people you know there, from a file or one by one.',
      holds: customers || contacts ? `${plural(customers, 'customer')}, ${plural(contacts, 'contact')}.` : '',
      isDone: customers > 0 && contacts > 0,
      link: customers ? 'Open the list' : 'Import a list',
      href: customers ? '/customers' : '/customers/import',
    },
    {
      name: 'Choose',
      todo: 'Pick whom to ask first: 8 to 15 of your best customers teach you most.',
      holds: campaigns ? `${plural(campaigns, 'campaign')}.` : '',
      isDone: campaigns > 0,
      link: 'Choose customers',
      href: '/campaigns',
    },
    {
      name: 'Assume',
      todo: 'Have each rep guess what the customer will say; guesses are sealed before anybody is asked.',
      holds: guesses ? `Guesses for ${plural(guesses, 'customer')}.` : '',
      isDone: guesses > 0,
      // Admins do not guess: they see how far the others are, customer by customer.
      link: user.role === 'admin' ? 'See the customers' : 'Guess for a customer',
      href: user.role === 'admin' ? '/customers' : '/predictions',
    },
    {
      name: 'Ask',
      todo: 'Launch the mails, or talk and note what you hear.',
      holds: invited || heard ? `${invited} invited, ${answered} answered, ${plural(talks, 'talk')} noted.` : '',
      isDone: heard > 0,
      link: 'Open the campaigns',
      href: '/campaigns',
    },
    {
      name: 'Tag',
      todo: 'Read each answer and mark what drives it: revenue, cost, risk or emotion.',
      holds: answers ? `${plural(settled, 'answer')} settled, ${waiting || 'none'} waiting.` : '',
      isDone: settled > 0 && waiting === 0,
      link: waiting ? `Tag ${plural(waiting, 'answer')}` : 'Open the answers',
      href: '/review',
    },
    {
      name: 'Decide',
      todo: 'Read why they buy, with the doubt drawn in, and choose what to keep and what to mend.',
      holds: settled ? `Drawn from ${plural(settled, 'answer')}.` : '',
      isDone: false,
      link: 'Read why they buy',
      href: '/why',
    },
  ]
}

type Step = Stage & {
  shown: string
  beside: string
  number: number
  state: 'Done' | 'Now' | 'Later'
  isNow: boolean
}

export type StartPage = {
  title: string
  part: string
  lead: string
  missing: string
  mayMend: boolean
  admins: string
  isShort: boolean
  steps: Step[]
}

/** The way with where we stand on it; short once the first reasons are in. */
export function startPage(
  user: User,
  company: Company,
  progress: Progress,
  admins: string[],
  isShort: boolean,
): StartPage {
  const all = stages(progress, user)
  // What lies before a step that is done is behind us, done or not: asking without guesses is possible.
  const reached = all.findLastIndex(({ isDone }) => isDone)
  const now = all.findIndex(({ isDone }, index) => !isDone && index > reached)
  const steps = all.map((stage, index) => ({
    ...stage,
    shown: isShort && stage.holds ? stage.holds : stage.todo,
    beside: isShort ? '' : stage.holds,
    number: index + 1,
    isNow: index === now,
    state: stage.isDone ? ('Done' as const) : index === now ? ('Now' as const) : ('Later' as const),
  }))
  return {
    title: isShort ? 'What is waiting' : 'Learn why they buy',
    part: user.role === 'admin' ? 'Start' : '',
    lead: isShort
      ? 'The first reasons are in. From here on it goes round: ask, tag, decide.'
      : 'Six steps lead from a list of customers to a decision. Each can be taken up again at any time.',
    missing: listed(missingToWrite(company).map(({ words }) => words)),
    mayMend: user.role === 'admin',
    admins: admins.length > 1 ? `${admins.slice(0, -1).join(', ')} or ${admins.at(-1)}` : admins.join(''),
    isShort,
    steps,
  }
}
