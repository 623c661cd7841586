import type { Db } from './db.ts'
import type { LogoType } from './tables.ts'
import { instant } from './time.ts'

/** The company that asks, as its customers and staff read of it. One row, made at the first start. */
export type Company = {
  name: string
  postalAddress: string
  phone: string
  senderName: string
  senderAddress: string
  privacyText: string
  timeZone: string
  /** '#rrggbb', or '' for ink on paper. */
  colour: string
  logo: Logo | undefined
  /** Admins must use a second factor. */
  needsSecondFactor: boolean
}

/** The company's logo without its bytes: width and height in px as it is drawn, and what it says to whom does not see it. */
export type Logo = { hash: string; type: LogoType; alt: string; width: number; height: number }

const defaults: Company = {
  name: 'Your company',
  postalAddress: '',
  phone: '',
  senderName: '',
  senderAddress: '',
  privacyText: '',
  timeZone: 'UTC',
  colour: '',
  logo: undefined,
  needsSecondFactor: false,
}

// It stands on every page and changes once a year.
const known = new WeakMap<Db, Promise<Company>>()

export function getCompany(db: Db): Promise<Company> {
  let company = known.get(db)
  if (!company) {
    company = findCompany(db)
    known.set(db, company)
    // A read that failed is not kept, or every page would fail until the next start.
    company.catch(() => known.delete(db))
  }
  return company
}

async function findCompany(db: Db): Promise<Company> {
  const row = await db
    .selectFrom('company')
    .leftJoin('logo', 'logo.hash', 'company.logo_hash')
    .selectAll('company')
    .select(['logo.type', 'logo.width', 'logo.height'])
    .where('company.id', '=', 1)
    .executeTakeFirst()
  if (!row) return defaults
  return {
    name: row.name,
    postalAddress: row.postal_address,
    phone: row.phone,
    senderName: row.sender_name,
    senderAddress: row.sender_address,
    privacyText: row.privacy_text,
    timeZone: row.time_zone,
    colour: row.colour,
    logo: logoOf(row),
    needsSecondFactor: row.needs_second_factor === 1,
  }
}

type LogoRow = { logo_hash: string | null; logo_alt: string } & {
  type: LogoType | null
  width: number | null
  height: number | null
}

function logoOf(row: LogoRow): Logo | undefined {
  if (row.logo_hash === null || row.type === null) return undefined
  return {
    hash: row.logo_hash,
    type: row.type,
    alt: row.logo_alt,
    width: row.width ?? 0,
    height: row.height ?? 0,
  }
}

/** A logo that was ever taken in, by the hash of its bytes. */
export const findLogo = (db: Db, hash: string) =>
  db.selectFrom('logo').selectAll().where('hash', '=', hash).executeTakeFirst()

const endings: Record<LogoType, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/svg+xml': 'svg' }

/** Where a logo is served; the address changes with its bytes. */
export const logoUrl = (logo: { hash: string; type: LogoType }): string =>
  `/assets/logo.${logo.hash}.${endings[logo.type]}`

/** What must be filled in before a mail may go to a customer: the settings' field, and its name in a sentence. */
export const missingToWrite = (company: Company): { field: 'name' | 'postalAddress'; words: string }[] => [
  ...(company.name === defaults.name ? [{ field: 'name' as const, words: 'the name of your company' }] : []),
  ...(company.postalAddress === '' ? [{ field: 'postalAddress' as const, words: 'your postal address' }] : []),
]

/** True once a name and a postal address are there: without them no mail goes to a customer. */
export const mayWrite = (company: Company): boolean => missingToWrite(company).length === 0

/** Writes the company inside the caller's transaction; call `forgetCompany(db)` once that is through. */
export async function writeCompany(trx: Db, company: Company, now: Date): Promise<void> {
  const row = {
    name: company.name,
    postal_address: company.postalAddress,
    phone: company.phone,
    sender_name: company.senderName,
    sender_address: company.senderAddress,
    privacy_text: company.privacyText,
    time_zone: company.timeZone,
    colour: company.colour,
    logo_hash: company.logo?.hash ?? null,
    logo_alt: company.logo?.alt ?? '',
    needs_second_factor: company.needsSecondFactor ? 1 : 0,
    updated_at: instant(now),
  }
  await trx
    .insertInto('company')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** The next page reads the company anew. */
export const forgetCompany = (db: Db): boolean => known.delete(db)
