import { address } from '../lists.ts'
import type { Channel, Provenance } from '../tables.ts'
import type { Wanted } from './behind.ts'
import { filterParams, wantedParams } from './forms.ts'
import type { Filters } from './view.ts'

export const channelNames: Record<Channel, string> = {
  survey: 'Survey by mail',
  interview: 'Talk',
  observation: 'Seen by us',
  mail: 'Reply by mail',
}

export const provenanceNames: Record<Provenance, string> = {
  typed: 'Typed by them',
  confirmed: 'Notes they confirmed',
  verbatim: 'Noted word for word',
  paraphrase: 'Paraphrased by us',
  observed: 'Seen by us',
}

/** The printed name of a channel or a provenance. */
export const groupName = (dimension: 'channel' | 'provenance', value: string): string =>
  Object.entries(dimension === 'channel' ? channelNames : provenanceNames).find(([key]) => key === value)?.[1] ?? value

/** The address of the answers behind a number; `more` narrows the view further. */
export const evidence = (filters: Filters, wanted: Wanted, more: Partial<Filters> = {}): string =>
  address('/why/answers', { ...wantedParams(wanted), ...filterParams({ ...filters, ...more }) })

/** A number and the page of answers behind it. */
export type Linked = { text: string; href: string }
