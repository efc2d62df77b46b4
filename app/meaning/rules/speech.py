"""Guesses which words of an English clause are nouns, by lists of common verbs, endings and the word before; pure.

No trained tagger: those that carry their data in the package are large, need more packages, or were not kept up.
Words that are in no list count as nouns, so texts in other languages lose little.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.meaning.rules.words import Word


class PartOfSpeech(StrEnum):
    """What a word does in its clause. A participle ("missed") and a gerund ("testing") may begin a noun phrase."""

    NOUN = "noun"
    ADJECTIVE = "adjective"
    PREDICATE = "predicate"
    PARTICIPLE = "participle"
    GERUND = "gerund"
    VERB = "verb"
    LINK = "link"
    ADVERB = "adverb"
    OTHER = "other"


VERBS = frozenset(
    """
    accept achieve add adapt admit advertise agree allow announce appear appoint apply appreciate arrange arrive ask
    assign assume attend avoid become begin believe belong block book borrow break bring build bump buy care carry
    catch choose clarify collect come communicate compare complain complete confuse connect consider consist contain
    continue contribute coordinate create cut decide define delay delete deliver depend describe deserve determine
    develop direct disagree disappear discover discuss distribute divide draw drop eat edit eliminate email enable
    encourage end enjoy ensure establish evaluate exist expect explain explore extend fail fall feel figure fill find
    finish fit fix focus follow force forget format gain gather generate grow guarantee guess handle happen hear help
    hire hit hold hope identify ignore implement improve include increase indicate inform insist install intend
    introduce invest investigate invite involve join know lack lead learn leave lend limit listen live look lose love
    maintain manage mean meet mention merge mind miss move notice notify obtain occur offer omit open operate organise
    organize own participate pay perform pick plan play post postpone predict prefer prepare present prevent print
    proceed produce promise promote propose provide publish pull push raise reach react read realise realize receive
    recommend reduce refer reflect refuse reject rely remain remember remind remove repeat replace reply represent
    request require resolve respond restart return revert reveal review run save schedule see select sell send
    separate serve share show sign simplify sit skip solve speak spend split stand start stay stick stop store
    struggle submit succeed suffer suggest supply support suppose surprise survive switch take talk teach tell tend
    test thank think throw track train treat trigger try turn understand update upgrade use visit wait walk want warn
    waste watch wear wish wonder work worry write
    """.split()  # noqa: SIM905  (a list of words reads best as words)
)
NOUNS_TOO = frozenset(
    """
    answer block book break build care change check clash contact cost cover cut deal delay demand discount drop edit
    email end estimate fall feature feedback fit fix focus force format help hire hit hold hope lack launch lead limit
    link list look lunch merge mind model move name need note offer order paper pass pay pick place plan play point
    post present print promise pull push range rank rate reach read record reply report request result return review
    risk run save schedule score search session share shift show sign slot sound split staff stand start stay stock
    stop store stream struggle supply support survey switch talk test thank tie time tour track trade train treat
    trigger trip turn update upgrade use view visit volunteer wait walk waste watch wish work address access schedule
    direct document design benefit transfer process project program question target ticket travel invoice budget
    """.split()  # noqa: SIM905
)
"""Verbs or nouns by what stands before them: "to review" and "the review"."""

PAST = frozenset(
    """
    became began bought broke brought built came caught chose cost cut did drew fell felt fought found forgot gave
    got grew had heard held hit kept knew laid led left lent lost made meant met paid put ran read rose said sat saw
    sent showed shown sold spent spoke stood stuck taught thought threw told took understood went wore won wrote
    been begun broken chosen come done drawn eaten fallen forgotten given gone grown known seen spoken taken thrown
    worn written missed happened seemed needed wanted used tried decided liked loved got asked ended turned agreed
    """.split()  # noqa: SIM905
)
PARTICIPLES = frozenset({"broken", "hidden", "known", "unknown", "written", "lost", "shared", "unwritten", "built"})
"""Irregular ones that stand well before a noun."""

LINKS = frozenset(
    """
    is are was were be been being isn't aren't wasn't weren't am seem seems seemed feel feels felt look looked looks
    remain remains remained stay stayed stays become became becomes get gets got arrive arrives arrived come comes
    came run ran runs start started starts sent handed delivered shipped finished
    """.split()  # noqa: SIM905
)
PREDICATES = frozenset(
    """
    late early slow missing unclear unknown wrong incomplete outdated unavailable broken confusing inconsistent
    insufficient inaccurate unreadable unreliable overdue empty noisy loud hot cold crowded understaffed overloaded
    overbooked unstable unresolved unfinished undocumented untested unplanned short
    """.split()  # noqa: SIM905
)
"""What may be said of a thing and stand before it as well: "files were late" are "late files"."""

ADVERBS = frozenset(
    """
    ahead already always anyway apart asap away back beforehand daily earlier easily elsewhere finally forth forward
    hence here immediately instantly later maybe monthly never nevertheless often once online onsite otherwise overall
    perhaps possibly potentially properly recently simply somehow sometimes somewhere soon still then there therefore
    thus today together tomorrow tonight twice typically weekly yesterday yet eg ie etc vs via
    """.split()  # noqa: SIM905
)
ADJECTIVES = frozenset(
    """
    additional afraid amazing available awesome aware best better careful central certain clear closed cold common
    complete complex confusing correct current dedicated different difficult direct due earlier easier easy entire
    excellent exciting explicit extra fair fantastic fast final fine flexible free frequent full fun general global
    glad happy hard helpful high huge important incorrect individual informal initial interesting internal invalid
    large larger latest lightweight likely limited live local longer low main major minimal minor multiple necessary
    next nice obvious old older ok okay open optional original overall particular personal poor popular possible
    previous private proper public quick random ready real recent regular relevant responsible right rough safe scary
    second separate serious short shorter significant similar simple single small smaller smooth solid special
    specific standard steep strong sufficient super sure technical terrible tight total tough ultimate unable unclear
    unexpected unnecessary unique upcoming upper useful useless usual valid various visible warm weak welcome whole
    wide willing wonderful worse worst worth young third fourth successful
    late early slow missing outdated lower upper clearer stronger faster simpler bigger higher tighter
    """.split()  # noqa: SIM905
)
DETERMINERS = frozenset(
    """
    a an the this that these those my our your his her its their some any each every no another other both all
    several many few more most less least enough such same own which whose much
    """.split()  # noqa: SIM905
)
BEFORE_VERBS = frozenset(
    """
    to can could should would will may might must shall not don't doesn't didn't can't cannot couldn't shouldn't won't
    wouldn't please let's i we you they he she it who nobody everybody people someone somebody everyone 'll better
    """.split()  # noqa: SIM905
)
_ADJECTIVE_ENDINGS = ("ful", "ous", "able", "ible", "less", "ish", "est")
_VERB_ENDINGS = ("ate", "ify", "ise", "ize")
_NOUNS_IN_ED = frozenset({"need", "speed", "feed", "seed", "embed", "weed", "breed", "deed", "creed", "shed", "sled"})
_NOUNS_IN_ING = frozenset({"thing", "something", "anything", "everything", "nothing", "ring", "string", "spring"})
_NOUNS_IN_ING |= {"wing", "evening", "morning"}
_NOUNS_IN_LY = frozenset(["reply", "supply", "family", "assembly", "anomaly", "july", "italy", "ally"])
_NO_GERUNDS = frozenset(
    """
    being having going doing getting making coming taking giving trying using needing wanting seeing saying looking
    becoming putting letting thinking knowing including according regarding depending considering assuming
    """.split()  # noqa: SIM905
)


def parts(clause: Sequence[Word]) -> list[PartOfSpeech]:
    """The part of speech of each word of a clause."""
    lower = [word.written.lower().replace("’", "'") for word in clause]
    return [_part(lower, place) for place in range(len(lower))]


def _part(words: Sequence[str], place: int) -> PartOfSpeech:
    word = words[place]
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if word in PREDICATES:
        return PartOfSpeech.PREDICATE
    if word in LINKS and not (word in NOUNS_TOO and before in DETERMINERS):
        return PartOfSpeech.LINK
    if word in ADVERBS or (word.endswith("ly") and word not in _NOUNS_IN_LY and len(word) > 4):
        return PartOfSpeech.ADVERB
    if word in ADJECTIVES or (word.endswith(_ADJECTIVE_ENDINGS) and len(word) > 5):
        return PartOfSpeech.ADJECTIVE
    if word in PARTICIPLES:
        return PartOfSpeech.PARTICIPLE
    if word in PAST:
        return PartOfSpeech.VERB
    if word.endswith("ed") and len(word) > 4 and word not in _NOUNS_IN_ED:
        return PartOfSpeech.PARTICIPLE
    if word.endswith("ing") and len(word) > 4 and word not in _NOUNS_IN_ING:
        return PartOfSpeech.OTHER if word in _NO_GERUNDS else PartOfSpeech.GERUND
    return PartOfSpeech.VERB if _is_verb(word, before, after, first=place == 0) else PartOfSpeech.NOUN


def _is_verb(word: str, before: str, after: str, *, first: bool) -> bool:
    base = _base(word)
    if base in VERBS and base not in NOUNS_TOO:
        return before not in DETERMINERS or before in ("that", "which")
    if before == "to":
        return base in NOUNS_TOO or after in DETERMINERS or word.endswith(_VERB_ENDINGS)
    if before in BEFORE_VERBS:
        return True
    if base not in NOUNS_TOO:
        return False
    return first and word == base and (after in DETERMINERS or after.isdigit())


def _base(word: str) -> str:
    if word in VERBS or word in NOUNS_TOO:
        return word
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending) and (base := word.removesuffix(ending) + instead) in VERBS | NOUNS_TOO:
            return base
    return word
