/** A mark of the map: across as a share of the width (0–100), down in pixels. */
export type Mark = { id: string; name: string; across: number; down: number }

type Box = { left: number; right: number; top: number; bottom: number }

// The width of the drawing on a telephone, on a tablet and on a desk. A name has to stand free on each.
const widths = [330, 700, 1160]
/** A letter of the small bold words takes so much at most, on average. */
const letter = 7.4
const lineHeight = 16
/** A mark with its ring, its flag and some air. */
const reach = 11

/**
 * Which marks are named on the map: the first that fit, in the order given, so that no name lies over another, over
 * another mark, or over `corners` (words that stand there anyway, each with its place). Whoever is not named is in the
 * tables, and each mark tells its name to a pointer.
 */
export function namesThatFit(
  wanted: Mark[],
  all: Mark[],
  corners: { text: string; isEnd: boolean; down: number }[],
  most: number,
): Set<string> {
  const named = new Set<string>()
  const taken = widths.map((width) => corners.map((corner) => cornerBox(corner, width)))
  for (const mark of wanted) {
    if (named.size >= most) break
    const fits = widths.every((width, at) => {
      const box = labelBox(mark, width)
      const marks = all.filter(({ id }) => id !== mark.id).map((other) => markBox(other, width))
      return box.left >= 0 && box.right <= width && ![...(taken[at] ?? []), ...marks].some((one) => meet(box, one))
    })
    if (!fits) continue
    named.add(mark.id)
    for (const [at, width] of widths.entries()) taken[at]?.push(labelBox(mark, width))
  }
  return named
}

/** A name stands beside its mark, towards the middle. */
function labelBox({ across, down, name }: Mark, width: number): Box {
  const x = (across / 100) * width
  const long = Array.from(name).length * letter
  const [left, right] = across > 50 ? [x - 12 - long, x - 12] : [x + 12, x + 12 + long]
  return { left, right, top: down - lineHeight / 2, bottom: down + lineHeight / 2 }
}

function markBox({ across, down }: Mark, width: number): Box {
  const x = (across / 100) * width
  return { left: x - reach, right: x + reach, top: down - reach, bottom: down + reach }
}

function cornerBox({ text, isEnd, down }: { text: string; isEnd: boolean; down: number }, width: number): Box {
  const long = Array.from(text).length * letter + 8
  return { left: isEnd ? width - long : 0, right: isEnd ? width : long, top: down - lineHeight, bottom: down + 4 }
}

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
