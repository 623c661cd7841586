import { oneLine, seenOf } from '../characters.ts'

/**
 * What a column of a file can mean, with the names that we know for it in English and German, as `plain` writes them.
 * Every other column becomes an attribute of the customer.
 */
export const meanings = {
  company: {
    label: 'Customer: name',
    names:
      'company company_name customer customer_name account account_name organisation organization firma firmenname unternehmen kunde kundenname',
  },
  customer_external_id: {
    label: 'Customer: number elsewhere',
    names:
      'customer_external_id customer_id customer_no customer_number account_id account_number company_id kundennummer kunden_nr kundennr kunden_id debitorennummer debitor',
  },
  kind: { label: 'Customer: kind', names: 'kind customer_kind' },
  status: { label: 'Customer: status', names: 'status customer_status kundenstatus' },
  segment: { label: 'Customer: segment', names: 'segment industry customer_segment branche kundensegment' },
  region: { label: 'Customer: region', names: 'region territory gebiet vertriebsgebiet' },
  country: { label: 'Customer: country', names: 'country country_code land landerkennzeichen' },
  time_zone: { label: 'Customer: time zone', names: 'time_zone timezone zeitzone' },
  customer_language: { label: 'Customer: language', names: 'customer_language company_language kundensprache' },
  since: { label: 'Customer: since', names: 'since customer_since kunde_seit' },
  owner_email: {
    label: 'Customer: owner',
    names: 'owner_email owner account_owner rep_email betreuer kundenbetreuer betreuer_e_mail betreuer_email',
  },
  offerings: {
    label: 'Customer: what they have from us',
    names: 'offerings offering products services produkte leistungen angebote',
  },
  annual_revenue: {
    label: 'Year: revenue',
    names: 'annual_revenue revenue turnover sales umsatz jahresumsatz',
  },
  currency: { label: 'Year: currency', names: 'currency currency_code wahrung' },
  year: { label: 'Year', names: 'year revenue_year jahr umsatzjahr' },
  orders: { label: 'Year: orders', names: 'orders auftrage bestellungen' },
  margin: { label: 'Year: margin', names: 'margin marge deckungsbeitrag' },
  outcome: { label: 'Outcome: what happened', names: 'outcome ergebnis' },
  outcome_on: { label: 'Outcome: day', names: 'outcome_on outcome_date ergebnis_am' },
  outcome_basis: { label: 'Outcome: how we know', names: 'outcome_basis' },
  outcome_note: { label: 'Outcome: note', names: 'outcome_note' },
  external_id: {
    label: 'Contact: number elsewhere',
    names: 'external_id contact_external_id contact_id kontakt_id ansprechpartner_id',
  },
  email: {
    label: 'Contact: address',
    names: 'email e_mail email_address e_mail_address mail contact_email e_mail_adresse email_adresse mailadresse',
  },
  name: {
    label: 'Contact: whole name',
    names: 'name full_name contact contact_name ansprechpartner kontakt kontaktname',
  },
  first_name: { label: 'Contact: first name', names: 'first_name firstname given_name forename vorname' },
  last_name: { label: 'Contact: last name', names: 'last_name lastname surname family_name nachname familienname' },
  phone: {
    label: 'Contact: telephone',
    names: 'phone telephone phone_number mobile telefon telefonnummer mobil handy',
  },
  job_title: { label: 'Contact: job title', names: 'job_title title position function funktion stelle' },
  role: {
    label: 'Contact: part in buying, else job title',
    names: 'role buying_role part_in_buying rolle rolle_im_einkauf',
  },
  language: { label: 'Contact: language, else the customer’s', names: 'language lang locale sprache' },
  mail_basis: { label: 'Contact: may we write', names: 'mail_basis legal_basis rechtsgrundlage' },
} as const
export type Meaning = keyof typeof meanings

export const isMeaning = (name: string): name is Meaning => Object.hasOwn(meanings, name)

/** `meaning` is one of ours, 'attribute', or 'none' for a column that is left out. */
export type Column = { header: string; meaning: string; isUnsure: boolean }

const known = new Map<string, Meaning>(
  Object.entries(meanings).flatMap(([meaning, { names }]) =>
    isMeaning(meaning) ? names.split(' ').map((name): [string, Meaning] => [name, meaning]) : [],
  ),
)

/** The header of the column in which we hand out why a row was rejected: it means nothing when the file comes back. */
export const reasonHeader = 'rejected_because'

/** "E-Mail Address" is "e_mail_address", "Währung" is "wahrung": case, accents, spaces, hyphens, points do not matter. */
const plain = (header: string): string =>
  header
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')

/**
 * What each column means, as far as its name tells. A column that is unsure is one whose name only holds a name that
 * we know ("Primary e-mail"), means what another one means already, or could be the customer's or the contact's.
 */
export function understand(header: string[]): Column[] {
  const names = header.map(plain)
  const taken = new Set<string>()
  const isNamed = names.some((name) => known.get(name) === 'company')
  const columns = names.map((name, index): Column => {
    // The one name that no object can have as its own: such a column is called without its dashes.
    const shown = seenOf(header[index] ?? '').replace(/^__proto__$/, 'proto')
    if (name === '') return { header: shown || `Column ${index + 1}`, meaning: 'none', isUnsure: false }
    if (name === reasonHeader) return { header: shown, meaning: 'none', isUnsure: false }
    const meaning = known.get(name)
    const key = meaning ?? `attribute ${shown.toLowerCase()}`
    if (taken.has(key)) return { header: shown, meaning: 'none', isUnsure: true }
    taken.add(key)
    const isEither = meaning === 'name' && !isNamed
    return { header: shown, meaning: meaning ?? 'attribute', isUnsure: isEither }
  })
  return columns.map((column, index) => {
    if (column.meaning !== 'attribute') return column
    const near = nearest(names[index] ?? '')
    if (!near || taken.has(near)) return column
    taken.add(near)
    return { ...column, meaning: near, isUnsure: true }
  })
}

/** The meaning whose longest known name stands in this one, as whole words. */
function nearest(name: string): Meaning | undefined {
  const inside = [...known].filter(([one]) => one.length > 3 && `_${name}_`.includes(`_${one}_`))
  return inside.sort(([a], [b]) => b.length - a.length)[0]?.[1]
}

/** What is wrong with the columns as they are, as a sentence; '' if a file can be read by them. */
export function problemOf(columns: Column[]): string {
  for (const [index, { header, meaning }] of columns.entries()) {
    const first = columns.slice(0, index).find((one) => one.meaning === meaning)
    if (first && isMeaning(meaning))
      return `The columns "${first.header}" and "${header}" mean the same. Choose another meaning for one of them.`
  }
  const has = (...some: Meaning[]) => columns.some(({ meaning }) => some.some((one) => one === meaning))
  return has('company', 'customer_external_id', 'email', 'external_id')
    ? ''
    : 'No column says whom a row is about. Choose one for the customer’s name or number, or for the contact’s address or number.'
}

export const labelOf = (meaning: string): string =>
  isMeaning(meaning) ? meanings[meaning].label : meaning === 'none' ? 'Left out' : 'Attribute of the customer'

const severalLines = new Set<Meaning>(['offerings', 'outcome_note'])

export type Known = Partial<Record<Meaning, string>>

/** A row's cells by what they mean, trimmed, and its attributes by their header. */
export function readRow(columns: Column[], cells: string[]): { known: Known; attributes: Record<string, string> } {
  const known: Known = {}
  const attributes: Record<string, string> = {}
  columns.forEach(({ header, meaning }, index) => {
    const text = (cells[index] ?? '').trim()
    if (text === '' || meaning === 'none') return
    if (isMeaning(meaning)) known[meaning] = severalLines.has(meaning) ? text : oneLine(text)
    else attributes[header] = text
  })
  return { known, attributes }
}
