import { say } from '../speak.ts'
import { type Template, type Topic, topicOf } from '../templates/template.ts'
import { sentenceNumber } from '../words.ts'
import { questionLine, type Text, type Texts } from './texts.ts'

/** The usual words of a round's mails in one language. */
type Wording = {
  greeting: string
  thanks: string
  /** "Four questions, about {minutes} minutes." */
  length: (count: number) => string
  noCall: string
  ways: string
  /** What the mail asks in its subject, and why it is written. */
  openings: Record<Topic, { ask: string; why: string }>
  subjects: Record<keyof Texts, (ask: string) => string>
  again: { first: string; after: string }
  last: { first: string; after: string }
  later: string
}

const english: Wording = {
  greeting: 'Hello {first_name},',
  thanks: 'Thank you,',
  length: (count) => `${sentenceNumber(count)} ${count === 1 ? 'question' : 'questions'}, about {minutes} minutes.`,
  noCall: 'No sales call follows unless you ask for one.',
  ways: 'Or reply to this mail in a line or two; that counts just as well. You can answer until {closes_on}. You choose at the end who may read your answers with your name, and you can stop at any time.',
  openings: {
    why: {
      ask: 'why do you buy from us',
      why: 'We would like to understand why {company} works with us and what you get from it, in your own words.',
    },
    left: {
      ask: 'may we ask what led to the change',
      why: 'We would like to understand how the change at {company} came about, in your own words. We are not here to win you back.',
    },
    view: {
      ask: 'how are we doing for you',
      why: 'We would like to know how working with us is for {company}, as you see it.',
    },
  },
  subjects: {
    invite: (ask) => `{first_name}, ${ask}?`,
    'reminder-1': (ask) => `{first_name}, once more: ${ask}?`,
    'reminder-2': (ask) => `{first_name}, the last time: ${ask}?`,
    later: (ask) => `{first_name}, as you asked: ${ask}?`,
  },
  again: {
    first:
      'Some days ago we asked for your view of working with {our_company}, and it would be a pity to go on without it.',
    after:
      'A reply to this mail in a line or two counts just as well. You can answer until {closes_on}. If you would rather not, the links below stop these mails.',
  },
  last: {
    first:
      'This is our last mail about it. Even one sentence from {company} helps us to see what to keep and what to change.',
    after:
      'A reply to this mail counts just as well. You can answer until {closes_on}; after that we do not ask again in this round.',
  },
  later: 'You wanted us to come back to you later; here we are.',
}

// Business mail in German greets by the whole name, for nobody knows who is a Herr and who a Frau, and goes on in small letters.
const german: Wording = {
  greeting: 'Guten Tag {full_name},',
  thanks: 'Vielen Dank und freundliche Grüße',
  length: (count) => `${say('de', sentenceNumber(count))} ${count === 1 ? 'Frage' : 'Fragen'}, etwa {minutes} Minuten.`,
  noCall: 'Es folgt kein Verkaufsanruf, es sei denn, Sie wünschen einen.',
  ways: 'Oder antworten Sie einfach mit ein, zwei Zeilen auf diese E-Mail; das zählt genauso. Antworten können Sie bis zum {closes_on}. Am Ende entscheiden Sie, wer Ihre Antworten mit Ihrem Namen lesen darf, und Sie können jederzeit aufhören.',
  openings: {
    why: {
      ask: 'Warum kaufen Sie bei uns',
      why: 'wir möchten verstehen, warum {company} mit uns arbeitet und was Sie davon haben, in Ihren eigenen Worten.',
    },
    left: {
      ask: 'Dürfen wir fragen, wie es zu dem Wechsel kam',
      why: 'wir möchten verstehen, wie es bei {company} zu dem Wechsel kam, in Ihren eigenen Worten. Zurückgewinnen wollen wir Sie damit nicht.',
    },
    view: {
      ask: 'Wie läuft die Zusammenarbeit mit uns',
      why: 'wir möchten aus Ihrer Sicht erfahren, wie die Zusammenarbeit mit uns für {company} läuft.',
    },
  },
  subjects: {
    invite: (ask) => `${ask}?`,
    'reminder-1': (ask) => `Noch einmal gefragt: ${ask}?`,
    'reminder-2': (ask) => `Zum letzten Mal: ${ask}?`,
    later: (ask) => `Wie gewünscht: ${ask}?`,
  },
  again: {
    first:
      'vor einigen Tagen haben wir Sie nach Ihrer Sicht auf die Zusammenarbeit mit {our_company} gefragt. Es wäre schade, wenn sie uns fehlte.',
    after:
      'Ein, zwei Zeilen als Antwort auf diese E-Mail zählen genauso. Antworten können Sie bis zum {closes_on}. Wenn Sie lieber nicht antworten möchten, beenden die Links unten diese E-Mails.',
  },
  last: {
    first:
      'das ist unsere letzte E-Mail dazu. Schon ein Satz von Ihnen hilft uns zu sehen, was bleiben und was besser werden soll.',
    after:
      'Eine Antwort auf diese E-Mail zählt genauso. Antworten können Sie bis zum {closes_on}; danach fragen wir in dieser Runde nicht mehr.',
  },
  later: 'Sie wollten, dass wir uns später wieder melden; hier sind wir.',
}

const wordings: Record<string, Wording> = { en: english, de: german }

/** How the mails of a campaign begin their life in a language; every campaign may rewrite each. English where we have no words. */
export function defaultTexts(template: Template, language = 'en'): Texts {
  const words = wordings[language] ?? english
  const { ask, why } = words.openings[topicOf(template)]
  const length = words.length(template.questions.length)
  const mail = (kind: keyof Texts, first: string, after: string): Text => ({
    subject: words.subjects[kind](ask),
    body: [words.greeting, first, questionLine, after, words.thanks].join('\n\n'),
  })
  return {
    invite: mail('invite', `${why} ${length} ${words.noCall}`, words.ways),
    'reminder-1': mail('reminder-1', `${words.again.first} ${length}`, words.again.after),
    'reminder-2': mail('reminder-2', words.last.first, words.last.after),
    later: mail('later', `${words.later} ${length}`, words.ways),
  }
}
