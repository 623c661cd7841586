/** What a piece of a file is written on: bytes that grow as text is added. */
export type Paper = {
  /** Writes text at the end. */
  write: (text: string) => void
  add: (bytes: Uint8Array) => void
  /** Where the end is. */
  at: () => number
  /** Writes once more what stands between two places. */
  again: (from: number, to: number) => void
  /** What was written, to be read before anything else is. */
  read: () => Uint8Array
  clear: () => void
}

/** Text is turned into bytes as it comes: joined first and turned later, half of the time would go into that. */
export function blankPaper(): Paper {
  let bytes = Buffer.alloc(1 << 20)
  let end = 0
  const reserve = (length: number) => {
    if (end + length <= bytes.length) return
    const larger = Buffer.alloc(Math.max(bytes.length * 2, end + length))
    bytes.copy(larger, 0, 0, end)
    bytes = larger
  }
  return {
    write(text) {
      // No character takes more than three bytes for each of its places in a string.
      reserve(text.length * 3)
      end += bytes.write(text, end)
    },
    add(more) {
      reserve(more.length)
      bytes.set(more, end)
      end += more.length
    },
    at: () => end,
    again(from, to) {
      reserve(to - from)
      bytes.copyWithin(end, from, to)
      end += to - from
    },
    read: () => bytes.subarray(0, end),
    clear() {
      end = 0
    },
  }
}
