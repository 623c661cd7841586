import { listed } from '../words.ts'
import type { TakeOn } from './client-list.ts'
import { lineWords } from './rating-forms.ts'
import type { Judgement, RatingGroup, RatingLine, Verdict } from './rating-rule.ts'

export const verdictNames: Record<Verdict, string> = {
  grow: 'Grow',
  keep: 'Keep',
  fix: 'Fix',
  part: 'Reprice or part',
}
/** What the first thing to do is, where somebody reads the verdict. */
const verdictDeeds: Record<Verdict, string> = {
  grow: 'Ask what else they work for, and offer that.',
  keep: 'Serve them as now, and ask them once a year.',
  fix: 'We gain, they do not, or they may go: put that right first.',
  part: 'Ask for a price that pays, or for another way of working; else let them go in good order.',
}
export const groupNames: Record<RatingGroup, string> = {
  us: 'Worth to us',
  them: 'Worth to them',
  fit: 'Fit and character',
}
const missingNames: Record<RatingGroup | 'room', string> = {
  us: 'what they are worth to us',
  them: 'what we are worth to them',
  fit: 'how they fit',
  room: 'the room to grow',
}
export const takeOnNames: Record<TakeOn, string> = {
  yes: 'yes',
  no: 'no',
  apart: 'raters differ',
  unknown: 'not known',
}

export const printMean = (mean: number | undefined): string => (mean === undefined ? 'not known' : mean.toFixed(1))

/** "Keep", or "Not known" with what has to be known first. */
export const verdictName = ({ verdict }: Judgement): string => (verdict ? verdictNames[verdict] : 'Not known')
export const verdictWords = ({ verdict, missing }: Judgement): string =>
  verdict ? verdictDeeds[verdict] : `Not known yet: ${listed(missing.map((one) => missingNames[one]))}.`

/** "Room to grow 2 and 5": the owner's number first. */
export const apartWords = (apart: { line: RatingLine; owner: number; lead: number }[]): string[] =>
  apart.map(({ line, owner, lead }) => `${lineWords[line].label} ${owner} and ${lead}`)

/** '' unless each alone would come to something else. */
export function aloneWords(alone: [Verdict | undefined, Verdict | undefined] | undefined): string {
  if (!alone || alone[0] === alone[1]) return ''
  const [owner, lead] = alone.map((one) => (one ? verdictNames[one].toLowerCase() : 'not known'))
  return `The owner alone comes to ${owner}, the lead alone to ${lead}.`
}
