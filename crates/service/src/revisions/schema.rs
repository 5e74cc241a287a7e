//! The elements of a matter (要素, GB/T 39554) as groups of named cells: one table that the editor's forms,
//! the worksheets, the comparison of versions and every error's place are made from.

/// What a cell holds, and how it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Text of several lines.
    Long,
    /// Several texts, one a line.
    Lines,
    /// A whole number.
    Number,
    /// Yuan with at most two decimals; kept in fen.
    Yuan,
    /// 是 or 否; empty is 否.
    Flag,
    /// One of a closed list: code and word.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Some of a closed list, 、 between.
    Some(&'static [(&'static str, &'static str)]),
    /// Id of a body in the region file.
    Body,
    /// Id of a window in the region file.
    Window,
    /// A condition as a Chinese sentence.
    Rule,
    /// Several small rows, one a line, ｜ between the columns.
    Rows(&'static [Column]),
    /// Names and what belongs to each, one pair a line, ｜ between them.
    Pairs,
}

/// One element.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Name in forms, unique in its group.
    pub key: &'static str,
    /// Where the value lies in the row, e.g. `visits.times`.
    pub path: &'static str,
    /// 名称, as in the standard.
    pub label: &'static str,
    pub kind: Kind,
    /// Empty is an error.
    pub needed: bool,
    /// How to fill it in; empty where the label says it.
    pub hint: &'static str,
}

/// Records inside a row that may be left out whole: of those, a cell is needed only when another is filled in.
const OPTIONAL: [&str; 4] = ["licence", "deferral", "promise", "validity"];

impl Column {
    /// The record inside the row that this belongs to, where it may be left out.
    pub fn record(&self) -> Option<&'static str> {
        let (record, _) = self.path.split_once('.')?;
        OPTIONAL.into_iter().find(|name| *name == record)
    }

    /// Needed in every row.
    pub fn always_needed(&self) -> bool {
        self.needed && self.record().is_none()
    }
}

/// How the rows of a group lie in the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The one row is the matter itself.
    Root,
    /// The one row is this record; all cells empty means there is none.
    Record(&'static str),
    /// The rows of this list.
    List(&'static str),
    /// Fields of the form, in the section that their first column names.
    Fields,
    /// Checks between fields.
    Checks,
}

/// Elements that are edited together: a page of the editor, a worksheet.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    pub key: &'static str,
    pub title: &'static str,
    pub place: Place,
    pub columns: &'static [Column],
}

impl Group {
    /// One row only.
    pub fn single(&self) -> bool {
        matches!(self.place, Place::Root | Place::Record(_))
    }

    /// Whether an empty cell of this column says nothing here, because its whole record is left out;
    /// `filled` tells of each key whether something is in its cell.
    pub fn left_out(&self, column: &Column, filled: impl Fn(&str) -> bool) -> bool {
        let record = column.record();
        record.is_some() && !self.columns.iter().any(|c| c.record() == record && filled(c.key))
    }

    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|c| c.key == key)
    }
}

/// The group of this key.
pub fn group(key: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|g| g.key == key)
}

const fn need(key: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { key, path: key, label, kind, needed: true, hint: "" }
}

const fn may(key: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { key, path: key, label, kind, needed: false, hint: "" }
}

const fn at(path: &'static str, column: Column) -> Column {
    Column { path, ..column }
}

const fn hint(hint: &'static str, column: Column) -> Column {
    Column { hint, ..column }
}

use Kind::{Body, Flag, Lines, Long, Number, OneOf, Pairs, Rows, Rule, Some, Text, Window, Yuan};

const ENDINGS: &[(&str, &str)] = &[
    ("withdrawn", "撤回申请"),
    ("acceptance_refused", "不予受理"),
    ("refused", "不予批准"),
    ("not_supplied", "补交不来"),
];
const UNITS: &[(&str, &str)] = &[("working_days", "工作日"), ("days", "日"), ("months", "月")];
const STARTS: &[(&str, &str)] = &[
    ("acceptance", "受理"),
    ("receipt", "收件"),
    ("decision", "作出决定"),
    ("notice", "告知"),
    ("payment", "缴费"),
    ("birth", "出生"),
    ("event", "依据写明的事"),
];
const ITEM_KINDS: &[(&str, &str)] = &[
    ("licence", "行政许可"),
    ("levy", "行政征收"),
    ("benefit", "行政给付"),
    ("confirmation", "行政确认"),
    ("award", "行政奖励"),
    ("adjudication", "行政裁决"),
    ("other", "其他行政权力"),
    ("public_service", "公共服务"),
];
const LEVELS: &[(&str, &str)] = &[
    ("nation", "国家级"),
    ("province", "省级"),
    ("city", "市级"),
    ("county", "县级"),
    ("township", "乡级"),
    ("village", "村级"),
];
const AUDIENCES: &[(&str, &str)] = &[("person", "自然人"), ("firm", "法人和其他组织")];
const CHANNELS: &[(&str, &str)] = &[("window", "窗口"), ("web", "电脑"), ("mobile", "手机"), ("post", "邮寄")];
const PROCESSINGS: &[(&str, &str)] = &[("immediate", "即办件"), ("promised", "承诺件")];
const MATERIAL_KINDS: &[(&str, &str)] = &[("certificate", "证件证书证明"), ("form", "申请表格文书"), ("other", "其他")];
const MATERIAL_FORMS: &[(&str, &str)] = &[("paper", "纸质"), ("electronic", "电子化"), ("either", "纸质或电子化")];
const NECESSITIES: &[(&str, &str)] =
    &[("necessary", "必要"), ("conditional", "非必要（按情形）"), ("deferrable", "可容缺后补")];
const SOURCES: &[(&str, &str)] = &[("applicant", "申请人自备"), ("government", "政府核发"), ("other", "其他")];
const DEFAULTS: &[(&str, &str)] = &[("refuse", "不予许可"), ("close", "终止办理")];
const DAYS: &[(&str, &str)] = &[("issued", "开具日期"), ("until", "有效期到")];
const FILES: &[(&str, &str)] = &[("jpeg", "JPG 照片"), ("png", "PNG 图片"), ("pdf", "PDF 文件")];
const RAISES: &[(&str, &str)] = &[("submission", "提交时"), ("acceptance", "受理时")];
/// Kinds of fields; what a kind needs besides stands in columns of its own.
pub(super) const FIELD_KINDS: &[(&str, &str)] = &[
    ("text", "文字"),
    ("long_text", "长文字"),
    ("person_name", "姓名"),
    ("phone", "手机号"),
    ("resident_id", "居民身份证号"),
    ("uscc", "统一社会信用代码"),
    ("birth_certificate", "出生医学证明编号"),
    ("real_estate_unit", "不动产单元号"),
    ("date", "日期"),
    ("choice", "单选"),
    ("number", "数字"),
    ("money", "金额"),
];
const CHECKS: &[(&str, &str)] =
    &[("different", "两项不能相同"), ("birth_date_of", "是身份证号里的生日"), ("not_before", "不早于")];

/// The options of a question or of a closed list.
pub(super) const OPTIONS: &[Column] =
    &[need("value", "代码", Text), need("label", "文字", Text), may("hint", "提示", Text)];
const CRITERIA: &[Column] =
    &[need("id", "代码", Text), need("text", "合格的样子", Text), need("mend", "不合格怎么改", Text)];
const REDUCTIONS: &[Column] = &[
    need("when", "什么情形", Rule),
    need("percent", "还要交百分之几", Number),
    need("reason", "减免理由", Text),
    need("basis", "依据", Text),
    need("evidence", "凭什么证明", Text),
];

/// Everything, in the order of the guide.
pub static GROUPS: &[Group] = &[
    Group {
        key: "matter",
        title: "基本信息",
        place: Place::Root,
        columns: &[
            hint("网址里的短名：小写字母、数字、连字符；发布后不改", need("slug", "短名", Text)),
            hint("1–12 位", need("basic_code", "基本编码", Text)),
            hint("31 位：机构的统一社会信用代码、行使层级、基本编码", need("code", "实施编码", Text)),
            need("title", "事项名称", Text),
            need("title_en", "英文名称", Text),
            hint("一行一个；大家怎么说就怎么写，搜索靠它", need("aliases", "俗称", Lines)),
            hint("音节之间用空格", need("pinyin", "名称的拼音", Text)),
            need("kind", "事项类型", OneOf(ITEM_KINDS)),
            need("level", "行使层级", OneOf(LEVELS)),
            need("body", "实施主体", Body),
            need("window", "办理窗口", Window),
            need("audience", "服务对象", Some(AUDIENCES)),
            need("theme", "主题", Text),
            may("life_event", "人生或经营的哪件事", Text),
            need("channels", "办理形式", Some(CHANNELS)),
            may("cross_province", "跨省通办", Flag),
            need("processing", "办件类型", OneOf(PROCESSINGS)),
            hint(
                "1 咨询、2 收件、3 预审、4 受理、5 办理、6 结果反馈、7 电子证照",
                need("online_depth", "网办深度", Number),
            ),
            at("visits.times", need("visits", "到场次数", Number)),
            hint("到场一次以上要写", at("visits.reason", may("visit_reason", "到场原因", Text))),
            hint("一句话：这是什么", need("summary", "简介", Long)),
            hint("一行一条", need("requirements", "办理条件", Lines)),
            at("statutory.amount", need("statutory_amount", "法定时限", Number)),
            at("statutory.unit", need("statutory_unit", "法定时限单位", OneOf(UNITS))),
            at("statutory.start", need("statutory_start", "法定时限从什么时候算", OneOf(STARTS))),
            at("statutory.basis", need("statutory_basis", "法定时限依据", Text)),
            hint("0 是当场办结", at("promised.amount", need("promised_amount", "承诺时限", Number))),
            at("promised.unit", need("promised_unit", "承诺时限单位", OneOf(UNITS))),
            at("promised.start", need("promised_start", "承诺时限从什么时候算", OneOf(STARTS))),
            at("promised.basis", need("promised_basis", "承诺时限依据", Text)),
            may("accepted_on_receipt", "收件即受理", Flag),
            need("handler", "办理人员（岗位）", Text),
            need("responsible", "责任人", Text),
            need("consult_phone", "咨询电话", Text),
            need("complaint_phone", "投诉电话", Text),
            hint("一行一条", may("notes", "注意事项", Lines)),
            hint("申请人声明并签名的话", need("statement", "申请人声明", Long)),
            hint("“权责清单”里的代码；公共服务不用写", may("power", "权责清单", Text)),
            hint("表格字段的代码", at("applicant.name", need("applicant_name", "申请人姓名的字段", Text))),
            hint("表格字段的代码", at("applicant.phone", need("applicant_phone", "申请人手机的字段", Text))),
        ],
    },
    Group {
        key: "basis",
        title: "设定依据",
        place: Place::List("basis"),
        columns: &[need("title", "法律法规名称", Text), need("article", "条款", Text), need("says", "说了什么", Long)],
    },
    Group {
        key: "questions",
        title: "情形引导的问题",
        place: Place::List("questions"),
        columns: &[
            hint("小写字母、数字、下划线", need("id", "代码", Text)),
            need("text", "问题", Text),
            need("why", "为什么问", Text),
            hint("一行一个：代码｜文字｜提示", need("options", "选项", Rows(OPTIONS))),
            hint("不写就是都问", may("when", "什么情形才问", Rule)),
        ],
    },
    Group {
        key: "conditions",
        title: "符合不符合",
        place: Place::List("conditions"),
        columns: &[
            need("id", "代码", Text),
            need("text", "条件", Text),
            need("rule", "怎样算符合", Rule),
            need("title_if_not", "不符合时的标题", Text),
            need("otherwise", "不符合时怎么办", Long),
        ],
    },
    Group {
        key: "sections",
        title: "表格的部分",
        place: Place::List("form.sections"),
        columns: &[
            need("id", "代码", Text),
            need("title", "标题", Text),
            may("intro", "说明", Long),
            may("when", "什么情形才填", Rule),
        ],
    },
    Group {
        key: "fields",
        title: "表格的字段",
        place: Place::Fields,
        columns: &[
            hint("“表格的部分”里的代码", need("section", "属于哪部分", Text)),
            hint("小写字母、数字、下划线", need("name", "代码", Text)),
            need("label", "名称", Text),
            may("hint", "提示", Text),
            may("example", "示例", Text),
            need("kind", "类型", OneOf(FIELD_KINDS)),
            hint("文字：最多几个字；数字：最大", may("max", "最多", Number)),
            hint("数字：最小", may("min", "最少", Number)),
            may("max_yuan", "金额最多（元）", Yuan),
            may("unit", "数字的单位", Text),
            hint("单选的选项，一行一个：代码｜文字｜提示", may("options", "选项", Rows(OPTIONS))),
            may("not_future", "日期不能晚于今天", Flag),
            may("not_past", "日期不能早于今天", Flag),
            may("optional", "可以不填", Flag),
            may("when", "什么情形才填", Rule),
            hint("浏览器自动填写的种类，如 name、tel", may("autocomplete", "自动填写", Text)),
        ],
    },
    Group {
        key: "checks",
        title: "字段之间的核对",
        place: Place::Checks,
        columns: &[
            need("check", "核对什么", OneOf(CHECKS)),
            need("field", "字段", Text),
            need("other", "和哪个字段比", Text),
        ],
    },
    Group {
        key: "materials",
        title: "申请材料",
        place: Place::List("materials"),
        columns: &[
            need("id", "代码", Text),
            need("name", "材料名称", Text),
            need("kind", "材料类型", OneOf(MATERIAL_KINDS)),
            need("form", "材料形式", OneOf(MATERIAL_FORMS)),
            may("originals", "原件份数", Number),
            may("copies", "复印件份数", Number),
            need("necessity", "必要性", OneOf(NECESSITIES)),
            need("source", "来源", OneOf(SOURCES)),
            may("issuer", "签发机构", Text),
            hint("不写就是都要", may("when", "什么情形才要", Rule)),
            hint("一行一条：代码｜合格的样子｜不合格怎么改", need("criteria", "受理标准", Rows(CRITERIA))),
            may("hint", "填报须知", Long),
            may("sample", "样例图片", Text),
            may("filled", "填好的样表", Text),
            may("blank", "空白表格", Text),
            need("basis", "依据", Text),
            need("accepts", "可上传的格式", Some(FILES)),
            may("max_megabytes", "每个文件最大（MB）", Number),
            may("max_files", "最多几个文件", Number),
            may("min_long_edge", "照片长边至少（像素）", Number),
            hint("证件照才写，宽:高，如 26:32", may("aspect", "照片宽高比", Text)),
            may("needs_signature", "要签名盖章", Flag),
            hint("“证明事项清单”里的代码", may("proof", "证明事项", Text)),
            hint("“电子证照目录”里的代码", at("licence.kind", need("licence_kind", "电子证照", Text))),
            hint("持证人号码的字段", at("licence.holder", need("licence_holder", "持证人号码", Text))),
            hint("持证人姓名的字段", at("licence.holder_name", need("licence_holder_name", "持证人姓名", Text))),
            at("licence.when", may("licence_when", "什么情形才用电子证照", Rule)),
            at("licence.number_only", may("licence_number_only", "只核对证照号码", Flag)),
            hint("一行一个：字段｜证照上的哪一项", at("licence.fills", may("licence_fills", "用证照填的字段", Pairs))),
            at("licence.newest_months", may("licence_newest", "以前交过的几个月内可用", Number)),
            at("deferral.days", need("deferral_days", "容缺后补的天数", Number)),
            at("deferral.unit", need("deferral_unit", "容缺后补按什么算", OneOf(UNITS))),
            at("deferral.on_default", need("deferral_on_default", "到期不补怎么办", OneOf(DEFAULTS))),
            at("deferral.basis", need("deferral_basis", "容缺后补的依据", Text)),
            at("promise.title", need("promise_title", "告知承诺的名称", Text)),
            at("promise.content", need("promise_content", "告知内容", Long)),
            hint("一行一条", at("promise.requirements", need("promise_requirements", "承诺要做到的", Lines))),
            at("promise.liability", need("promise_liability", "不实承诺的责任", Long)),
            at("promise.basis", need("promise_basis", "告知承诺的依据", Text)),
            at("promise.immediate", may("promise_immediate", "承诺后当场决定", Flag)),
            at("promise.follow_up_days", need("promise_follow_up", "几天内核查", Number)),
            hint(
                "法律或者通行做法写明的才填",
                at("validity.asks", need("validity_asks", "有效期看哪一天", OneOf(DAYS))),
            ),
            hint("看开具日期的才填", at("validity.months", may("validity_months", "开具后几个月内有效", Number))),
            at("validity.basis", need("validity_basis", "有效期的依据", Text)),
        ],
    },
    Group {
        key: "fee",
        title: "收费",
        place: Place::Record("fee"),
        columns: &[
            need("raise", "什么时候开缴款书", OneOf(RAISES)),
            need("payer", "谁交", Text),
            need("unpaid", "不交会怎样", Long),
            need("refund", "退不退", Long),
            hint("不写就是没办成都退", may("kept_on", "哪些情形不退", Some(ENDINGS))),
            need("days_to_pay", "几天内交（日）", Number),
        ],
    },
    Group {
        key: "fee_items",
        title: "收费项目",
        place: Place::List("fee.items"),
        columns: &[
            need("id", "代码", Text),
            need("name", "项目名称", Text),
            need("item_code", "财政收费项目编码", Text),
            need("basis", "收费依据", Text),
            at("amount_fen", need("amount", "标准（元）", Yuan)),
            need("unit", "单位", Text),
            hint("填数量的字段；不写就是一份", may("quantity_field", "数量的字段", Text)),
            may("when", "什么情形才收", Rule),
            hint("一行一条：情形｜还要交百分之几｜理由｜依据｜凭证", may("reductions", "减免", Rows(REDUCTIONS))),
        ],
    },
    Group {
        key: "steps",
        title: "办理流程",
        place: Place::List("steps"),
        columns: &[need("name", "步骤", Text), need("text", "做什么", Long), need("who", "谁做（岗位）", Text)],
    },
    Group {
        key: "special",
        title: "特别程序",
        place: Place::List("special"),
        columns: &[
            need("id", "代码", Text),
            need("name", "名称", Text),
            at("limit.amount", need("amount", "时限", Number)),
            at("limit.unit", need("unit", "时限单位", OneOf(UNITS))),
            at("limit.start", need("start", "从什么时候算", OneOf(STARTS))),
            at("limit.basis", need("limit_basis", "时限依据", Text)),
            hint("现场勘验不暂停，除非有依据", may("suspends_clock", "暂停计时", Flag)),
            need("basis", "依据", Text),
            need("note", "申请人要做什么", Long),
        ],
    },
    Group {
        key: "intermediary",
        title: "中介服务",
        place: Place::List("intermediary"),
        columns: &[
            need("name", "名称", Text),
            need("who", "谁可以做", Long),
            need("basis", "依据", Text),
            need("cost", "多少钱、谁出", Text),
        ],
    },
    Group {
        key: "parts",
        title: "一件事的分项",
        place: Place::List("parts"),
        columns: &[
            need("id", "代码", Text),
            need("title", "名称", Text),
            need("body", "部门", Body),
            at("promised.amount", need("amount", "承诺时限", Number)),
            at("promised.unit", need("unit", "时限单位", OneOf(UNITS))),
            at("promised.start", need("start", "从什么时候算", OneOf(STARTS))),
            at("promised.basis", need("limit_basis", "时限依据", Text)),
            hint("一行一个代码", may("after", "要等哪几项办完", Lines)),
            hint("一行一个代码；办成没办成都算", may("after_end", "要等哪几项有结果", Lines)),
            may("when", "什么情形才办", Rule),
            hint("一行一个代码", may("fields", "要用的字段", Lines)),
            hint("一行一个代码", may("materials", "要用的材料", Lines)),
            need("result", "办出什么", Text),
            need("if_fails", "办不成时怎么办", Long),
        ],
    },
    Group {
        key: "result",
        title: "办理结果",
        place: Place::Record("result"),
        columns: &[
            need("name", "结果名称", Text),
            need("title", "文书标题", Text),
            need("number_prefix", "文号开头", Text),
            need("text", "决定的话", Long),
            hint("一行一个代码", may("fields", "印在结果上的字段", Lines)),
            may("valid_years", "有效几年", Number),
            need("delivery", "怎么拿到", Long),
            may("sample", "结果样本", Text),
        ],
    },
    Group {
        key: "party",
        title: "共同申请的另一方",
        place: Place::Record("party"),
        columns: &[
            need("title", "叫什么（如出让方）", Text),
            need("name_field", "姓名的字段", Text),
            need("phone_field", "手机的字段", Text),
            may("when", "什么情形才有", Rule),
            need("statement", "另一方声明", Long),
        ],
    },
];
