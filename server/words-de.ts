import type { Spoken } from './speak.ts'

/**
 * What the pages behind a personal link say, in German. `views`: by the English as it stands in views/, piece by piece
 * between two tags. `sentences`: by the English as our code makes it; {names} stand for what differs each time.
 * test/check/languages.test.ts tells what is missing and what nobody says any more.
 */
export const de: Spoken = {
  and: 'und',
  views: {
    'Skip to content': 'Zum Inhalt',
    '{{greeting}} We would like to understand why {{customer}} works with us. {{questions}} questions, about {{minutes}}. {{readers}} your answers; before you send, you choose who else may.':
      '{{greeting}} Wir möchten verstehen, warum {{customer}} mit uns arbeitet. {{questions}} Fragen, etwa {{minutes}}. Ihre Antworten {{readers}}; wer sie sonst noch lesen darf, entscheiden Sie vor dem Absenden.',
    '{{greeting}} We would like to understand how the change at {{customer}} came about. {{questions}} questions, about {{minutes}}. {{readers}} your answers; before you send, you choose who else may.':
      '{{greeting}} Wir möchten verstehen, wie es bei {{customer}} zu dem Wechsel kam. {{questions}} Fragen, etwa {{minutes}}. Ihre Antworten {{readers}}; wer sie sonst noch lesen darf, entscheiden Sie vor dem Absenden.',
    '{{greeting}} We would like to know how working with us is for {{customer}}. {{questions}} questions, about {{minutes}}. {{readers}} your answers; before you send, you choose who else may.':
      '{{greeting}} Wir möchten wissen, wie die Zusammenarbeit mit uns für {{customer}} ist. {{questions}} Fragen, etwa {{minutes}}. Ihre Antworten {{readers}}; wer sie sonst noch lesen darf, entscheiden Sie vor dem Absenden.',
    'A newer answer was saved on another page or device.':
      'Auf einer anderen Seite oder einem anderen Gerät wurde eine neuere Antwort gespeichert.',
    'It stands below. What you wrote here was not saved over it; copy from it what you want to keep:':
      'Sie steht unten. Was Sie hier geschrieben haben, hat sie nicht ersetzt; übernehmen Sie daraus, was Sie behalten möchten:',
    'Need a nudge?': 'Ein Anstoß gefällig?',
    'Save and continue': 'Speichern und weiter',
    'Skip this question': 'Frage überspringen',
    Back: 'Zurück',
    'Take back what I chose': 'Meine Wahl zurücknehmen',
    'Your earlier answers stay as they are until you send the changes.':
      'Ihre bisherigen Antworten bleiben, wie sie sind, bis Sie die Änderungen absenden.',
    'Check and send': 'Prüfen und absenden',
    'You can stop at any time. What you wrote is kept, and this link opens it again on any device until {{closesOn}}.':
      'Sie können jederzeit aufhören. Was Sie geschrieben haben, bleibt erhalten; dieser Link öffnet es bis zum {{closesOn}} auf jedem Gerät wieder.',
    'Call me instead': 'Rufen Sie mich lieber an',
    'Ask me later': 'Fragen Sie mich später',
    'Do not ask me again': 'Fragen Sie mich nicht mehr',
    'Questions? Write to': 'Fragen? Schreiben Sie an',
    'What happens to your answers': 'Was mit Ihren Antworten geschieht',

    'Not at all': 'Gar nicht',
    'You make it worse': 'Sie machen es schlechter',
    'Prefer not to say': 'Möchte ich nicht sagen',
    'Add a row': 'Zeile hinzufügen',
    'One line of each column': 'Je Spalte eine Zeile',

    'No answer': 'Keine Antwort',
    Change: 'Ändern',
    'These are my answers now; they take the place of what I sent before':
      'Das sind jetzt meine Antworten; sie ersetzen, was ich vorher abgesendet habe',
    'Send the changes': 'Änderungen absenden',
    'Leave them for now': 'Vorerst so lassen',
    'Nothing has changed since you sent your answers.': 'Seit dem Absenden hat sich nichts geändert.',
    'Back to them': 'Zurück zu den Antworten',
    'Send my answers': 'Meine Antworten absenden',
    'You can change them until {{closesOn}}.': 'Sie können sie bis zum {{closesOn}} ändern.',
    'Who may see your answers with your name?': 'Wer darf Ihre Antworten mit Ihrem Namen sehen?',
    'Totals are shown only for five or more companies. Your choice does not affect our service, and you can change it later with this same link.':
      'Zusammenfassungen zeigen wir nur ab fünf Unternehmen. Ihre Wahl ändert nichts an unserer Leistung, und Sie können sie später mit demselben Link ändern.',

    'You have changes that are not sent yet.': 'Sie haben Änderungen, die noch nicht abgesendet sind.',
    'Check and send them': 'Prüfen und absenden',
    'What happens next': 'Wie es weitergeht',
    '{{readers}} every word. Nobody calls you to sell anything, unless you ask for it.':
      'Jedes Wort {{readers}}. Niemand ruft Sie an, um etwas zu verkaufen, es sei denn, Sie bitten darum.',
    'Your answers': 'Ihre Antworten',
    'Change them until {{closesOn}}': 'Bis zum {{closesOn}} ändern',
    'Keep a copy': 'Eine Kopie behalten',
    'Is there anything we owe you?': 'Schulden wir Ihnen noch etwas?',
    'A reply, a part, a corrected bill. A person answers within 2 working days.':
      'Eine Antwort, ein Teil, eine berichtigte Rechnung. Ein Mensch meldet sich innerhalb von 2 Arbeitstagen.',
    'Tell us': 'Mitteilen',
    'Your answers stay yours': 'Ihre Antworten gehören Ihnen',
    'Who may see them': 'Wer sie sehen darf',
    'who may see your answers': ', wer Ihre Antworten sehen darf',
    'At any time': 'Jederzeit',
    'Delete my answers': 'Meine Antworten löschen',
    'Mails like this': 'Solche E-Mails',
    'How we use them': 'Was wir damit tun',
    'Reference {{reference}}.': 'Kennzeichen {{reference}}.',
    'Talk to a person:': 'Mit einem Menschen sprechen:',

    Save: 'Speichern',
    'Leave it as it is': 'So lassen, wie es ist',
    'All that you wrote here is deleted, drafts and earlier versions too, and what we drew from it. It cannot be brought back.':
      'Alles, was Sie hier geschrieben haben, wird gelöscht, auch Entwürfe und frühere Fassungen und was wir daraus gewonnen haben. Es lässt sich nicht zurückholen.',
    'Yes, delete all my answers': 'Ja, alle meine Antworten löschen',
    'Keep them': 'Behalten',
    '{{who}} calls you, asks the same questions, and writes down your words.':
      '{{who}} ruft Sie an, stellt dieselben Fragen und schreibt mit, was Sie sagen.',
    'Your number': 'Ihre Nummer',
    'When does it suit you?': 'Wann passt es Ihnen?',
    'A day, a time, or “any morning”.': 'Ein Tag, eine Uhrzeit oder „jeden Vormittag“.',
    'Ask for a call': 'Um Anruf bitten',
    'Back to the questions': 'Zurück zu den Fragen',
    'You can answer until {{closesOn}}. What you wrote so far is kept.':
      'Sie können bis zum {{closesOn}} antworten. Was Sie bisher geschrieben haben, bleibt erhalten.',
    'When may we ask again?': 'Wann dürfen wir wieder fragen?',
    'after this round has closed, so in the next one': 'nach dem Ende dieser Runde, also in der nächsten',
    'Ask me then': 'Fragen Sie mich dann',
    'Answers were taken until {{closedOn}}. Your view still counts.':
      'Antworten waren bis zum {{closedOn}} möglich. Ihre Sicht zählt weiterhin.',
    'Write to': 'Schreiben Sie an',
    'or call': 'oder rufen Sie an unter',
    ': a person reads it.': ': Ein Mensch liest es.',
    'Answer the mail that this link came with: a person reads it.':
      'Antworten Sie auf die E-Mail, mit der dieser Link kam: Ein Mensch liest es.',

    '{{companyName}} asks why you work with us, so that we keep what you value and mend what you do not. Nothing that you write enters pricing or a sales list unless you ask for it.':
      '{{companyName}} fragt, warum Sie mit uns arbeiten, damit wir bewahren, was Ihnen etwas wert ist, und ändern, was es nicht ist. Nichts davon fließt in Preise oder Verkaufslisten ein, es sei denn, Sie bitten darum.',
    'Who reads them': 'Wer sie liest',
    'My account team and the project lead': 'Meine Betreuung und die Projektleitung',
    'The people who look after you, and {{leads}}, read your words with your name.':
      'Die Menschen, die Sie betreuen, und {{leads}} lesen Ihre Worte mit Ihrem Namen.',
    'Only the project lead': 'Nur die Projektleitung',
    '{{leads}} and people named for the task read them with your name. Your account team does not.':
      '{{leads}} und eigens benannte Personen lesen sie mit Ihrem Namen. Ihre Betreuung liest sie nicht.',
    'Only in totals': 'Nur in Zusammenfassungen',
    'Somebody reads your words without your name, to count the reasons in them. Nobody is shown a quote. They enter only figures of five or more companies.':
      'Jemand liest Ihre Worte ohne Ihren Namen, um die Gründe darin zu zählen. Niemand bekommt ein Zitat zu sehen. Sie gehen nur in Zahlen über fünf oder mehr Unternehmen ein.',
    'How they are read': 'Wie sie gelesen werden',
    'Software suggests which kinds of value your words name; a person decides. Half-written answers are kept so that you can go on, and nobody at {{companyName}} sees them before you send.':
      'Software schlägt vor, welche Arten von Nutzen Ihre Worte nennen; ein Mensch entscheidet. Angefangene Antworten bewahren wir auf, damit Sie weitermachen können; bei {{companyName}} sieht sie niemand, bevor Sie sie absenden.',
    'Your part in it': 'Was Sie tun können',
    'With your own link you can read, change, copy and delete your answers, and choose anew who sees them. Each mail has a link that stops all further ones at once.':
      'Mit Ihrem eigenen Link können Sie Ihre Antworten lesen, ändern, kopieren und löschen und neu wählen, wer sie sieht. Jede E-Mail enthält einen Link, der alle weiteren sofort beendet.',

    '{{company}} sends no mails like this to {{address}} any more. It stays so.':
      '{{company}} schickt keine solchen E-Mails mehr an {{address}}. Dabei bleibt es.',
    'We do not ask you again in this round.': 'In dieser Runde fragen wir Sie nicht mehr.',
    'What should we stop?': 'Was sollen wir beenden?',
    'Only this one. Do not remind me of these questions.': 'Nur dies. Erinnern Sie mich nicht an diese Fragen.',
    'All mails like this from {{company}} to {{address}}, for good.':
      'Alle solchen E-Mails von {{company}} an {{address}}, für immer.',
    'Stop these mails': 'Diese E-Mails beenden',
    'Ask me later instead': 'Fragen Sie mich lieber später',
    'Whatever you choose, your link still works.': 'Was immer Sie wählen, Ihr Link funktioniert weiter.',
    'To the questions': 'Zu den Fragen',
    '{{company}} does not ask {{address}} again, now or in a later round. Only you can change that, by writing to us.':
      '{{company}} fragt {{address}} nicht mehr, weder jetzt noch in einer späteren Runde. Nur Sie können das ändern, indem Sie uns schreiben.',
    'A later round may ask you anew.': 'In einer späteren Runde fragen wir Sie vielleicht wieder.',
    'Your link still works, should you want to answer one day.':
      'Ihr Link funktioniert weiter, falls Sie eines Tages antworten möchten.',

    'The first question:': 'Die erste Frage:',
    'If the button does not work:': 'Falls die Schaltfläche nicht funktioniert:',
    'You get this because you work with us at {{customer}}.':
      'Sie bekommen diese E-Mail, weil Sie bei {{customer}} mit uns zu tun haben.',
    'No more mails like this': 'Keine solchen E-Mails mehr',
    // The text part of a mail keeps its lines.
    'The first question: {{question}} Write your answer here, until {{closesOn}}: {{answer}}':
      'Die erste Frage:\n\n  {{question}}\n\nHier können Sie bis zum {{closesOn}} antworten:\n{{answer}}',
    '-- You get this because you work with us at {{customer}}. Ask me later: {{later}} No more mails like this: {{stop}} What happens to your answers: {{privacy}} {{postalAddress}}':
      '--\nSie bekommen diese E-Mail, weil Sie bei {{customer}} mit uns zu tun haben.\nFragen Sie mich später: {{later}}\nKeine solchen E-Mails mehr: {{stop}}\nWas mit Ihren Antworten geschieht: {{privacy}}\n{{postalAddress}}',
  },
  sentences: {
    Answer: 'Antworten',
    'About {rest}, in your own words.': 'Etwa {rest}, in Ihren eigenen Worten.',
    'About {rest}.': 'Etwa {rest}.',
    'Question {n} of {all}': 'Frage {n} von {all}',
    'Preview, {rest}': 'Vorschau, {rest}',
    'Hello.': 'Guten Tag.',
    'Hello {name}.': 'Guten Tag {name}.',
    '{n} minute': '{n} Minute',
    '{n} minutes': '{n} Minuten',
    One: 'Eine',
    Two: 'Zwei',
    Three: 'Drei',
    Four: 'Vier',
    Five: 'Fünf',
    Six: 'Sechs',
    Seven: 'Sieben',
    Eight: 'Acht',
    Nine: 'Neun',
    Ten: 'Zehn',
    Eleven: 'Elf',
    Twelve: 'Zwölf',
    'The project lead reads': 'liest die Projektleitung',
    'the project lead': 'die Projektleitung',
    '{who} reads': 'liest {who}',
    '{who} read': 'lesen {who}',
    'Saved {time}': 'Gespeichert um {time}',
    'One thing needs a look': 'Eine Stelle braucht noch einen Blick',
    '{count} things need a look': '{count} Stellen brauchen noch einen Blick',

    'Before you send': 'Vor dem Absenden',
    'Thank you': 'Vielen Dank',
    'Thank you, {name}': 'Vielen Dank, {name}',
    'Your answers reached us on {day}.': 'Ihre Antworten sind am {day} bei uns angekommen.',
    'You changed them on {day}.': 'Sie haben sie am {day} geändert.',
    'My account team and the project lead': 'Meine Betreuung und die Projektleitung',
    'Only the project lead': 'Nur die Projektleitung',
    'Only the project lead, {who}': 'Nur die Projektleitung, {who}',
    'Nobody: use them only in totals': 'Niemand: nur in Zusammenfassungen verwenden',
    'Your answers to {company}': 'Ihre Antworten an {company}',
    '{customer}. Reference {reference}': '{customer}. Kennzeichen {reference}',
    'Kept as of {day}': 'Stand {day}',
    'No answer': 'Keine Antwort',
    'Who may see your answers': 'Wer Ihre Antworten sehen darf',
    'Delete your answers': 'Ihre Antworten löschen',
    'Your answers are deleted': 'Ihre Antworten sind gelöscht',
    'Nothing of what you wrote is kept.': 'Nichts von dem, was Sie geschrieben haben, bleibt gespeichert.',
    'If you change your mind, the same link lets you answer anew.':
      'Wenn Sie es sich anders überlegen, können Sie mit demselben Link neu antworten.',
    'Call me instead': 'Rufen Sie mich lieber an',
    'Somebody who knows you': 'Jemand, der Sie kennt,',
    'We will call you': 'Wir rufen Sie an',
    '{name} calls you on {phone}. You said: {when}': '{name} ruft Sie unter {phone} an. Sie sagten: {when}',
    'Back to the questions': 'Zurück zu den Fragen',
    'Back to your answers': 'Zurück zu Ihren Antworten',
    'Ask me later': 'Fragen Sie mich später',
    'In a week, on {day}': 'In einer Woche, am {day}',
    'In two weeks, on {day}': 'In zwei Wochen, am {day}',
    'In a month, on {day}': 'In einem Monat, am {day}',
    'We ask you later': 'Wir fragen Sie später',
    'We do not ask you again before {day}. What you wrote so far is kept, and your link goes on working until the round closes.':
      'Vor dem {day} fragen wir Sie nicht wieder. Was Sie bisher geschrieben haben, bleibt erhalten, und Ihr Link funktioniert, bis die Runde endet.',
    'We have it': 'Wir haben es',
    'A person answers by {day}.': 'Ein Mensch antwortet bis zum {day}.',
    'This round is closed': 'Diese Runde ist beendet',
    'What happens to your answers': 'Was mit Ihren Antworten geschieht',
    'No more mails': 'Keine E-Mails mehr',
    'You get no more mails like this': 'Sie bekommen keine solchen E-Mails mehr',
    'We do not ask you again in this round': 'In dieser Runde fragen wir Sie nicht mehr',

    'Row {n}': 'Zeile {n}',
    'Set {n} of {all}': 'Auswahl {n} von {all}',
    'Set {n}': 'Auswahl {n}',
    'not at all': 'gar nicht',
    'we make it worse': 'wir machen es schlechter',
    'not at all, we make it worse': 'gar nicht, wir machen es schlechter',
    'Prefer not to say': 'Möchte ich nicht sagen',
    '{n} of 100': '{n} von 100',
    '{n} of 10': '{n} von 10',

    'Write at least one answer; one is enough.': 'Schreiben Sie mindestens eine Antwort; eine genügt.',
    'Write a few words, or choose “Skip this question”.':
      'Schreiben Sie ein paar Worte, oder wählen Sie „Frage überspringen“.',
    'Choose an answer, or “Skip this question”.': 'Wählen Sie eine Antwort oder „Frage überspringen“.',
    'Tick what is true, or choose “Skip this question”.':
      'Kreuzen Sie an, was zutrifft, oder wählen Sie „Frage überspringen“.',
    'That is not one of the answers here. Choose one of those below.':
      'Diese Antwort gibt es hier nicht. Wählen Sie eine der unten stehenden.',
    'Share out 100 points, or choose “Prefer not to say” or “Skip this question”.':
      'Verteilen Sie 100 Punkte, oder wählen Sie „Möchte ich nicht sagen“ oder „Frage überspringen“.',
    'That is {n} of 100. {rest}, or choose “Prefer not to say”.':
      'Das sind {n} von 100. {rest}, oder wählen Sie „Möchte ich nicht sagen“.',
    'Share out {n} more': 'Verteilen Sie noch {n}',
    'Take {n} away': 'Nehmen Sie {n} weg',
    'Write whole points from 0 to {n}, such as 25.': 'Schreiben Sie ganze Punkte von 0 bis {n}, etwa 25.',
    'Choose also “{label}”, or “Skip this question”.': 'Wählen Sie auch „{label}“ oder „Frage überspringen“.',
    'Choose “{best}” and “{worst}”, or “Skip this question”.':
      'Wählen Sie „{best}“ und „{worst}“ oder „Frage überspringen“.',
    'The same line cannot be both “{best}” and “{worst}”. Choose another one here.':
      'Dieselbe Zeile kann nicht „{best}“ und „{worst}“ zugleich sein. Wählen Sie hier eine andere.',
    'This is {n} characters longer than we can keep. Shorten it; nothing of it is lost until you do.':
      'Das sind {n} Zeichen mehr, als wir aufbewahren können. Kürzen Sie es; bis dahin geht nichts davon verloren.',
    'Choose one of the three, so that we keep to it.': 'Wählen Sie eines der drei, damit wir uns daran halten.',
    'Tick this box, so that we know that you mean it.':
      'Kreuzen Sie dieses Feld an, damit wir wissen, dass Sie es so meinen.',
    'Tick this box, so that nothing is deleted by accident.':
      'Kreuzen Sie dieses Feld an, damit nichts versehentlich gelöscht wird.',
    'Write the number that we should call.': 'Schreiben Sie die Nummer, die wir anrufen sollen.',
    'Write one number only.': 'Schreiben Sie nur eine Nummer.',
    'Write when it suits you, such as "Thursday after two".':
      'Schreiben Sie, wann es Ihnen passt, etwa „Donnerstag nach zwei“.',
    'Write this in a few words.': 'Schreiben Sie das in wenigen Worten.',
    'Choose when we may ask again.': 'Wählen Sie, wann wir wieder fragen dürfen.',
    'Write what we owe you.': 'Schreiben Sie, was wir Ihnen schulden.',
    'Write this in at most 2,000 characters.': 'Schreiben Sie das mit höchstens 2000 Zeichen.',
    'This round is closed, so this was not saved. Copy what you wrote.':
      'Diese Runde ist beendet, deshalb wurde das nicht gespeichert. Kopieren Sie, was Sie geschrieben haben.',
    'A newer answer was saved elsewhere at {time}. This page no longer saves: copy what you wrote, then reload it.':
      'Um {time} wurde anderswo eine neuere Antwort gespeichert. Diese Seite speichert nicht mehr: Kopieren Sie, was Sie geschrieben haben, und laden Sie sie dann neu.',
    'Choose one of the two, so that we do what you mean.':
      'Wählen Sie eines der beiden, damit wir tun, was Sie meinen.',
  },
}
