import { address } from '../lists.ts'
import type { Channel, Provenance } from '../tables.ts'
import type { Wanted } from './behind.ts'
import type { SideBySide } from './figures.ts'
import { filterParams, wantedParams } from './forms.ts'
import type { Filters } from './view.ts'

const channelNames: Record<Channel, string> = {
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

/** Said before anything was suggested, or once the four were named. */
const askedNames = { unprompted: 'Unprompted', prompted: 'When asked for it' }
const names: Record<SideBySide, Record<string, string>> = {
  channel: channelNames,
  provenance: provenanceNames,
  asked: askedNames,
}

/** The printed name of a channel, a provenance, or how it was asked. */
export const groupName = (dimension: SideBySide, value: string): string => names[dimension][value] ?? value
/** The order in which groups stand. */
export const groupOrder = (dimension: SideBySide): string[] => Object.keys(names[dimension])

/** The address of the answers behind a number; `more` narrows the view further. */
export const evidence = (filters: Filters, wanted: Wanted, more: Partial<Filters> = {}): string =>
  address('/why/answers', { ...wantedParams(wanted), ...filterParams({ ...filters, ...more }) })

/** A number and the page of answers behind it. */
export type Linked = { text: string; href: string }
