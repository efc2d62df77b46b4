"""The wordings that read as blame of a person: English, found by patterns, with no model and no list of people."""

import re

_ASKING = (
    r"(?:^|[.!?,;:(–—-]\s*|\b(?:and|but|so|or|wonder(?:ed|s)?|ask(?:ed|s)?|tell\s+me|know|knows|ask\s+yourself)\s+)"
)
_EVEN = r"(?:the\s+\w+\s+|on\s+earth\s+|exactly\s+|else\s+|actually\s+|really\s+|again\s+|even\s+|just\s+)?"
_DID_IT = (
    r"(?:did|broke|forgot|missed|deleted|approved|decided|allowed|ignored|messed|screwed|dropped|caused|changed|signed|"
    r"promised|thought|thinks|let|lets|blocked|blocks|keeps?|wrote|told|said|moved|gave|made|put|sent|chose|agreed|failed|"
    r"needs|wanted|pays?|is\s+(?:responsible|to\s+blame|at\s+fault|in\s+charge)|"
    r"was\s+(?:responsible|supposed|asleep|in\s+charge|meant|to\s+blame|at\s+fault)|is\s+going\s+to|\w{3,}ed)"
)
_NOT = r"(?:n['’]?t|\s+not)?"
_HELPERS = r"(?:did|does|do|has|have|had|was|were|is|are|can|could|would|will|won|should|must)"
_PEOPLE = (
    r"(?:he|she|they|you|someone|somebody|anyone|anybody|nobody|everyone|everybody|people|no\s+one|not\s+one|"
    r"always|never|just|even|"
    r"(?:the|our|their|your)\s+\w*(?:ers|ors|ists|ents|ants|er|or|ist|teams?|leads?|leaders?|bosses|boss|management|agency|"
    r"people|departments?|colleagues|folks|guys|office))"
)
BLAME = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # who did it; "people who did it" and "unclear who did it" describe, they do not ask
        rf"{_ASKING}who(?:ever)?\s+{_EVEN}{_DID_IT}\b",
        r"\bwhoever\s+(?:wrote|did|approved|decided|made|thought|came|is|was)\b",
        r"\bwhose\s+(?:\w+\s+)?(?:fault|idea|mistake|decision|job|mess|brilliant|genius)\b",
        # why did X do it; "why did this happen" asks for a cause, not for a culprit
        rf"\bwhy\s+(?:\w+\s+)?{_HELPERS}{_NOT}\s+{_PEOPLE}\b",
        rf"\bwhy\s+(?:\w+\s+)?{_HELPERS}{_NOT}\s+(?-i:[A-Z](?!\s))(?!['’])\w+",
        rf"\bwhy\s+(?:the\s+\w+|on\s+earth|exactly)\s+{_HELPERS}\b",
        rf"\bwhy\s+{_HELPERS}{_NOT}\s+(?:it\s+always|(?:i|we)\s+(?:never|always))\b",
        # it is X's fault
        r"\b(?:my|your|his|her|their|\w+['’]s?)\s+(?:own\s+|damn\s+|sole\s+|entire\s+)?fault\b",
        r"\b(?:at\s+fault|fault\s+lies|(?<!default )(?<!no )fault\s+(?:was|of\s+(?:the\s+)?(?-i:[A-Z])))",
        r"(?<!not )(?<!no one is )\bto\s+blame\b|\b(?:I|we|must|can\s+only|should)\s+(?:\w+\s+)?blame\b",
        r"\bblam(?:e|es|ed|ing)\s+(?:him|her|them|you|us|everyone|others|the)\b",
        # they spoiled it
        r"\b(?:ruined|sabotag\w+|botched|screwed\s+(?:\w+\s+){0,2}(?:up|over)|screwed\s+(?:us|this|it|everything)|"
        r"messed\s+(?:\w+\s+){0,2}up|messed\s+(?:this|it|everything)|dropped\s+the\s+ball|"
        r"let\s+(?:us|me|everyone|everybody|the\s+\w+|their\s+\w+)\s+down|under\s+the\s+bus|stabbed\s+\w+\s+in\s+the\s+back)\b",
        r"\bthanks\s+to\s+(?-i:[A-Z])\w+,?\s+(?:we|I|the|everyone|nobody)\b",
        r"\b(?:because|on\s+account)\s+of\s+(?:him|her|them|you|(?:one|a\s+single|some|certain|a\s+certain)\s+(?:person|people))\b",
        r"\bcertain\s+(?:people|colleagues|persons|individuals)\b|\bsome\s+(?:people|colleagues)\s+(?:here|never|think)\b",
        # always, never, as usual
        r"\b(?:he|she)(?:['’](?:s|d|ll))?\s+(?:\w+ly\s+|just\s+)?(?:always|never|keeps?|kept|forgot|ignored?s?|refuse[ds]?|lied|"
        r"failed|fails|should|could|can|does|did|has|had|is|was|thinks|wants|wanted|made|decided|changed|blocks?|blocked)\b",
        r"\byou(?:\s+\w+ly|\s+just)?\s+(?:always|never|keep\s+\w+ing|forgot|ignored|refused|lied|failed|should\s+have|"
        r"did\s*n['’]?t\s+(?:tell|listen|answer|care|help|reply|deliver|send|bother)|were\s+supposed)\b",
        r"\bthey(?:\s+\w+ly|\s+just)?\s+(?:always|never\s+\w+|lied|refuse[ds]?\b|ignored?\b|"
        r"(?:do|did|could|would)\s*n['’]?t\s+(?:even\s+)?(?:care|bother|give|be|know\s+what|listen|read|answer|tell|help))\b",
        r"\bthey\s+(?:are|were)\s+(?:simply\s+|just\s+|so\s+|always\s+)?(?:impossible|incapable|unable|hopeless|a\s+joke|rude)\b",
        r"\b(?:he|she|they)\s+(?:obviously|clearly)\b",
        r"\b(?:could|can|did)\s*n['’]?t\s+(?:even\s+)?be?\s*bother(?:ed)?\b|\b(?:nobody|no\s+one|never|none)\b[^.!?]{0,40}\bbothered\b",
        r"^\W*(?:as\s+usual|typical)\b|\byou\s+(?:people|guys\s+never)\b|\b(?:had|have)\s+one\s+job\b",
        r"\b(?:never|always)\s+(?:answers?|repl(?:y|ies)|reads?|listens?|delivers?|responds?|helps?|tells?|informs?|"
        r"complains?|blames?|forgets?|ignores?|delays?|interrupts?|late)\b",
        r"\b(?:lied|lies)\s+(?:to|about)\b|\basleep\s+at\b|\boverruled\b|\bheads\s+(?:must|should)\s+roll\b",
        r"\bheld\s+(?:accountable|responsible)\b|\bto\s+save\s+(?:their|his|her)\s+li(?:fe|ves)\b",
        r"\b(?:his|her)\s+(?:attitude|behaviou?r|ego|temper|mistakes?|tone|moods?|excuses?)\b",
        r"\b(?:keeps|kept)\s+(?:changing|forgetting|ignoring|blaming|moving|missing|interfering|complaining|delaying)\b",
        r"\b(?:simply|deliberately|intentionally|wilfully|openly|again)\s+(?:ignor\w+|refus\w+|forg\w+)\b|"
        r"\brefused\s+to\s+(?:help|answer|listen|share|talk|join|do|give|come|sign|accept|work|change|cooperate|reply|speak)\b|"
        r"\bignored\s+(?:us|me|our|my|every|all\s+our|the\s+warnings?)\b",
        r"\b(?:fail(?:ed|s)?\s+(?:us|to\s+do)|(?:did|do|doing|done)\s+(?:\w+\s+)?(?:his|her|their|its|your))\s+(?:own\s+)?jobs?\b",
        r"\bif\s+only\s+\w+(?:\s+\w+)?\s+had\b|\b(?:has|have|had|with)\s+no\s+(?:clue|idea\s+(?:how|what\s+(?:they|he|she)))\b",
        r"\b(?:obviously|clearly|apparently)\s+(?:can|could|did|do|does)(?:n['’]?t|not|\s+not)\b|"
        r"\b(?:impossible|a\s+nightmare|a\s+pain)\s+to\s+(?:work|deal)\s+with\b|\b(?:does|do|did)\s*n['’]?t\s+care\b",
        # insults
        r"\b(?:incompeten\w+|lazy|laziness|idiots?|idiotic|idiocy|stupid(?:ity)?|useless|clueless|moron\w*|liars?|lying|"
        r"unprofessional|pathetic|arrogan\w+|dumb|sloppy|careless(?:ness)?|selfish\w*|amateurs?|amateurish|hopeless|"
        r"negligen\w+|ignoran\w+|disgrace\w*|bull[iy]\w*)\b",
        r"\bshould\s+(?:\w+\s+)?(?:be\s+(?:fired|sacked|ashamed|replaced|removed)|(?:have\s+)?resign(?:ed)?|apologi[sz]e|"
        r"(?:have\s+)?known?\s+better)\b",
    )
)
