import { drivers } from '../drivers.ts'
import { hashOf } from '../ids.ts'
import type { Tables } from '../tables.ts'

/** What a seal covers. Probabilities are 0 to 1; a prediction is sealed for a campaign or for a talk. */
export type Sealed = Omit<Tables['prediction'], 'id' | 'seal' | 'sealed_for'> & { sealed_for?: string | null }
export type SealedList = Omit<Tables['list_guess'], 'id' | 'seal' | 'campaign_id'>

/**
 * The text that is hashed: JSON with these names in this order and nothing else, so that anybody can write it again.
 * The nonce (256 random bits) keeps others from finding the guess by trying the few that are likely.
 * `response_id` is left out: erasing a talk must not break the seal. Nor must merging the customer into another: then
 * `sealed_for` says whom it was about.
 */
export const canonicalText = (prediction: Sealed): string =>
  textOf({ customer: prediction.sealed_for ?? prediction.customer_id }, prediction)

/** The same for a guess about the whole list. */
export const canonicalListText = (guess: SealedList): string => textOf({ customers: 'all' }, guess)

function textOf(about: Record<string, string>, guess: SealedList): string {
  return JSON.stringify({
    ...about,
    by: guess.user_id,
    ...Object.fromEntries(drivers.map((driver) => [driver, guess[driver]])),
    sentence: guess.sentence,
    made_at: guess.made_at,
    sealed_at: guess.sealed_at,
    nonce: guess.nonce,
  })
}

/** SHA-256 of the canonical text, in hex. */
export const sealOf = (prediction: Sealed): string => hashOf(canonicalText(prediction))

export const listSealOf = (guess: SealedList): string => hashOf(canonicalListText(guess))

/** True if the guess about the whole list is word for word what was sealed. */
export const recheckListSeal = (guess: SealedList & { seal: string | null }): boolean =>
  guess.seal !== null && guess.seal === listSealOf(guess)

/** True if the prediction is word for word what was sealed. */
export const recheckSeal = (prediction: Sealed & { seal: string | null }): boolean =>
  prediction.seal !== null && prediction.seal === sealOf(prediction)
