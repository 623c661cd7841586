import type { Generated } from 'kysely'
import type { Direction, Driver } from './drivers.ts'

/** The rows as the migrations make them. Instants are `*_at`, days `*_on`, booleans 0/1, JSON is text (see docs/decisions). */
export type Tables = {
  company: CompanyTable
  user: UserTable
  sign_in_link: SignInLinkTable
  session: SessionTable
  second_factor: SecondFactorTable
  recovery_code: { user_id: string; code_hash: string; used_at: string | null }
  pending_sign_in: PendingSignInTable
  address_change: AddressChangeTable
  logo: { hash: string; type: LogoType; bytes: Uint8Array; width: number; height: number; created_at: string }
  company_draft: { user_id: string; body: string; saved_at: string }
  event: EventTable
  customer: CustomerTable
  customer_share: { customer_id: string; user_id: string; shared_at: string }
  customer_year: CustomerYearTable
  offering: { id: string; name: string; archived_at: string | null }
  customer_offering: { customer_id: string; offering_id: string; since_on: string | null; until_on: string | null }
  outcome: OutcomeTable
  outcome_past: OutcomePastTable
  merge: MergeTable
  not_duplicate: { one_id: string; other_id: string; decided_by: string; decided_at: string }
  contact: ContactTable
  customer_import: CustomerImportTable
  /** Kept by the database: what the search of the list looks through (see the migration); never written by us. */
  customer_words: { id: Generated<number>; customer_id: string; contact_id: string; words: string }
  template_version: TemplateVersionTable
  campaign: CampaignTable
  campaign_text: { campaign_id: string; kind: string; language: string; subject: string; body: string }
  campaign_exclusion: { campaign_id: string; contact_id: string; reason: string }
  campaign_draw: CampaignDrawTable
  campaign_pick: CampaignPickTable
  invitation: InvitationTable
  message: MessageTable
  message_event: MessageEventTable
  suppression: { address: string; reason: 'opt_out' | 'bounce' | 'complaint' | 'staff'; created_at: string }
  job: JobTable
  mailbox_mail: MailboxMailTable
  response: ResponseTable
  draft: { response_id: string; question: string; version: number; body: string; writer: string; saved_at: string }
  answer: { id: string; response_id: string; question: string; item: string; row: number; voice: Voice }
  answer_revision: AnswerRevisionTable
  consent: { id: string; response_id: string; level: ConsentLevel; given_by: 'customer' | 'author'; given_at: string }
  prediction: PredictionTable
  list_guess: ListGuessTable
  /** What the company says of itself, a version each time; `confirmed_at` null while software alone has tagged it. */
  marketed_words: {
    id: string
    created_by: string
    created_at: string
    confirmed_by: string | null
    confirmed_at: string | null
  }
  /** `suggested` and `drivers` are JSON lists of drivers: what the suggester read, and what a person chose. */
  marketed_claim: { words_id: string; place: number; text: string; suggested: string; drivers: string }
  follow_up: FollowUpTable
  erasure: { record_kind: string; record_id: string; erased_at: string }
  codebook_version: CodebookVersionTable
  customer_change: { seq: Generated<number>; customer_id: string }
  list_change: { seq: Generated<number>; customer_id: string }
  /** A row only where the band changed. */
  vulnerability_record: { id: string; customer_id: string; from_on: string; band: 'low' | 'watch' | 'act' }
  client_rating: ClientRatingTable
  vulnerability_points: { version: number; points: string; note: string; changed_by: string; changed_at: string }
  aspect: { id: string; name: string; offering_id: string | null; created_by: string; created_at: string }
  aspect_mention: AspectMentionTable
  decision: DecisionTable
  decision_quote: { decision_id: string; revision_id: string }
  decision_look: DecisionLookTable
  codebook_draft: { id: 1; base: string; body: string; revision: number; edited_by: string; edited_at: string }
  blind_draw: { answer_id: string; round: string; place: number; is_drawn: number }
  blind_sample: BlindSampleTable
  coder_figures: { id: 1; is_shown: number; reason: string; set_by: string; set_at: string }
  coding: CodingTable
  tag: TagTable
  response_summary: ResponseSummaryTable
  learned_model: LearnedModelTable
  learned_from: { model_id: string; response_id: string }
  learning: LearningTable
  review_queue: ReviewQueueTable
  response_summary_change: { seq: Generated<number>; response_id: string }
}

export const roles = ['rep', 'lead', 'admin'] as const
export type Role = (typeof roles)[number]
export type OpenedBy = 'link' | 'password'
export type LogoType = 'image/png' | 'image/jpeg' | 'image/svg+xml'
export const channels = ['survey', 'interview', 'observation', 'mail'] as const
export type Channel = (typeof channels)[number]
export const consentLevels = ['team', 'lead', 'totals'] as const
export type ConsentLevel = (typeof consentLevels)[number]
export const voices = ['customer', 'rep', 'observed'] as const
export type Voice = (typeof voices)[number]
/** From strongest to weakest: the customer typed it, confirmed our notes, was quoted, was paraphrased, was observed. */
export const provenances = ['typed', 'confirmed', 'verbatim', 'paraphrase', 'observed'] as const
export type Provenance = (typeof provenances)[number]
export const noneKinds = ['GEN', 'NONE', 'OFF', 'INERTIA', 'OTHER'] as const
export type NoneKind = (typeof noneKinds)[number]
export const buyingRoles = ['decides', 'buys', 'uses', 'influences', 'pays'] as const
export type BuyingRole = (typeof buyingRoles)[number]
export const mailBases = ['existing_customer', 'consent', 'none'] as const
export type MailBasis = (typeof mailBases)[number]
export const customerStatuses = ['prospect', 'active', 'lost'] as const
export type CustomerStatus = (typeof customerStatuses)[number]
export type MessageKind = 'invite' | 'reminder-1' | 'reminder-2' | 'receipt' | 'read-back' | 'result'
export type MessageState = 'queued' | 'sending' | 'sent' | 'deferred' | 'bounced' | 'failed' | 'skipped' | 'cancelled'

type CompanyTable = {
  id: 1
  name: string
  postal_address: string
  phone: string
  sender_name: string
  sender_address: string
  privacy_text: string
  time_zone: string
  updated_at: string
  /** '#rrggbb', '' without one. */
  colour: Generated<string>
  logo_hash: Generated<string | null>
  logo_alt: Generated<string>
  needs_second_factor: Generated<number>
}

type UserTable = {
  id: string
  email: string
  name: string
  role: Role
  is_coder: Generated<number>
  has_shortcuts: Generated<number>
  phone: Generated<string>
  time_zone: string
  created_at: string
  deactivated_at: string | null
  /** In PHC form, as written by session/passwords.ts. */
  password_hash: Generated<string | null>
  password_set_at: Generated<string | null>
}

type SignInLinkTable = {
  token_hash: string
  user_id: string | null
  created_at: string
  expires_at: string
  used_at: string | null
}

type SessionTable = {
  id: string
  token_hash: string
  user_id: string
  device: string
  created_at: string
  last_seen_at: string
  expires_at: string
  revoked_at: string | null
  opened_by: Generated<OpenedBy>
}

type SecondFactorTable = {
  user_id: string
  /** In base32, as apps take it. */
  secret: string
  created_at: string
  /** Null while it is being set up: it protects nothing yet. */
  confirmed_at: string | null
  /** The newest time step whose code was taken: each code counts once. */
  last_step: Generated<number>
  wrong_codes: Generated<number>
  wrong_since: string | null
}

type PendingSignInTable = {
  token_hash: string
  user_id: string
  opened_by: OpenedBy
  stays: number
  next: string
  tries: Generated<number>
  expires_at: string
  used_at: string | null
}

type AddressChangeTable = {
  token_hash: string
  user_id: string
  email: string
  asked_by: string
  created_at: string
  expires_at: string
  used_at: string | null
}

type EventTable = {
  id: string
  happened_at: string
  actor: 'user' | 'customer' | 'system'
  user_id: string | null
  action: string
  record_kind: string
  record_id: string
  detail: Generated<string>
}

type CustomerTable = {
  id: string
  external_id: string | null
  name: string
  kind: Generated<'company' | 'department'>
  status: Generated<CustomerStatus>
  segment: string | null
  region: string | null
  country: string | null
  time_zone: string | null
  language: string | null
  owner_id: string | null
  customer_since: string | null
  attributes: Generated<string>
  created_at: string
  updated_at: string
  archived_at: string | null
  /** Kept by the database (see the migration) for the list's columns; never written by us. */
  contact_count: Generated<number>
  latest_year: Generated<number | null>
  latest_revenue_minor: Generated<number | null>
  latest_currency: Generated<string | null>
  last_answer_at: Generated<string | null>
  /** The customer that this one turned out to be: it is archived, and its people and answers are there. */
  merged_into: Generated<string | null>
}

type CustomerYearTable = {
  customer_id: string
  year: number
  revenue_minor: number | null
  orders: number | null
  margin_minor: number | null
  currency: string
}

type OutcomeTable = {
  id: string
  customer_id: string
  kind: 'renewed' | 'grew' | 'reduced' | 'referred' | 'left'
  basis: 'stated' | 'actual'
  happened_on: string
  note: Generated<string>
  recorded_by: string | null
  recorded_at: string
}

/** Append-only: the newest of a side stands. `scores` is JSON, 1 to 5 by line; null where they do not know. */
type ClientRatingTable = {
  id: string
  customer_id: string
  rater_id: string
  side: 'owner' | 'lead'
  scores: string
  take_on: 'yes' | 'no' | null
  choose_us: 'yes' | 'no' | null
  evidence: string
  thoughts: Generated<string>
  rated_at: string
}
/** An outcome as it was before it was corrected or taken back; `outcome_id` may be gone. */
type OutcomePastTable = {
  id: string
  outcome_id: string
  customer_id: string
  kind: OutcomeTable['kind']
  basis: OutcomeTable['basis']
  happened_on: string
  note: string
  recorded_by: string | null
  recorded_at: string
  superseded_by: string
  superseded_at: string
}

type MergeTable = {
  id: string
  kind: 'customer' | 'contact'
  /** On whose page it stands. */
  customer_id: string
  kept_id: string
  gone_id: string
  /** What was where before; JSON, see customers/merging.ts. */
  moved: string
  merged_by: string
  merged_at: string
  undone_by: string | null
  undone_at: string | null
}

type ContactTable = {
  id: string
  customer_id: string
  external_id: string | null
  first_name: string
  last_name: string
  email: string | null
  phone: Generated<string>
  job_title: Generated<string>
  buying_role: BuyingRole | null
  language: string | null
  mail_basis: MailBasis
  created_at: string
  updated_at: string
  archived_at: string | null
  merged_into: Generated<string | null>
}

type CustomerImportTable = {
  id: string
  file_name: string
  state: 'reading' | 'unreadable' | 'previewed' | 'applying' | 'applied'
  /** How the file was read and what came of it; JSON, see customers/import/about.ts. */
  about: Generated<string>
  sentence: Generated<string>
  /** How far the present step is, of how much. */
  done: Generated<number>
  total: Generated<number>
  /** The last line of the file that is in the live tables; written with it. */
  moved_line: Generated<number>
  created_by: string
  created_at: string
  applied_at: string | null
}

type TemplateVersionTable = {
  id: string
  key: string
  number: number
  body: string
  hash: string
  published_by: string | null
  published_at: string
}

type CampaignTable = {
  id: string
  name: string
  series: string
  round: number
  template_version_id: string
  state: 'draft' | 'launched' | 'closed'
  audience: Generated<string>
  sender_id: string | null
  closes_on: string
  created_by: string
  created_at: string
  launched_by: string | null
  launched_at: string | null
  has_reminders: Generated<number>
}

/** One proposal of whom to ask: from everybody (`owner_id` null), or from the customers of one rep. */
type CampaignDrawTable = {
  id: string
  campaign_id: string
  owner_id: string | null
  purpose: 'reasons' | 'figures'
  measure: 'revenue' | 'margin' | 'orders'
  /** How many customers were to be proposed. */
  wanted: number
  /** For figures: the half-width wanted and the share expected to answer, in per cent. */
  margin: number | null
  response_rate: number | null
  seed: string
  list_size: number
  /** Left out by reason, the mix of the list, what was short: JSON. */
  facts: Generated<string>
  drawn_by: string
  drawn_at: string
}

/** Somebody whom a round asks, by a draw or by hand; who was dropped stays on record. */
type CampaignPickTable = {
  campaign_id: string
  contact_id: string
  customer_id: string
  draw_id: string | null
  by_hand: number
  position: number
  reasons: Generated<string>
  way: 'talk' | 'mail'
  way_reason: string
  asker_id: string | null
  picked_by: string
  picked_at: string
  changed_by: string | null
  changed_at: string | null
  dropped_by: string | null
  dropped_at: string | null
}

type InvitationTable = {
  id: string
  campaign_id: string
  contact_id: string
  customer_id: string
  link_version: Generated<number>
  created_at: string
  began_at: string | null
  call_asked_at: string | null
  ask_after_on: string | null
  declined_at: string | null
  withdrawn_at: string | null
}

type MessageTable = {
  id: string
  invitation_id: string
  kind: MessageKind
  state: MessageState
  tries: Generated<number>
  message_id: string
  last_reply: Generated<string>
  created_at: string
  sent_at: string | null
}

type MessageEventTable = {
  id: string
  message_id: string
  happened_at: string
  kind: string
  code: number | null
  reply: string
}

type JobTable = {
  id: string
  kind: string
  payload: string
  dedupe_key: string | null
  run_at: string
  leased_until: string | null
  tries: Generated<number>
  failed_at: string | null
  last_error: Generated<string>
  created_at: string
  is_urgent: Generated<number>
}

type MailboxMailTable = {
  id: string
  message_id: string
  sender: string
  recipient: string
  subject: string
  headers: string
  text_body: string
  html_body: string
  kept_at: string
}

type ResponseTable = {
  id: string
  reference: string
  customer_id: string
  contact_id: string | null
  invitation_id: string | null
  campaign_id: string | null
  template_version_id: string
  channel: Channel
  author_id: string | null
  language: string
  state: 'draft' | 'submitted' | 'withdrawn'
  consent_level: Generated<ConsentLevel>
  took_place_on: string
  place: Generated<string>
  present: Generated<string>
  segment: string | null
  region: string | null
  owner_id: string | null
  created_at: string
  submitted_at: string | null
  revised_at: string | null
}

type AnswerRevisionTable = {
  id: string
  answer_id: string
  number: number
  text: string
  value: Generated<string>
  language: string
  provenance: Provenance
  after_prompt: number
  submitted_at: string
  superseded_at: string | null
}

type PredictionTable = {
  id: string
  customer_id: string
  user_id: string
  campaign_id: string | null
  response_id: string | null
  revenue: number
  cost: number
  risk: number
  emotion: number
  sentence: string
  nonce: string
  seal: string | null
  made_at: string
  sealed_at: string | null
  /** The customer that the seal names, where its record was merged into another since. */
  sealed_for: Generated<string | null>
}

/** Shares, 0 to 1, of the customers who will say that we help them with each driver. */
type ListGuessTable = Omit<PredictionTable, 'customer_id' | 'response_id' | 'sealed_for'>

type FollowUpTable = {
  id: string
  customer_id: string
  contact_id: string | null
  response_id: string | null
  kind: 'call' | 'owed' | 'promise'
  text: string
  owner_id: string | null
  due_on: string
  created_by: string | null
  created_at: string
  done_by: string | null
  done_at: string | null
}

type AspectMentionTable = {
  aspect_id: string
  answer_id: string
  revision_id: string
  /** 1 for what was named first. */
  place: number
  named_by: string
  named_at: string
}

type DecisionTable = {
  id: string
  form_key: string
  what: string
  because: string
  serves: string
  function: string
  owner: string
  due_on: string
  look_on: string
  shows: string
  goal_way: 'above' | 'below' | null
  goal_percent: number | null
  takes_away: number
  snapshot: string
  decided_by: string
  decided_at: string
  withdrawn_by: Generated<string | null>
  withdrawn_at: Generated<string | null>
  withdrawn_because: Generated<string>
}

export const verdicts = ['worked', 'failed', 'open'] as const
export type Verdict = (typeof verdicts)[number]

type DecisionLookTable = {
  id: string
  decision_id: string
  verdict: Verdict
  note: string
  snapshot: string | null
  looked_by: string
  looked_at: string
}

type CodebookVersionTable = {
  version: string
  body: string
  hash: string
  created_at: string
  /** Null for the codebook that comes with Whybuy. */
  created_by: Generated<string | null>
  /** The version that it was begun from. */
  base: Generated<string | null>
  note: Generated<string>
}

/** What waits for a person: `sample_id` if it is read blind, `is_changed` if the customer changed what somebody had tagged. */
type ReviewQueueTable = {
  revision_id: string
  answer_id: string
  response_id: string
  priority: number
  sample_id: Generated<string | null>
  is_changed: Generated<number>
}

/** An answer that two people read blind: of the first ones, of a round (its campaign), or again later, for drift. */
type BlindSampleTable = {
  id: string
  kind: 'first' | 'round' | 'drift'
  round: string
  answer_id: string
  revision_id: string
  response_id: string
}

type CodingTable = {
  id: string
  answer_id: string
  revision_id: string
  user_id: string | null
  suggester_version: string | null
  codebook_version: string
  is_blind: Generated<number>
  is_settled: Generated<number>
  none_kind: NoneKind | null
  none_reason: Generated<string>
  created_at: string
  /** The settled coding that this one took the place of; it is settled again when this one is taken back. */
  replaces_id: string | null
  taken_back_at: string | null
  /** The blind sample that it was made for, or that it settles. */
  sample_id: Generated<string | null>
  /** Why two readings were settled so. */
  reason: Generated<string>
  /** The coding of the words before the customer's change from which its tags were kept. */
  carried_from_id: Generated<string | null>
}

/** What one retraining came to; `body` holds its weights, '' once it is forgotten. `base` is the shipped model beneath it. */
type LearnedModelTable = {
  id: string
  number: number
  base: string
  made_at: string
  decisions: number
  customers: number
  held_out: number
  figures: string
  outcome: 'kept' | 'worse' | 'too_few'
  body: string
  is_in_use: Generated<number>
  is_forgotten: Generated<number>
}

/** One row: whether the suggester learns here, and when it last looked for new decisions. */
type LearningTable = {
  id: 1
  is_on: number
  changed_by: string | null
  changed_at: string | null
  looked_at: string | null
}

type TagTable = {
  id: string
  coding_id: string
  driver: Driver
  direction: Direction
  sub: string
  about: 'us' | 'competitor' | 'own'
  start_at: number
  end_at: number
  is_inferred: Generated<number>
  is_must: Generated<number>
  is_main: Generated<number>
  is_wish: Generated<number>
  is_inertia: Generated<number>
  is_quant: Generated<number>
  probability: number | null
  reason: Generated<string>
}

/** Each driver column is a sum of bits: 1 settled, 2 settled but inferred, 4 settled as a wish, 8 suggested (no wish), not settled. */
type ResponseSummaryTable = {
  response_id: string
  provenance: Provenance
  is_prompted: number
  customer_id: string
  campaign_id: string | null
  channel: Channel
  segment: string | null
  region: string | null
  owner_id: string | null
  took_place_on: string
  answers: number
  settled: number
  revenue_plus: number
  revenue_minus: number
  cost_plus: number
  cost_minus: number
  risk_plus: number
  risk_minus: number
  emotion_plus: number
  emotion_minus: number
}
