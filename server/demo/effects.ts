import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { ratingLines } from '../value/rating-rule.ts'
import type { Said } from './content.ts'
import type { Round } from './rounds.ts'

const consent = z.enum(['team', 'lead', 'totals'])
const score = z.number().min(0).max(10)
const four = <T extends z.ZodType>(one: T) => z.tuple([one, one, one, one])
const spoken = z.enum(['why', 'earn', 'spend', 'avoid', 'feel'])

const content = z.object({
  earlier: z.array(z.tuple([z.string(), consent, z.partialRecord(spoken, z.tuple([z.string(), z.string()]))])),
  relation: z.array(z.tuple([z.string(), consent, score, score, score, score, z.string(), z.string(), z.string()])),
  weights: z.array(z.tuple([z.string(), consent, four(z.number()), four(score)])),
  aspects: z.array(z.object({ name: z.string(), offering: z.string(), in: z.array(z.string()) })),
  ratings: z.array(
    z.tuple([z.string(), z.enum(['owner', 'lead']), z.string().length(ratingLines.length), z.string(), z.string()]),
  ),
  marketed: z.array(z.tuple([z.string(), z.array(z.string())])),
  readings: z.array(z.union([z.tuple([z.string(), z.string(), z.string()]), z.tuple([z.string(), z.string()])])),
  decisions: z.array(
    z.object({
      days_ago: z.number(),
      figure: z.string(),
      filters: z.string(),
      what: z.string(),
      because: z.string(),
      serves: z.string(),
      function: z.string(),
      owner: z.string(),
      due: z.number(),
      look: z.number(),
      shows: z.string(),
      goal: z.tuple([z.enum(['above', 'below']), z.number()]).optional(),
      verdict: z.tuple([z.string(), z.string()]).optional(),
    }),
  ),
})
export type Effects = z.infer<typeof content>

export const readEffects = (): Effects =>
  content.parse(parse(readFileSync(join(import.meta.dirname, 'effects.yaml'), 'utf8')))

export const firstRound = 'Why do you buy from us? First round'

/** The rounds that carry the planted effects, as a lead would send them: nobody is asked twice within thirty days. */
export function plantedRounds({ earlier, relation, weights }: Effects): Round[] {
  const everybody = { statuses: ['active'], englishForOthers: '1' }
  const round = { signer: '', audience: everybody }
  return [
    {
      ...round,
      template: 'core',
      name: firstRound,
      series: 'Why they buy',
      days_ago: 115,
      answers: earlier.map(([contact, level, { why, ...items }]) => ({
        contact,
        consent: level,
        pages: {
          ...(why ? { 'CORE-1': { text: why[1] } } : {}),
          'CORE-3': Object.fromEntries(Object.entries(items).map(([item, said]) => [item, said[1]])),
        },
      })),
    },
    {
      ...round,
      template: 'rel',
      name: 'Relationship check, everybody',
      series: 'Relationship check',
      days_ago: 80,
      answers: relation.map(([contact, level, results, clarity, progress, stay, grow, tell, other]) => ({
        contact,
        consent: level,
        pages: {
          'REL-1': scores({ results, clarity, progress }),
          'REL-2': scores({ score: stay }),
          'REL-3': { choice: grow },
          'REL-4': { choice: tell },
          'REL-6': { choice: other },
        },
      })),
    },
    {
      ...round,
      // With the open questions before it, so that those may be asked too who never answered these.
      template: 'core-driv',
      name: 'What weighs most',
      series: 'What weighs most',
      days_ago: 45,
      answers: weights.map(([contact, level, points, served]) => ({
        contact,
        consent: level,
        pages: { 'DRIV-1': inOrder(points), 'DRIV-2': inOrder(served) },
      })),
    },
  ]
}

const scores = (values: Record<string, number>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
const inOrder = ([earn, spend, avoid, feel]: [number, number, number, number]) => scores({ earn, spend, avoid, feel })

/** What a careful coder reads in an answer of the earlier round. */
export function firstSaid({ earlier }: Effects, contact: string, question: string, item: string): Said | undefined {
  const said = earlier.find(([one]) => one === contact)?.[2]
  const found = said && Object.entries(said).find(([name]) => name === (question === 'CORE-1' ? 'why' : item))
  return found && reading(found[1][1], found[1][0], found[1][1].replace(/\.$/, ''))
}

/** What people settle on in an answer of another round or talk, told by its words. */
export function otherSaid({ readings }: Effects, text: string): Said | undefined {
  const found = readings.find(([words]) => text.toLowerCase().includes(words.toLowerCase()))
  return found && reading(text, found[1], found[2] ?? '')
}

const reading = (text: string, code: string, words: string): Said =>
  words === ''
    ? { text, none: code, tags: [], leave: false }
    : { text, tags: [{ code, words, flags: [], about: 'us' }], leave: false }
