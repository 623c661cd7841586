import { drivers } from '../drivers.ts'
import { hashOf } from '../ids.ts'
import type { Tables } from '../tables.ts'

/** What a seal covers. Probabilities are 0 to 1; a prediction is sealed for a campaign or for a talk. */
export type Sealed = Omit<Tables['prediction'], 'id' | 'seal' | 'sealed_for'> & { sealed_for?: string | null }

/**
 * The text that is hashed: JSON with these names in this order and nothing else, so that anybody can write it again.
 * The nonce (256 random bits) keeps others from finding the guess by trying the few that are likely.
 * `response_id` is left out: erasing a talk must not break the seal. Nor must merging the customer into another: then
 * `sealed_for` says whom it was about.
 */
export function canonicalText(prediction: Sealed): string {
  return JSON.stringify({
    customer: prediction.sealed_for ?? prediction.customer_id,
    by: prediction.user_id,
    ...Object.fromEntries(drivers.map((driver) => [driver, prediction[driver]])),
    sentence: prediction.sentence,
    made_at: prediction.made_at,
    sealed_at: prediction.sealed_at,
    nonce: prediction.nonce,
  })
}

/** SHA-256 of the canonical text, in hex. */
export const sealOf = (prediction: Sealed): string => hashOf(canonicalText(prediction))

/** True if the prediction is word for word what was sealed. */
export const recheckSeal = (prediction: Sealed & { seal: string | null }): boolean =>
  prediction.seal !== null && prediction.seal === sealOf(prediction)
