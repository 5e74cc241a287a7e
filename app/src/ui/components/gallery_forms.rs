//! The form part of the gallery.

use super::gallery::LONG_NAME;
use super::{
    Button, ButtonKind, Checkbox, Choice, DateField, ErrorSummary, Field, FieldError, FileAct, FileSlot, Finding,
    FindingLevel, Link, LinkButton, Panel, Radios, SelectField, SlotFile, Symbol, TextArea, Tone,
};
use leptos::prelude::*;

/// Form components in their states.
#[component]
pub(super) fn FormGallery() -> impl IntoView {
    view! {
        <ErrorSummary errors=vec![
            FieldError::new("id_number", "请检查身份证号码，最后一位应是数字或 X"),
            FieldError::new("relation", "请选择您和孩子的关系"),
        ] />
        <Panel title="填写信息">
            <TextFields />
            <Choices />
        </Panel>
        <Slots />
        <Panel title="按钮">
            <p class="ov-cluster">
                <Button>"提交申请"</Button>
                <Button kind=ButtonKind::Secondary symbol=Symbol::Camera>"拍照"</Button>
                <LinkButton href="/help" kind=ButtonKind::Quiet symbol=Symbol::Phone>
                    "打电话问"
                </LinkButton>
                <Button kind=ButtonKind::Danger>"删除草稿"</Button>
                <Button disabled=true described_by="why-disabled">"提交申请"</Button>
            </p>
            <p id="why-disabled">"还有 1 处必须改，改好后才能提交。"</p>
        </Panel>
    }
}

#[component]
fn TextFields() -> impl IntoView {
    view! {
        <Field
            name="name"
            label="姓名"
            value=LONG_NAME
            source="居民身份证"
            autocomplete="name"
        />
        <Field name="child" label="孩子姓名" value="㺭一诺" hint="和出生医学证明上的一样" />
        <Field
            name="id_number"
            label="身份证号码"
            hint="18 位，可以带空格"
            value="5329 0119 9003 0712 3A"
            error="请检查身份证号码，最后一位应是数字或 X"
            inputmode="text"
            width=20
        />
        <Field name="area" label="经营面积" suffix="平方米" inputmode="decimal" width=8 required=false />
        <Field name="amount" label="注册资本" prefix="¥" suffix="万元" inputmode="decimal" width=10 />
        <Field name="case" label="办件编号" value="不能改" readonly=true />
        <Field name="closed" label="已停用" value="不能填" disabled=true required=false />
        <DateField name="birth" label="出生日期" value="2026-05-18" hint="孩子出生那天。" />
        <TextArea
            name="reason"
            label="补充说明"
            required=false
            value="带标记的文字：</textarea><script>"
        />
        <SelectField
            name="nation"
            label="民族"
            value="5"
            choices=vec![
                Choice::new("1", "汉族"),
                Choice::new("5", "维吾尔族"),
                Choice::new("25", "水族"),
            ]
        />
    }
}

#[component]
fn Choices() -> impl IntoView {
    view! {
        <Radios
            name="relation"
            legend="您是孩子的什么人？"
            hint="用来确定谁可以提出申请。"
            error="请选择您和孩子的关系"
            choices=vec![
                Choice::new("father", "父亲"),
                Choice::new("mother", "母亲"),
                Choice::new("other", "其他监护人").hint("需要上传监护证明"),
            ]
        />
        <Radios
            name="married"
            legend="父母结婚了吗？"
            value="yes"
            inline=true
            heading_level=3
            choices=vec![
                Choice::new("yes", "结婚了"),
                Choice::new("no", "没有"),
                Choice::new("unknown", "不清楚"),
            ]
        />
        <Checkbox name="agree" label="我已读完承诺书，内容属实。" hint="不实的承诺会被撤销办理结果。" />
        <Checkbox name="sms" label="用短信告诉我进度" checked=true />
        <Checkbox name="truth" label="以上信息由我本人填写。" error="请确认这一项" />
    }
}

#[component]
fn Slots() -> impl IntoView {
    view! {
        <FileSlot
            name="file"
            input_id="slot_certificate"
            title="出生医学证明"
            need="必要"
            need_tone=Tone::Info
            state="1 处必须改"
            state_tone=Tone::Danger
            criteria=vec!["四个角都拍到，字看得清".into(), "正页，不要副页".into()]
            sample_href="/sample/1"
            upload_action="/upload/1"
            hint="照片或 PDF，每个不超过 20 MB"
            hidden=vec![("token".into(), "t".into())]
            files=vec![
                SlotFile {
                    name: "出生医学证明-阿卜杜热合曼·买买提依明-正页.jpg".into(),
                    facts: "2.1 MB".into(),
                    href: Some("/file/1".into()),
                    preview: None,
                    remove_action: Some("/file/1/remove".into()),
                    findings: vec![
                        Finding {
                            level: FindingLevel::MustFix,
                            text: "照片偏模糊，请对准证件重拍。".into(),
                        },
                        Finding { level: FindingLevel::ShouldFix, text: "照片有点暗。".into() },
                        Finding { level: FindingLevel::Remark, text: "照片是横着的。".into() },
                    ],
                    acts: vec![
                        FileAct { act: "later", text: "下移" },
                        FileAct { act: "turn_right", text: "向右转" },
                        FileAct { act: "retake", text: "重拍" },
                    ],
                    act_action: "/file/1/adjust".into(),
                    adjust: Some(Link::new("裁边", "/file/1/adjust")),
                },
                SlotFile {
                    name: "附页.pdf".into(),
                    facts: "0.3 MB，2 页".into(),
                    remove_action: Some("/file/2/remove".into()),
                    ..SlotFile::default()
                },
            ]
        />
        <FileSlot
            name="file"
            input_id="slot_book"
            title="父母的户口簿"
            need="可容缺"
            need_tone=Tone::Neutral
            upload_action="/upload/2"
            blank_href="/blank/2"
        >
            <Button kind=ButtonKind::Quiet>"以后再补"</Button>
        </FileSlot>
        <FileSlot name="none" title="居民身份证" state="免提交：用电子证照" state_tone=Tone::Success />
    }
}
