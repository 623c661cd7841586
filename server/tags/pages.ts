import type { User } from '../access.ts'
import { type Driver, directionSigns, directions, driverLetters, driverNames, drivers } from '../drivers.ts'
import { problemsOf } from '../forms.ts'
import { noneKinds } from '../tables.ts'
import type { Template } from '../templates/files.ts'
import { printDay, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { codebook, subsOf } from './codebook.ts'
import { ruleCards } from './codebook-page.ts'
import { placeOf } from './marked.ts'
import { asked, chipOf, excerpt, howWeKnow, isVoice, markedPieces, tickedOf } from './print.ts'
import { isTaken, type Review, type Row, settledOf, suggestionOf } from './review.ts'
import type { Place } from './review-queue.ts'
import { abouts, flags } from './suggestion.ts'
import type { AnswerToReview } from './tags.ts'

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
  const reader = readerOf(user)
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
    where: place.position ? `${place.position} of ${place.total}.` : waitingWords(place.total),
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
      (answer.campaign ? `, for “${answer.campaign}”.` : '.'),
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
  }
}

const waitingWords = (total: number): string =>
  total === 0 ? 'No other answer waits.' : `${plural(total, 'answer waits', 'answers wait')}.`

/** With a full stop, unless it is empty or has its own. */
const sentence = (text: string): string => (text === '' || /[.!?…]$/.test(text) ? text : `${text}.`)

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
  // A reason mostly names the kind itself.
  const isNamed = none && suggestion.noneReason.includes(none.name.toLowerCase())
  const opinion =
    suggestion.tags.length === 0
      ? [isNamed ? 'The word list reads none of the four.' : noneWords, sentence(suggestion.noneReason)]
          .filter(Boolean)
          .join(' ')
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
    reason: row.state === 'own' ? '' : sentence(suggested?.reason ?? ''),
    sure:
      row.state === 'own' || suggested?.probability == null
        ? ''
        : `${Math.round(suggested.probability * 100)}\u00a0% sure`,
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
