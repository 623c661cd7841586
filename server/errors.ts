/** What a person can cause, with the sentence that they read. Anything else that is thrown is a fault of ours (500). */
export class AppError extends Error {
  readonly status: number

  constructor(status: number, sentence: string) {
    super(sentence)
    this.status = status
  }
}

/** 404. What a person may not see is not found either: `notFound('That customer')`. */
export const notFound = (what: string) =>
  new AppError(404, `${what} is not here. It may have been moved or removed, or it is not yours to see.`)

/** 403, for an act that this person may not do although they may see the thing. */
export const forbidden = (sentence: string) => new AppError(403, sentence)

/** 409, for an act that no longer fits the state of the thing. */
export const conflict = (sentence: string) => new AppError(409, sentence)

/** 422, for input that cannot be used and has no field of its own to stand beside. */
export const unusable = (sentence: string) => new AppError(422, sentence)
