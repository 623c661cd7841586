import type { Db } from './db.ts'
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
}

const defaults: Company = {
  name: 'Your company',
  postalAddress: '',
  phone: '',
  senderName: '',
  senderAddress: '',
  privacyText: '',
  timeZone: 'UTC',
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
  const row = await db.selectFrom('company').selectAll().where('id', '=', 1).executeTakeFirst()
  if (!row) return defaults
  return {
    name: row.name,
    postalAddress: row.postal_address,
    phone: row.phone,
    senderName: row.sender_name,
    senderAddress: row.sender_address,
    privacyText: row.privacy_text,
    timeZone: row.time_zone,
  }
}

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
