import { type Company, missingToWrite } from '../company.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, type Typed, timeZoneField } from '../forms.ts'
import { listed } from '../words.ts'

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
}

export function settingsPage(
  company: Company,
  typed: Typed,
  errors: Record<string, string>,
  isPractice: boolean,
): SettingsPage {
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
  }
}
