import { z } from 'zod'
import { type Points, usualPoints } from './vulnerability.ts'

export const listQuery = z.object({
  band: z.enum(['', 'act', 'watch', 'low']).catch(''),
  owner: z.string().trim().max(64).catch(''),
  segment: z.string().trim().max(200).catch(''),
  page: z.string().optional(),
})

const whole = z
  .string()
  .default('')
  .transform((text) => text.trim())
  .refine((text) => /^\d{1,3}$/.test(text) && Number(text) <= 100, 'Write a whole number from 0 to 100.')
  .transform(Number)

/** The pairs of which a customer has one at most: the first may not weigh more than the second. */
const pairs: [lesser: keyof Points, greater: keyof Points][] = [
  ['listened', 'comparing'],
  ['conditional', 'stated'],
  ['oldWhy', 'noWhy'],
  ['scoredSix', 'scoredFour'],
  ['oneOpen', 'twoOpen'],
]

export const pointsForm = z
  .object({
    version: z.coerce.number().int().min(0).catch(0),
    note: z.string('Write why.').trim().min(1, 'Write why, so that older lists are understood.').max(500),
    listened: whole,
    comparing: whole,
    conditional: whole,
    stated: whole,
    noWhy: whole,
    oldWhy: whole,
    scoredSix: whole,
    scoredFour: whole,
    oneOpen: whole,
    twoOpen: whole,
    narrow: whole,
    inertia: whole,
    offering: whole,
    hurt: whole,
  })
  .check(({ value, issues }) => {
    const fail = (path: keyof Points, message: string) =>
      issues.push({ code: 'custom', message, input: value[path], path: [path] })
    for (const [lesser, greater] of pairs)
      if (value[lesser] > value[greater]) fail(lesser, 'This may not weigh more than the stronger sign beside it.')
    const { comparing, stated, noWhy, scoredFour, twoOpen, narrow, inertia, offering, hurt } = value
    const sum = comparing + stated + noWhy + scoredFour + twoOpen + narrow + inertia + offering + hurt
    if (sum !== 100)
      fail('comparing', `Together the strongest signs come to ${sum}. Make it 100, so that a score can be read.`)
  })
  .transform(({ version, note, ...points }) => ({ version, note, points }))

export const pointNames: Record<keyof Points, string> = {
  comparing: 'Compares another supplier',
  listened: 'Listened to one',
  stated: 'Speaks of leaving, or puts going on at 6 or less',
  conditional: 'Might leave under a condition',
  noWhy: 'No reason in their own words',
  oldWhy: 'That reason is older than a year',
  scoredFour: 'A driver of 25 points or more scores 4 or less',
  scoredSix: '… scores 6 or less',
  twoOpen: 'Two things or more that we owe',
  oneOpen: 'One thing that we owe',
  narrow: 'Helped with one of the four at most, or with the price only',
  inertia: 'Stays from habit, and names no help',
  offering: 'Something is not understood or not worth having',
  hurt: 'Says that we hurt how people feel',
}
export const pointKeys = Object.keys(pointNames).filter((key): key is keyof Points => key in usualPoints)
