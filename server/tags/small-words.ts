// Words that carry no meaning of their own: shown as a reason they would tell a person nothing.
const smallWords = new Set(
  `a about above after again all also am an and any anyone anything are as at away back be because been before being below
  between both but by can cannot come could did do does doing done down during each either else etc even ever every few for
  from further get gets getting give given go goes going gone got had has have having he her here hers him his how however i
  if in indeed into is it its itself just keep know less let like lot made make makes many may maybe me might mine more most
  much must my myself neither never no none nor not nothing now of off often on once one only onto or other others our ours
  out over own per perhaps please put quite rather really said same say says see seem seems she should since so some someone
  something still such take than that the their theirs them then there these they thing things this those though through thus
  to together too toward under until up upon us use used using very via want was way we well went were what when where whether
  which while who whole whom whose why will with within without would yes yet you your yours`.split(/\s+/),
)

/** Whether a word is too small to be named as a reason: a function word, a number, a short form such as "don't". */
export const isSmallWord = (word: string): boolean =>
  smallWords.has(word) || word.length < 3 || /^\d/.test(word) || word.endsWith("n't")
