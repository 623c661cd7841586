import { z } from 'zod'
import { channels, provenances } from '../../tables.ts'
import { groupName, type Names } from '../names.ts'
import { type WeightDimension, weightDimensions } from './weighing.ts'
import type { WeightFilters, WeightView } from './weights.ts'

export type WeightFilterField = {
  name: WeightDimension
  label: string
  chosen: string
  options: { value: string; label: string; selected: boolean; disabled: boolean }[]
}

const labels: Record<WeightDimension, [label: string, all: string]> = {
  campaign: ['Campaign', 'All campaigns'],
  segment: ['Segment', 'All segments'],
  region: ['Region', 'All regions'],
  owner: ['Looked after by', 'Everyone'],
  channel: ['Channel', 'All channels'],
  provenance: ['How we know', 'All'],
}

/** The filters with what each could be set to; a group that may not be shown is disabled and says why. */
export function weightFilterFields(
  { options }: Pick<WeightView, 'options'>,
  filters: WeightFilters,
  names: Names,
): WeightFilterField[] {
  return weightDimensions.map((name) => {
    const [label, all] = labels[name]
    const chosen = filters[name]
    const values = new Map<string, { n: number; status: string }>(options[name])
    if (chosen && !values.has(chosen)) values.set(chosen, { n: 0, status: 'empty' })
    const each = [...values].map(([value, { n, status }]) => {
      const said = {
        shown: `, ${n}`,
        small: ', hidden: fewer than 5',
        near: ', hidden: beside the rest it shows fewer than 5',
      }[status]
      const selected = value === chosen
      const shown = groupName(name, value, names) + (said ?? ', none here')
      return { value, label: shown, selected, disabled: !selected && status !== 'shown' }
    })
    each.sort((a, b) => a.label.localeCompare(b.label, 'en'))
    return {
      name,
      label,
      chosen,
      options: [{ value: '', label: all, selected: chosen === '', disabled: false }, ...each],
    }
  })
}

const text = z.string().trim().max(200).catch('').default('')
const filterQuery = z.object({
  campaign: text,
  segment: text,
  region: text,
  owner: text,
  channel: z
    .enum(['', ...channels])
    .catch('')
    .default(''),
  provenance: z
    .enum(['', ...provenances])
    .catch('')
    .default(''),
})

/** The filters as they stand in the address. What cannot be read filters nothing. */
export const readWeightFilters = (query: unknown): WeightFilters => filterQuery.parse(query ?? {})
