import { address } from '../../lists.ts'
import type { Section } from '../../sections.ts'
import type { Reader } from '../../time.ts'
import type { Figures } from '../figures.ts'
import { filterBar } from '../filter-bar.ts'
import { filterParams } from '../forms.ts'
import type { Linked, Names } from '../names.ts'
import type { Filters } from '../view.ts'
import { columns, figureColumns, type Kind, placeColumns } from './columns.ts'

/** A file to take away: what is in it, and what stands in each of its columns where they are told here. */
export type FileLink = { href: string; label: string; about: string; columns: { name: string; about: string }[] }
export type FilesPage = {
  title: string
  part: string
  lead: string
  chosen: string
  reset: string
  figures: FileLink[]
  noFigures: string
  words: FileLink[]
  noWords: string
  /** Pages that have their own numbers as CSV. */
  pages: Linked[]
  sections: Section[]
  closer: Section[]
}

type FilesFacts = {
  figures: Figures
  filters: Filters
  names: Names
  reads: boolean
  sections: Section[]
  closer: Section[]
}

/** "Files": every file that can be taken away from these pages, with a sentence and its columns. */
export function filesPage(facts: FilesFacts, now: Date, reader: Reader): FilesPage {
  const { figures, filters, names, reads } = facts
  const chosen = filterBar(figures, filters, names, now, reader).chosen
  const isShown = figures.status === 'shown'
  return {
    title: 'Files to take away',
    part: 'Why',
    lead: 'What these pages show, for a spreadsheet or for your own analysis. CSV is UTF-8, comma between cells, times in UTC; what a spreadsheet would run as a formula is made text.',
    chosen,
    reset: chosen ? '/why/files' : '',
    figures: isShown ? figureFiles(filters) : [],
    noFigures: isShown
      ? ''
      : 'This choice has no figures to take away: nobody is read in it, or fewer than five customers are.',
    words: reads ? wordFiles(filters) : [],
    noWords: reads ? '' : 'Leads take words away, and admins who are named as coders.',
    pages: facts.closer
      .filter(({ href }) => href !== '/why' && href !== '/why/groups')
      .map(({ href, label }) => ({ href, text: label })),
    sections: facts.sections,
    closer: facts.closer,
  }
}

/** The figures of a choice, as they stand on the screen. */
export function figureFiles(filters: Filters): FileLink[] {
  const params = filterParams(filters)
  return [
    {
      href: address('/why/report', params),
      label: 'Report to print',
      about: 'The finding, the figures, what they rest on, and how they were made.',
      columns: [],
    },
    {
      href: address('/why.xlsx', params),
      label: 'Figures for Excel',
      about: 'A sheet for each of these pages, with the numbers that they show.',
      columns: [],
    },
    {
      href: address('/why.csv', params),
      label: 'Figures as CSV',
      about: 'One row for each driver and direction: customers, share, interval.',
      columns: told(figureColumns),
    },
  ]
}

const wordLabels: Record<Kind, [label: string, about: string]> = {
  answers: ['Answers as CSV', 'One row for each answer: who, when, how, its words and its tags.'],
  responses: ['Sittings as CSV', 'One row for each survey or talk, one column for each item of a question.'],
  evidence: ['Tagged words as CSV', 'One row for each tag, with the very words that it stands on.'],
}

/** The words of a choice, for whoever may read them with the names. */
export const wordFiles = (filters: Filters): FileLink[] =>
  (['answers', 'responses', 'evidence'] as const).map((kind) => {
    const [label, about] = wordLabels[kind]
    return {
      href: address(`/why/files/${kind}`, filterParams(filters)),
      label,
      about,
      columns: told([...columns[kind], ...(kind === 'responses' ? placeColumns : [])]),
    }
  })

const told = (all: [string, string][]) => all.map(([name, about]) => ({ name, about }))
