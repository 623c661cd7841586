/** A colour as the red, green and blue of '#rrggbb', 0 to 255. */
type Rgb = [number, number, number]

export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/.test(text)

const rgbOf = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
]
const hexOf = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`

/** Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance(hex: string): number {
  const [red, green, blue] = rgbOf(hex).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

/** The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** "4.5", cut and never rounded up: 4.499 does not pass for 4.5. */
export const printRatio = (ratio: number): string => (Math.floor(ratio * 10 + 1e-9) / 10).toFixed(1)

/** What pages and mails lie on, as in views/assets/css/tokens.css. */
export const papers = {
  light: { paper: '#faf8f4', card: '#ffffff', ink: '#211f1a' },
  dark: { paper: '#171612', card: '#211f1b', ink: '#f1eee6' },
}
export type Scheme = keyof typeof papers

/** The least contrast of large parts and controls, and of text (WCAG 2.2, 1.4.11 and 1.4.3). */
export const leastForParts = 3
export const leastForText = 4.5

const onGround = (hex: string, scheme: Scheme): number =>
  Math.min(contrast(hex, papers[scheme].paper), contrast(hex, papers[scheme].card))

/** How a colour stands on paper and on cards of a scheme, the lesser of both. */
export const standing = onGround

/** White or black on a colour, whichever reads better: one of both always has 4.5. */
export const textOn = (hex: string): '#ffffff' | '#000000' =>
  contrast(hex, '#ffffff') >= contrast(hex, '#000000') ? '#ffffff' : '#000000'

/**
 * The nearest shade of the same hue and saturation that has at least this contrast on the grounds of a scheme: the
 * colour itself if it has it, else one as much darker (on light paper) or lighter (on dark paper) as is needed.
 */
export function shade(hex: string, scheme: Scheme, least: number): string {
  if (onGround(hex, scheme) >= least) return hex
  const [hue, saturation, lightness] = toHsl(rgbOf(hex))
  const step = scheme === 'light' ? -0.005 : 0.005
  for (let next = lightness + step; next > 0 && next < 1; next += step) {
    const candidate = hexOf(fromHsl(hue, saturation, next))
    if (onGround(candidate, scheme) >= least) return candidate
  }
  return papers[scheme].ink
}

/** Hue, saturation and lightness, each 0 to 1. */
function toHsl([r, g, b]: Rgb): [number, number, number] {
  const [red, green, blue] = [r / 255, g / 255, b / 255]
  const max = Math.max(red, green, blue)
  const min = Math.min(red, green, blue)
  const lightness = (max + min) / 2
  const span = max - min
  if (span === 0) return [0, 0, lightness]
  const saturation = span / (1 - Math.abs(2 * lightness - 1))
  const sixth =
    max === red ? ((green - blue) / span + 6) % 6 : max === green ? (blue - red) / span + 2 : (red - green) / span + 4
  return [sixth / 6, saturation, lightness]
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const amplitude = saturation * Math.min(lightness, 1 - lightness)
  const part = (n: number) => {
    const k = (n + hue * 12) % 12
    return 255 * (lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return [part(0), part(8), part(4)]
}

/** What a company's colour comes to in each scheme: the fill of the main button with its text, and the colour of words. */
export type Colours = {
  fill: string
  onFill: string
  text: string
  darkFill: string
  darkOnFill: string
  darkText: string
}

/** Without a colour ('') it is ink on paper, as everywhere else. */
export function coloursOf(colour: string): Colours {
  if (!isColour(colour)) {
    const { light, dark } = papers
    return {
      fill: light.ink,
      onFill: light.paper,
      text: light.ink,
      darkFill: dark.ink,
      darkOnFill: dark.paper,
      darkText: dark.ink,
    }
  }
  const fill = shade(colour, 'light', leastForParts)
  const darkFill = shade(colour, 'dark', leastForParts)
  return {
    fill,
    onFill: textOn(fill),
    text: shade(colour, 'light', leastForText),
    darkFill,
    darkOnFill: textOn(darkFill),
    darkText: shade(colour, 'dark', leastForText),
  }
}
