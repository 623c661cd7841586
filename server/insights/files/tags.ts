/** A tag as it stands in a file, in text: its code, its places in code points, and what else the statement tells of it, as cells. */
export type Tag = { code: string; start: string; end: string; cells: string }

/** Tags as the statements write them, in the order of the words. */
export function tagsIn(text: string | null): Tag[] {
  if (!text) return none
  const tags = text.split('\u001e').map((tag): Tag => {
    const [code = '', start = '', end = '', cells = ''] = tag.split('\u001f')
    return { code, start, end, cells }
  })
  return tags.length > 1 ? tags.sort((a, b) => Number(a.start) - Number(b.start)) : tags
}

const none: Tag[] = []
