import { HtmlValidate } from 'html-validate'

/** The recommended rules, less those that say no to something that we mean. */
export const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // `<ul role="list">`: Safari takes the list away from a list without bullets.
    'no-redundant-role': 'off',
    // One form, several buttons of one name: the server reads which was pressed. Works without script.
    'form-dup-name': 'off',
    // A label that holds its control and names it as well is read by every program.
    'no-redundant-for': 'off',
    // The page that checks one's changes is a form with nothing to send until there is a change; it says so.
    'wcag/h32': 'off',
    // How it is written, where the standard allows both.
    'doctype-style': 'off',
    'void-style': 'off',
    'no-trailing-whitespace': 'off',
    // Typographic dashes and spaces are written as themselves.
    'no-raw-characters': 'off',
    'long-title': 'off',
  },
})

/** What is wrong with the HTML of a page, one sentence each. */
export async function faultsIn(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html)
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (line ${line})`),
  )
}
