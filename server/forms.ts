import { z } from 'zod'
import { isTimeZone, timeZones } from './time.ts'
import { sentenceNumber } from './words.ts'

/** What a form brought: the parsed value, or a sentence for each field that is wrong and every word as it was typed. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; errors: Record<string, string>; typed: Typed }
export type Typed = Record<string, string>

/** Parses a posted form. Messages in the schema are whole sentences that say what to do; they are shown as they are. */
export function parseForm<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return { ok: true, value: parsed.data }
  const errors: Record<string, string> = {}
  for (const issue of parsed.error.issues) errors[String(issue.path[0] ?? 'form')] ??= issue.message
  return { ok: false, errors, typed: asTyped(body) }
}

/** A posted body as text by field, for showing it again; several values of one name are joined by commas. */
export function asTyped(body: unknown): Typed {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value ?? '')]),
  )
}

/** One ticked box arrives as a string, several as an array, none not at all. */
export function asList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  return value === undefined || value === '' ? [] : [String(value)]
}

/** The model of views/partials/field.hbs: a labelled control with its hint and its error. */
export type Field = {
  id: string
  name: string
  label: string
  hint: string
  error: string
  value: string
  type: string
  isLong: boolean
  autocomplete: string
  describedBy: string
}

/** A text field. `type` is an input type, or 'textarea'. */
export function field(
  name: string,
  label: string,
  typed: Typed,
  errors: Record<string, string>,
  more: { hint?: string; type?: string; autocomplete?: string } = {},
): Field {
  const hint = more.hint ?? ''
  const error = errors[name] ?? ''
  const describedBy = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ')
  return {
    id: name,
    name,
    label,
    hint,
    error,
    value: typed[name] ?? '',
    type: more.type ?? 'text',
    isLong: more.type === 'textarea',
    autocomplete: more.autocomplete ?? '',
    describedBy,
  }
}

export type Choice = { value: string; label: string; selected: boolean }

/** The model of views/partials/select.hbs. `choices` are pairs of value and label; the typed one is selected. */
export type SelectField = Field & { choices: Choice[] }

export function select(
  name: string,
  label: string,
  choices: [value: string, label: string][],
  typed: Typed,
  errors: Record<string, string>,
  more: { hint?: string } = {},
): SelectField {
  const base = field(name, label, typed, errors, more)
  return { ...base, choices: choices.map(([value, text]) => ({ value, label: text, selected: value === base.value })) }
}

/** A choice among all time zones, and the schema of what it sends. */
export function timeZoneField(typed: Typed, errors: Record<string, string>, hint = ''): SelectField {
  const { timeZone: present = 'UTC' } = typed
  const choices = timeZones(present).map((name): [string, string] => [name, name.replaceAll('_', ' ')])
  return select('timeZone', 'Time zone', choices, typed, errors, { hint })
}
export const timeZone = z.string('Choose a time zone.').refine(isTimeZone, 'Choose a time zone from the list.')

/** An e-mail address as we keep it: trimmed, in small letters. `sentence` says what to write. */
export const emailAddress = (sentence: string) => z.string(sentence).trim().toLowerCase().pipe(z.email(sentence))

/** The model of views/partials/problems.hbs: a link to each field that is wrong; empty when all is well. */
export type Problems = { problemsTitle: string; problems: { href: string; text: string }[] }

/** Spread it into the page's model and place `{{> problems}}` above the form. `elsewhere` leads to what is wrong on other pages. */
export function problemsOf(errors: Record<string, string>, elsewhere: Problems['problems'] = []): Problems {
  const problems = [...Object.entries(errors).map(([name, text]) => ({ href: `#${name}`, text })), ...elsewhere]
  return {
    problemsTitle:
      problems.length === 1 ? 'One thing needs a look' : `${sentenceNumber(problems.length)} things need a look`,
    problems,
  }
}
