import type { Direction, Driver } from '../drivers.ts'

/** Where a tag stands in a text: offsets in code points, `end` excluded. */
export type Spanned = { driver: Driver; direction: Direction; start: number; end: number }

/** A piece of a text that carries the same tags from its first to its last character; `ends` are those that end with it. */
export type Segment<Tag> = { text: string; tags: Tag[]; ends: Tag[] }

/**
 * Cuts a text wherever a tag begins or ends, so that spans may overlap and lie within each other. The texts of the
 * segments joined together are the text. Offsets beyond the text are cut back to it; an empty span marks nothing.
 */
export function markedText<Tag extends Spanned>(text: string, tags: Tag[]): Segment<Tag>[] {
  const points = Array.from(text)
  const within = (at: number) => Math.max(0, Math.min(points.length, at))
  const spans = tags
    .map((tag) => ({ tag, start: within(tag.start), end: within(tag.end) }))
    .filter(({ start, end }) => end > start)
  const cuts = new Set([0, points.length, ...spans.flatMap(({ start, end }) => [start, end])])
  const edges = [...cuts].sort((a, b) => a - b)
  return edges.slice(0, -1).map((start, index) => {
    const end = edges[index + 1] ?? points.length
    const here = spans.filter((span) => span.start <= start && span.end >= end)
    return {
      text: points.slice(start, end).join(''),
      tags: here.map(({ tag }) => tag),
      ends: here.filter((span) => span.end === end).map(({ tag }) => tag),
    }
  })
}

/** How many code points a text has: the unit of every offset, so that an emoji counts once. */
export const lengthOf = (text: string): number => Array.from(text).length

/** The words between two offsets in code points. */
export const wordsAt = (text: string, start: number, end: number): string => Array.from(text).slice(start, end).join('')

/** Where `words` stand in a text, letter by letter: at `near` if they stand there, else at their first place. */
export function placeOf(text: string, words: string, near: number): { start: number; end: number } | undefined {
  const length = lengthOf(words)
  if (length === 0) return undefined
  if (wordsAt(text, near, near + length) === words) return { start: near, end: near + length }
  const at = text.indexOf(words)
  if (at < 0) return undefined
  const start = lengthOf(text.slice(0, at))
  return { start, end: start + length }
}
