import type { User } from '../access.ts'
import {
  type Direction,
  type Driver,
  directionSigns,
  directions,
  driverLetters,
  driverNames,
  drivers,
  type TagChip,
  tagChip,
} from '../drivers.ts'
import { problemsOf } from '../forms.ts'
import { pager } from '../lists.ts'
import { noneKinds, type Provenance } from '../tables.ts'
import type { Template } from '../templates/files.ts'
import { printDay } from '../time.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import { codebook, subCode, subsOf } from './codebook.ts'
import { type RuleCard, ruleCards } from './codebook-page.ts'
import { lengthOf, markedText, placeOf } from './marked.ts'
import { isTaken, type Review, type Row, settledOf, suggestionOf } from './review.ts'
import type { Place, Waiting } from './review-queue.ts'
import { ticksOf } from './suggest-tags.ts'
import { abouts, flags } from './suggestion.ts'
import type { AnswerToReview } from './tags.ts'

/** How we know what the customer said; never who. */
const howWeKnow: Record<Provenance, string> = {
  typed: 'The customer typed this',
  confirmed: 'The customer confirmed these notes',
  verbatim: 'Noted word for word',
  paraphrase: 'Noted in our words',
  observed: 'What our staff saw',
}
/** Only a customer's own words are set in the customer's type. */
const isVoice = (provenance: Provenance): boolean => provenance !== 'paraphrase' && provenance !== 'observed'

/** A chip with the short name of its sub-code: "K3 Continuity". */
export const chipOf = (tag: { driver: Driver; direction: Direction; sub: string }, isSuggested = false): TagChip =>
  tagChip(tag.driver, tag.direction, subName(tag.sub), isSuggested)

const subName = (sub: string): string => {
  const short = subCode(sub)?.short.split(/[:,]/)[0] ?? ''
  return [sub, short].filter(Boolean).join(' ')
}

/** The question as it was asked, with the item's own words. */
function asked(template: Template, question: string, item: string): string {
  const found = template.questions.find(({ id }) => id === question)
  if (!found) return question
  const label = found.kind === 'items' ? found.items.find(({ id }) => id === item)?.label : ''
  return [found.text, label].filter(Boolean).join(' ').replace(/…\s*…/, '…')
}

const shortOf = (template: Template | undefined, question: string, item: string): string => {
  const found = template?.questions.find(({ id }) => id === question)
  const short = found?.kind === 'items' ? found.items.find(({ id }) => id === item)?.short : found?.short
  return short ?? question
}

/** What was ticked, in words: "Ticked: not at all". '' if nothing. */
function tickedOf(value: string): string {
  const { saysNotAtAll, saysWorse } = ticksOf(value)
  const ticks = [saysNotAtAll && 'not at all', saysWorse && 'you make it worse'].filter((tick) => tick !== false)
  return ticks.length > 0 ? `Ticked: ${listed(ticks)}` : ''
}

/** The beginning of an answer, cut at a word. */
function excerpt(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (lengthOf(line) <= most) return line
  return `${Array.from(line)
    .slice(0, most)
    .join('')
    .replace(/\s\S*$/, '')} …`
}

const size = 25

export const queueSize = size

/** The list of what waits. `templates` holds the versions that the answers were asked with, by id. */
export function queuePage(
  rows: Waiting[],
  templates: Map<string, Template>,
  total: number,
  page: number,
  canUndo: boolean,
) {
  return {
    title: 'Review answers',
    part: 'Review',
    summary:
      total === 0
        ? ''
        : `${sentenceNumber(total)} ${total === 1 ? 'answer waits' : 'answers wait'} for a person to read ${total === 1 ? 'it' : 'them'}. What is uncertain or hurts, and what large customers say, comes first.`,
    firstHref: rows[0] ? `/review/${rows[0].answerId}` : '',
    canUndo,
    rows: rows.map((row) => ({
      href: `/review/${row.answerId}`,
      question: shortOf(templates.get(row.templateVersionId), row.question, row.item),
      text: excerpt(row.text, 140) || tickedOf(row.value),
      isVoice: row.text !== '' && isVoice(row.provenance),
      chips: row.suggested.map((tag) => chipOf({ ...tag, sub: '' }, true)),
    })),
    pager: pager(total, page, size, '/review', {}),
    hasPages: total > size,
  }
}

/** A text in nested marks; a leaf has the words, the others what lies within them. */
type Marked = { text: string; driver: string; kind: string; inner: Marked | false }
type Piece = { mark: Marked; codes: { driver: string; code: string; kind: string }[] }

/** The model of views/partials/marked.hbs: the answer in pieces, each within the marks of its tags, with codes at their ends. */
export function markedPieces(
  text: string,
  tags: { driver: Driver; direction: Direction; start: number; end: number; isSuggested: boolean }[],
): Piece[] {
  const kindOf = (tag: { direction: Direction; isSuggested: boolean }) =>
    [tag.direction === '+' ? 'plus' : 'minus', tag.isSuggested && 'suggested'].filter(Boolean).join(' ')
  return markedText(text, tags).map((segment) => ({
    mark: segment.tags.reduceRight<Marked>(
      (inner, tag) => ({ text: '', driver: tag.driver, kind: kindOf(tag), inner }),
      { text: segment.text, driver: '', kind: '', inner: false },
    ),
    codes: segment.ends.map((tag) => ({
      driver: tag.driver,
      code: `${driverLetters[tag.driver]}${directionSigns[tag.direction]}`,
      kind: kindOf(tag),
    })),
  }))
}

/** Everything that the page of one answer is made from. */
export type ReviewPage = {
  answer: AnswerToReview
  template: Template
  place: Place
  review: Review
  errors: Record<string, string>
  canUndo: boolean
}

export function reviewPage({ answer, template, place, review, errors, canUndo }: ReviewPage, user: User, now: Date) {
  const reader = { language: 'en', timeZone: user.timeZone }
  const settled = settledOf(answer)
  const taken = review.rows.filter((row) => isTaken(row, review.isNone))
  const spans = taken.map((row) => {
    const { start, end } = placeOf(answer.text, row.words, row.at) ?? { start: 0, end: 0 }
    return { driver: row.driver, direction: row.direction, start, end, isSuggested: row.state === 'suggested' }
  })
  const rows = [...review.rows.entries()].map(([n, row]) => ({
    ...rowModel(n, row, answer, errors),
    isHand: n === review.hand,
    hasKeys: n === review.hand && user.hasShortcuts,
  }))
  const hand = review.rows[review.hand]?.driver
  const next = place.next[0]
  return {
    title: `${place.position ? `${place.position} of ${place.total}` : 'An answer'} · Review answers`,
    part: 'Review',
    scripts: ['review.js' as const],
    where: place.position
      ? `${place.position} of ${place.total}.`
      : plural(place.total, 'answer waits', 'answers wait').concat('.'),
    canUndo,
    hasKeys: user.hasShortcuts,
    action: `/review/${answer.id}`,
    revision: review.revisionId,
    settled: review.settledId,
    hand: String(review.hand),
    asked: asked(template, answer.question, answer.item),
    pieces: markedPieces(answer.text, spans),
    isVoice: isVoice(answer.provenance),
    hasText: answer.text !== '',
    lang: answer.language,
    ticked: tickedOf(answer.value),
    source:
      [howWeKnow[answer.provenance], printDay(answer.tookPlaceOn, now, reader)].join(', ') +
      (answer.campaign ? `. ${answer.campaign}.` : '.'),
    isChanged: answer.number > 1,
    settledNote: settled ? settledNote(settled.userId === user.id, settled.userName) : '',
    taggers: drivers.map((driver, index) => tagger(driver, index + 1, review.rows)),
    isNone: review.isNone,
    noneError: errorAt(errors, 'none'),
    noneKinds: noneKinds.map((kind) => ({
      value: kind,
      label: codebook.nones.find(({ key }) => key === kind)?.name ?? kind,
      selected: kind === review.noneKind,
    })),
    own: rows.filter(({ state }) => state === 'own'),
    others: rows.filter(({ state }) => state !== 'own'),
    ...secondOpinion(answer, review),
    confirm: confirmLabel(taken.length, review.isNone),
    laterHref: next ? `/review/${next.answerId}` : '/review',
    previousHref: place.previousId ? `/review/${place.previousId}` : '',
    rules: ruleCards(answer.text, hand),
    next: place.next.map(({ answerId, text }) => ({
      href: `/review/${answerId}`,
      text: excerpt(text, 40) || 'Only ticked',
    })),
    hasErrors: Object.keys(errors).length > 0,
    ...problemsOf(errors),
  } satisfies Record<string, unknown> & { rules: RuleCard[] }
}

const errorAt = (errors: Record<string, string>, field: string): string => errors[field] ?? ''

const settledNote = (isMine: boolean, name: string): string =>
  isMine
    ? 'You settled this answer. Confirm again to replace your tags.'
    : `${name} settled this answer. These are the tags that count now.`

const confirmLabel = (n: number, isNone: boolean): string =>
  isNone ? 'Confirm none and next' : n === 0 ? 'Confirm and next' : `Confirm ${plural(n, 'tag')} and next`

/** Two buttons for a driver; each is pressed where the person set the tag, and dashed where it is only suggested. */
function tagger(driver: Driver, key: number, rows: Row[]) {
  return {
    driver,
    name: driverNames[driver],
    letter: driverLetters[driver],
    key,
    signs: directions.map((direction) => {
      const alike = rows.filter((row) => row.driver === driver && row.direction === direction)
      return {
        act: `add ${driver} ${direction}`,
        sign: directionSigns[direction],
        name: direction === '+' ? 'we help' : 'we hurt',
        isOn: alike.some(({ state }) => state === 'own'),
        isSuggested: alike.some(({ state }) => state === 'suggested'),
      }
    }),
  }
}

function secondOpinion(answer: AnswerToReview, review: Review) {
  const suggestion = suggestionOf(answer)
  if (!suggestion) return { hasOpinion: false, opinion: '', version: '' }
  const left = review.rows.filter(({ state }) => state !== 'own').length
  const agreed = suggestion.tags.length - left
  const none = codebook.nones.find(({ key }) => key === suggestion.none)
  const noneWords = none
    ? `The word list reads none of the four: ${none.name.toLowerCase()}.`
    : 'The word list sees nothing that it knows.'
  const opinion =
    suggestion.tags.length === 0
      ? [noneWords, suggestion.noneReason].filter(Boolean).join(' ')
      : agreed > 0
        ? `The word list agrees on ${plural(agreed, 'tag')}${left > 0 ? ` and sees ${left} more` : ''}.`
        : 'From the word list. What you do not dismiss is confirmed with your tags.'
  return { hasOpinion: true, opinion, version: suggestion.suggesterVersion }
}

function rowModel(n: number, row: Row, answer: AnswerToReview, errors: Record<string, string>) {
  const suggested = suggestionOf(answer)?.tags.find(({ id }) => id === row.from)
  const id = `tag-${n}`
  const code = row.sub || row.driver
  const codeError = errorAt(errors, `${id}-code`)
  const wordsError = errorAt(errors, `${id}-words`)
  return {
    id,
    n: String(n),
    state: row.state,
    isSuggested: row.state === 'suggested',
    isDismissed: row.state === 'dismissed',
    isOwn: row.state === 'own',
    isOpen: codeError !== '' || wordsError !== '',
    name: `${driverNames[row.driver]} ${directionSigns[row.direction]}`,
    driver: row.driver,
    chip: chipOf(row, row.state !== 'own'),
    words: row.words,
    isVoice: isVoice(answer.provenance),
    from: row.from,
    code,
    direction: row.direction,
    about: row.about,
    at: String(row.at),
    flagValues: row.flags,
    notes: notesOf(row),
    reason: row.state === 'own' ? '' : (suggested?.reason ?? ''),
    sure:
      row.state === 'own' || suggested?.probability == null ? '' : `${Math.round(suggested.probability * 100)} % sure`,
    codeError,
    wordsError,
    codes: drivers.map((driver) => ({
      name: driverNames[driver],
      choices: [
        { value: driver as string, label: `${driverLetters[driver]} ${driverNames[driver]}, no sub-code` },
        ...subsOf(driver).map((sub) => ({ value: sub.code, label: `${sub.code} ${sub.short}` })),
      ].map((choice) => ({ ...choice, selected: choice.value === code })),
    })),
    signs: directions.map((direction) => ({
      value: direction,
      label: direction === '+' ? '+ we help' : '− we hurt',
      selected: direction === row.direction,
    })),
    abouts: abouts.map((about) => ({
      value: about,
      label: codebook.abouts.find(({ key }) => key === about)?.name ?? about,
      selected: about === row.about,
    })),
    flags: flags.map((flag) => ({
      value: flag,
      label: codebook.flags.find(({ key }) => key === flag)?.name ?? flag,
      checked: row.flags.includes(flag),
    })),
  }
}

/** "Must stay, wish" beside a tag, and whom it is about if not us. */
const notesOf = (row: Row): string =>
  [
    ...row.flags.map((flag) => codebook.flags.find(({ key }) => key === flag)?.name ?? flag),
    row.about === 'us' ? '' : (codebook.abouts.find(({ key }) => key === row.about)?.name ?? ''),
  ]
    .filter(Boolean)
    .map((name, index) => (index === 0 ? name : name.toLowerCase()))
    .join(', ')

/** What a person sees whose page shows words that the customer has meanwhile changed. */
export const changedPage = (answer: AnswerToReview, template: Template) => ({
  title: 'The customer changed this answer',
  part: 'Review',
  asked: asked(template, answer.question, answer.item),
  text: answer.text,
  ticked: tickedOf(answer.value),
  isVoice: isVoice(answer.provenance),
  lang: answer.language,
  href: `/review/${answer.id}`,
})
