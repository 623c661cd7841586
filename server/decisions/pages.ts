import { isEditor, type User } from '../access.ts'
import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import { changeWords, evidenceBehind, type Snapshot, shareWords } from '../insights/snapshot.ts'
import { type Pager, pager } from '../lists.ts'
import { type Section, whySections } from '../sections.ts'
import type { Verdict } from '../tables.ts'
import { dayAt, printDay, printInstantDay, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import type { Decision, QuoteKept, Which } from './decisions.ts'
import { type FigureModel, figure, type QuoteModel, said } from './figure-model.ts'

export const pageSize = 20
const part = 'Why'

const state = (decision: Decision): string => {
  if (decision.withdrawn) return 'Withdrawn'
  const verdict = decision.looks.at(-1)?.verdict
  return verdict === 'worked' ? 'Worked' : verdict === 'failed' ? 'Did not work' : 'Under way'
}

export type ListPage = {
  sections: Section[]
  title: string
  part: string
  tabs: { href: string; label: string; isCurrent: boolean }[]
  rows: {
    href: string
    what: string
    because: string
    about: string
    look: string
    isDue: boolean
    state: string
  }[]
  mayDecide: boolean
  empty: string
  pager: Pager
  hasPages: boolean
}

export function listPage(
  user: User,
  which: Which,
  page: number,
  found: { decisions: Decision[]; total: number },
  now: Date,
): ListPage {
  const reader = readerOf(user)
  const today = dayAt(now, user.timeZone)
  return {
    sections: whySections(user, '/decisions'),
    title: 'Decisions',
    part,
    tabs: [
      { href: '/decisions', label: 'Under way', isCurrent: which === 'open' },
      { href: '/decisions?show=over', label: 'Over', isCurrent: which === 'over' },
    ],
    rows: found.decisions.map((decision) => ({
      href: `/decisions/${decision.id}`,
      what: decision.what,
      because: `Because ${said(decision.snapshot)}. Serves: ${decision.serves}`,
      about: `${decision.function}, ${decision.owner}, by ${printDay(decision.dueOn, now, reader)}.`,
      look: which === 'open' ? `Look on ${printDay(decision.lookOn, now, reader)}` : '',
      isDue: which === 'open' && decision.lookOn <= today,
      state: which === 'over' ? state(decision) : '',
    })),
    mayDecide: isEditor(user),
    empty:
      which === 'open'
        ? 'A decision holds the figure and the words that it rests on, who sees to it, and the day on which the figures are looked at again.'
        : 'Whatever worked, did not work or was withdrawn stands here.',
    pager: pager(found.total, page, pageSize, '/decisions', which === 'over' ? { show: 'over' } : {}),
    hasPages: found.total > pageSize,
  }
}

const verdictNames: Record<Verdict, string> = {
  worked: 'It worked',
  failed: 'It did not work',
  open: 'Too early to say',
}

export type DecisionPage = Problems & {
  title: string
  part: string
  what: string
  state: string
  about: string
  because: string
  facts: { name: string; text: string }[]
  figure: FigureModel
  quotes: QuoteModel[]
  withheld: string
  now: { words: string; share: string; change: string; href: string; refusal: string; goal: string }
  looks: { verdict: string; note: string; by: string; figure: string }[]
  mayDecide: boolean
  isWithdrawn: boolean
  withdrawn: string
  verdicts: { value: Verdict; id: string; label: string; isChosen: boolean }[]
  verdictError: string
  note: Field
  lookAction: string
  withdrawal: Field
  withdrawAction: string
}

/** One decision: why, what became of the figure since, and what people made of it. */
export function decisionPage(
  user: User,
  decision: Decision,
  kept: { quotes: QuoteKept[]; all: number },
  fresh: Snapshot | string,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
): DecisionPage {
  const reader = readerOf(user)
  const { snapshot, goal, withdrawn } = decision
  const withheld = kept.all - kept.quotes.length
  const goalWords = goal
    ? `${goal.way === 'below' ? 'fewer' : 'more'} than ${goal.percent} % of customers ${goal.way === 'below' ? 'still say' : 'say'} so`
    : ''
  return {
    title: decision.what,
    part,
    what: decision.what,
    state: state(decision),
    about: `Decided by ${decision.decidedBy}, ${printInstantDay(decision.decidedAt, now, reader)}.`,
    because: decision.because,
    facts: [
      { name: 'Serves', text: decision.serves },
      { name: 'Who', text: `${decision.owner}, ${decision.function.toLowerCase()}` },
      { name: 'Done by', text: printDay(decision.dueOn, now, reader) },
      { name: 'Looked at', text: printDay(decision.lookOn, now, reader) },
      { name: 'Works if', text: [decision.shows, goalWords].filter(Boolean).join('; ') },
      ...(decision.takesAway
        ? [{ name: 'Takes away', text: 'Something that customers have now; what must stay was read first.' }]
        : []),
    ],
    figure: figure(snapshot, now, reader),
    quotes: kept.quotes.map((quote) => ({
      id: quote.revisionId,
      text: quote.text,
      who: [quote.customer, quote.contact, printDay(quote.tookPlaceOn, now, reader)].filter(Boolean).join(', '),
      isVoice: quote.provenance !== 'paraphrase' && quote.provenance !== 'observed',
      isChosen: true,
      note: quote.supersededAt ? 'changed since' : '',
    })),
    withheld:
      withheld > 0
        ? `${plural(withheld, 'more is', 'more are')} kept with it that you may not read, or that ${withheld === 1 ? 'is' : 'are'} no longer open to anybody.`
        : '',
    now: since(snapshot, fresh, goal),
    looks: decision.looks.map((look) => ({
      verdict: verdictNames[look.verdict],
      note: look.note,
      by: `${look.by}, ${printInstantDay(look.at, now, reader)}`,
      figure: look.snapshot ? `${said(look.snapshot)}${bracketed(shareWords(look.snapshot))}` : '',
    })),
    mayDecide: isEditor(user) && !withdrawn,
    isWithdrawn: withdrawn !== undefined,
    withdrawn: withdrawn
      ? `Withdrawn by ${withdrawn.by}, ${printInstantDay(withdrawn.at, now, reader)}: ${withdrawn.because}`
      : '',
    verdicts: (['worked', 'failed', 'open'] as const).map((value) => ({
      value,
      id: `verdict-${value}`,
      label: verdictNames[value],
      isChosen: typed.verdict === value,
    })),
    verdictError: errors.verdict ?? '',
    note: field('note', 'Why', typed, errors, { type: 'textarea' }),
    lookAction: `/decisions/${decision.id}/looks`,
    withdrawal: field('because', 'Why it is withdrawn', typed, errors, { type: 'textarea' }),
    withdrawAction: `/decisions/${decision.id}/withdrawal`,
    ...problemsOf(
      Object.fromEntries(
        Object.entries(errors).map(([name, text]) => [name === 'verdict' ? 'verdict-worked' : name, text]),
      ),
    ),
  }
}

const bracketed = (text: string): string => (text ? `, ${text}` : '')

/** The same figure from what was said after the due day, beside the one that the decision rests on. */
function since(before: Snapshot, after: Snapshot | string, goal: Decision['goal']): DecisionPage['now'] {
  if (typeof after === 'string') return { words: '', share: '', change: '', href: '', refusal: after, goal: '' }
  const share = after.x / after.n
  const isReached = goal && (goal.way === 'below' ? share < goal.percent / 100 : share > goal.percent / 100)
  return {
    words: said(after),
    share: shareWords(after),
    change: changeWords(before, after),
    href: evidenceBehind(after),
    refusal: '',
    goal: goal
      ? `The mark of ${goal.way === 'below' ? 'fewer' : 'more'} than ${goal.percent} % is ${isReached ? 'reached' : 'not reached'}${after.n < 30 ? `, among only ${after.n} customers` : ''}.`
      : '',
  }
}
