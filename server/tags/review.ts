import type { Direction, Driver } from '../drivers.ts'
import type { NoneKind } from '../tables.ts'
import type { Task } from './blind.ts'
import type { Coding, NewTag, Tag } from './coded-answers.ts'
import { lengthOf, placeOf, wordsAt } from './marked.ts'
import { tagKey } from './same-reading.ts'
import type { About, Flag } from './suggestion.ts'

/**
 * A tag on the page of one answer: the person's own; only suggested, which confirming takes; one of a reading that is to be
 * settled, which confirming leaves (`offered`); or one that the person dismissed.
 */
export type Row = {
  state: 'own' | 'suggested' | 'offered' | 'dismissed'
  /** The id of the suggested tag, or of that of a reading, that it came from; '' for one that the person set. */
  from: string
  driver: Driver
  direction: Direction
  sub: string
  about: About
  flags: Flag[]
  words: string
  /** Where the words begin, in code points; only a hint, the words decide. */
  at: number
}

/** What stands on the page of one answer before it is confirmed. `hand` is the row in hand, -1 for none. */
export type Review = {
  revisionId: string
  /** The settled coding that the person has seen, '' for none: another one is not replaced unseen. */
  settledId: string
  /** How the page met the answer (see `Task`), and for which sample. */
  mode: 'plain' | 'blind' | 'again' | 'settle'
  sampleId: string
  /** Why two readings are settled so; '' in other modes. */
  reason: string
  isNone: boolean
  noneKind: NoneKind
  rows: Row[]
  hand: number
}

/** What a button or a key does. `mark` are the words selected in the answer, if any. */
export type Act =
  | { kind: 'confirm' | 'show' }
  | { kind: 'add'; driver: Driver; direction: Direction; mark: { words: string; at: number } | undefined }
  | { kind: 'keep' | 'hold' | 'drop' | 'flip'; row: number }
  | { kind: 'code'; row: number; driver: Driver; sub: string }
  | { kind: 'span'; row: number; mark: { words: string; at: number } | undefined }
  | { kind: 'take'; reading: number }
  | { kind: 'none' }

/** The suggester's newest reading of an answer. */
export const suggestionOf = (answer: { codings: Coding[] }): Coding | undefined =>
  answer.codings.findLast((coding) => coding.suggesterVersion !== '')

export const settledOf = (answer: { codings: Coding[] }): Coding | undefined =>
  answer.codings.find((coding) => coding.isSettled)

/** The page as it opens: the settled tags, else this person's last ones, and the suggestions beside them. */
export function openReview(task: Task, userId: string): Review {
  const mode = task.mode === 'waiting' ? 'plain' : task.mode
  const frame = { revisionId: task.revisionId, mode, sampleId: task.sampleId, reason: '' }
  if (mode === 'settle') return withHand({ ...frame, settledId: '', ...openSettling(task), hand: firstOpen })
  const settled = settledOf(task)
  const base = settled ?? task.codings.findLast((coding) => coding.userId === userId)
  const suggestion = suggestionOf(task)
  const own = (base?.tags ?? []).map((tag) => rowOf(tag, 'own', task.text))
  // Who has judged already sees the suggestions again, but none of them comes in by itself.
  const suggested = (suggestion?.tags ?? [])
    .filter((tag) => !own.some((row) => keyOf(row) === keyOf(tag)))
    .map((tag) => rowOf(tag, base ? 'dismissed' : 'suggested', task.text))
  const none = (base ?? suggestion)?.none ?? null
  return withHand({
    ...frame,
    settledId: settled?.id ?? '',
    isNone: none !== null,
    noneKind: none ?? 'GEN',
    rows: [...own, ...suggested],
    hand: firstOpen,
  })
}

/** What all readings set is taken; what only some did is offered, once each. */
function openSettling({ readings, text }: Task): Pick<Review, 'isNone' | 'noneKind' | 'rows'> {
  const rows = new Map<string, Row>()
  for (const tag of readings.flatMap(({ tags }) => tags)) {
    const isAgreed = readings.every(({ tags }) => tags.some((other) => tagKey(other) === tagKey(tag)))
    const row = { ...rowOf(tag, isAgreed ? 'own' : 'offered', text), from: tag.id }
    if (!rows.has(tagKey(tag))) rows.set(tagKey(tag), row)
  }
  const none = readings.find((reading) => reading.none)?.none ?? 'GEN'
  return { isNone: readings.every((reading) => reading.none), noneKind: none, rows: [...rows.values()] }
}

const rowOf = (tag: Tag, state: Row['state'], text: string): Row => ({
  state,
  from: state === 'own' ? '' : tag.id,
  driver: tag.driver,
  direction: tag.direction,
  sub: tag.sub,
  about: tag.about,
  flags: tag.flags,
  words: wordsAt(text, tag.start, tag.end),
  at: tag.start,
})

/** A tag stands once per driver, direction, sub-code, about and wish. */
const keyOf = (tag: { driver: Driver; direction: Direction; sub: string; about: About; flags: Flag[] }): string =>
  [tag.driver, tag.direction, tag.sub, tag.about, tag.flags.includes('wish')].join(' ')

/** The page after a button or a key; `text` is the answer, `readings` those that are to be settled. */
export function doAct(review: Review, act: Act, text: string, readings: Coding[] = []): Review {
  switch (act.kind) {
    case 'add':
      return withHand(addTag({ ...review, isNone: false }, act, text))
    case 'keep':
    case 'hold': {
      // Keeping moves on to the next suggestion, so that a few keys work through them all; holding stays, to change the tag.
      const rows = changed(review.rows, act.row, { state: 'own' })
      const isLast = !rows.some(isOpen)
      return withHand({
        ...review,
        isNone: false,
        rows,
        hand: act.kind === 'hold' || isLast ? act.row : firstOpen,
      })
    }
    case 'drop':
      return withHand({ ...review, rows: dropped(review.rows, [act.row]), hand: firstOpen })
    case 'flip': {
      const direction = review.rows[act.row]?.direction === '+' ? '-' : '+'
      const rows = changed(review.rows, act.row, { state: 'own', direction })
      return withHand({ ...review, rows, hand: act.row })
    }
    case 'code': {
      const { driver, sub } = act
      const rows = changed(review.rows, act.row, { state: 'own', driver, sub })
      return withHand({ ...review, isNone: false, rows, hand: act.row })
    }
    case 'span': {
      const place = act.mark && placeOf(text, act.mark.words, act.mark.at)
      const change = act.mark && place ? { words: act.mark.words, at: place.start } : {}
      const rows = changed(review.rows, act.row, { state: 'own', ...change })
      return withHand({ ...review, isNone: false, rows, hand: act.row })
    }
    case 'take': {
      const reading = readings[act.reading]
      if (!reading) return withHand(review)
      const taken = reading.tags.map((tag) => ({ ...rowOf(tag, 'own', text), from: tag.id }))
      const left = review.rows
        .filter((row) => row.from !== '' && !taken.some((one) => tagKey(one) === tagKey(row)))
        .map((row) => ({ ...row, state: 'dismissed' as const }))
      const none = reading.none ?? review.noneKind
      return withHand({ ...review, isNone: reading.none !== null, noneKind: none, rows: [...taken, ...left], hand: 0 })
    }
    case 'none': {
      const isNone = !review.isNone
      const rows = isNone ? dropped(review.rows, [...review.rows.keys()]) : review.rows
      return withHand({ ...review, isNone, rows, hand: firstOpen })
    }
    case 'confirm':
    case 'show':
      return withHand(review)
  }
}

/**
 * With words selected: a tag on these words, or, if one of the same driver and direction touches them, that one on these
 * words. Without: takes over the suggestion of this driver and direction, or takes one's own away, or tags the whole answer.
 */
function addTag(review: Review, act: Extract<Act, { kind: 'add' }>, text: string): Review {
  const isAlike = (row: Row) => row.driver === act.driver && row.direction === act.direction
  const place = act.mark && placeOf(text, act.mark.words, act.mark.at)
  if (act.mark && place) {
    const { words } = act.mark
    const touched = review.rows.findIndex(
      (row) => isAlike(row) && row.at < place.end && row.at + lengthOf(row.words) > place.start,
    )
    if (touched >= 0) {
      const rows = changed(review.rows, touched, { state: 'own', words, at: place.start })
      return { ...review, rows, hand: touched }
    }
    return withTag(review, { ...fresh(act), words, at: place.start })
  }
  const offered = review.rows.findIndex((row) => isAlike(row) && row.state !== 'own')
  if (offered >= 0) return { ...review, rows: changed(review.rows, offered, { state: 'own' }), hand: offered }
  const own = [...review.rows.keys()].filter((index) => {
    const row = review.rows[index]
    return row && isAlike(row)
  })
  if (own.length > 0) return { ...review, rows: dropped(review.rows, own), hand: firstOpen }
  const words = text.trim()
  return withTag(review, { ...fresh(act), words, at: placeOf(text, words, 0)?.start ?? 0 })
}

const fresh = (tag: { driver: Driver; direction: Direction }) => ({
  state: 'own' as const,
  from: '',
  driver: tag.driver,
  direction: tag.direction,
  sub: '',
  about: 'us' as const,
  flags: [],
})

const withTag = (review: Review, row: Row): Review => ({
  ...review,
  rows: [...review.rows, row],
  hand: review.rows.length,
})

const changed = (rows: Row[], index: number, change: Partial<Row>): Row[] =>
  rows.map((row, at) => (at === index ? { ...row, ...change } : row))

/** What came from the suggester stays on the page as dismissed; what the person set goes. */
const dropped = (rows: Row[], indexes: number[]): Row[] =>
  rows.flatMap((row, at): Row[] => {
    if (!indexes.includes(at)) return [row]
    return row.from ? [{ ...row, state: 'dismissed' }] : []
  })

const firstOpen = -1
const isOpen = (row: Row): boolean => row.state === 'suggested' || row.state === 'offered'

/** Own tags stand first, as on the page. `firstOpen` puts the first that is undecided in hand, if there is one. */
function withHand(review: Review): Review {
  const inHand = review.rows[review.hand]
  const own = review.rows.filter((row) => row.state === 'own')
  const others = review.rows.filter((row) => row.state !== 'own')
  const rows = [...own, ...others]
  return { ...review, rows, hand: inHand ? rows.indexOf(inHand) : rows.findIndex(isOpen) }
}

/** What Enter would store: the tags, or a "none" outcome; or a sentence for each row that cannot be stored. */
export type Checked =
  | { ok: true; tags: NewTag[]; none: NoneKind | null }
  | { ok: false; errors: Record<string, string> }

/** Errors are keyed by field: `tag-<row>-words`, `tag-<row>-code`, `none`, and `reason` where two readings are settled. */
export function checkReview(review: Review, text: string): Checked {
  const checked = checkTags(review, text)
  const reason = review.reason.trim()
  if (review.mode !== 'settle' || (reason !== '' && lengthOf(reason) <= longestReason)) return checked
  const error =
    reason === ''
      ? 'Say in a few words why you decide so: the two who read it, and whoever reads the codebook next, will ask.'
      : `Keep it under ${longestReason} characters.`
  return { ok: false, errors: { ...(checked.ok ? {} : checked.errors), reason: error } }
}

const longestReason = 1_000

function checkTags(review: Review, text: string): Checked {
  const rows = [...review.rows.entries()].filter(([, row]) => isTaken(row, review.isNone))
  if (review.isNone && rows.length > 0)
    return { ok: false, errors: { none: 'Either tags or none of the four: remove the tags, or untick this.' } }
  if (review.isNone) return { ok: true, tags: [], none: review.noneKind }
  if (rows.length === 0) return { ok: false, errors: { none: 'Set a tag, or say that this names none of the four.' } }
  const errors: Record<string, string> = {}
  const seen = new Set<string>()
  const tags = rows.flatMap(([index, row]): NewTag[] => {
    const key = keyOf(row)
    if (seen.has(key)) errors[`tag-${index}-code`] = 'This tag stands twice. Remove one, or give it another sub-code.'
    seen.add(key)
    const place =
      text === '' ? { start: 0, end: 0 } : (placeOf(text, row.words, row.at) ?? placeOf(text, row.words.trim(), row.at))
    if (!place)
      errors[`tag-${index}-words`] =
        'These words do not stand in the answer. Copy them from it, letter by letter, without a gap.'
    const { driver, direction, sub, about, flags } = row
    return place ? [{ driver, direction, sub, about, flags, ...place }] : []
  })
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, tags, none: null }
}

/** Confirming takes a person's own tags and every suggestion that was not dismissed; "none" leaves suggestions out. */
export const isTaken = (row: Row, isNone: boolean): boolean =>
  row.state === 'own' || (row.state === 'suggested' && !isNone)
