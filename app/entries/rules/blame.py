"""The wordings that read as blame of a person: English, found by patterns, with no model and no list of people."""

from app.core.patterns import IGNORECASE, MULTILINE, bounded

_ASKING = (
    r"(?:^|[.!?,;:(–—-]\s?|\b(?:and|but|so|or|wonder(?:ed|s)?|ask(?:ed|s)?|tell\sme|know|knows|ask\syourself)\s)"
)
_EVEN = r"(?:the\s\w{1,40}\s|on\searth\s|exactly\s|else\s|actually\s|really\s|again\s|even\s|just\s)?"
_DID_IT = (
    r"(?:did|broke|forgot|missed|deleted|approved|decided|allowed|ignored|messed|screwed|dropped|caused|changed|signed|"
    r"promised|thought|thinks|let|lets|blocked|blocks|keeps?|wrote|told|said|moved|gave|made|put|sent|chose|agreed|failed|"
    r"needs|wanted|pays?|is\s(?:responsible|to\sblame|at\sfault|in\scharge)|"
    r"was\s(?:responsible|supposed|asleep|in\scharge|meant|to\sblame|at\sfault)|is\sgoing\sto|\w{3,40}ed)"
)
_NOT = r"(?:n['’]?t|\snot)?"
_HELPERS = r"(?:did|does|do|has|have|had|was|were|is|are|can|could|would|will|won|should|must)"
_PEOPLE = (
    r"(?:he|she|they|you|someone|somebody|anyone|anybody|nobody|everyone|everybody|people|no\sone|not\sone|"
    r"always|never|just|even|"
    r"(?:the|our|their|your)\s\w{0,40}(?:ers|ors|ists|ents|ants|er|or|ist|teams?|leads?|leaders?|bosses|boss|management|agency|"
    r"people|departments?|colleagues|folks|guys|office))"
)
BLAME = tuple(
    bounded(pattern, IGNORECASE | MULTILINE)
    for pattern in (
        # who did it; "people who did it" and "unclear who did it" describe, they do not ask
        rf"{_ASKING}who(?:ever)?\s{_EVEN}{_DID_IT}\b",
        r"\bwhoever\s(?:wrote|did|approved|decided|made|thought|came|is|was)\b",
        r"\bwhose\s(?:\w{1,40}\s)?(?:fault|idea|mistake|decision|job|mess|brilliant|genius)\b",
        # why did X do it; "why did this happen" asks for a cause, not for a culprit
        rf"\bwhy\s(?:\w{{1,40}}\s)?{_HELPERS}{_NOT}\s{_PEOPLE}\b",
        rf"\bwhy\s(?:\w{{1,40}}\s)?{_HELPERS}{_NOT}\s(?-i:[A-Z](?!\s))(?!['’])\w{{1,40}}",
        rf"\bwhy\s(?:the\s\w{{1,40}}|on\searth|exactly)\s{_HELPERS}\b",
        rf"\bwhy\s{_HELPERS}{_NOT}\s(?:it\salways|(?:i|we)\s(?:never|always))\b",
        # it is X's fault
        r"\b(?:my|your|his|her|their|\w{1,40}['’]s?)\s(?:own\s|damn\s|sole\s|entire\s)?fault\b",
        r"\b(?:at\sfault|fault\slies|(?<!default )(?<!no )fault\s(?:was|of\s(?:the\s)?(?-i:[A-Z])))",
        r"(?<!not )(?<!no one is )\bto\sblame\b|\b(?:I|we|must|can\sonly|should)\s(?:\w{1,40}\s)?blame\b",
        r"\bblam(?:e|es|ed|ing)\s(?:him|her|them|you|us|everyone|others|the)\b",
        # they spoiled it
        r"\b(?:ruined|sabotag\w{1,40}|botched|screwed\s(?:\w{1,40}\s){0,2}(?:up|over)|screwed\s(?:us|this|it|everything)|"
        r"messed\s(?:\w{1,40}\s){0,2}up|messed\s(?:this|it|everything)|dropped\sthe\sball|"
        r"let\s(?:us|me|everyone|everybody|the\s\w{1,40}|their\s\w{1,40})\sdown|under\sthe\sbus|stabbed\s\w{1,40}\sin\sthe\sback)\b",
        r"\bthanks\sto\s(?-i:[A-Z])\w{1,40},?\s(?:we|I|the|everyone|nobody)\b",
        r"\b(?:because|on\saccount)\sof\s(?:him|her|them|you|(?:one|a\ssingle|some|certain|a\scertain)\s(?:person|people))\b",
        r"\bcertain\s(?:people|colleagues|persons|individuals)\b|\bsome\s(?:people|colleagues)\s(?:here|never|think)\b",
        # always, never, as usual
        r"\b(?:he|she)(?:['’](?:s|d|ll))?\s(?:\w{1,40}ly\s|just\s)?(?:always|never|keeps?|kept|forgot|ignored?s?|refuse[ds]?|lied|"
        r"failed|fails|should|could|can|does|did|has|had|is|was|thinks|wants|wanted|made|decided|changed|blocks?|blocked)\b",
        r"\byou(?:\s\w{1,40}ly|\sjust)?\s(?:always|never|keep\s\w{1,40}ing|forgot|ignored|refused|lied|failed|should\shave|"
        r"did\s?n['’]?t\s(?:tell|listen|answer|care|help|reply|deliver|send|bother)|were\ssupposed)\b",
        r"\bthey(?:\s\w{1,40}ly|\sjust)?\s(?:always|never\s\w{1,40}|lied|refuse[ds]?\b|ignored?\b|"
        r"(?:do|did|could|would)\s?n['’]?t\s(?:even\s)?(?:care|bother|give|be|know\swhat|listen|read|answer|tell|help))\b",
        r"\bthey\s(?:are|were)\s(?:simply\s|just\s|so\s|always\s)?(?:impossible|incapable|unable|hopeless|a\sjoke|rude)\b",
        r"\b(?:he|she|they)\s(?:obviously|clearly)\b",
        r"\b(?:could|can|did)\s?n['’]?t\s(?:even\s)?be?\s?bother(?:ed)?\b|\b(?:nobody|no\sone|never|none)\b[^.!?]{0,40}\bbothered\b",
        r"^\W{0,9}(?:as\susual|typical)\b|\byou\s(?:people|guys\snever)\b|\b(?:had|have)\sone\sjob\b",
        r"\b(?:never|always)\s(?:answers?|repl(?:y|ies)|reads?|listens?|delivers?|responds?|helps?|tells?|informs?|"
        r"complains?|blames?|forgets?|ignores?|delays?|interrupts?|late)\b",
        r"\b(?:lied|lies)\s(?:to|about)\b|\basleep\sat\b|\boverruled\b|\bheads\s(?:must|should)\sroll\b",
        r"\bheld\s(?:accountable|responsible)\b|\bto\ssave\s(?:their|his|her)\sli(?:fe|ves)\b",
        r"\b(?:his|her)\s(?:attitude|behaviou?r|ego|temper|mistakes?|tone|moods?|excuses?)\b",
        r"\b(?:keeps|kept)\s(?:changing|forgetting|ignoring|blaming|moving|missing|interfering|complaining|delaying)\b",
        r"\b(?:simply|deliberately|intentionally|wilfully|openly|again)\s(?:ignor\w{1,40}|refus\w{1,40}|forg\w{1,40})\b|"
        r"\brefused\sto\s(?:help|answer|listen|share|talk|join|do|give|come|sign|accept|work|change|cooperate|reply|speak)\b|"
        r"\bignored\s(?:us|me|our|my|every|all\sour|the\swarnings?)\b",
        r"\b(?:fail(?:ed|s)?\s(?:us|to\sdo)|(?:did|do|doing|done)\s(?:\w{1,40}\s)?(?:his|her|their|its|your))\s(?:own\s)?jobs?\b",
        r"\bif\sonly\s\w{1,40}(?:\s\w{1,40})?\shad\b|\b(?:has|have|had|with)\sno\s(?:clue|idea\s(?:how|what\s(?:they|he|she)))\b",
        r"\b(?:obviously|clearly|apparently)\s(?:can|could|did|do|does)(?:n['’]?t|not|\snot)\b|"
        r"\b(?:impossible|a\snightmare|a\spain)\sto\s(?:work|deal)\swith\b|\b(?:does|do|did)\s?n['’]?t\scare\b",
        # insults
        r"\b(?:incompeten\w{1,40}|lazy|laziness|idiots?|idiotic|idiocy|stupid(?:ity)?|useless|clueless|moron\w{0,40}|liars?|lying|"
        r"unprofessional|pathetic|arrogan\w{1,40}|dumb|sloppy|careless(?:ness)?|selfish\w{0,40}|amateurs?|amateurish|hopeless|"
        r"negligen\w{1,40}|ignoran\w{1,40}|disgrace\w{0,40}|bull[iy]\w{0,40})\b",
        r"\bshould\s(?:\w{1,40}\s)?(?:be\s(?:fired|sacked|ashamed|replaced|removed)|(?:have\s)?resign(?:ed)?|apologi[sz]e|"
        r"(?:have\s)?known?\sbetter)\b",
    )
)
