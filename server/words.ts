/** "1 answer", "3 answers". The plural is given where adding an s does not make it. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** "Anna", "Anna and Jonas", "Anna, Jonas and Marek". */
export function listed(names: string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const digits = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** A number that begins a sentence: "Three", "Seventeen" is written as 17 beyond twelve. */
export function sentenceNumber(n: number): string {
  const word = digits[n]
  return word ? word.charAt(0).toUpperCase() + word.slice(1) : String(n)
}

/** Names end up in mail headers, where a line break would begin the next header. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()

/** Where a press on a telephone number leads, '' for what is no number: "+44 1632 (960) 101" dials +441632960101. */
export function dialOf(phone: string): string {
  const dialled = phone.replaceAll(/\(0\)|[^\d+]/g, '')
  return /^\+?\d{4,15}$/.test(dialled) ? `tel:${dialled}` : ''
}
