import type { User } from '../access.ts'
import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { field, problemsOf, select, type Typed } from '../forms.ts'
import { printInstant, type Reader, readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { steps } from './forms.ts'
import type { Prediction, Said } from './predictions.ts'
import { canonicalText, recheckSeal } from './seal.ts'

const part = 'Customers'
const wordings: Record<Driver, string> = {
  revenue: 'Earning more',
  cost: 'Spending less money, time or effort',
  risk: 'Avoiding things going wrong',
  emotion: 'Feeling confident and looked after',
}
const chances: [string, string][] = [
  ['', 'Choose'],
  ...steps.map((n): [string, string] => [
    String(n),
    n === 0 ? '0 %, surely not' : n === 100 ? '100 %, surely' : `${n} %`,
  ]),
]

type Named = { id: string; name: string }

export function predictionPage(
  user: User,
  customer: Named,
  predictions: Prediction[],
  said: Said[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
) {
  const reader = readerOf(user)
  const open = predictions.filter(({ seal }) => seal === null)
  const own = open.find(({ user_id }) => user_id === user.id)
  return {
    title: `Before you ask ${customer.name}`,
    part,
    customerName: customer.name,
    action: `/customers/${customer.id}/prediction`,
    cancel: `/customers/${customer.id}`,
    standing: own
      ? `Your guess of ${printInstant(own.made_at, now, reader)} stands. A new one replaces it until it is sealed.`
      : '',
    ...problemsOf(errors),
    chances: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      ...select(driver, `${driverNames[driver]}: ${wordings[driver]}`, chances, typed, errors),
    })),
    sentence: field('sentence', 'Why do they buy from us, in one sentence?', typed, errors, {
      type: 'textarea',
      hint: 'As you would say it to a colleague.',
    }),
    save: own ? 'Replace my guess' : 'Keep my guess',
    others: open
      .filter(({ user_id }) => user_id !== user.id)
      .map((prediction) => ({
        by: prediction.user_name,
        sentence: prediction.sentence,
        guesses: drivers.map((driver) => ({
          driver,
          letter: driverLetters[driver],
          name: driverNames[driver],
          chance: percent(prediction[driver]),
        })),
      })),
    sealed: predictions.flatMap((prediction) => {
      const told = said.find(({ predictionId }) => predictionId === prediction.id)
      return prediction.seal && told ? [sealedGuess(user, prediction, told, now, reader)] : []
    }),
  }
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`

function sealedGuess(user: User, prediction: Prediction, said: Said, now: Date, reader: Reader) {
  const isOwn = prediction.user_id === user.id
  const occasion = prediction.campaign_name ? `“${prediction.campaign_name}”` : 'a talk'
  return {
    key: prediction.id,
    title: `${isOwn ? 'You' : prediction.user_name} guessed, they said`,
    about: `Sealed on ${printInstant(prediction.sealed_at ?? '', now, reader)} for ${occasion}.`,
    isTold: said.state === 'told',
    outcome: {
      none: 'Nobody has answered yet.',
      read: 'They answered. What they said stands here once every answer is read and settled.',
      confidence: 'They answered in confidence. It counts in totals only.',
      told: said.isPart ? 'Somebody there also answered in confidence: that is not in this table.' : '',
    }[said.state],
    rows: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      guessed: percent(prediction[driver]),
      said: said.state === 'told' ? (said.mentioned[driver] ? 'mentioned' : 'not mentioned') : '',
    })),
    sentence: prediction.sentence,
    quote: said.quote.length > 300 ? `${[...said.quote].slice(0, 300).join('')} …` : said.quote,
    quoteBy: said.quoteBy,
    seal: prediction.seal ?? '',
    isOwn,
    text: isOwn ? canonicalText(prediction) : '',
    isIntact: recheckSeal(prediction),
  }
}

export const predictionTyped = (prediction: Pick<Prediction, Driver | 'sentence'>): Typed => ({
  ...Object.fromEntries(drivers.map((driver) => [driver, String(Math.round(prediction[driver] * 100))])),
  sentence: prediction.sentence,
})

type Unpredicted = {
  rows: { id: string; name: string; segment: string | null; region: string | null }[]
  total: number
}

export const listPage = ({ rows, total }: Unpredicted) => ({
  title: 'Guess before you ask',
  part,
  count:
    total === 0
      ? 'You have a guess about every customer of yours.'
      : `${plural(total, 'customer')} without a guess of yours.`,
  rows: rows.map(({ id, name, segment, region }) => ({
    href: `/customers/${id}`,
    guess: `/customers/${id}/prediction`,
    name,
    about: [segment, region].filter(Boolean).join(', '),
  })),
  more: total > rows.length ? `and ${total - rows.length} more: they follow as you guess.` : '',
})
