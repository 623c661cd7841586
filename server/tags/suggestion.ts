import type { Direction, Driver } from '../drivers.ts'
import type { NoneKind } from '../tables.ts'

/** How a tag is to be read (codebook, section 1). */
export const flags = ['inferred', 'must', 'main', 'wish', 'inertia', 'quant'] as const
export type Flag = (typeof flags)[number]
/** Whose value it is: ours to give, a competitor's, or their own business apart from us. */
export const abouts = ['us', 'competitor', 'own'] as const
export type About = (typeof abouts)[number]

/** One tag that a reader may confirm: `start` and `end` are offsets in code points of the answer's text. */
export type Suggestion = {
  driver: Driver
  direction: Direction
  sub: string
  start: number
  end: number
  flags: Flag[]
  about: About
  probability: number
  reason: string
}

/** What the suggester reads in an answer: tags, or which of the "none" outcomes and why. */
export type Reading = { suggestions: Suggestion[]; none: NoneKind | null; noneReason?: string }

/**
 * An answer as the suggester sees it. `question` is an id such as CORE-1; `home` is the driver of a prompted box, which is
 * a prior and not a verdict; `saysNotAtAll` and `saysWorse` are the box's own choices.
 */
export type AnswerToRead = {
  text: string
  question?: string
  item?: string
  home?: Driver
  language?: string
  saysNotAtAll?: boolean
  saysWorse?: boolean
}

/** The one seam: whatever reads answers, its version stands with each coding that it makes. */
export type Suggester = { version: string; suggest(answer: AnswerToRead): Reading }
