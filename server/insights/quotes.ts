import { type Driver, directionSigns, driverLetters, type TagChip, tagChip } from '../drivers.ts'
import { markedText } from '../tags/tags.ts'
import { printDay, type Reader } from '../time.ts'
import type { Wanted } from './behind.ts'
import type { AnswerRead, TagRead } from './insights.ts'
import { provenanceNames } from './names.ts'
import type { Filters } from './view.ts'

/** A stretch of an answer: plain ('' as driver), or words that justify a tag. `code` such as K+ follows where a tag ends. */
type Stretch = { text: string; driver: Driver | ''; isPlus: boolean; code: string }

/** A customer's words with the marks that justify the tags. `isVoice`: they are the customer's own, so they stand in serif. */
export type Quote = {
  words: Stretch[]
  isVoice: boolean
  tags: TagChip[]
  who: string
  note: string
}

export function quote(answer: AnswerRead, wanted: Wanted, now: Date, reader: Reader): Quote {
  const tags = answer.tags.filter((tag) => isAbout(tag, wanted))
  const isVoice = answer.text !== '' && ownWords.has(answer.provenance)
  const notes = [
    tags.some((tag) => tag.isInferred) ? 'inferred from a bare word' : '',
    tags.some((tag) => tag.isWish) ? 'a wish' : '',
    tags.some((tag) => tag.isSuggested) ? 'suggested, not confirmed' : '',
    answer.isSettled ? '' : tags.length > 0 ? '' : 'not read yet',
    answer.isChanged ? 'text changed, look again' : '',
  ]
  return {
    words: stretches(answer, tags),
    isVoice,
    tags: tags.map((tag) => tagChip(tag.driver, tag.direction, tag.sub, tag.isSuggested)),
    who: [answer.contact, printDay(answer.tookPlaceOn, now, reader), provenanceNames[answer.provenance].toLowerCase()]
      .filter(Boolean)
      .join(', '),
    note: notes.filter(Boolean).join(', '),
  }
}

const ownWords = new Set<string>(['typed', 'confirmed', 'verbatim'])

/** Whether a tag belongs to the number that was opened. */
function isAbout(tag: TagRead, wanted: Wanted): boolean {
  if (tag.about !== 'us') return false
  switch (wanted.of) {
    case 'driver':
      return tag.driver === wanted.driver && tag.direction === wanted.direction && !tag.isWish
    case 'wishes':
      return tag.driver === wanted.driver && tag.isWish && !tag.isSuggested
    case 'coverage':
      return tag.direction === '+' && !tag.isWish
    default:
      return !tag.isSuggested
  }
}

/** Of the answers in the sittings behind a number, those that say it: with the tag, of the chosen provenance, asked as chosen. */
export function answersWanted(answers: AnswerRead[], wanted: Wanted, filters: Filters): AnswerRead[] {
  return answers
    .filter((answer) => !filters.provenance || answer.provenance === filters.provenance)
    .filter((answer) => !filters.asked || answer.isPrompted === (filters.asked === 'prompted'))
    .map((answer) => ({ ...answer, tags: answer.tags.filter((tag) => filters.suggestions || !tag.isSuggested) }))
    .filter((answer) => {
      if (wanted.of === 'heard') return true
      if (wanted.of === 'read') return answer.isSettled
      if (wanted.of === 'waiting') return !answer.isSettled
      if (wanted.of === 'coverage' && wanted.count === 0) return true
      return answer.tags.some((tag) => isAbout(tag, wanted))
    })
}

function stretches({ text, saysWorse }: AnswerRead, tags: TagRead[]): Stretch[] {
  const plain = { driver: '' as const, isPlus: false, code: '' }
  if (text === '') return [{ ...plain, text: `Ticked “${saysWorse ? 'you make it worse' : 'not at all'}”` }]
  return markedText(text, tags).map((segment) => {
    const [tag] = segment.tags
    const code = segment.ends.map((one) => `${driverLetters[one.driver]}${directionSigns[one.direction]}`).join(' ')
    return tag
      ? { text: segment.text, driver: tag.driver, isPlus: tag.direction === '+', code }
      : { ...plain, text: segment.text }
  })
}
