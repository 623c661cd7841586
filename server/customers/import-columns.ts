/** What a column of a file can mean, with the names that we know for it. Every other column becomes an attribute. */
const meanings = {
  company: {
    label: 'Customer: name',
    names: [
      'company',
      'company_name',
      'customer',
      'customer_name',
      'account',
      'account_name',
      'organisation',
      'organization',
    ],
  },
  customer_external_id: {
    label: 'Customer: number elsewhere',
    names: ['customer_external_id', 'customer_id', 'account_id', 'company_id', 'customer_number'],
  },
  kind: { label: 'Customer: kind', names: ['kind', 'customer_kind'] },
  status: { label: 'Customer: status', names: ['status', 'customer_status'] },
  segment: { label: 'Customer: segment', names: ['segment', 'industry', 'customer_segment'] },
  region: { label: 'Customer: region', names: ['region', 'territory'] },
  country: { label: 'Customer: country', names: ['country', 'country_code'] },
  time_zone: { label: 'Customer: time zone', names: ['time_zone', 'timezone'] },
  since: { label: 'Customer: since', names: ['since', 'customer_since'] },
  owner_email: { label: 'Customer: owner', names: ['owner_email', 'owner', 'account_owner', 'rep_email'] },
  annual_revenue: { label: 'Year: revenue', names: ['annual_revenue', 'revenue', 'turnover'] },
  currency: { label: 'Year: currency', names: ['currency', 'currency_code'] },
  year: { label: 'Year', names: ['year', 'revenue_year'] },
  orders: { label: 'Year: orders', names: ['orders'] },
  margin: { label: 'Year: margin', names: ['margin'] },
  external_id: { label: 'Contact: number elsewhere', names: ['external_id', 'contact_external_id', 'contact_id'] },
  email: { label: 'Contact: address', names: ['email', 'e_mail', 'email_address', 'mail', 'contact_email'] },
  name: { label: 'Contact: whole name', names: ['name', 'full_name', 'contact', 'contact_name'] },
  first_name: { label: 'Contact: first name', names: ['first_name', 'firstname', 'given_name', 'forename'] },
  last_name: { label: 'Contact: last name', names: ['last_name', 'lastname', 'surname', 'family_name'] },
  phone: { label: 'Contact: telephone', names: ['phone', 'telephone', 'phone_number', 'mobile'] },
  job_title: { label: 'Contact: job title', names: ['job_title', 'title', 'position', 'function'] },
  role: { label: 'Contact: part in buying, else job title', names: ['role', 'buying_role', 'part_in_buying'] },
  language: { label: 'Contact: language', names: ['language', 'lang', 'locale'] },
  mail_basis: { label: 'Contact: may we write', names: ['mail_basis', 'legal_basis'] },
} as const
export type Meaning = keyof typeof meanings

const isMeaning = (name: string): name is Meaning => Object.hasOwn(meanings, name)

/** A column as it was understood: '' in `meaning` for an attribute of the customer. */
export type Column = { header: string; meaning: string; label: string }

const known = new Map<string, Meaning>(
  Object.entries(meanings).flatMap(([meaning, { names }]) =>
    isMeaning(meaning) ? names.map((name): [string, Meaning] => [name, meaning]) : [],
  ),
)

/** "E-Mail Address" is "e_mail_address": case, spaces, hyphens and points do not matter. */
const plain = (header: string): string =>
  header
    .toLowerCase()
    .replaceAll(/[\s.-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')

export function understand(header: string[]): { columns: Column[]; problem: string } {
  const columns = header.map((name, index): Column => {
    const meaning = known.get(plain(name)) ?? ''
    const label = meaning
      ? meanings[meaning].label
      : name === ''
        ? 'Left out, it has no name'
        : 'Attribute of the customer'
    return { header: name === '' ? `Column ${index + 1}` : name, meaning: name === '' ? 'none' : meaning, label }
  })
  const clash = columns.find(
    (one, index) =>
      one.meaning !== 'none' &&
      columns.findIndex((other) =>
        one.meaning ? other.meaning === one.meaning : other.header.toLowerCase() === one.header.toLowerCase(),
      ) < index,
  )
  if (clash) {
    const first = columns.find((other) =>
      clash.meaning ? other.meaning === clash.meaning : other.header.toLowerCase() === clash.header.toLowerCase(),
    )
    return { columns, problem: `The columns "${first?.header}" and "${clash.header}" mean the same. Keep one of them.` }
  }
  const has = (...some: Meaning[]) => columns.some(({ meaning }) => some.some((one) => one === meaning))
  if (!has('company', 'customer_external_id', 'email', 'external_id'))
    return {
      columns,
      problem:
        'No column says whom a row is about. Name one of them company, customer_external_id, email or external_id.',
    }
  return { columns, problem: '' }
}

/** A row's cells by what they mean, trimmed, and its attributes by their header. */
export function readRow(columns: Column[], cells: string[]) {
  const known: Partial<Record<Meaning, string>> = {}
  const attributes: Record<string, string> = {}
  columns.forEach(({ header, meaning }, index) => {
    const text = (cells[index] ?? '').trim()
    if (text === '' || meaning === 'none') return
    if (isMeaning(meaning)) known[meaning] = text
    else attributes[header] = text
  })
  return { known, attributes }
}
