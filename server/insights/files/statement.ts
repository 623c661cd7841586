/** A query as text, so that a thread that knows nothing else of us can run it; `Row` is what it finds. */
export type Statement<Row> = { sql: string; parameters: readonly unknown[]; row?: Row }

/** Stands in a statement for what is only known when it is run. */
export const given = '\u0000given'

/** What to bind, with `value` in the place that was left open. */
export const bound = ({ parameters }: Statement<unknown>, value: string): unknown[] =>
  parameters.map((parameter) => (parameter === given ? value : parameter))
