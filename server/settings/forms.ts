import { z } from 'zod'
import { isColour, leastForParts, printRatio, shade, standing } from '../colour.ts'
import { emailAddress, timeZone } from '../forms.ts'

const text = (max: number, what: string) =>
  z.string().trim().max(max, `Shorten ${what} to ${max} characters.`).default('')

/** "#1F3BB3", "1f3bb3" and "#13b" as '#rrggbb'; '' stays ''. */
export function plainColour(typed: string): string {
  const hex = typed.trim().toLowerCase().replace(/^#/, '')
  const long = /^[0-9a-f]{3}$/.test(hex) ? [...hex].map((digit) => digit + digit).join('') : hex
  return long === '' ? '' : `#${long}`
}

/** Why a colour cannot be used, '' if it can: on light paper it must stand out as a button has to. */
export function colourFault(colour: string): string {
  if (colour === '') return ''
  if (!isColour(colour)) return 'Write the colour as # and six digits from 0 to f, such as #1f3bb3.'
  const ratio = standing(colour, 'light')
  if (ratio >= leastForParts) return ''
  return `On paper this colour has a contrast of ${printRatio(ratio)}:1, and a button needs ${leastForParts}:1 to be seen. The nearest shade of the same hue that has it is ${shade(colour, 'light', leastForParts)}.`
}

const colour = z
  .string()
  .default('')
  .transform(plainColour)
  .superRefine((value, context) => {
    const fault = colourFault(value)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  })

export const companyForm = z.object({
  name: text(120, 'the name').pipe(z.string().min(1, 'Write the name of your company, as your customers know it.')),
  postalAddress: text(300, 'the address'),
  phone: text(60, 'the telephone number'),
  senderName: text(120, 'the name of the sender'),
  senderAddress: z
    .union([z.literal(''), emailAddress('Write an e-mail address, such as research@company.com, or leave it empty.')])
    .default(''),
  privacyText: text(5000, 'the text'),
  timeZone,
  colour,
  logoAlt: text(120, 'what the logo says'),
  /** The hash of a logo that was sent before and is not saved yet; a wrong one is no logo. */
  keptLogo: z.string().max(64).default(''),
  removesLogo: z.literal('on').optional(),
  needsSecondFactor: z.literal('on').optional(),
  act: z.enum(['save', 'preview']).catch('save'),
})
