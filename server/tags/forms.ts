import { z } from 'zod'
import { directions, drivers } from '../drivers.ts'
import { asList } from '../forms.ts'
import { noneKinds } from '../tables.ts'
import { type Codebook, driverOf } from './codebook.ts'
import type { Act, Review } from './review.ts'
import { abouts, flags } from './suggestion.ts'

/** What a choice of value sends: a sub-code of the codebook such as K3, or the driver alone. */
function codeIn(book: Codebook, text: string) {
  const driver = drivers.find((candidate) => candidate === text)
  if (driver) return { driver, sub: '' }
  return book.subs.some((sub) => sub.code === text) ? { driver: driverOf(text), sub: text } : undefined
}
const whole = z.coerce.number().int().min(0).max(1_000_000).catch(0)
/** A browser sends line ends as \r\n; offsets are those of the kept text, which has \n. */
const words = z
  .string()
  .catch('')
  .transform((text) => text.replaceAll('\r\n', '\n'))

const row = z.object({
  state: z.enum(['own', 'suggested', 'offered', 'dismissed']),
  from: z.string().catch(''),
  code: z.string(),
  direction: z.enum(directions),
  about: z.enum(abouts).catch('us'),
  flags: z.preprocess(asList, z.array(z.enum(flags))),
  words,
  at: whole,
})

const text = z.string().catch('')
const frame = z.object({
  revision: text,
  settled: text,
  mode: z.enum(['plain', 'blind', 'again', 'settle']).catch('plain'),
  sample: text,
  reason: words,
  hand: z.coerce.number().int().min(-1).max(99).catch(-1),
  none: z.string().optional(),
  noneKind: z.enum(noneKinds).catch('GEN'),
  act: z.string().catch('confirm'),
  markWords: words,
  markAt: whole,
})

/** More tags than an answer can carry; numbers in names have two digits. */
const most = 99

/**
 * Reads what the page of an answer posts: its rows as `tag-<n>-<field>`, and which button was pressed (`act`). Undefined if
 * it was not made by that page.
 */
export function readReview(body: unknown, book: Codebook): { review: Review; act: Act } | undefined {
  const fields: Record<string, unknown> = Object.fromEntries(Object.entries(body ?? {}))
  const parsed = frame.safeParse(fields)
  if (!parsed.success) return undefined
  const numbers = Object.keys(fields).flatMap((name) => /^tag-(\d{1,2})-state$/.exec(name)?.[1] ?? [])
  const rows = numbers
    .sort((a, b) => Number(a) - Number(b))
    .slice(0, most)
    .map((n) =>
      row.safeParse({
        ...Object.fromEntries(
          ['state', 'from', 'code', 'direction', 'about', 'flags', 'words', 'at'].map((name) => [
            name,
            fields[`tag-${n}-${name}`],
          ]),
        ),
      }),
    )
  const { revision, settled, mode, sample, reason, hand, none, noneKind, ...rest } = parsed.data
  const act = actOf(rest, book)
  const read = rows.flatMap(({ data }) => {
    const value = data && codeIn(book, data.code)
    if (!value) return []
    const { code: _code, ...others } = data
    return [{ ...others, ...value }]
  })
  if (!act || read.length < rows.length) return undefined
  const review: Review = {
    revisionId: revision,
    settledId: settled,
    mode,
    sampleId: sample,
    reason,
    isNone: none !== undefined,
    noneKind,
    rows: read,
    hand,
  }
  return { review, act }
}

/**
 * The value of a button: "confirm", "show", "none", "add risk -", "keep 2", "hold 2", "drop 2", "flip 2", "code 2 K3",
 * "span 2", "take 1".
 */
function actOf(
  { act, markWords, markAt }: { act: string; markWords: string; markAt: number },
  book: Codebook,
): Act | undefined {
  const [kind, first = '', second] = act.split(' ')
  if (kind === 'confirm' || kind === 'show' || kind === 'none') return { kind }
  if (kind === 'keep' || kind === 'hold' || kind === 'drop' || kind === 'flip') return { kind, row: whole.parse(first) }
  const mark = markWords.trim() ? { words: markWords, at: markAt } : undefined
  if (kind === 'take') return { kind, reading: whole.parse(first) }
  if (kind === 'span') return { kind, row: whole.parse(first), mark }
  if (kind === 'code') {
    const code = codeIn(book, second ?? '')
    return code && { kind, row: whole.parse(first), ...code }
  }
  const driver = drivers.find((candidate) => candidate === first)
  const direction = directions.find((candidate) => candidate === second)
  if (kind !== 'add' || !driver || !direction) return undefined
  return { kind, driver, direction, mark }
}
