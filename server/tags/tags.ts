/** What other features may ask of tags; the rules stand in the files named. */
export { agreementFor } from './agreement-data.ts'
export { isUnderBlindReading } from './blind.ts'
export { markedText } from './marked.ts'
export { outcomesSoFar } from './outcomes.ts'
export { countWaiting } from './review-queue.ts'
export { recount, refreshSummary } from './summary.ts'
