/**
 * What nobody sees on a page and what makes it read otherwise: control characters other than tabs and line breaks, halves
 * of characters, and marks that turn the direction of whatever follows them ("gnp.exe" shows as "exe.png").
 */
const unseen = /[^\P{Cc}\t\n\r]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/u

/** The first such character of a text as U+202E, or undefined if every one can be seen. */
export function unseenIn(text: string): string | undefined {
  const code = unseen.exec(text)?.[0].codePointAt(0)
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** A text of one line: what broke it is a space. */
export const oneLine = (text: string): string =>
  /[\t\r\n]/.test(text) ? text.replaceAll(/\s*[\t\r\n]+\s*/g, ' ') : text

/** A name without such characters, where nobody can be asked to type it anew. */
export const seenOf = (text: string): string => oneLine(text.replaceAll(new RegExp(unseen, 'gu'), '')).trim()
