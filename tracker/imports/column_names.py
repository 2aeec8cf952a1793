"""What tables call their columns, in English and in Chinese, and the field that is meant by it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.database.folding import fold
from tracker.imports.fields import Field, usual_partner
from tracker.records.record_type import RecordType

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r" (?:[a-z]|a[a-ru-z]|\d{1,2})$")  # `State A` to `State AR`, `Country 2`; no words: `Date to` is no `Date`
_SCRIPTS = re.compile(r"[\u3400-\u9fff]+")  # signs of Han; what stands between them is the other part of a name in two languages
# fields of which one part of a name in two languages is not enough: `人数 Women` counts others, `日期 Approved` is another day
_NEEDS_BOTH = ("figures:", "identifiers:", "actions:", "start", "end", "expires_on")
# header -> field, beside the fields' own names; `parties` and `persons` stand for the usual role and figure of the type
_KNOWN = {
    "title": "title|name|course title|course|course name|name of course|title of course|training|training name|training title|"
    "name of training|ex name|exercise name|operation name|name of operation|treaty|agt|agt name|agreement name|name of agreement|"
    "agreement title|title of agreement|activity|activity name|name of activity|project|project name|subject|operation|"
    "title of operation|joint operation|agreement|instrument|event|名称|标题|题目|培训名称|培训班名称|课程|课程名称|活动名称|项目名称|"
    "行动|行动名称|联合行动|协定|协定名称|条约名称|文件名称|name of joint operation|case name|案件名称|会议名称",
    "start": "start|start date|first day|date of start|begin|begin date|date begin|begins|date begins|beginning|date of beginning|"
    "starts|date starts|date|from|date from|from date|start of course|start of training|signed|signed on|date signed|signature|"
    "date of signature|dat|日期|时间|开始|开始日期|开始时间|起始日期|起始时间|签署日期|签署时间|签订日期|dates|signing date|"
    "date of signing|signed date|handover date|date of handover|date handed over|transfer date|date of transfer|extradition date|"
    "date of extradition|surrender date|date of surrender|deportation date|date of deportation|repatriation date|date of repatriation|"
    "operation date|date of operation|training date|training dates|course dates|签约日期|签约时间|签订时间|移交日期|移交时间|引渡日期|"
    "引渡时间|遣返日期|遣返时间|押解日期|行动日期|行动时间|培训日期|培训时间|活动日期|活动时间|举办日期|举办时间",
    "end": "end|end date|last day|date of end|date end|until|till|to|date to|to date|date till|date until|ends|date ends|end of course|"
    "end of training|end of operation|finish|finish date|finished on|date finished|结束|结束日期|结束时间|截止日期|截止时间|终止日期",
    "place": "place|location|venue|city|where|地点|place of signature|place of signing|place of handover|handover place|"
    "place of transfer|place of training|training venue|training location|签署地点|签约地点|移交地点|培训地点|举办地点|行动地点|城市",
    "summary": "summary|description|focus description|notes|note|remark|remarks|comments|comment|备注|摘要|details|short description|"
    "主要内容|内容摘要|简介|说明|概要",
    "series_name": "series|series name",
    "reference": "reference|our reference|record",
    "type": "type of record|record type|kind|type|type of activity|activity type|类型|类别|种类|记录类型|活动类型",
    "direction": "direction|in out|incoming outgoing|inward outward|方向|移交方向|in or out|direction of handover|direction of transfer",
    "topic": "topic|topics|theme|subject matter|培训主题|主题|培训内容",
    "days": "number of days|no of days|duration days|天数|培训天数|duration in days|length in days|course days|training days",
    "language": "language|working language|授课语言|语言|training language|培训语言|工作语言",
    "binding": "legally binding|约束力|法律约束力",
    "expires_on": "expires|expiry|expiry date|expiration|expiration date|date of expiry|valid until|valid to|有效期至|到期日|到期日期|"
    "expires on|valid till|date of expiration|失效日期|到期时间",
    "crimes": "crime|crimes|crime type|type of crime|offence|offences|offense|offenses|type of offence|charge|charges|罪名|案由|"
    "犯罪类型|offence type|crime category|crime area|crime areas|offence category|案件类型|案件类别|涉嫌罪名|犯罪类别|犯罪领域",
    "parties": "country|countries|partner|partners|state|states|party|parties|nation|con|country name|participant|partner country|"
    "partner countries|partner state|partner states|partner nation|partner nations|partner or country|counterpart|counterparts|"
    "countries involved|participating countries|participating states|foreign partner|foreign partners|with|with whom|国家|国别|合作国家|"
    "合作方|合作伙伴|伙伴国|对方|对方国家|涉及国家|参与国家|国家或地区|国家和地区|participating country|participating state|"
    "participating nations|countries participating|involved countries|contracting party|contracting parties|contracting states|"
    "signatories|signatory states|signatory countries|other party|signed with|concluded with|参与方|参加国|参加国家|参与国|合作国|"
    "合作对象|缔约方|缔约国|签约方|签约国|签署方|签署国|受训国|受训国家|学员国别",
    "title_original": "original title|title in original language|原文名称|外文名称",
    "duration_text": "duration|validity|validity period|period of validity|有效期|有效期限",
    "renewal": "automatic renewal|tacit renewal|续期|自动续期",
    "legal_basis": "legal ground|legal grounds|法律依据|移交依据",
    "requested_on": "date of request|request date|date requested|请求日期|请求时间",
    "granted_on": "date granted",
    "refused_on": "date refused|refusal date|拒绝日期",
    "parties:sending": "from country|from state|sending country|sending state|sending party|handed over by|surrendered by|"
    "surrendering state|extradited from|returned from|deported from|transferred from|移交国|移交方|移出国|移出方|送交方|遣送国",
    "parties:receiving": "to country|to state|receiving country|receiving state|receiving party|handed over to|surrendered to|"
    "extradited to|returned to|deported to|transferred to|destination country|country of destination|接收国|接收方|接受国|移入国|移入方|"
    "目的国",
    "parties:requesting": "requesting country|requesting state|requesting party|requested by|请求国|请求方",
    "parties:requested": "requested country|requested state|requested party|被请求国|被请求方",
    "parties:transit": "transit country|transit state|过境国",
    "parties:lead": "lead country|lead state|led by|牵头国|牵头方|牵头国家",
    "parties:host": "host country|host state|host nation|hosted by|主办国|主办方|东道国|承办国",
    "parties:recipient": "recipient country|recipient countries|beneficiary country|beneficiary countries|受援国",
    "parties:provider": "provider country|providing country|providing state|training provider",
    "parties:venue": "venue country|country of venue|举办国",
    "identifiers:case_number": "case no|case nr|case id|案件编号|案件号|案号",
    "identifiers:notice_number": "notice no|red notice number|red notice no|红色通报号|红通号",
    "actions:ratified": "ratification|ratification date|date of ratification|ratified on",
    "persons": "persons|people|number of persons|no of persons|nr of persons|number of people|no of people|nb of persons|"
    "persons no|persons number|head count|headcount|pax|人数|人员数量|人次",
    "figures:participants": "participants|number of participants|no of participants|nr of participants|participants no|trainees|"
    "number of trainees|no of trainees|persons trained|people trained|number of persons trained|officers trained|"
    "number of officers trained|number of officers|no of officers|students|number of students|no of students|attendees|"
    "number of attendees|trained|参训人数|培训人数|参加人数|学员人数|参训人员",
    "figures:handed_over": "persons handed over|people handed over|number of persons handed over|no of persons handed over|"
    "number handed over|suspects handed over|number of suspects handed over|fugitives handed over|persons transferred|"
    "persons extradited|persons returned|persons deported|移交人数|移交人员|移交人员数|押回人数|遣返人数|引渡人数|移交嫌疑人|"
    "移交嫌疑人数|押解人数|交接人数",
    "figures:arrests": "arrests|persons arrested|people arrested|number of arrests|no of arrests|suspects arrested|"
    "number of persons arrested|抓获人数|抓获|抓获嫌疑人|逮捕人数|number arrested|抓捕人数|抓获犯罪嫌疑人|抓获嫌疑人数",
    "figures:victims_rescued": "victims rescued|victims freed|rescued|解救人数|解救被害人|number of victims rescued|rescued victims",
    "figures:cases_solved": "cases solved|cases cleared|破案|破案数|number of cases solved",
    "figures:cases_opened": "cases opened|cases filed|立案|立案数",
    "figures:trainers": "trainers|number of trainers|no of trainers|instructors|number of instructors|教官人数|授课人数",
    "figures:officers_deployed": "officers deployed|number of officers deployed|派出警力|出动警力",
    "figures:websites_closed": "websites closed|sites taken down|关停网站",
    "figures:accounts_frozen": "accounts frozen|frozen accounts|冻结账户",
    "figures:seized_drugs": "drugs seized|seized drugs|drug seizures|narcotics seized|缴毒|缴获毒品",
    "figures:seized_weapons": "weapons seized|firearms seized|seized weapons|seized firearms|guns seized|缴枪|缴获枪支",
    "figures:seized_goods": "goods seized|seized goods|查获物品",
    "identifiers:other": "id|no|nr|number|mmeid|agt id|file id|record id|identifier|编号",
    "identifiers:desk_file": "file|file number|file no|desk file|our file|our ref|desk ref|文号|卷号|档案号|file reference|file ref|"
    "档案编号",
    "identifiers:treaty_number": "treaty number|treaty id|treaty no|agreement number|agreement no|treaty nr|条约编号|协定编号",
    "aliases": "title alt|other name|also known as|alias",
    "actions:entered_into_force": "force|in force|in force since|in force from|entry into force|entry into force date|"
    "date of entry into force|entered into force|entered into force on|effective date|生效日期|生效时间",
    "actions:terminated": "term|terminated|termination|date of termination|date terminated|terminated on|终止日期|终止时间",
}
_USUAL_FIGURES = {"handover": "figures:handed_over", "operation": "figures:arrests", "training": "figures:participants"}
# of several columns for one field, those that name the day which counts (C10) stand before a mere beginning
OUTRIGHT = frozenset(
    {
        *map(fold, ("signed", "signed on", "date signed", "signature", "date of signature", "signing date", "date of signing")),
        *map(fold, ("signed date", "签署日期", "签署时间", "签订日期", "签订时间", "签约日期", "签约时间")),
    }
)
# what else a column may be whose cells are not what its name says first: `From` and `To` are countries as often as days
OTHERWISE = {"from": "parties:sending", "to": "parties:receiving"}
# names of what counts rows as often as it tells records apart; those of amounts say of what only with the type of the record
BARE_NUMBERS = frozenset(map(fold, ("no", "nr", "number", "编号", "序号")))
AMOUNTS = frozenset(map(fold, ("number", "quantity", "qty", "数量")))

TYPE_NAMES = frozenset(map(fold, _KNOWN["type"].split("|")))


def usual_fields(record_type: RecordType | None) -> dict[str, str]:
    """The fields that `parties` and `persons` stand for; '' where the type has no such figure."""
    return {
        "parties": usual_partner(record_type),
        "persons": _USUAL_FIGURES.get(record_type.kind, "") if record_type else "",
    }


def names_of_fields(fields: Mapping[str, Field], usual: Mapping[str, str]) -> dict[str, str]:
    """Folded names of columns -> keys of fields."""
    names: dict[str, str] = {}
    for key, field in fields.items():
        for name in (field.label, key, key.partition(":")[2]):
            if name:
                names.setdefault(fold(name), key)
    for key, known in _KNOWN.items():
        wanted = usual.get(key, key)
        if wanted in fields:
            names |= {fold(name): wanted for name in known.split("|")}
    return names


def by_name(header: str, names: Mapping[str, str]) -> str:
    """The key of the field that a header names; '' for none. Of a name in two languages both parts have to mean the same, as far as both
    are known."""
    if key := _known(header, names):
        return key
    found = [_known(part, names) for part in parts_of(header)]
    keys = {key for key in found if key}
    if len(keys) != 1:
        return ""
    key = keys.pop()
    return key if all(found) or not key.startswith(_NEEDS_BOTH) else ""


def _known(header: str, names: Mapping[str, str]) -> str:
    folded = fold(words_of(header))
    for name in (folded, fold(header), _NUMBERED.sub("", folded)):
        if name in names:
            return names[name]
    return ""


def parts_of(header: str) -> tuple[str, ...]:
    """The Han and the other part of a name in two languages, such as `国家 Country`; the name itself where it has one."""
    han, other = " ".join(_SCRIPTS.findall(header)), " ".join(_SCRIPTS.split(header))
    return (han, other) if fold(han) and any(map(str.isalpha, other)) else (header,)


def folded_parts(header: str) -> frozenset[str]:
    """The parts of a name as they are compared."""
    return frozenset(fold(words_of(part)) for part in parts_of(header))


def words_of(text: str) -> str:
    """`StartDate` as two words."""
    return _CAMEL.sub(" ", text)
