import type { HowChosen } from '../campaigns/campaigns.ts'
import { address } from '../lists.ts'
import type { Section } from '../sections.ts'
import type { Reader } from '../time.ts'
import { listed } from '../words.ts'
import type { Figures } from './figures.ts'
import { type FilterBar, filterBar } from './filter-bar.ts'
import { filterParams } from './forms.ts'
import type { Linked, Names } from './names.ts'
import type { Table } from './tables.ts'
import type { TrustFacts } from './trust.ts'
import { basisCheck, chosenCheck, moreCheck } from './trust-basis-page.ts'
import { agreementCheck, inferredCheck } from './trust-coding-page.ts'
import { modesCheck } from './trust-modes-page.ts'
import type { Check } from './trust-parts.ts'
import { silenceCheck } from './trust-silence-page.ts'
import type { Filters } from './view.ts'

export type TrustPage = FilterBar & {
  title: string
  part: string
  lead: string
  checks: Check[]
  methods: { name: string; text: string }[]
  back: Linked
  takeAway: Linked[]
  sections: Section[]
  closer: Section[]
}

export type TrustView = {
  facts: TrustFacts
  figures: Figures
  filters: Filters
  names: Names
  chosen: HowChosen[]
  /** Who reads: the id, whether figures of all interviewers are shown, whether the page of agreement is open, whether files are. */
  by: { id: string; seesAll: boolean; mayOpenAgreement: boolean; mayTake: boolean }
}

/** Each question about trust that this view can answer, in the order in which they matter. */
export function trustChecks(view: TrustView, now: Date, reader: Reader): Check[] {
  const { facts, figures, filters, names, chosen, by } = view
  const agreement = agreementCheck(facts, by.mayOpenAgreement)
  const silence = silenceCheck(facts, figures, filters, names)
  const picked = chosenCheck(facts, figures, filters, chosen)
  // Where the view itself is hidden, nothing that its answers say is told in other words.
  if (figures.status !== 'shown') return [silence, picked, agreement]
  return [
    silence,
    picked,
    agreement,
    inferredCheck(figures, filters),
    modesCheck(facts, names, by),
    basisCheck(facts, figures, now, reader),
    moreCheck(facts, figures, filters),
  ]
}

/** "How far to trust this", for the view chosen on "Why they buy". */
export function trustPage(
  view: TrustView,
  ways: { sections: Section[]; closer: Section[] },
  now: Date,
  reader: Reader,
): TrustPage {
  const { figures, filters, names, by } = view
  const checks = trustChecks(view, now, reader)
  return {
    title: 'How far to trust this',
    part: 'Why',
    lead: leadOf(figures, checks),
    ...filterBar(figures, filters, names, now, reader),
    checks,
    methods: trustMethods,
    back: { href: address('/why', filterParams(filters)), text: 'Why they buy, for this choice' },
    takeAway: by.mayTake
      ? [
          { href: address('/why/trust.csv', filterParams(filters)), text: 'All of it as CSV' },
          { href: address('/why/report', filterParams(filters)), text: 'Report to print' },
        ]
      : [],
    ...ways,
  }
}

export function leadOf(figures: Figures, checks: Check[]): string {
  const care = checks.map((check) => check.care).filter(Boolean)
  const about = {
    shown: `These figures rest on ${figures.n} customers.`,
    silent: 'Nobody has been heard in this view.',
    unread: 'Nothing of this view has been read yet.',
    small: 'This view has fewer than 5 customers, so it has no figures.',
    near: 'This view is hidden: beside the rest it would tell of fewer than 5 customers.',
  }[figures.status]
  if (figures.status !== 'shown') return about
  return care.length === 0
    ? `${about} Nothing on this page speaks against them.`
    : `${about} Take care with ${listed(care)}.`
}

/** The checks as rows for a file: a verdict each, then its facts, then every cell of its tables, as printed. */
export function trustTable(checks: Check[]): Table {
  const cell = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)
  return {
    head: ['question', 'part', 'row', 'column', 'value'],
    rows: checks.flatMap(({ heading, verdict, texts, facts, tables }) => [
      [heading, 'verdict', '', '', verdict],
      ...texts.map((text) => [heading, 'about', '', '', text]),
      ...facts.map(({ name, text }) => [heading, 'fact', name, '', text]),
      ...tables.flatMap(({ caption, rows, note }) => [
        ...rows.flatMap(({ name, cells }) => cells.map((one) => [heading, caption, name, one.name, cell(one.text)])),
        ...(note ? [[heading, caption, '', 'note', note]] : []),
      ]),
    ]),
  }
}

/** How each figure of the page is made, with its source. */
export const trustMethods = [
  {
    name: 'Agreement',
    text: 'Krippendorff’s α: one less the disagreement seen, divided by the disagreement that chance would bring, per driver and direction (Krippendorff 2004, 2011). Interval: 1,000 draws of answers with replacement. From 50 answers, 10 of them with the tag.',
  },
  {
    name: 'Response',
    text: 'RR1: people who answered, divided by all invited. RR5: the same, without those whom no mail reached (AAPOR Standard Definitions). What was begun and not sent counts as partial.',
  },
  {
    name: 'Silence',
    text: 'Bounds: the share among those heard, if all others asked said no, or all said yes (Manski 1990). Apart: the difference of two means, or shares, divided by their common standard deviation (Austin 2009), marked above 0.25, from 10 customers a side. Slow answers hint at the silent (Armstrong and Overton 1977).',
  },
  {
    name: 'Differences',
    text: 'Newcombe’s interval of two shares (1998b, method 10), from 10 customers a side, indicative below 30; claimed where it leaves zero and Holm’s rule (1979) bears it among all of its table. Harm named to the own rep is tested first.',
  },
  {
    name: 'Whole list',
    text: 'For a random sample of a list of N: Wilson’s interval with n(N − 1)/(N − n) in place of n (Cochran 1977).',
  },
  {
    name: 'New themes',
    text: 'New sub-codes in two talks divided by the different ones in the first four; reached at 5 % or less (Guest, Namey and Chen 2020). A theme held by a share p is heard at least once, with 95 %, in ln 0.05/ln(1 − p) talks.',
  },
]
