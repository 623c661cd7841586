import { type Kysely, sql } from 'kysely'

/** What we decided, on which evidence, and what came of it. A decision is never rewritten: it is looked at, or withdrawn. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table decision (
    id text primary key,
    form_key text not null unique,
    what text not null,
    because text not null default '',
    serves text not null,
    function text not null,
    owner text not null,
    due_on text not null,
    look_on text not null,
    shows text not null,
    goal_way text check (goal_way in ('above', 'below')),
    goal_percent integer check (goal_percent between 0 and 100),
    takes_away integer not null default 0 check (takes_away in (0, 1)),
    snapshot text not null,
    decided_by text not null references "user" (id),
    decided_at text not null,
    withdrawn_by text references "user" (id),
    withdrawn_at text,
    withdrawn_because text not null default '',
    check ((goal_way is null) = (goal_percent is null))
  )`.execute(db)
  await sql`create index decision_due on decision (look_on)`.execute(db)
  // The revision pins the words as they stood; erasing an answer takes them out of here too.
  await sql`create table decision_quote (
    decision_id text not null references decision (id),
    revision_id text not null references answer_revision (id) on delete cascade,
    primary key (decision_id, revision_id)
  ) without rowid`.execute(db)
  await sql`create index decision_quote_revision on decision_quote (revision_id)`.execute(db)
  await sql`create table decision_look (
    id text primary key,
    decision_id text not null references decision (id),
    verdict text not null check (verdict in ('worked', 'failed', 'open')),
    note text not null,
    snapshot text,
    looked_by text not null references "user" (id),
    looked_at text not null
  )`.execute(db)
  // Before something is taken away, what must stay is read: few tags say it, and an index finds them.
  await sql`create index tag_must on tag (coding_id) where is_must = 1`.execute(db)
  await sql`create index decision_look_decision on decision_look (decision_id)`.execute(db)
}
