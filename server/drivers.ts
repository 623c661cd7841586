/** The four value drivers, always in this order (codebook, section 1). */
export const drivers = ['revenue', 'cost', 'risk', 'emotion'] as const
export type Driver = (typeof drivers)[number]

/** '+': value is delivered, '-': value is missing or harmed. Printed as + and − (U+2212). */
export const directions = ['+', '-'] as const
export type Direction = (typeof directions)[number]

export const driverNames: Record<Driver, string> = {
  revenue: 'Revenue',
  cost: 'Cost',
  risk: 'Risk',
  emotion: 'Emotion',
}

/** Risk is K, since R is taken by revenue. */
export const driverLetters: Record<Driver, 'R' | 'C' | 'K' | 'E'> = { revenue: 'R', cost: 'C', risk: 'K', emotion: 'E' }

export const directionSigns: Record<Direction, '+' | '−'> = { '+': '+', '-': '−' }

/** The model of views/partials/tag.hbs: letter, shape, name, sign and sub-code; dashed while only suggested. */
export type TagChip = {
  driver: Driver
  letter: string
  name: string
  sign: string
  kind: 'plus' | 'minus'
  sub: string
  isSuggested: boolean
}

/** `sub` is what stands small behind the sign, such as "K3 keeps running"; '' for none. */
export const tagChip = (driver: Driver, direction: Direction, sub = '', isSuggested = false): TagChip => ({
  driver,
  letter: driverLetters[driver],
  name: driverNames[driver],
  sign: directionSigns[direction],
  kind: direction === '+' ? 'plus' : 'minus',
  sub,
  isSuggested,
})
