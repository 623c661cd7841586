/** For `like ${containing(words)} escape '\\'`: what contains these words, whose own % and _ stand for themselves. */
export const containing = (words: string): string => `%${words.trim().replaceAll(/[%_\\]/g, '\\$&')}%`

/** The model of views/partials/pager.hbs: "1 to 25 of 60", and addresses that keep every filter. '' where there is none. */
export type Pager = { range: string; previous: string; next: string }

/** Which page a list shows: `page` counts from 1; anything unusable is page 1. */
export const pageNumber = (text: string | undefined): number =>
  Math.max(1, Math.min(100_000, Number.parseInt(text ?? '1', 10) || 1))

/** `query` is the list's own query string (filters, sort), kept in the links. */
export function pager(total: number, page: number, size: number, path: string, query: Record<string, string>): Pager {
  const first = Math.min((page - 1) * size + 1, total)
  const last = Math.min(page * size, total)
  const at = (n: number) => address(path, { ...query, page: n > 1 ? String(n) : '' })
  return {
    range: total === 0 ? 'None' : `${first} to ${last} of ${total}`,
    previous: page > 1 ? at(page - 1) : '',
    next: last < total ? at(page + 1) : '',
  }
}

/** A path with a query string; empty values are left out. */
export function address(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString()
  return text ? `${path}?${text}` : path
}

/** A column header that sorts: its link, and what `aria-sort` says ('' while another column sorts). */
export type SortLink = { href: string; direction: '' | 'ascending' | 'descending' }

/** `sort` is a column name, with '-' in front for descending. Following the link of the sorted column turns it around. */
export function sortLink(column: string, sort: string, path: string, query: Record<string, string>): SortLink {
  const isSorted = sort === column || sort === `-${column}`
  const next = sort === column ? `-${column}` : column
  return {
    href: address(path, { ...query, sort: next, page: '' }),
    direction: isSorted ? (sort.startsWith('-') ? 'descending' : 'ascending') : '',
  }
}
