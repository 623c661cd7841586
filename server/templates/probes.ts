/**
 * What goes deeper at every open question, whatever it asks; held once, beside the probes that a question has of its own.
 * Spoken in the language of the talk where we have it.
 */
const probes: Record<string, string[]> = {
  en: [
    'Can you give me the last time that happened?',
    'What does that do for you?',
    'Compared with what?',
    'What would be different without it?',
  ],
  de: ['Wann war das zuletzt so?', 'Was haben Sie davon?', 'Verglichen womit?', 'Was wäre ohne das anders?'],
}

export const commonProbes = (language: string): string[] =>
  probes[language.toLowerCase().split(/[-_]/)[0] ?? ''] ?? probes.en ?? []
