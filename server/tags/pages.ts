import type { User } from '../access.ts'
import { type Driver, directionSigns, directions, driverLetters, driverNames, drivers } from '../drivers.ts'
import { problemsOf } from '../forms.ts'
import { noneKinds } from '../tables.ts'
import type { Template } from '../templates/files.ts'
import { printDay, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import type { Task } from './blind.ts'
import { type Codebook, isInUse, subsOf } from './codebook.ts'
import { ruleCards } from './codebook-page.ts'
import { placeOf } from './marked.ts'
import { asked, excerpt, howWeKnow, isVoice, markedPieces, tickedOf } from './print.ts'
import { changesModel, readingsModel } from './readings-model.ts'
import { isTaken, type Review, type Row, settledOf, suggestionOf } from './review.ts'
import type { Place } from './review-queue.ts'
import { rowModel, sentence } from './row-model.ts'

/** Everything that the page of one answer is made from; `before`, if its customer changed it after it was tagged. */
export type ReviewPage = {
  task: Task
  template: Template
  place: Place
  review: Review
  errors: Record<string, string>
  canUndo: boolean
  before: { text: string; by: string } | undefined
  book: Codebook
}

export function reviewPage(page: ReviewPage, user: User, now: Date) {
  const { task: answer, template, place, review, errors, canUndo, before, book } = page
  const { mode } = review
  const isBlind = mode === 'blind' || mode === 'again'
  const reader = readerOf(user)
  const settled = settledOf(answer)
  const taken = review.rows.filter((row) => isTaken(row, review.isNone))
  const spans = taken.map((row) => {
    const { start, end } = placeOf(answer.text, row.words, row.at) ?? { start: 0, end: 0 }
    return { driver: row.driver, direction: row.direction, start, end, isSuggested: row.state === 'suggested' }
  })
  const rows = [...review.rows.entries()].map(([n, row]) => ({
    ...rowModel(n, row, answer, mode, errors, book),
    isHand: n === review.hand,
    hasKeys: n === review.hand && user.hasShortcuts,
  }))
  const hand = review.rows[review.hand]?.driver
  const next = place.next[0]
  return {
    title: `${place.position ? `${place.position} of ${place.total}` : 'An answer'} · Review answers`,
    part: 'Review',
    scripts: ['review.js' as const],
    heading: mode === 'settle' ? 'Two readings, one answer' : 'Review answers',
    where: mode === 'settle' ? '' : place.position ? `${place.position} of ${place.total}.` : waitingWords(place.total),
    lead: leads[mode],
    isBlind,
    canUndo,
    hasKeys: user.hasShortcuts,
    action: `/review/${answer.id}`,
    revision: review.revisionId,
    settled: review.settledId,
    mode,
    sample: review.sampleId,
    reason: review.reason,
    reasonError: errorAt(errors, 'reason'),
    hand: String(review.hand),
    asked: asked(template, answer.question, answer.item),
    pieces: markedPieces(answer.text, spans),
    isVoice: isVoice(answer.provenance),
    hasText: answer.text !== '',
    lang: answer.language,
    ticked: tickedOf(answer.value, template, answer),
    source:
      [howWeKnow[answer.provenance], isBlind ? '' : printDay(answer.tookPlaceOn, now, reader)]
        .filter(Boolean)
        .join(', ') + (answer.campaign ? `, for “${answer.campaign}”.` : '.'),
    isNewer: answer.number > 1,
    ...changesModel(answer, before),
    ...readingsModel(answer, book),
    settledNote: settled && !settled.isCarried ? settledNote(settled.userId === user.id, settled.userName) : '',
    taggers: drivers.map((driver, index) => tagger(driver, index + 1, review.rows)),
    isNone: review.isNone,
    noneError: errorAt(errors, 'none'),
    noneKinds: noneKinds.map((kind) => ({
      value: kind,
      label: book.nones.find(({ key }) => key === kind)?.name ?? kind,
      selected: kind === review.noneKind,
    })),
    own: rows.filter(({ state }) => state === 'own'),
    others: rows.filter(({ state }) => state !== 'own'),
    ...secondOpinion(answer, review, book),
    confirm: mode === 'settle' ? settleLabel(taken.length, review.isNone) : confirmLabel(taken.length, review.isNone),
    laterHref: next ? `/review/${next.answerId}` : '/review',
    previousHref: place.previousId ? `/review/${place.previousId}` : '',
    subs: drivers.flatMap((driver) =>
      subsOf(driver, book)
        .filter(isInUse)
        .map(({ code, short, elements }) => ({ code, driver, short, words: elements.join(', ') })),
    ),
    rules: ruleCards(answer.text, hand, book),
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

const errorAt = (errors: Record<string, string>, field: string): string => errors[field] ?? ''

const settledNote = (isMine: boolean, name: string): string =>
  isMine
    ? 'You settled this answer. Confirm again to replace your tags.'
    : `${name} settled this answer. These are the tags that count now.`

const confirmLabel = (n: number, isNone: boolean): string =>
  isNone ? 'Confirm none and next' : n === 0 ? 'Confirm and next' : `Confirm ${plural(n, 'tag')} and next`

const settleLabel = (n: number, isNone: boolean): string =>
  isNone ? 'Settle as none of the four' : n === 0 ? 'Settle' : `Settle with ${plural(n, 'tag')}`

const leads: Record<Review['mode'], string> = {
  plain: 'The company stays hidden while you tag.',
  blind: 'You and one other read this answer without seeing each other or a suggestion. Names are covered with •.',
  again:
    'This answer was tagged some time ago. Read it afresh, so that we see whether we still read alike. Names are covered with •.',
  settle:
    'Two people read this answer without seeing each other. Take one reading, mix them, or tag it anew, and say why. Whose readings they are is shown once it is settled.',
}

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

function secondOpinion(answer: Task, review: Review, book: Codebook) {
  if (review.mode === 'settle')
    return {
      hasOpinion: review.rows.some(({ state }) => state !== 'own'),
      opinionTitle: 'In one reading only',
      opinion: 'What you do not add is left out.',
    }
  const suggestion = suggestionOf(answer)
  if (!suggestion) return { hasOpinion: false, opinionTitle: '', opinion: '' }
  const left = review.rows.filter(({ state }) => state !== 'own').length
  const agreed = suggestion.tags.length - left
  const none = book.nones.find(({ key }) => key === suggestion.none)
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
  return { hasOpinion: true, opinionTitle: 'A second opinion', opinion }
}
