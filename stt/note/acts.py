"""What somebody does with a sentence: asks, promises, tells the other to do something, wishes, or only says."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from config.note_words import load_note_words
from stt.note.negation import negations
from stt.note.quantities import quantities
from stt.note.sentences import Sentence, is_nod
from stt.transcript import COUNSELOR


class Act(StrEnum):
    """`SMALL`: greetings, thanks and nods, on which nothing rests."""

    QUESTION = "question"
    REQUEST = "request"
    PROMISE = "promise"
    INSTRUCTION = "instruction"
    STATEMENT = "statement"
    SMALL = "small"


_TAIL = r"[\s.,?!~…]*$"
_ASKS = re.compile(
    r"(?:나요|까요|는지요|은지요|[은는ㄴ]가요|[가-힣]가요|습니까|십니까|[합됩입갑옵줍랍]니까|니까요?\?|으?세요\?|실래요|시겠어요|시죠\?|지요\?|죠\?|ㄹ까|을까|려나|던가요|대요\?|래요\?|"
    r"어요\?|아요\?|요\?|다고요|라고요\?|인지|는지|되지|니|냐|나)" + _TAIL
)
_ASKS_FOR_SURE = re.compile(
    r"(?:나요|까요|는지요|은지요|[은는]가요|인가요|한가요|된가요|된 건가요|건가요|습니까|십니까|"
    r"[합됩입갑옵줍]니까|실래요|시겠어요|던가요)" + _TAIL
)
_ASKS_THOUGH_NOT_MARKED = re.compile(
    r"(?:까요|[은는]지요|[은는]지 ?(?:궁금[가-힣]+|알고 싶[가-힣]+)|[습십합됩입]니까|[은는인한된]가요)"
    + _TAIL
)
_TO_ONESELF = re.compile(r"(?:[했됐었았]나|[이인]가|더라|더라구|던가|려나|였지|뭐지|뭐더라)" + _TAIL)
_QUESTION_WORDS = re.compile(
    r"(?<![가-힣])(?:언제|얼마|어디|어떻게|무엇|뭐가|뭘|뭐를|뭐예요|뭔가요|왜|몇|누가|누구|어떤|어느|혹시)"
)
_POLITE_END = re.compile(r"(?:[가-힣]요|죠|지)" + _TAIL)

_PROMISES = re.compile(
    r"(?P<going>[가-힣](?:게요|께요|게|께|려고요?))"
    + _TAIL
    + r"|(?:겠습니다|겠어요|겠네요|겠다고요)"
    + _TAIL
    + r"|기로 ?(?:하|했|할|해)[가-힣]*"
    + _TAIL
    + r"|(?P<plan>[가-힣]) ?(?:예정|계획|생각|거)(?:입니다|이에요|예요|이고요|이거든요|이요|에요)"
    + _TAIL
    + r"|[려]고 (?:해요|합니다|하고요|하는데요?|하거든요)"
    + _TAIL
)
_PROMISES_IN_DIALECT = re.compile(r"(?:하|가|보|내|오|주|두|쓰)께(?:요|예)?" + _TAIL)
_PROMISES_BESIDES = re.compile(
    r"(?:드리죠|드리지요|드릴 (?:거예요|겁니다|거고요|예정)|(?:할|드릴|둘|놓을|볼|넣을|보낼) "
    r"테니까?요?|(?:하|드리)는 걸로 (?:하|할)[가-힣]+)" + _TAIL
)
_FORETELLS = re.compile(r"(?:거|것)(?:예요|에요|이에요|입니다|이고요|고요)" + _TAIL)
_NO_PROMISE = re.compile(
    r"(?:알겠|모르겠|감사하겠|고맙겠|좋겠|되겠|힘들겠|어렵겠|그렇겠|시겠|있겠|없겠|않겠[네지]|못하겠|했겠|았겠|었겠|나오겠네|아니겠)[가-힣]*"
    + _TAIL
)
_AT_ONCE = re.compile(
    r"(?:말씀|설명|여쭤|여쭈|질문|시작|읽어|불러|보여|얘기|이야기|진행|넘어가|정리|체크|조회)(?:을|"
    r"를)? ?(?:해 ?)?(?:드리|드릴|볼|보|할|줄)?(?:게요|께요|겠습니다|겠어요|도록 하겠습니다)" + _TAIL
)
"""What is done in the talk itself is no promise."""

_INSTRUCTS = re.compile(
    r"(?:으?(?:세요|셔요|십시오|십쇼)|주세요|주십시오|주시고요?|주시면|주시겠어요|주실래요|"
    r"시면 (?:됩니다|돼요|되세요|되고요?|되고|되시고|되시는|될|좋|돼|되는|되십니다|편하)[가-힣 "
    r"]*|"
    r"셔야 ?(?:합니다|해요|돼요|됩니다|되고|하고|되는|하는|돼|되세요|하세요|한다|된다|되거든요|"
    r"하거든요)[가-힣 ]*|[아어해야]야 ?(?:합니다|해요|돼요|됩니다|되고요?|하고요?|되는데요?|"
    r"하는데요?|되거든요|하거든요|돼)|시는 게 좋[가-힣]+|마세요|마십시오|시기 바랍니다|바랍니다|"
    r"[가-힣] 줘요|[해내]줘요)" + _TAIL
)
_ASKS_TO = re.compile(
    r"(?:주시겠어요|주실래요|주시겠습니까|[려어아] ?보시겠어요|주실 수 있(?:으세요|을까요|으실까요))" + _TAIL
)
"""It has the form of a question, and tells somebody to do something."""
_NO_INSTRUCTION = re.compile(
    r"(?:안녕하세요|계세요|가세요|들어가세요|수고하세요|되세요|힘내세요|어떻게 하세요|말씀하세요|"
    r"말씀해 ?주세요|앉으세요|걱정 ?마세요|걱정하지 마세요|그러세요|아니세요|맞으세요|하시는 "
    r"거세요|있으세요|없으세요|기다려 ?주세요|기다리세요)" + _TAIL
)
_REQUESTS = re.compile(
    r"(?:봐|해|내|보내) ?(?:도|주이소|주소|줘요|줘유)$|(?:해|내|봐|떼|보내|알려|가르쳐|연락|"
    r"전화|바꿔|신청|등록|확인|소개|추천|발급|처리)[가-힣 ]{0,4}주(?:세요|실 수|시면|시겠|실래|"
    r"십시오|셨으면|시나)|부탁|(?:신청하?|받|알|알아보|듣|등록하?|문의하?|상담하?|배우|발급받|"
    r"확인하|바꾸|변경하|취소하|여쭤보|물어보|수강하|다니|들어가)고 싶|"
    r"[까나] ?(?:해서요|하고요|싶어서요)|[은는]지 ?해서요|었으면 (?:해|하|좋)|았으면 (?:해|"
    r"하|좋)|했으면 (?:해|하|좋)|문의|여쭤|여쭈|궁금|알고 싶|알아보려|상담 ?받|신청하러|신청하려|"
    r"받으려|받고 싶|등록하러|물어보려|물어볼|때문에 (?:전화|왔|연락)|러 왔|려고 (?:왔|전화|"
    r"연락)|(?:할|받을|될|낼|쓸|들을) 수 있을까|안 될까|안 되나|좀 (?:해|알려|봐) ?주"
)

_COMES_FOR = re.compile(
    r"(?:여쭤|여쭈|문의|물어|알아|상담)[가-힣 ]{0,6}려고(?:요|[가-힣 ]*(?:왔|전화|연락)[가-힣]*)?" + _TAIL
)


def act_of(sentence: Sentence) -> Act:
    """What the sentence is for. Endings decide; where they leave it open, what a counselor and a person do."""
    text = sentence.bare
    if is_nod(text) or is_small(sentence) or not _has_matter(sentence):
        return Act.SMALL
    return _of_counselor(sentence, text) if sentence.likely == COUNSELOR else _of_person(sentence, text)


def _of_person(sentence: Sentence, text: str) -> Act:
    if _COMES_FOR.search(text) or (_REQUESTS.search(text) and not _PROMISES.search(text)):
        return Act.REQUEST
    if asks(sentence):
        return Act.QUESTION
    return Act.PROMISE if promises(text) else Act.STATEMENT


def _of_counselor(sentence: Sentence, text: str) -> Act:
    if _ASKS_TO.search(text):
        return Act.INSTRUCTION
    if asks(sentence):
        return Act.QUESTION
    foretold = _FORETELLS.search(text) and not _PROMISES_BESIDES.search(text)
    if promises(text) and not foretold:
        return Act.PROMISE
    return Act.INSTRUCTION if instructs(text) else Act.STATEMENT


def _has_matter(sentence: Sentence) -> bool:
    """Not only words that say nothing by themselves; a denial always says something."""
    return bool(sentence.matter or negations(sentence.text) or quantities(sentence.text))


def asks(sentence: Sentence) -> bool:
    """Recognised words often come without a question mark: then the ending, or a question word, must tell."""
    text = sentence.bare
    if sentence.text.rstrip().endswith("."):
        return bool(_ASKS_THOUGH_NOT_MARKED.search(text))
    if _TO_ONESELF.search(text):
        return False
    if _ASKS_FOR_SURE.search(text):
        return True
    if sentence.asked and (_ASKS.search(text + "?") or _POLITE_END.search(text)):
        return True
    if instructs(text):
        return False
    return bool(_QUESTION_WORDS.search(text) and _POLITE_END.search(text) and _question_ending(text))


def _question_ending(text: str) -> bool:
    """요 after a question word asks, unless it is one of the endings that only tell."""
    return (
        re.search(r"(?:거든요|는데요|은데요|네요|게요|께요|니까요|고요|라서요|잖아요|대요|군요)$", text)
        is None
    )


def promises(text: str) -> bool:
    """What the speaker is going to do. Whether the other one has agreed is another matter."""
    text = text.strip(" .,?!~…")
    if _PROMISES_IN_DIALECT.search(text) or _PROMISES_BESIDES.search(text):
        return True
    hit = _PROMISES.search(text)
    if hit is None or _NO_PROMISE.search(text) or _AT_ONCE.search(text):
        return False
    going, plan = hit["going"], hit["plan"]
    if "려고" in hit.group() and re.search(r"(?<![가-힣])(?:안|못) [가-힣]+$", text):
        return False
    if going and not going.rstrip("요").endswith("려고"):
        return _ends_in_rieul(going[0])
    return _ends_in_rieul(plan) if plan else True


def _ends_in_rieul(letter: str) -> bool:
    """할 in 할게요: what is going to be done is said with ㄹ."""
    return "가" <= letter <= "힣" and (ord(letter) - ord("가")) % 28 == 8


def instructs(text: str) -> bool:
    """What the other one is to do."""
    text = text.strip(" .,?!~…")
    return bool(_INSTRUCTS.search(text)) and not _NO_INSTRUCTION.search(text)


_INTRODUCES = re.compile(
    r"(?:센터|지원팀|담당|상담사\]?|팀)(?:입니다|이에요|예요|인데요)$|(?:통화|상담).{0,12}녹음"
)


@cache
def _small_talk() -> re.Pattern[str]:
    return re.compile("(?<![가-힣])(?:" + "|".join(map(re.escape, load_note_words().small_talk)) + ")")


def is_small(sentence: Sentence) -> bool:
    """A greeting with nothing else in it: few words that carry matter, and no number."""
    if _INTRODUCES.search(sentence.bare) and len(sentence.bare) < 30:
        return True
    if any(m.tag in {"SN", "NR"} for m in sentence.morphemes) or len(sentence.content) > 5:
        return False
    return bool(_small_talk().search(sentence.text)) and not _matter(sentence.text)


@cache
def _field_words() -> re.Pattern[str]:
    fields = load_note_words().fields
    words = (*fields.situation, *fields.guidance)
    return re.compile(
        "(?<![가-힣])(?:" + "|".join(map(re.escape, sorted(set(words), key=len, reverse=True))) + ")"
    )


def _matter(text: str) -> bool:
    return bool(_field_words().search(_small_talk().sub(" ", text)))
