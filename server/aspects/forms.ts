import { z } from 'zod'
import { asList } from '../forms.ts'

const name = z
  .string()
  .default('')
  .transform((text) => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim())
  .refine((text) => text.length <= 80, 'Keep this to 80 characters: a name, not a sentence.')

/** Up to three aspects, most important first. The same name twice is one. */
export const namesForm = z
  .object({ revision: z.string().default(''), aspect1: name, aspect2: name, aspect3: name })
  .transform(({ revision, aspect1, aspect2, aspect3 }) => {
    const typed = [aspect1, aspect2, aspect3].filter((text) => text !== '')
    const seen = new Set<string>()
    const names = typed.filter((text) => {
      const key = text.toLowerCase()
      const isNew = !seen.has(key)
      seen.add(key)
      return isNew
    })
    return { revision, names }
  })
  .refine(({ names }) => names.length > 0, {
    message: 'Name at least one thing that must stay, or leave this answer for later.',
    path: ['aspect1'],
  })

export const aspectForm = z.object({
  name: name.refine((text) => text !== '', 'Name this in a few words.'),
  offering: z.string().default(''),
})

export const registerQuery = z.object({
  sort: z.enum(['customers', 'revenue']).catch('customers'),
  cut: z.preprocess(asList, z.array(z.uuid()).max(100)).catch([]),
})
