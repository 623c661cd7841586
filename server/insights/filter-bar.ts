import { printDay, type Reader } from '../time.ts'
import type { Figures } from './figures.ts'
import { filterParams } from './forms.ts'
import type { Dimension } from './ledger.ts'
import { groupName, type Names } from './names.ts'
import type { Filters } from './view.ts'

type Option = { value: string; label: string; selected: boolean; disabled: boolean }
type FilterField = { name: string; label: string; options: Option[] }

/** The filters as a GET form. A group that may not be shown is disabled and says why. */
export type FilterBar = {
  fields: FilterField[]
  moreFields: FilterField[]
  hasMore: boolean
  from: string
  to: string
  suggestions: { checked: boolean; disabled: boolean; hint: string }
  notes: string[]
  anyFilter: boolean
  /** What is chosen, in words, for paper; '' for everything. */
  chosen: string
}

export function filterBar(figures: Figures, filters: Filters, names: Names, now: Date, reader: Reader): FilterBar {
  const field = (dimension: Dimension, label: string, all: string): FilterField => ({
    name: dimension,
    label,
    options: options(figures, filters, dimension, all, (value) => groupName(dimension, value, names)),
  })
  const campaigns = field('campaign', 'Campaign', 'All campaigns')
  // One that nobody has answered yet is worth choosing too: it shows who was asked.
  const known = new Set(campaigns.options.map((option) => option.value))
  for (const { id, name } of names.campaigns)
    if (!known.has(id))
      campaigns.options.push({
        value: id,
        label: `${name}, none yet`,
        selected: filters.campaign === id,
        disabled: false,
      })
  const fields = [campaigns, field('segment', 'Segment', 'All segments'), field('region', 'Region', 'All regions')]
  const moreFields = [
    field('owner', 'Looked after by', 'Everyone'),
    field('channel', 'Channel', 'All channels'),
    field('provenance', 'How we know', 'All'),
    field('asked', 'Asked how', 'Both'),
  ]
  return {
    fields,
    moreFields,
    hasMore: [filters.owner, filters.channel, filters.provenance, filters.asked, filters.from, filters.to].some(
      Boolean,
    ),
    from: filters.from,
    to: filters.to,
    suggestions: {
      checked: filters.suggestions,
      disabled: figures.suggestionsStatus !== 'shown' && !filters.suggestions,
      hint: figures.suggestionsStatus === 'shown' ? '' : 'hidden: fewer than 5 customers have unread answers',
    },
    notes: notes(figures, filters, now, reader),
    anyFilter: Object.values(filterParams(filters)).some(Boolean),
    chosen: chosenInWords([...fields, ...moreFields], figures, filters, now, reader),
  }
}

function options(
  figures: Figures,
  filters: Filters,
  dimension: Dimension,
  all: string,
  nameOf: (value: string) => string,
): Option[] {
  const chosen = filters[dimension]
  const values = new Map(figures.options[dimension])
  if (chosen && !values.has(chosen)) values.set(chosen, { n: 0, status: 'empty' })
  const each = [...values].map(([value, { n, status }]) => {
    const words = {
      shown: `${nameOf(value)}, ${n}`,
      small: `${nameOf(value)}, hidden: fewer than 5`,
      near: `${nameOf(value)}, hidden: beside the rest it shows fewer than 5`,
      empty: `${nameOf(value)}, none here`,
    }
    const selected = value === chosen
    return { value, label: words[status], selected, disabled: !selected && status !== 'shown' }
  })
  each.sort((a, b) => a.label.localeCompare(b.label, 'en'))
  return [{ value: '', label: all, selected: chosen === '', disabled: false }, ...each]
}

function chosenInWords(fields: FilterField[], figures: Figures, filters: Filters, now: Date, reader: Reader): string {
  const chosen = fields.flatMap(({ label, options }) =>
    options.filter(({ value, selected }) => selected && value !== '').map((option) => `${label}: ${option.label}`),
  )
  const from = figures.from ? [`From ${printDay(figures.from, now, reader)}`] : []
  const to = figures.to ? [`To ${printDay(figures.to, now, reader)}`] : []
  return [...chosen, ...from, ...to, ...(filters.suggestions ? ['Suggestions added'] : [])].join('. ')
}

function notes(figures: Figures, filters: Filters, now: Date, reader: Reader): string[] {
  const isWider = (filters.from && figures.from < filters.from) || (filters.to && figures.to > filters.to)
  if (!isWider) return []
  const from = figures.from ? `from ${printDay(figures.from, now, reader)} ` : ''
  const to = figures.to ? `to ${printDay(figures.to, now, reader)}` : ''
  return [
    `The days are widened, ${`${from}${to}`.trim()}, so that no choice of dates singles out fewer than 5 customers.`,
  ]
}
