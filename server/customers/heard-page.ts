import { type Driver, driverLetters, driverNames, type TagChip, tagChip } from '../drivers.ts'
import { type Clock, clockOf } from '../due.ts'
import { dayAt, printDay, type Reader } from '../time.ts'
import type { Heard, HeardSide, OpenDuty } from './heard.ts'
import { nameOf } from './names.ts'

export type HeardPart = {
  quotes: { text: string; isVoice: boolean; who: string; tags: TagChip[] }[]
  drivers: { driver: Driver; letter: string; name: string; sides: { name: string; text: string; who: string }[] }[]
  /** Something was said, and nobody has settled yet what it means. */
  isUnread: boolean
  duties: { clock: Clock; what: string; text: string; owner: string; href: string }[]
}

const how = {
  typed: 'typed it',
  confirmed: 'confirmed our notes',
  verbatim: 'said it',
  paraphrase: 'noted in our words',
  observed: 'seen by us',
} as const
const duties = { call: 'Call', owed: 'Owed', promise: 'Promised' } as const

/** How the page of a customer begins: their words, what they say we do for them, and what is open between us. */
export function heardPart(heard: Heard, open: OpenDuty[], now: Date, reader: Reader): HeardPart {
  const day = (on: string) => printDay(on, now, reader)
  const today = dayAt(now, reader.timeZone)
  const name = (one: { firstName: string; lastName: string }) =>
    nameOf({ first_name: one.firstName, last_name: one.lastName }, 'Somebody there')
  const side = (said: HeardSide | null, label: string) => ({
    name: label,
    text: said ? shortened(said.text, 140) : '',
    who: said
      ? `${name(said)}, ${day(said.on)}${said.answers > 1 ? `, and ${said.answers - 1} more like it` : ''}`
      : '',
  })
  return {
    quotes: heard.quotes.map((quote) => ({
      text: shortened(quote.text, 280),
      isVoice: quote.provenance !== 'paraphrase' && quote.provenance !== 'observed',
      who: `${quote.isWhy ? 'Why they buy. ' : ''}${[name(quote), quote.jobTitle].filter(Boolean).join(', ')}, ${how[quote.provenance]} on ${day(quote.on)}`,
      tags: unique(quote.tags).map(({ driver, direction }) => tagChip(driver, direction)),
    })),
    drivers: heard.isRead
      ? heard.drivers.map(({ driver, helps, hurts }) => ({
          driver,
          letter: driverLetters[driver],
          name: driverNames[driver],
          sides: [side(helps, 'Helps'), side(hurts, 'Hurts')],
        }))
      : [],
    isUnread: heard.quotes.length > 0 && !heard.isRead,
    duties: open.map((duty) => ({
      clock: clockOf(duty.due_on, today),
      // A call that somebody asked for says so itself: "Call +44 … When it suits: …".
      what: duty.text.startsWith('Call ') ? '' : `${duties[duty.kind]}: `,
      text: duty.text,
      owner: duty.owner ?? 'nobody in charge',
      href: `/follow-ups/${duty.id}`,
    })),
  }
}

const unique = <T extends { driver: string; direction: string }>(tags: T[]): T[] => [
  ...new Map(tags.map((tag) => [tag.driver + tag.direction, tag])).values(),
]

function shortened(text: string, most: number): string {
  const letters = Array.from(text.trim())
  return letters.length > most ? `${letters.slice(0, most).join('').trimEnd()} …` : letters.join('')
}
