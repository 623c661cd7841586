import { z } from 'zod'
import { directions, drivers } from '../drivers.ts'
import { asList } from '../forms.ts'
import { noneKinds } from '../tables.ts'
import { codebook, driverOf, subCode } from './codebook.ts'
import type { Act, Review } from './review.ts'
import { abouts, flags } from './suggestion.ts'

/** What a choice of value sends: a sub-code such as K3, or the driver alone. */
const code = z
  .string()
  .refine((text) => subCode(text) !== undefined || drivers.some((driver) => driver === text))
  .transform((text) => {
    const driver = drivers.find((candidate) => candidate === text)
    return driver ? { driver, sub: '' } : { driver: driverOf(text), sub: text }
  })
const whole = z.coerce.number().int().min(0).max(1_000_000).catch(0)
/** A browser sends line ends as \r\n; offsets are those of the kept text, which has \n. */
const words = z
  .string()
  .catch('')
  .transform((text) => text.replaceAll('\r\n', '\n'))

const row = z.object({
  state: z.enum(['own', 'suggested', 'dismissed']),
  from: z.string().catch(''),
  code,
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
  hand: z.coerce.number().int().min(-1).max(99).catch(-1),
  none: z.string().optional(),
  noneKind: z.enum(noneKinds).catch('GEN'),
  act: z.string().catch('confirm'),
  markWords: words,
  markAt: whole,
})

/** More tags than an answer can carry: twice each sub-code. */
const most = codebook.subs.length * 2

/**
 * Reads what the page of an answer posts: its rows as `tag-<n>-<field>`, and which button was pressed (`act`). Undefined if
 * it was not made by that page.
 */
export function readReview(body: unknown): { review: Review; act: Act } | undefined {
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
  const { revision, settled, hand, none, noneKind, ...rest } = parsed.data
  const act = actOf(rest)
  if (!act || rows.some((one) => !one.success)) return undefined
  const review: Review = {
    revisionId: revision,
    settledId: settled,
    isNone: none !== undefined,
    noneKind,
    rows: rows.flatMap(({ data }) => {
      if (!data) return []
      const { code: value, ...others } = data
      return [{ ...others, ...value }]
    }),
    hand,
  }
  return { review, act }
}

/** The value of a button: "confirm", "show", "none", "add risk -", "keep 2", "hold 2", "drop 2", "flip 2". */
function actOf({ act, markWords, markAt }: { act: string; markWords: string; markAt: number }): Act | undefined {
  const [kind, first = '', second] = act.split(' ')
  if (kind === 'confirm' || kind === 'show' || kind === 'none') return { kind }
  if (kind === 'keep' || kind === 'hold' || kind === 'drop' || kind === 'flip') return { kind, row: whole.parse(first) }
  const driver = drivers.find((candidate) => candidate === first)
  const direction = directions.find((candidate) => candidate === second)
  if (kind !== 'add' || !driver || !direction) return undefined
  return { kind, driver, direction, mark: markWords.trim() ? { words: markWords, at: markAt } : undefined }
}
