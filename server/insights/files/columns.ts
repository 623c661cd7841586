/** The files of words, by the last part of their address. */
export const kinds = ['answers', 'responses', 'evidence'] as const
export type Kind = (typeof kinds)[number]

/** The columns of a file in order, each with what stands in it: the codebook of the file. */
type Columns = [name: string, about: string][]

const sittingColumns: Columns = [
  ['response_id', 'One sitting: a survey sent, a talk, something seen, or a reply by mail.'],
  ['reference', 'The short reference that the customer has, such as WB-7F3K9Q.'],
  ['campaign', 'The round in which they were asked; empty if in none.'],
  ['round', 'Its number within its series.'],
  ['template', 'What was asked: the key of the template.'],
  ['template_version', 'Its number.'],
  ['customer_id', 'The customer, by our number; the same in every file.'],
  ['external_id', 'The customer, by the number of your own system, if it was imported.'],
  ['customer', 'Its name.'],
  ['annual_revenue', 'Revenue of the newest year known, in whole units with decimals; empty if not known.'],
  ['revenue_currency', 'In which currency; amounts of different ones do not add up.'],
  ['revenue_year', 'Of which year.'],
  ['contact', 'Who answered; empty if no single person did.'],
  ['contact_email', 'Their address.'],
  ['role', 'Their part in buying: decides, buys, uses, influences or pays.'],
  ['segment', 'The customer’s segment on that day.'],
  ['region', 'Its region on that day.'],
  ['owner', 'Who looked after it on that day.'],
  ['channel', 'survey, interview, observation or mail.'],
  ['interviewer', 'Who noted it; empty where the customer typed.'],
  ['consent', 'Who may read it with the name: team or lead. What was given for totals only is in no file.'],
  ['took_place_on', 'The day on which it was said.'],
  ['submitted_at', 'When it was sent or noted first (UTC).'],
]

const taggedColumns: Columns = [
  ['tagged_by', 'Who read it so; software where nobody has settled it.'],
  ['tagged_at', 'When (UTC).'],
  ['codebook_version', 'By which codebook.'],
]

const answerColumns: Columns = [
  ['question_id', 'The question, such as CORE-2.'],
  ['item', 'The part of it that was asked for; empty if it has one.'],
  ['row', 'From 0, where an item may be answered several times.'],
  ['question', 'Its words in English.'],
  ['answer_id', 'One answer to one item; the same in the file of tagged words.'],
  ['provenance', 'How we know: typed, confirmed, verbatim, paraphrase or observed, the strongest first.'],
  ['answer', 'What was said, in their language.'],
  ['value', 'What was ticked, chosen or scored, as JSON; empty if nothing.'],
  ['language', 'The language of the answer.'],
  ['asked', 'unprompted, or prompted: said once the four had been named.'],
  [
    'tags_settled',
    'What a person read in it: driver or sub-code with + (we help) or - (we hurt), parted by semicolons.',
  ],
  ['tags_suggested', 'What software suggests where nobody has settled it yet; counted in no figure.'],
  ['none_of_four', 'Why a person found none of the four in it: GEN, NONE, OFF, INERTIA or OTHER.'],
  ['evidence_start', 'Where the words of each tag begin, in characters from 0, in the order of the tags.'],
  ['evidence_end', 'Where they end; the character at this place is no longer part of them.'],
  ...taggedColumns,
  ['updated_at', 'When the answer was last changed (UTC).'],
]

const summaryColumns: Columns = (['revenue', 'cost', 'risk', 'emotion'] as const).flatMap(
  (driver): Columns => [
    [
      `${driver}_helps`,
      `Whether a person read in this sitting that we help with ${driver}: yes, inferred (from a bare attribute), no; empty if nothing is read. Figures count a customer that has yes or inferred once.`,
    ],
    [`${driver}_hurts`, `The same for hurting with ${driver}.`],
  ],
)

const evidenceColumns: Columns = [
  ['answer_id', 'The answer; the same in the file of answers.'],
  ['document', 'Its reference and question, as one would cite it.'],
  ['tag', 'Driver or sub-code with + (we help) or - (we hurt).'],
  ['content', 'The very words that the tag stands on.'],
  ['driver', 'revenue, cost, risk or emotion.'],
  ['direction', 'helps or hurts.'],
  ['sub_code', 'The sub-code, if one was given.'],
  ['about', 'Of whom it is said: us, competitor or own (their own doing). Figures count us.'],
  ['kind', 'named, inferred (from a bare attribute) or wish. Wishes are counted apart.'],
  ['settled', 'yes if a person settled it, no if software suggests it.'],
  ['evidence_start', 'Where the words begin, in characters from 0.'],
  ['evidence_end', 'Where they end; the character at this place is no longer part of them.'],
  ...taggedColumns,
  ['response_id', 'The sitting.'],
  ['customer_id', 'The customer, by our number; the same in every file.'],
  ['customer', 'Its name.'],
  ['consent', 'Who may read it with the name: team or lead.'],
  ['took_place_on', 'The day on which it was said.'],
]

/** The file of sittings goes on with a column for each place where somebody answered (see `placesIn`). */
export const columns: Record<Kind, Columns> = {
  answers: [...sittingColumns, ...answerColumns],
  responses: [...sittingColumns, ...summaryColumns],
  evidence: evidenceColumns,
}

/** The file of figures. */
export const figureColumns: Columns = [
  ['part', 'all for the whole choice, coverage for how many of the four customers name, else by what groups are made.'],
  ['group', 'The group, or how many of four.'],
  ['driver', 'revenue, cost, risk or emotion.'],
  ['direction', 'helps, hurts or wish.'],
  ['customers', 'Customers who say so; each counts once.'],
  ['of_customers', 'Customers of whom an answer is read. Below five there is no row.'],
  ['share', 'The one divided by the other, 0 to 1; empty below ten customers.'],
  ['share_low', 'Lower end of its 95 % interval (Wilson).'],
  ['share_high', 'Upper end.'],
  ['inferred', 'Of these customers, who are counted for a bare attribute alone.'],
  ['not_confirmed', 'Of these customers, who are counted for a suggestion alone; 0 unless suggestions were added.'],
]

/** How the columns are named that the file of sittings has beside those above. */
export const placeColumns: Columns = [
  ['CORE-3 avoid', 'What was said to this item of this question, and so on for each item that anybody answered.'],
  ['CORE-3 avoid value', 'What was ticked, chosen or scored there.'],
  ['SUCC-4 measure 2', 'The second row, where an item may be answered several times.'],
  ['CORE-1 seen', 'What staff saw, where it was noted so.'],
]
