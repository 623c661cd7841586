/** A list of customers as a company hands it over: semicolons, German numbers, two contacts each. */
const first = ['Anna', 'Jonas', 'Mira', 'Tom', 'Carla', 'Emil', 'Lea', 'Nils', 'Ida', 'Paul', 'Rosa', 'Ole']
const last = ['Brandt', 'Weil', 'Berg', 'Vance', 'Hart', 'Sand', 'Krüger', 'Okafor', 'Lind', 'Moss', 'Søren', 'Weiß']
const places = [
  'Alder',
  'Beaver',
  'Castor',
  'Dornau',
  'Ester',
  'Fenn',
  'Größen',
  'Hübner',
  'Imhof',
  'Jansen',
  'Kestrel',
]
const trades = ['Maschinenbau', 'Foods', 'Dairy', 'Tools', 'Paper', 'Logistik', 'Steel', 'Brewing']

const header =
  'Kundennummer;Firma;Branche;Region;Land;Kunde seit;Betreuer;Jahresumsatz;Währung;Jahr;Produkte;E-Mail;Vorname;Nachname;Funktion;Rolle;Sprache\r\n'

/** Yields the text of the file in pieces; `name` keeps two such files apart. */
export function* customerFile(customers: number, name: string, ownerEmail: string): Generator<string> {
  yield header
  let piece = ''
  for (let n = 0; n < customers; n += 1) {
    const pick = (list: string[], step: number) => list[Math.floor(n / step) % list.length] ?? ''
    const company = `${pick(places, 7)} ${pick(trades, 1)} ${name} ${(n * 7919) % customers}`
    const head = `${name}-${n};${company};Segment ${n % 12};Region ${n % 5};DE;2014-03;${ownerEmail}`
    for (const [person, role] of [
      [0, 'decides'],
      [5, 'uses'],
    ] as const) {
      const names = [first[(n + person) % first.length] ?? '', last[(n * 3 + person) % last.length] ?? '']
      const money =
        person === 0 ? `${100 + (n % 900)}.${String(n % 1000).padStart(3, '0')},50;EUR;2025;Pumps | Night line` : ';;;'
      piece += `${head};${money};p${person}.${n}@${name.toLowerCase()}${n}.example;${names.join(';')};head of maintenance;${role};de\r\n`
    }
    if (piece.length < 200_000) continue
    yield piece
    piece = ''
  }
  yield piece
}
