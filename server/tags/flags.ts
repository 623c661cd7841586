import type { Flag } from './suggestion.ts'

/** The columns of a tag row that its flags stand in. */
export const flagColumns = (flags: Flag[]) => ({
  is_inferred: Number(flags.includes('inferred')),
  is_must: Number(flags.includes('must')),
  is_main: Number(flags.includes('main')),
  is_wish: Number(flags.includes('wish')),
  is_inertia: Number(flags.includes('inertia')),
  is_quant: Number(flags.includes('quant')),
})

/** The flags of a tag row. */
export const flagsOf = (row: ReturnType<typeof flagColumns>): Flag[] => {
  const pairs: [Flag, number][] = [
    ['inferred', row.is_inferred],
    ['must', row.is_must],
    ['main', row.is_main],
    ['wish', row.is_wish],
    ['inertia', row.is_inertia],
    ['quant', row.is_quant],
  ]
  return pairs.filter(([, isSet]) => isSet === 1).map(([flag]) => flag)
}
