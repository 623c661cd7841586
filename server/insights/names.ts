import { address } from '../lists.ts'
import type { Channel, Provenance } from '../tables.ts'
import type { Wanted } from './behind.ts'
import { filterParams, wantedParams } from './forms.ts'
import type { filterNames } from './insights.ts'
import { type Dimension, notGiven } from './ledger.ts'
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
const fixedNames = new Map<Dimension, Record<string, string>>([
  ['channel', channelNames],
  ['provenance', provenanceNames],
  ['asked', askedNames],
])

/** What campaigns and owners are called; the other dimensions are words already. */
export type Names = Awaited<ReturnType<typeof filterNames>>

/** The printed name of a value of a dimension. */
export function groupName(dimension: Dimension, value: string, { campaigns, owners }: Names): string {
  const nameIn = (list: { id: string; name: string }[]) => list.find(({ id }) => id === value)?.name ?? 'Unknown'
  switch (dimension) {
    case 'campaign':
      return value === notGiven ? 'Without a campaign' : nameIn(campaigns)
    case 'owner':
      return value === notGiven ? 'Nobody' : nameIn(owners)
    default:
      return value === notGiven ? 'Not given' : (fixedNames.get(dimension)?.[value] ?? value)
  }
}
/** The order in which groups stand where they have one of their own; [] where the largest comes first. */
export const groupOrder = (dimension: Dimension): string[] => Object.keys(fixedNames.get(dimension) ?? {})

/** The address of the answers behind a number; `more` narrows the view further. */
export const evidence = (filters: Filters, wanted: Wanted, more: Partial<Filters> = {}): string =>
  address('/why/answers', { ...wantedParams(wanted), ...filterParams({ ...filters, ...more }) })

/** A number and the page of answers behind it. */
export type Linked = { text: string; href: string }
