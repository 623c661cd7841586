import type { TestApp } from './app.ts'

/** Makes a campaign through its own pages, as a lead would, up to its last step. Returns its address. */
export async function draftCampaign(
  house: TestApp,
  cookie: string,
  form: Record<string, string> = {},
  audience: Record<string, string | string[]> = { statuses: 'active' },
): Promise<string> {
  const version = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  const basics = {
    name: 'Autumn 2026',
    series: 'Why they buy',
    closesOn: '2026-12-04',
    senderId: '',
    templateVersionId: version.id,
    ...form,
  }
  const made = await house.post('/campaigns', basics, cookie)
  const path = made.location.replace('/audience', '')
  await house.post(`${path}/audience`, audience, cookie)
  return path
}
