import { type Direction, type Driver, directionSigns, driverLetters, type TagChip, tagChip } from '../drivers.ts'
import type { Provenance } from '../tables.ts'
import type { Template } from '../templates/files.ts'
import { namedItems, printEntries } from '../templates/kinds/kinds.ts'
import { listed } from '../words.ts'
import { type Codebook, readAs } from './codebook.ts'
import { lengthOf, markedText } from './marked.ts'
import { choiceIn, ticksOf } from './suggest-tags.ts'

/** How we know what the customer said; never who. */
export const howWeKnow: Record<Provenance, string> = {
  typed: 'The customer typed this',
  confirmed: 'The customer confirmed these notes',
  verbatim: 'Noted word for word',
  paraphrase: 'Noted in our words',
  observed: 'What our staff saw',
}
/** Only a customer's own words are set in the customer's type. */
export const isVoice = (provenance: Provenance): boolean => provenance !== 'paraphrase' && provenance !== 'observed'

type Chipped = { driver: Driver; direction: Direction; sub: string }

/** A chip with the short name of its sub-code in the codebook in force: "K3 Continuity"; a merged one reads as the other. */
export function chipOf(tag: Chipped, isSuggested: boolean, book: Codebook): TagChip {
  const sub = readAs(book, tag.sub)
  const name = sub ? [sub.code, sub.short.split(/[:,]/)[0]].join(' ') : tag.sub
  return tagChip(tag.driver, tag.direction, name, isSuggested)
}

/** The question as it was asked, with the item's own words. */
export function asked(template: Template, question: string, item: string): string {
  const found = template.questions.find(({ id }) => id === question)
  if (!found) return question
  const label = namedItems(found).find((one) => one.item === item)?.label
  return [found.text, label].filter(Boolean).join(' ').replace(/…\s*…/, '…')
}

export const shortOf = (template: Template | undefined, question: string, item: string): string => {
  const found = template?.questions.find(({ id }) => id === question)
  if (!found) return question
  return namedItems(found).find((one) => one.item === item)?.short ?? found.short
}

/** What was ticked beside the words: "Ticked: not at all"; with the question also what was chosen: "Chosen: perhaps". '' if nothing. */
export function tickedOf(value: string, template?: Template, answer?: { question: string; item: string }): string {
  const { saysNotAtAll, saysWorse } = ticksOf(value)
  const ticks = [saysNotAtAll && 'not at all', saysWorse && 'you make it worse'].filter((tick) => tick !== false)
  if (ticks.length > 0) return `Ticked: ${listed(ticks)}`
  const found = template?.questions.find(({ id }) => id === answer?.question)
  const chosen = choiceIn(value)
  if (!found || !answer || Object.keys(chosen).length === 0) return ''
  const [printed] = printEntries(found, [{ item: answer.item, row: 0, text: '', value: chosen }])
  return printed?.choice ? `Chosen: ${printed.choice}` : ''
}

/** The beginning of an answer, cut at a word. */
export function excerpt(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (lengthOf(line) <= most) return line
  return `${Array.from(line)
    .slice(0, most)
    .join('')
    .replace(/\s\S*$/, '')} …`
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
