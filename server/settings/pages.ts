import { isColour } from '../colour.ts'
import { type Company, type Logo, logoUrl, missingToWrite } from '../company.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, type Typed, timeZoneField } from '../forms.ts'
import { drawnSize } from '../look.ts'
import { listed } from '../words.ts'
import { colourFault, plainColour } from './forms.ts'
import { type Shade, shadesOf } from './preview-pages.ts'

export type SettingsPage = Problems & {
  title: string
  part: string
  missing: string
  isPractice: boolean
  company: string
  about: Field[]
  sender: Field[]
  privacyText: Field
  timeZone: SelectField
  colour: Field
  shades: Shade[]
  logo: { src: string; alt: string; width: number; height: number } | undefined
  isNewLogo: boolean
  keptLogo: string
  logoError: string
  logoAlt: Field
  removesLogo: boolean
  needsSecondFactor: boolean
  secondFactorError: string
}

/** The settings as a form holds them. */
export const typedOf = ({ logo, needsSecondFactor, ...texts }: Company): Typed => ({
  ...texts,
  logoAlt: logo?.alt ?? '',
  needsSecondFactor: needsSecondFactor ? 'on' : '',
})

export function settingsPage(
  company: Company,
  logo: Logo | undefined,
  typed: Typed,
  errors: Record<string, string>,
  isPractice: boolean,
): SettingsPage {
  const { keptLogo = '', colour: typedColour = '' } = typed
  const colour = plainColour(typedColour)
  const isMeasured = isColour(colour) && colourFault(colour) === ''
  return {
    title: 'Settings',
    part: '',
    company: company.name,
    missing: listed(missingToWrite(company).map(({ words }) => words)),
    isPractice,
    ...problemsOf(errors),
    about: [
      field('name', 'Name of your company', typed, errors, { hint: 'As your customers know it.' }),
      field('postalAddress', 'Postal address', typed, errors, {
        hint: 'In one line. The law asks for it at the end of each mail.',
      }),
      field('phone', 'Telephone', typed, errors, {
        type: 'tel',
        hint: 'For customers who would rather talk. It may stay empty.',
      }),
    ],
    sender: [
      field('senderName', 'Name of the sender', typed, errors, {
        hint: 'Used where a campaign has no person as its sender. Left empty, it is the name of your company.',
      }),
      field('senderAddress', 'Address of the sender', typed, errors, {
        type: 'email',
        hint: 'Replies arrive there. Your mail server must be allowed to send for it.',
      }),
    ],
    privacyText: field('privacyText', 'What you promise about privacy', typed, errors, {
      type: 'textarea',
      hint: 'Who answers for the data, how long you keep it and whom to ask. It stands on the page that each mail links to, under our own plain account of what happens to answers.',
    }),
    timeZone: timeZoneField(typed, errors, 'Closing days and due days end at midnight there.'),
    colour: field('colour', 'Colour', typed, errors, {
      hint: 'For the main button and your name, in mails and on the pages that customers see. # and six digits, such as #1f3bb3. Left empty, it is ink on paper.',
      autocomplete: 'off',
    }),
    shades: isMeasured ? shadesOf(colour) : [],
    logo: logo && { src: logoUrl(logo), alt: logo.alt || company.name, ...drawnSize(logo) },
    isNewLogo: keptLogo !== '' && keptLogo !== company.logo?.hash,
    keptLogo,
    logoError: errors.logo ?? '',
    logoAlt: field('logoAlt', 'What the logo says', typed, errors, {
      hint: 'Read out to whom does not see it. Left empty, it is the name of your company.',
    }),
    removesLogo: typed.removesLogo === 'on',
    needsSecondFactor: typed.needsSecondFactor === 'on',
    secondFactorError: errors.needsSecondFactor ?? '',
  }
}
