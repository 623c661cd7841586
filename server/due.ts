import { daysBetween } from './time.ts'

/** The model of a clock: how far away a day is. Late is loud, not red. */
export type Clock = { words: string; kind: '' | 'today' | 'late' }

/** "in 7 days", "Tomorrow", "Today", "12 days late". */
export function clockOf(dueOn: string, today: string): Clock {
  const left = daysBetween(today, dueOn)
  if (left < 0) return { words: `${-left} ${left === -1 ? 'day' : 'days'} late`, kind: 'late' }
  if (left === 0) return { words: 'Today', kind: 'today' }
  return { words: left === 1 ? 'Tomorrow' : `in ${left} days`, kind: '' }
}

/** How long ago a day is, as one would say it: "today", "9 days", "6 weeks", "14 months". */
export function ageOf(on: string, today: string): string {
  const days = Math.max(0, daysBetween(on, today))
  if (days === 0) return 'today'
  if (days === 1) return '1 day'
  if (days < 21) return `${days} days`
  if (days < 70) return `${Math.round(days / 7)} weeks`
  return `${Math.floor(days / 30.44)} months`
}
