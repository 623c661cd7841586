import { z } from 'zod'

/** Instants are ISO-8601 UTC with ms and Z (`*_at`), days are YYYY-MM-DD (`*_on`); only pages format them for a reader. */
export type Clock = () => Date

export const instant = (date: Date): string => date.toISOString()

export const minutes = (n: number): number => n * 60_000
export const days = (n: number): number => n * 86_400_000

/** The instant `ms` milliseconds after (or before, if negative) `date`. */
export const later = (date: Date, ms: number): string => new Date(date.getTime() + ms).toISOString()

const dayParts = new Map<string, Intl.DateTimeFormat>()

/** The calendar day (YYYY-MM-DD) at an instant in a time zone. */
export function dayAt(date: Date, timeZone = 'UTC'): string {
  let format = dayParts.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayParts.set(timeZone, format)
  }
  return format.format(date)
}

/** True for a day that the calendar has, as YYYY-MM-DD. */
export const isDay = (text: string): boolean => z.iso.date().safeParse(text).success

/** The day `n` days after a day. */
export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days(n)).toISOString().slice(0, 10)
}

/** The day `n` working days (Monday to Friday) after a day; holidays are not known here. */
export function addWorkingDays(day: string, n: number): string {
  let result = day
  for (let left = n; left > 0; ) {
    result = addDays(result, 1)
    const weekday = new Date(`${result}T00:00:00Z`).getUTCDay()
    if (weekday !== 0 && weekday !== 6) left -= 1
  }
  return result
}

/** Whole days from one day to another; negative if `to` lies before. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / days(1))

export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The names of all time zones, for choosing one; UTC comes first, and `present` is among them whatever it is. */
export function timeZones(present: string): string[] {
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')]
  return known.includes(present) ? known : [...known, present]
}

/** The reader's language and time zone, in which a page is written. */
export type Reader = { language: string; timeZone: string }

/** Staff read in English, at their own place. */
export const readerOf = (user: { timeZone: string }): Reader => ({ language: 'en', timeZone: user.timeZone })

const formats = new Map<string, Intl.DateTimeFormat>()

function format(reader: Reader, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${reader.language} ${reader.timeZone} ${JSON.stringify(options)}`
  let made = formats.get(key)
  if (!made) {
    // British order for English: "4 December", as the look asks.
    const language = reader.language === 'en' ? 'en-GB' : reader.language
    made = new Intl.DateTimeFormat(language, { timeZone: reader.timeZone, ...options })
    formats.set(key, made)
  }
  return made
}

/** "4 December", with the year if it is not the year of `now`: "4 December 2025". */
export function printDay(day: string, now: Date, reader: Reader): string {
  const date = new Date(`${day}T12:00:00Z`)
  const utc = { ...reader, timeZone: 'UTC' }
  const sameYear = day.slice(0, 4) === dayAt(now, reader.timeZone).slice(0, 4)
  return format(
    utc,
    sameYear ? { day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' },
  ).format(date)
}

/** "4 December 2026", for what is read later than it was written: a sheet of paper. */
export const printDayInFull = (day: string): string =>
  format({ language: 'en', timeZone: 'UTC' }, { day: 'numeric', month: 'long', year: 'numeric' }).format(
    new Date(`${day}T12:00:00Z`),
  )

/** "10:42" at the reader's place. */
export const printTime = (at: string, reader: Reader): string =>
  format(reader, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))

/** "4 December" or "4 December, 10:42" for an instant, at the reader's place. */
export const printInstantDay = (at: string, now: Date, reader: Reader): string =>
  printDay(dayAt(new Date(at), reader.timeZone), now, reader)
export const printInstant = (at: string, now: Date, reader: Reader): string =>
  `${printInstantDay(at, now, reader)}, ${printTime(at, reader)}`
