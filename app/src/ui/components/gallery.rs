//! Every component in its states, for looking at and for the accessibility tests.

use super::gallery_forms::FormGallery;
use super::{
    ActionBar, Badge, Breadcrumb, Button, ButtonKind, Card, CardGrid, Cell, Column, Columns, DataTable, Details,
    Dialog, EmptyState, Icon, Link, LinkButton, Main, MoneyLine, MoneyTable, NavItem, Notification, PageHeading,
    Pagination, Panel, Progress, SearchBox, SiteFooter, SiteHeader, Skeleton, SkipLink, Stack, Stat, Step, StepState,
    Steps, SummaryList, SummaryRow, Symbol, TabBar, Tag, TagList, Timeline, TimelineEntry, TimelineState, Tone,
};
use leptos::prelude::*;

/// A name longer than most boxes, as people really have it.
pub(super) const LONG_NAME: &str = "阿卜杜热合曼·买买提依明";

fn nav() -> Vec<NavItem> {
    vec![
        NavItem::new("首页", "/", Symbol::Home).current(true),
        NavItem::new("办件", "/cases", Symbol::Case).count(2),
        NavItem::new("证照", "/licences", Symbol::Licence),
        NavItem::new("我的", "/me", Symbol::Person),
    ]
}

/// The gallery page, shell included. `care_mode` only decides what the mode switch offers.
#[component]
pub fn Gallery(
    /// Whether 长辈版 is on.
    #[prop(optional)]
    care_mode: bool,
) -> impl IntoView {
    let phone = Link::new("12345", "tel:12345");
    view! {
        <SkipLink />
        <SiteHeader
            product="一次办"
            region="云岭县"
            search_href="/search"
            care_mode
            return_path="/gallery"
            nav=nav()
            account=Link::new(LONG_NAME, "/me")
            sign_out_action="/sign-out"
            help=phone.clone()
        />
        <Main>
            <Breadcrumb links=vec![Link::new("首页", "/"), Link::new("出生一件事", "/events/birth")] />
            <PageHeading
                caption="出生一件事"
                title="新生儿落户"
                lead="孩子出生后一个月内办理，全程网上办，不用跑。"
            >
                <TagList tags=vec![
                    Tag::new("跑 0 次", Tone::Success),
                    Tag::new("5 个工作日", Tone::Info),
                    Tag::new("不收费", Tone::Neutral),
                ] />
            </PageHeading>
            <Columns aside=|| view! { <FormSteps /> }>
                <HomeParts />
                <FormGallery />
                <Messages />
                <Records />
                <Rest />
                <ActionBar note="已保存 10:32">
                    <Button name="go" value="next">"下一步"</Button>
                    <Button kind=ButtonKind::Secondary name="go" value="later" formnovalidate=true>
                        "保存，以后再办"
                    </Button>
                </ActionBar>
            </Columns>
        </Main>
        <SiteFooter
            phone=Link::new("政务服务热线 12345", "tel:12345")
            phone_hours="每天 8:00–20:00 有人接听"
            help=vec![Link::new("办不成事", "/stuck"), Link::new("意见建议", "/feedback")]
            links=vec![Link::new("隐私说明", "/privacy"), Link::new("无障碍说明", "/accessibility")]
            owner="云岭县政务服务管理局主办"
        />
        <TabBar items=nav() help=phone />
    }
}

#[component]
fn FormSteps() -> impl IntoView {
    view! {
        <Steps
            summary="第 3 步，共 5 步：填写信息"
            steps=vec![
                Step::new("核对情形", "/s/1", StepState::Done),
                Step { note: Some("还差 1 项".into()), ..Step::new("父母信息", "/s/2", StepState::Problem) },
                Step::new("填写信息", "/s/3", StepState::Current),
                Step::new("上传材料", "", StepState::Todo),
                Step::new("签名提交", "", StepState::Todo),
            ]
        />
    }
}

#[component]
fn HomeParts() -> impl IntoView {
    view! {
        <SearchBox
            action="/search"
            label="您要办什么事？"
            hint="例如：上户口、开饭店、换驾照"
            large=true
        />
        <Card
            title="继续填写：新生儿落户"
            href="/drafts/1"
            meta="还有 2 项没填"
            body="2026 年 12 月 1 日前有效"
            symbol=Symbol::Clock
            heading_level=2
            important=true
        />
        <CardGrid title="常办" dense=true>
            <Card title="社保卡" href="/m/1" symbol=Symbol::Licence />
            <Card title="结婚登记预约" href="/m/2" symbol=Symbol::Family />
            <Card title="不动产登记" href="/m/3" symbol=Symbol::Home />
            <Card title="查进度" href="/m/4" symbol=Symbol::Clock />
        </CardGrid>
        <CardGrid>
            <Card
                title="食品经营许可（新办）"
                href="/m/5"
                meta="县市场监督管理局"
                body="开饭店、食堂、卖预包装以外的食品要办。"
                heading_level=3
            >
                <TagList tags=vec![Tag::new("跑 1 次", Tone::Warning), Tag::new("不收费", Tone::Neutral)] />
            </Card>
            <Card title="个体工商户登记" href="/m/6" meta="县市场监督管理局" heading_level=3 />
        </CardGrid>
        <TagList
            label="筛选"
            tags=vec![
                Tag::link("全部", "?f=all", true),
                Tag::link("当场办", "?f=now", false),
                Tag::link("不收费", "?f=free", false),
            ]
        />
    }
}

#[component]
fn Messages() -> impl IntoView {
    view! {
        <Panel title="提示">
            <Notification title="网上办和窗口办是一样的" >
                <p>"您随时可以换到窗口，资料不用再交一遍。"</p>
            </Notification>
            <Notification tone=Tone::Success title="已提交，我们会在 5 个工作日内办完" />
            <Notification tone=Tone::Warning title="草稿还有 3 天过期" />
            <Notification tone=Tone::Danger title="没有保存成功" heading_level=3>
                <p>"网络断开了。内容还在这台手机上，连上网后再按“保存”。"</p>
            </Notification>
            <p class="ov-cluster">
                <Badge text="普通" /> <Badge text="受理中" tone=Tone::Info />
                <Badge text="已办结" tone=Tone::Success symbol=Symbol::Check />
                <Badge text="待补正" tone=Tone::Warning />
                <Badge text="超期" tone=Tone::Danger symbol=Symbol::Warning />
            </p>
            <Progress label="第 3 步，共 5 步" value=3 max=5 />
            <Skeleton lines=3 />
            <EmptyState
                symbol=Symbol::Case
                title="还没有办件"
                heading_level=3
                body="办过的事会出现在这里。"
            >
                <LinkButton href="/matters" kind=ButtonKind::Secondary>"去看看能办什么"</LinkButton>
            </EmptyState>
        </Panel>
    }
}

#[component]
fn Records() -> impl IntoView {
    let done = |time: &str, title: &str| TimelineEntry {
        time: time.to_owned(),
        title: title.to_owned(),
        ..TimelineEntry::default()
    };
    view! {
        <Panel title="办理进度" link=Link::new("全部记录", "/log")>
            <Timeline entries=vec![
                done("11 月 16 日 09:12", "已提交"),
                TimelineEntry {
                    body: Some("材料齐全，开始计算办理时间。".into()),
                    link: Some(Link::new("看受理通知书", "/doc/1")),
                    ..done("11 月 16 日 15:40", "已受理")
                },
                TimelineEntry {
                    state: TimelineState::Paused,
                    body: Some("等您补一张照片，这段时间不算在办理时间里。".into()),
                    ..done("11 月 18 日", "需要补正")
                },
                TimelineEntry { state: TimelineState::Current, ..done("", "派出所正在审核") },
                TimelineEntry { state: TimelineState::Todo, ..done("预计 11 月 23 日前", "办结") },
                TimelineEntry { state: TimelineState::Failed, ..done("", "不予受理（示例）") },
            ] />
        </Panel>
        <Panel title="核对信息" id="check">
            <SummaryList rows=vec![
                SummaryRow::new("姓名", LONG_NAME).change("/f#f-name").note("来自：居民身份证"),
                SummaryRow::new("孩子姓名", "㺭一诺").change("/f#f-child"),
                SummaryRow::new("证件号码", "5329**********1234").numeric(),
                SummaryRow::new("办件编号", "11440232MB2D06811W4000117051000202611160001").numeric(),
            ] />
        </Panel>
        <Panel title="费用">
            <MoneyTable
                caption="不动产登记费"
                lines=vec![
                    MoneyLine::new("住宅类登记", "发改价格规〔2016〕2559号", "¥ 80.00"),
                    MoneyLine {
                        before_reduction: Some("¥ 10.00".into()),
                        reduction: Some("小微企业免收".into()),
                        ..MoneyLine::new("证书工本费", "", "¥ 0.00")
                    },
                ]
                total="¥ 80.00"
            />
        </Panel>
        <Panel title="待办">
            <DataTable
                caption="今天到期的办件"
                columns=vec![
                    Column::new("申请人"),
                    Column::new("事项"),
                    Column::new("状态"),
                    Column::numeric("剩余工作日"),
                ]
                rows=vec![
                    vec![
                        Cell::Link(LONG_NAME.into(), "/desk/1".into()),
                        "食品经营许可（新办）".into(),
                        Cell::Badge("审查中".into(), Tone::Info),
                        "3".into(),
                    ],
                    vec![
                        Cell::Link("㺭一诺".into(), "/desk/2".into()),
                        "新生儿落户".into(),
                        Cell::Badge("快到期".into(), Tone::Warning),
                        "1".into(),
                    ],
                ]
            />
            <Pagination page=2 pages=9 href_prefix="?page=" position="第 2 页，共 9 页" />
        </Panel>
    }
}

#[component]
fn Rest() -> impl IntoView {
    let icons = Symbol::ALL.into_iter().map(|symbol| view! { <Icon symbol /> }).collect_view();
    view! {
        <CardGrid title="本月" dense=true>
            <Stat label="办结" value="1,284" unit="件" note="比上月多 6%" href="/cases" />
            <Stat label="平均用时" value="2.4" unit="个工作日" />
        </CardGrid>
        <Panel title="其他" plain=true>
            <Details summary="为什么要填这一项？">
                <p>"用来核对您和孩子的关系，只用于这一次办理。"</p>
            </Details>
            <Dialog id="undo" title="要撤回申请吗？" open=true>
                <p>"提交后 10 分钟内可以撤回。撤回后，材料还在草稿里。"</p>
                <Stack tight=true>
                    <Button kind=ButtonKind::Danger>"撤回申请"</Button>
                    <Button kind=ButtonKind::Quiet>"不撤回"</Button>
                </Stack>
            </Dialog>
            <p class="ov-cluster">{icons}</p>
        </Panel>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::Gallery;
    use crate::ui::texts::{EN, Texts};
    use leptos::prelude::*;
    use std::collections::HashSet;

    fn html() -> String {
        let owner = Owner::new();
        owner.with(|| view! { <Gallery /> }.to_html())
    }

    fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
        let start = format!(" {name}=\"");
        html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn ids_are_unique_and_references_resolve() {
        let html = html();
        let all = attributes(&html, "id");
        let ids: HashSet<&str> = all.iter().copied().collect();
        assert_eq!(ids.len(), all.len(), "two elements share an id: {all:?}");
        for name in ["for", "aria-describedby", "aria-labelledby"] {
            for reference in attributes(&html, name).iter().flat_map(|ids| ids.split(' ')) {
                assert!(ids.contains(reference), "{name} points to nothing: {reference}");
            }
        }
        for target in attributes(&html, "href").iter().filter_map(|href| href.strip_prefix("#")) {
            assert!(ids.contains(target), "link to nothing: #{target}");
        }
    }

    #[test]
    fn every_control_has_a_label() {
        let html = html();
        let labelled: HashSet<&str> = attributes(&html, "for").into_iter().collect();
        let controls = html.split('<').filter(|tag| {
            ["input ", "select ", "textarea "].iter().any(|name| tag.starts_with(name))
                && !tag.contains("type=\"hidden\"")
        });
        for tag in controls {
            let id = attributes(tag, "id").first().copied().unwrap_or_default().to_owned();
            assert!(labelled.contains(id.as_str()), "no label: {tag}");
        }
    }

    #[test]
    fn typed_text_is_escaped_everywhere() {
        let html = html();
        assert!(!html.contains("<script>"), "typed markup came out as markup");
        assert!(html.contains("&lt;/textarea"), "the sample with markup is missing");
    }

    #[test]
    fn rare_and_long_names_are_kept_whole() {
        let html = html();
        assert!(html.contains("阿卜杜热合曼·买买提依明"));
        assert!(html.contains('㺭'));
        assert!(!html.contains("maxlength=\"10\""));
    }

    #[test]
    fn built_in_words_follow_the_language() {
        let owner = Owner::new();
        let html = owner.with(|| {
            provide_context::<&'static Texts>(&EN);
            view! { <Gallery /> }.to_html()
        });
        assert!(html.contains("Skip to main content"));
        assert!(!html.contains("跳到正文"));
    }
}
