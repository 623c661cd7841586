/**
 * Words that most guessed passwords are made of, from lists of leaked ones. A password that is nothing but these, figures
 * and signs is guessed within seconds, however long it is.
 */
const common = [
  'admin administrator angel apple asdf asdfgh asdfghjkl baby batman bailey baseball basketball buster charlie cheese',
  'chelsea chocolate computer cookie correcthorsebatterystaple daniel default dragon football freedom george ginger guest',
  'hannah harley hello hockey hunter iloveyou internet jennifer jessica jordan killer letmein liverpool login london love',
  'loveyou maggie master matrix merlin michael michelle monkey mustang nothing orange pass passe passw passwort password',
  'pepper please pokemon princess purple qazwsx qwer qwert qwertz qwerty qwertyuiop qwertzuiop robert samsung secret',
  'security shadow silver soccer spring starwars summer autumn winter sunshine superman temp test thomas thunder tigger',
  'trustno trustnoone user welcome whatever whybuy yellow zxcv zxcvbn zxcvbnm january february march april may june july',
  'august september october november december monday tuesday wednesday thursday friday saturday sunday abc abcd abcdef',
  'company customer customers sales forever flower access changeme geheim hallo willkommen azerty motdepasse',
]
  .join(' ')
  .split(' ')
  .sort((a, b) => b.length - a.length)

/** True if a password is guessed early: only common words and the given ones, figures and signs, or a few signs over and over. */
export function isCommon(password: string, personal: string[]): boolean {
  const plain = password.toLowerCase().replaceAll('@', 'a').replaceAll('$', 's').replaceAll('0', 'o')
  if (new Set(plain).size < 5) return true
  const known = [...personal.flatMap((text) => text.toLowerCase().split(/[^\p{L}]+/u)), ...common]
  let rest = plain
  for (const word of known) if (word.length > 2) rest = rest.replaceAll(word, ' ')
  // What is left over after the words: figures and signs are what people add when they are told to.
  return rest.replaceAll(/[^\p{L}]/gu, '').length < 4 && !isLongRandom(password)
}

/** Figures and signs alone can be strong too, if they are many and no run such as 123456. */
function isLongRandom(password: string): boolean {
  const figures = password.replaceAll(/[\p{L}\s]/gu, '')
  let runs = 0
  for (let i = 1; i < figures.length; i += 1)
    if (Math.abs(figures.charCodeAt(i) - figures.charCodeAt(i - 1)) <= 1) runs += 1
  return figures.length >= 12 && new Set(figures).size >= 8 && runs < figures.length / 2
}
