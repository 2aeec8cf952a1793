"""What tables call their columns, in English and in Chinese, and the field that is meant by it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.database.folding import fold
from tracker.imports.fields import Field, usual_partner
from tracker.records.record_type import RecordType

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r" (?:[a-z]|a[a-ru-z]|\d{1,2})$")  # `State A` to `State AR`, `Country 2`; no words: `Date to` is no `Date`
# header -> field, beside the fields' own names; `parties` and `persons` stand for the usual role and figure of the type
_KNOWN = {
    "title": "title|name|course title|course|course name|name of course|title of course|training|training name|training title|"
    "name of training|ex name|exercise name|operation name|name of operation|treaty|agt|agt name|agreement name|name of agreement|"
    "agreement title|title of agreement|activity|activity name|name of activity|project|project name|subject|operation|"
    "title of operation|joint operation|agreement|instrument|event|"
    "名称|标题|题目|培训名称|培训班名称|课程|课程名称|活动名称|项目名称|行动|行动名称|联合行动|协定|协定名称|条约名称|文件名称",
    "start": "start|start date|first day|date of start|begin|begin date|date begin|begins|date begins|beginning|date of beginning|"
    "starts|date starts|date|from|date from|from date|start of course|start of training|signed|signed on|date signed|signature|"
    "date of signature|dat|日期|时间|开始|开始日期|开始时间|起始日期|起始时间|签署日期|签署时间|签订日期",
    "end": "end|end date|last day|date of end|date end|until|till|to|date to|to date|date till|date until|ends|date ends|end of course|"
    "end of training|end of operation|finish|finish date|finished on|date finished|结束|结束日期|结束时间|截止日期|截止时间|终止日期",
    "place": "place|location|venue|city|where|地点",
    "summary": "summary|description|focus description|notes|note|remark|remarks|comments|comment|备注|摘要",
    "series_name": "series|series name",
    "reference": "reference|our reference|record",
    "type": "type of record|record type|kind|type|type of activity|activity type|类型|类别|种类|记录类型|活动类型",
    "direction": "direction|in out|incoming outgoing|inward outward|方向|移交方向",
    "topic": "topic|topics|theme|subject matter|培训主题|主题|培训内容",
    "days": "number of days|no of days|duration days|天数|培训天数",
    "language": "language|working language|授课语言|语言",
    "binding": "legally binding|约束力|法律约束力",
    "expires_on": "expires|expiry|expiry date|expiration|expiration date|date of expiry|valid until|valid to|有效期至|到期日|到期日期",
    "crimes": "crime|crimes|crime type|type of crime|offence|offences|offense|offenses|type of offence|charge|charges|罪名|案由|犯罪类型",
    "parties": "country|countries|partner|partners|state|states|party|parties|nation|con|country name|participant|partner country|"
    "partner countries|partner state|partner states|partner nation|partner nations|partner or country|counterpart|counterparts|"
    "countries involved|participating countries|participating states|foreign partner|foreign partners|with|with whom|"
    "国家|国别|合作国家|合作方|合作伙伴|伙伴国|对方|对方国家|涉及国家|参与国家|国家或地区|国家和地区",
    "persons": "persons|people|number of persons|no of persons|nr of persons|number of people|no of people|nb of persons|"
    "persons no|persons number|head count|headcount|pax|人数|人员数量|人次",
    "figures:participants": "participants|number of participants|no of participants|nr of participants|participants no|trainees|"
    "number of trainees|no of trainees|persons trained|people trained|number of persons trained|officers trained|"
    "number of officers trained|number of officers|no of officers|students|number of students|no of students|attendees|"
    "number of attendees|trained|参训人数|培训人数|参加人数|学员人数|参训人员",
    "figures:handed_over": "persons handed over|people handed over|number of persons handed over|no of persons handed over|"
    "number handed over|suspects handed over|number of suspects handed over|fugitives handed over|persons transferred|"
    "persons extradited|persons returned|persons deported|移交人数|移交人员|移交人员数|押回人数|遣返人数|引渡人数",
    "figures:arrests": "arrests|persons arrested|people arrested|number of arrests|no of arrests|suspects arrested|"
    "number of persons arrested|抓获人数|抓获|抓获嫌疑人|逮捕人数",
    "figures:victims_rescued": "victims rescued|victims freed|rescued|解救人数|解救被害人",
    "figures:cases_solved": "cases solved|cases cleared|破案|破案数",
    "figures:cases_opened": "cases opened|cases filed|立案|立案数",
    "figures:trainers": "trainers|number of trainers|no of trainers|instructors|number of instructors|教官人数|授课人数",
    "figures:officers_deployed": "officers deployed|number of officers deployed|派出警力|出动警力",
    "figures:websites_closed": "websites closed|sites taken down|关停网站",
    "figures:accounts_frozen": "accounts frozen|frozen accounts|冻结账户",
    "figures:seized_drugs": "drugs seized|seized drugs|drug seizures|narcotics seized|缴毒|缴获毒品",
    "figures:seized_weapons": "weapons seized|firearms seized|seized weapons|seized firearms|guns seized|缴枪|缴获枪支",
    "figures:seized_goods": "goods seized|seized goods|查获物品",
    "identifiers:other": "id|no|nr|number|mmeid|agt id|file id|record id|identifier|编号",
    "identifiers:desk_file": "file|file number|file no|desk file|our file|our ref|desk ref|文号|卷号|档案号",
    "identifiers:treaty_number": "treaty number|treaty id|treaty no",
    "aliases": "title alt|other name|also known as|alias",
    "actions:entered_into_force": "force|in force|in force since|in force from|entry into force|entry into force date|"
    "date of entry into force|entered into force|entered into force on|effective date|生效日期|生效时间",
    "actions:terminated": "term|terminated|termination|date of termination",
}
_USUAL_FIGURES = {"handover": "figures:handed_over", "operation": "figures:arrests", "training": "figures:participants"}
# of several columns for one field, those that name the day which counts (C10) stand before a mere beginning
OUTRIGHT = frozenset(
    map(fold, ("signed", "signed on", "date signed", "signature", "date of signature", "签署日期", "签署时间", "签订日期"))
)
# names of what counts rows as often as it tells records apart; those of amounts say of what only with the type of the record
BARE_NUMBERS = frozenset(map(fold, ("no", "nr", "number", "编号", "序号")))
AMOUNTS = frozenset(map(fold, ("number", "quantity", "qty", "数量")))

TYPE_NAMES = frozenset(map(fold, _KNOWN["type"].split("|")))


def usual_fields(record_type: RecordType | None) -> dict[str, str]:
    """The fields that `parties` and `persons` stand for; '' where the type has no such figure."""
    return {
        "parties": usual_partner(record_type),
        "persons": _USUAL_FIGURES.get(record_type.kind, "") if record_type else "figures:participants",
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
    """The key of the field that a header names; '' for none."""
    folded = fold(words_of(header))
    for name in (folded, fold(header), _NUMBERED.sub("", folded)):
        if name in names:
            return names[name]
    return ""


def words_of(text: str) -> str:
    """`StartDate` as two words."""
    return _CAMEL.sub(" ", text)
