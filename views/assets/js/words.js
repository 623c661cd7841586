// What scripts say in the language of the page; English where they know no other.
const words = {
  de: {
    Saved: 'Gespeichert um',
    of: 'von',
    'point is left to share': 'Punkt ist noch zu verteilen',
    'points are left to share': 'Punkte sind noch zu verteilen',
    'point is too many': 'Punkt ist zu viel',
    'points are too many': 'Punkte sind zu viel',
    'You are offline. Your words are kept on this device and go out when you are back.':
      'Sie sind offline. Ihre Worte bleiben auf diesem Gerät und gehen hinaus, sobald Sie wieder verbunden sind.',
    'You are offline, and this browser keeps nothing. Leave this page open until you are back.':
      'Sie sind offline, und dieser Browser bewahrt nichts auf. Lassen Sie diese Seite offen, bis Sie wieder verbunden sind.',
    'Words that you wrote offline are older than what is saved here, so they were not sent.':
      'Was Sie offline geschrieben haben, ist älter als das hier Gespeicherte und wurde deshalb nicht gesendet.',
  },
}

// biome-ignore lint/correctness/noUnusedVariables: for the scripts that go out in the same file, after this one
const word = (english) => words[document.documentElement.lang]?.[english] ?? english
