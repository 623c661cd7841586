import type { Db } from '#server/db.ts'
import type { Role } from '#server/tables.ts'

/** The cast of the tests, with fixed ids: who they are is written once, here. */
const at = '2026-11-01T08:00:00.000Z'
const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`

export const ada = { id: id(1), name: 'Ada Moss', email: 'ada.moss@brackwell.example', role: 'admin' as Role }
export const lena = { id: id(2), name: 'Lena Okafor', email: 'lena.okafor@brackwell.example', role: 'lead' as Role }
export const rosa = { id: id(3), name: 'Rosa Lind', email: 'rosa.lind@brackwell.example', role: 'rep' as Role }
export const tom = { id: id(4), name: 'Tom Adair', email: 'tom.adair@brackwell.example', role: 'rep' as Role }

/** Rosa owns Acme and Fennholt, Tom owns Mirador. */
export const acme = { id: id(11), name: 'Acme Tools', owner: rosa, segment: 'Machinery', region: 'North' }
export const fennholt = { id: id(12), name: 'Fennholt Dairy', owner: rosa, segment: 'Food and drink', region: 'North' }
export const mirador = { id: id(13), name: 'Mirador Tiles', owner: tom, segment: 'Building', region: 'South' }

export const wile = {
  id: id(21),
  customer: acme,
  first: 'Will',
  last: 'Hart',
  email: 'will.hart@acme.example',
  jobTitle: 'buyer',
}
export const anna = {
  id: id(22),
  customer: fennholt,
  first: 'Anna',
  last: 'Brandt',
  email: 'anna.brandt@fennholt.example',
  jobTitle: 'head of maintenance',
}
export const jonas = {
  id: id(23),
  customer: fennholt,
  first: 'Jonas',
  last: 'Weil',
  email: 'jonas.weil@fennholt.example',
  jobTitle: 'fitter',
}
export const carla = {
  id: id(24),
  customer: mirador,
  first: 'Carla',
  last: 'Vance',
  email: 'carla.vance@mirador.example',
  jobTitle: 'buyer',
}

/** Puts the company, its staff, three customers and four contacts into an empty database. */
export async function makeWorld(db: Db): Promise<void> {
  await db
    .insertInto('company')
    .values({
      id: 1,
      name: 'Brackwell Pumps',
      postal_address: 'Brackwell Pumps Ltd, 4 Weir Lane, Brackwell BW1 2PT',
      phone: '+1 555 0100',
      sender_name: 'Brackwell Pumps',
      sender_address: 'research@brackwell.example',
      privacy_text: '',
      time_zone: 'UTC',
      updated_at: at,
    })
    .execute()
  await db
    .insertInto('user')
    .values(
      [ada, lena, rosa, tom].map(({ id, name, email, role }) => ({
        id,
        name,
        email,
        role,
        time_zone: 'UTC',
        created_at: at,
        deactivated_at: null,
      })),
    )
    .execute()
  await db
    .insertInto('customer')
    .values(
      [acme, fennholt, mirador].map(({ id, name, owner, segment, region }) => ({
        id,
        external_id: null,
        name,
        segment,
        region,
        country: 'GB',
        time_zone: 'Europe/London',
        language: 'en',
        owner_id: owner.id,
        customer_since: '2014',
        created_at: at,
        updated_at: at,
        archived_at: null,
      })),
    )
    .execute()
  await db
    .insertInto('contact')
    .values(
      [wile, anna, jonas, carla].map(({ id, customer, first, last, email, jobTitle }) => ({
        id,
        customer_id: customer.id,
        external_id: null,
        first_name: first,
        last_name: last,
        email,
        job_title: jobTitle,
        buying_role: 'decides' as const,
        language: 'en',
        mail_basis: 'existing_customer' as const,
        created_at: at,
        updated_at: at,
        archived_at: null,
      })),
    )
    .execute()
}
