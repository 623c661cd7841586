import { z } from 'zod'
import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import { asList } from '../forms.ts'
import { verdicts } from '../tables.ts'
import { type FunctionName, functions, type NewDecision } from './decisions.ts'

/** The figure that a decision rests on, as the address holds it; the filters stand beside it. */
export const figureQuery = z.object({
  driver: z.enum(drivers).optional().catch(undefined),
  direction: z.enum(directions).catch('+'),
})
export type FigureChoice = { driver: Driver | undefined; direction: Direction }

const words = (missing: string, most = 500) =>
  z
    .string(missing)
    .transform((text) => text.trim().normalize('NFC'))
    .pipe(
      z
        .string()
        .min(1, missing)
        .max(most, `Keep this to ${most.toLocaleString('en')} characters.`),
    )
const day = (sentence: string) => z.string(sentence).pipe(z.iso.date(sentence))

const functionName = z.custom<FunctionName>(
  (value) => functions.some((name) => name === value),
  'Choose who carries it out.',
)

/** What may come in for a decision. `today` is the reader's day: nothing is due before it. */
export const decisionForm = (today: string) =>
  z
    .object({
      key: z.uuid('Open this page anew, then send it again.'),
      what: words('Write what you change, in one line.', 200),
      because: z.string().trim().max(2000, 'Keep this to 2,000 characters.').default(''),
      serves: words('Write which result of your customers it serves.'),
      function: functionName,
      owner: words('Write who sees to it, by name.', 200),
      dueOn: day('Choose the day by which it is done.'),
      lookOn: day('Choose the day on which you look whether it worked.'),
      shows: words('Write what would show that it worked.'),
      goalWay: z.enum(['', 'above', 'below']).catch(''),
      goalPercent: z.string().trim().default(''),
      takesAway: z.literal('1').optional(),
      haveRead: z.literal('1').optional(),
      quotes: z.preprocess(asList, z.array(z.uuid()).max(50)).catch([]),
    })
    .check(({ value, issues }) => {
      const fail = (path: string, message: string) =>
        issues.push({ code: 'custom', message, input: value, path: [path] })
      if (value.dueOn < today) fail('dueOn', 'This day has passed. Choose today or a later one.')
      if (value.lookOn < value.dueOn) fail('lookOn', 'Look after it is done: choose the due day or a later one.')
      const percent = /^\d{1,3}$/.test(value.goalPercent) ? Number(value.goalPercent) : Number.NaN
      if (value.goalWay !== '' && !(percent <= 100))
        fail('goalPercent', 'Write a whole number from 0 to 100, or choose “No number”.')
      if (value.takesAway && !value.haveRead)
        fail('haveRead', 'Read below what customers said must stay, then tick that you have.')
    })
    .transform(({ key, goalWay, goalPercent, takesAway, haveRead: _read, quotes, ...rest }) => {
      const decision: NewDecision = {
        ...rest,
        formKey: key,
        goal: goalWay === '' ? undefined : { way: goalWay, percent: Number(goalPercent) },
        takesAway: takesAway === '1',
      }
      return { decision, quotes }
    })

export const lookForm = z.object({
  verdict: z.enum(verdicts, 'Choose what you make of it.'),
  note: words('Write in a sentence why.', 1000),
})
export const withdrawalForm = z.object({ because: words('Write why, so that it is understood later.', 1000) })
