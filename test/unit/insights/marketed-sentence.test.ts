import { expect, test } from 'vitest'
import { marketedSentence } from '#server/insights/marketed-sentence.ts'

const none = { revenue: 0, cost: 0, risk: 0, emotion: 0 }

test('it says what we speak of and who names it, and what nobody markets', () => {
  const said = { n: 31, customers: { ...none, revenue: 2, risk: 18 } }
  expect(marketedSentence({ ...none, revenue: 3 }, 5, said)).toBe(
    'You speak of revenue in 3 of 5 claims; 2 of 31 customers name it unprompted. Nobody markets what 18 name: risk.',
  )
})

test('without a figure it speaks of the claims alone', () => {
  expect(marketedSentence({ ...none, cost: 1 }, 1, undefined)).toBe('You speak of cost in 1 of 1 claim.')
})

test('claims that speak of none say so', () => {
  const said = { n: 10, customers: { ...none, emotion: 1 } }
  expect(marketedSentence(none, 2, said)).toBe(
    'None of your claims speaks of any of the four. Nobody markets what 1 names: emotion.',
  )
})

test('drivers level in claims are told together', () => {
  const said = { n: 10, customers: { revenue: 1, cost: 4, risk: 0, emotion: 0 } }
  expect(marketedSentence({ ...none, revenue: 2, cost: 2 }, 3, said)).toBe(
    'You speak of revenue and cost in 2 of 3 claims each; 1 of 10 customers names revenue and 4 of 10 customers name cost unprompted.',
  )
})
