/** A stretch of a text before or after its change. */
export type Change = { kind: 'same' | 'gone' | 'new'; text: string }

/** Beyond so many pairs of words the middle of a text is shown as exchanged as a whole. */
const mostPairs = 1_000_000

/**
 * What changed between two texts, word by word: the longest common subsequence of words, with their blanks. The pieces that
 * are not new make up the text before, those that are not gone the text after.
 */
export function wordChanges(before: string, after: string): Change[] {
  const old = before.match(/\s*\S+|\s+$/gu) ?? []
  const now = after.match(/\s*\S+|\s+$/gu) ?? []
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1
  let tail = 0
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1
  const middle = compared(old.slice(head, old.length - tail), now.slice(head, now.length - tail))
  const same = (words: string[]): Change[] => words.map((text) => ({ kind: 'same', text }))
  return joined([...same(old.slice(0, head)), ...middle, ...same(old.slice(old.length - tail))])
}

function compared(old: string[], now: string[]): Change[] {
  const gone = (text: string): Change => ({ kind: 'gone', text })
  const fresh = (text: string): Change => ({ kind: 'new', text })
  if (old.length * now.length > mostPairs) return [...old.map(gone), ...now.map(fresh)]
  const width = now.length + 1
  // At [i, j] how many words the rests of both have in common, in order.
  const lengths = new Uint16Array((old.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        old[i]?.trim() === now[j]?.trim() ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const changes: Change[] = []
  let i = 0
  let j = 0
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) changes.push({ kind: 'same', text: now[j] ?? '' })
    else if (old[i]?.trim() === now[j]?.trim()) changes.push(gone(old[i] ?? ''), fresh(now[j] ?? ''))
    else {
      if (at(i + 1, j) >= at(i, j + 1)) changes.push(gone(old[i++] ?? ''))
      else changes.push(fresh(now[j++] ?? ''))
      continue
    }
    i += 1
    j += 1
  }
  return [...changes, ...old.slice(i).map(gone), ...now.slice(j).map(fresh)]
}

function joined(changes: Change[]): Change[] {
  const pieces: Change[] = []
  for (const change of changes) {
    const last = pieces.at(-1)
    if (last?.kind === change.kind) last.text += change.text
    else pieces.push({ ...change })
  }
  return pieces
}
