//! The table: who gets what where.

use crate::cast::ROLES;
use crate::scene::Stage;
use std::fmt::Write;

/// What is sent along.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    None,
    /// A form, encoded; names in braces are filled in.
    Form(&'static str),
    /// An upload with one file.
    File,
    /// A request of the resumable protocol, by its headers; PATCH brings four bytes along.
    Tus(&'static [(&'static str, &'static str)]),
}

pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    /// One letter a role, in the order of [`ROLES`]; blanks group guests, applicants and staff:
    /// `o` shown, `d` done and led on, `S` led to sign in, `1` 401, `3` 403, `4` 404 (others learn
    /// not even that it exists), `r` refused in words.
    pub cells: &'static str,
    pub stage: Stage,
    pub body: Body,
    pub query: &'static str,
}

impl Row {
    pub fn cells(&self) -> impl Iterator<Item = char> {
        self.cells.chars().filter(|c| *c != ' ')
    }
}

const fn get(path: &'static str, stage: Stage, cells: &'static str) -> Row {
    Row { method: "GET", path, cells, stage, body: Body::None, query: "" }
}

const fn post(path: &'static str, stage: Stage, form: &'static str, cells: &'static str) -> Row {
    Row { method: "POST", path, cells, stage, body: Body::Form(form), query: "" }
}

const fn upload(path: &'static str, stage: Stage, cells: &'static str) -> Row {
    Row { method: "POST", path, cells, stage, body: Body::File, query: "" }
}

const fn tus(
    method: &'static str,
    path: &'static str,
    stage: Stage,
    headers: &'static [(&'static str, &'static str)],
    cells: &'static str,
) -> Row {
    Row { method, path, cells, stage, body: Body::Tus(headers), query: "" }
}

const ALL: &str = "oo oo oooooooo";
/// The owner alone; staff read cases at their desk, not here.
const MINE: &str = "SS o4 33333333";
const MINE_DONE: &str = "SS d4 33333333";
const MINE_REFUSED: &str = "SS r4 33333333";
/// Applicants' part, by who asks; staff apply with an account of their own.
const APPLICANTS: &str = "SS oo 33333333";
/// The same for programs, which are told by status.
const MINE_TOLD: &str = "11 o4 33333333";
/// An upload under way: whose it is not learns not even that it exists.
const MINE_HIDDEN: &str = "14 o4 33333333";
const LENGTH: &[(&str, &str)] = &[("upload-length", "9")];
/// The digest of nothing that is there.
const UNKNOWN: &[(&str, &str)] = &[(
    "upload-metadata",
    "digest MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==",
)];
const PIECE: &[(&str, &str)] = &[("upload-offset", "0"), ("content-type", "application/offset+octet-stream")];
const PIECE_POSTED: &[(&str, &str)] =
    &[("upload-offset", "0"), ("content-type", "application/offset+octet-stream"), ("x-http-method-override", "PATCH")];
const CLERK: &str = "SS 33 d3333333";
const APPROVER: &str = "SS 33 3d333333";
/// The treasurer alone.
const KEEPER: &str = "SS 33 333d3333";
/// The same, and what they ask for is refused with its reason: no bill of that number, no file of that day.
const KEEPER_TOLD: &str = "SS 33 333r3333";
const ISSUER: &str = "SS 33 33d33333";
/// Who edits, who reviews, and supervision.
const CATALOGUE: &str = "SS 33 3333o3oo";
const EDITOR: &str = "SS 33 333333d3";
const REVIEWER: &str = "SS 33 3333333d";
/// Supervision alone.
const SUPERVISOR: &str = "SS 33 3333o333";
const SUPERVISOR_DONE: &str = "SS 33 3333d333";
/// The owner, and staff who may read cases.
const READERS_AND_OWNER: &str = "SS o4 ooo3o333";
/// The same, for an address without its short-lived proof: led on to the page that says so.
const READERS_LED_ON: &str = "SS d4 ddd3d333";
const ACT: &str = "version={version}";
const REASONS: &str =
    "version={version}&reasons=%E4%B8%8D%E7%AC%A6%E5%90%88%E6%9D%A1%E4%BB%B6%E7%9A%84%E7%90%86%E7%94%B1";
/// A promise in place of a file, by the version of the matter that was shown.
const PROMISE: &str = "agreed=yes&name=%E6%AC%A7%E9%98%B3%E7%AD%BE%E5%90%8D&version={version}";
const SIGNATURE: &str = "agreed=yes&name=%E6%AC%A7%E9%98%B3%E7%AD%BE%E5%90%8D";

use Stage as S;

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    // Finding.
    get("/", S::Nothing, ALL),
    get("/matters", S::Nothing, ALL),
    get("/matters/{slug}", S::Nothing, ALL),
    post("/matters/{slug}/start", S::Nothing, "", "dd dd 33333333"),
    get("/matters/{slug}/list", S::Nothing, ALL),
    get("/matters/index.txt", S::Nothing, ALL),
    get("/matters/figures", S::Nothing, ALL),
    get("/lists", S::Nothing, ALL),
    get("/lists/{list}", S::Nothing, ALL),
    get("/places", S::Nothing, ALL),
    get("/bodies", S::Nothing, ALL),
    get("/bodies/{body}", S::Nothing, ALL),
    post("/api/suggest", S::Nothing, "q=%E9%A3%9F%E5%93%81", ALL),
    // Benefits. Nothing fits anybody before they consent; claiming leads to the consent first.
    get("/benefits", S::Nothing, ALL),
    get("/benefits/match", S::Nothing, APPLICANTS),
    post("/benefits/match", S::Nothing, "for=person&agreed=yes&household_in_county=yes", "SS dd 33333333"),
    post("/benefits/withdraw", S::Nothing, "", "SS dd 33333333"),
    get("/benefits/{benefit}/claim", S::Nothing, "SS dd 33333333"),
    post("/benefits/{benefit}/claim", S::Nothing, SIGNATURE, "SS dd 33333333"),
    // Signing in and out.
    get("/sign-in", S::Nothing, "oo dd oooooooo"),
    post("/sign-in", S::Nothing, "phone={phone}", "dd dd dddddddd"),
    get("/sign-in/code", S::Nothing, "SS SS SSSSSSSS"),
    post("/sign-in/code", S::Nothing, "code=123456", "SS SS SSSSSSSS"),
    post("/sign-out", S::Nothing, "", "dd dd dddddddd"),
    post("/session/stay", S::Nothing, "", "SS oo oooooooo"),
    post("/mode", S::Nothing, "mode=care&return=/help", "dd dd dddddddd"),
    // Applying. Of a draft that is not theirs guests learn that signing in may help, applicants nothing;
    // taking out or deleting what is not there is no error, and changes nothing.
    get("/apply/{draft}", S::Draft, MINE_DONE),
    get("/apply/{draft}/questions", S::Draft, MINE_DONE),
    get("/apply/{draft}/questions/all", S::Draft, MINE),
    post("/apply/{draft}/questions/all", S::Draft, "shown=stage&stage=new", MINE_DONE),
    get("/apply/{draft}/questions/{question}", S::Draft, MINE),
    post("/apply/{draft}/questions/{question}", S::Draft, "stage=new", MINE_DONE),
    get("/apply/{draft}/outcome", S::Draft, MINE),
    get("/apply/{draft}/form/{section}", S::Draft, MINE),
    post("/apply/{draft}/form/{section}", S::Draft, "shop_name=%E4%B8%80%E5%AE%B6%E5%BA%97", MINE_DONE),
    post("/api/save_answers", S::Draft, "draft={draft}&version=99&answers%5Bshop_name%5D=%E4%BA%8C%E5%AE%B6%E5%BA%97", "11 o4 33333333"),
    Row { query: "?draft={draft}", ..get("/api/local_key", S::Draft, "11 o4 33333333") },
    get("/apply/{draft}/materials", S::Draft, MINE),
    upload("/uploads/drafts/{draft}/{material}", S::Draft, MINE_DONE),
    // Many files at once wait to be given their materials; nothing waits here.
    get("/apply/{draft}/materials/many", S::Draft, MINE),
    post("/apply/{draft}/materials/many", S::Draft, "", MINE_DONE),
    // The same slots by the resumable protocol. What the server can do is told to everybody.
    tus("OPTIONS", "/tus/drafts/{draft}/{material}", S::Draft, &[], ALL),
    tus("POST", "/tus/drafts/{draft}/{material}", S::Draft, LENGTH, MINE_TOLD),
    tus("POST", "/tus/drafts/{draft}/{material}/known", S::Draft, UNKNOWN, MINE_TOLD),
    tus("OPTIONS", "/tus/cases/{case}/{material}", S::Correcting, &[], ALL),
    tus("POST", "/tus/cases/{case}/{material}", S::Correcting, LENGTH, MINE_TOLD),
    tus("POST", "/tus/cases/{case}/{material}/known", S::Correcting, UNKNOWN, MINE_TOLD),
    tus("OPTIONS", "/tus/{upload}", S::Sending, &[], ALL),
    tus("HEAD", "/tus/{upload}", S::Sending, &[], MINE_HIDDEN),
    tus("PATCH", "/tus/{upload}", S::Sending, PIECE, MINE_HIDDEN),
    tus("POST", "/tus/{upload}", S::Sending, PIECE_POSTED, MINE_HIDDEN),
    tus("DELETE", "/tus/{upload}", S::Sending, &[], MINE_HIDDEN),
    post("/apply/{draft}/files/{file}/remove", S::Draft, "", "SS dd 33333333"),
    post("/apply/{draft}/fills/{material}/remove", S::Draft, "", MINE_DONE),
    get("/apply/{draft}/materials/{material}/later", S::Promising, MINE),
    post("/apply/{draft}/materials/{material}/later", S::Promising, PROMISE, MINE_DONE),
    get("/apply/{draft}/materials/{material}/promise", S::Promising, MINE),
    post("/apply/{draft}/materials/{material}/promise", S::Promising, PROMISE, MINE_DONE),
    // No store is connected here: the owner is led back and told so.
    post("/apply/{draft}/licences", S::Draft, "agreed=yes", MINE_REFUSED),
    post("/apply/{draft}/licences/again", S::Draft, "", MINE_REFUSED),
    post("/apply/{draft}/licences/withdraw", S::Draft, "", MINE_DONE),
    post("/apply/{draft}/slots/{material}/licence", S::Draft, "", MINE_REFUSED),
    post("/apply/{draft}/slots/{material}/number", S::Draft, "number=1", MINE_REFUSED),
    post("/apply/{draft}/slots/{material}/earlier", S::Draft, "case=018f0000-0000-7000-8000-000000000001", MINE_REFUSED),
    post("/apply/{draft}/slots/{material}/values", S::Draft, "", MINE_DONE),
    get("/apply/{draft}/report", S::Draft, MINE),
    get("/apply/{draft}/sign", S::Draft, MINE),
    post("/apply/{draft}/sign", S::Draft, SIGNATURE, MINE_DONE),
    post("/apply/{draft}/submit", S::Signed, "", MINE_DONE),
    get("/apply/{draft}/delete", S::Draft, MINE),
    post("/apply/{draft}/delete", S::Draft, "", "SS dd 33333333"),
    // Own cases. A guest sees the drafts of this device.
    get("/cases", S::Received, "So oo 33333333"),
    get("/cases/{case}", S::Received, MINE),
    get("/cases/{case}/receipt", S::Received, MINE),
    get("/cases/{case}/correction", S::Correcting, MINE),
    upload("/uploads/cases/{case}/{material}", S::Correcting, MINE_DONE),
    post("/cases/{case}/files/{file}/remove", S::Resent, "", MINE_DONE),
    post("/cases/{case}/correction", S::Resent, "", MINE_DONE),
    upload("/uploads/owed/{case}/{material}", S::Owing, MINE_DONE),
    post("/cases/{case}/owed/{material}", S::Owing, "", MINE_DONE),
    post("/cases/{case}/withdraw", S::Received, "sure=yes", MINE_DONE),
    get("/cases/{case}/delivery", S::ByPost, MINE),
    post("/cases/{case}/delivery", S::ByPost, "name=%E5%BC%A0%E4%B8%89&phone=13912345566&address=%E9%82%BB%E5%8E%BF%E4%BE%BF%E6%B0%91%E8%B7%AF2%E5%8F%B7", MINE_DONE),
    get("/cases/{case}/undo", S::Received, MINE),
    post("/cases/{case}/undo", S::Received, "", MINE_DONE),
    get("/mine", S::Nothing, ALL),
    get("/licences", S::Nothing, APPLICANTS),
    // The other party, by link: the page tells a stranger nothing, and only the right phone confirms.
    get("/join/{token}", S::Invited, ALL),
    post("/join/{token}", S::Invited, SIGNATURE, "SS rr 33333333"),
    // Paying.
    get("/bills/{bill}", S::Billed, MINE),
    post("/bills/{bill}/pay", S::Billed, "provider={provider}", MINE_DONE),
    // Nothing is open to be scanned: led on to the bill.
    get("/bills/{bill}/code/{provider}", S::Billed, MINE_DONE),
    post("/bills/{bill}/check", S::Billed, "", MINE_DONE),
    get("/bills", S::Billed, APPLICANTS),
    post("/bills/{bill}/link", S::Billed, "", MINE_DONE),
    post("/bills/{bill}/link/withdraw", S::Billed, "", MINE_DONE),
    // Whoever holds the link may pay, and learns nothing of whose bill it is.
    get("/pay/{token}", S::LinkMade, ALL),
    post("/pay/{token}", S::LinkMade, "provider={provider}", "dd dd dddddddd"),
    get("/pay/{token}/code/{provider}", S::LinkMade, "dd dd dddddddd"),
    post("/pay/{token}/check", S::LinkMade, "", "dd dd dddddddd"),
    post("/api/payment_state", S::Billed, "bill={bill}", "11 o4 33333333"),
    // A provider proves itself by its signature, whoever's cookies come along.
    post("/callbacks/{provider}", S::Billed, "event=1", "11 11 11111111"),
    // Without signing in.
    get("/track", S::Nothing, ALL),
    post("/track", S::Received, "code={tracking}&last4={last4}", ALL),
    get("/verify", S::Nothing, ALL),
    get("/verify/{code}", S::Received, ALL),
    get("/help", S::Nothing, ALL),
    get("/help/stuck", S::Nothing, ALL),
    post("/help/stuck", S::Nothing, "context=%E5%8A%9E%E4%B8%8D%E6%88%90", ALL),
    get("/help/privacy", S::Nothing, ALL),
    // Documents and files.
    get("/documents/{document}", S::Received, READERS_AND_OWNER),
    get("/files/{file}", S::Received, READERS_LED_ON),
    get("/files/{file}/preview/{page}", S::Received, READERS_LED_ON),
    get("/files/{file}/view", S::Received, READERS_AND_OWNER),
    get("/files/bundles/{case}/{material}/{round}", S::Bundled, READERS_AND_OWNER),
    // Arranged by its owner alone, while the slot is open.
    get("/files/{file}/adjust", S::Draft, "SS d4 33333333"),
    post("/files/{file}/adjust", S::Draft, "act=later", "SS d4 33333333"),
    // Its owner alone is asked for a day, and only where a rule looks at it: there is none for this file.
    post("/files/{file}/day", S::Draft, "day-floor_plan=2026-01-05", "SS 44 33333333"),
    // The staff desk. Who has no queue is led to the page of their own.
    get("/desk/sign-in", S::Nothing, ALL),
    post("/desk/sign-in", S::Nothing, "username={phone}&password=wrong", "rr rr rrrrrrrr"),
    get("/desk", S::Received, "SS 33 ooododdd"),
    get("/desk/cases/{case}", S::Received, "SS 33 ooo3o333"),
    post("/desk/cases/{case}/verdict", S::Received, "material={material}&criterion=ok", CLERK),
    post("/desk/cases/{case}/accept", S::Received, ACT, CLERK),
    post("/desk/cases/{case}/notice", S::Faulty, ACT, CLERK),
    post("/desk/cases/{case}/return", S::FaultyAnswer, ACT, CLERK),
    post("/desk/cases/{case}/refuse-acceptance", S::Received, REASONS, CLERK),
    post("/desk/cases/{case}/special/start", S::Accepted, "version={version}&procedure=review", APPROVER),
    post("/desk/cases/{case}/special/end", S::Special, "version={version}&finding=%E8%AF%84%E5%AE%A1%E9%80%9A%E8%BF%87", APPROVER),
    post("/desk/cases/{case}/parts/{part}/finish", S::Joint, "version={version}&note=%E6%A0%B8%E5%AF%B9%E5%AE%8C", APPROVER),
    post("/desk/cases/{case}/parts/{part}/fail", S::Joint, "version={version}&reason=%E7%A8%8E%E6%AC%BE%E6%B2%A1%E7%BC%B4%E6%B8%85", APPROVER),
    post("/desk/cases/{case}/parts/{part}/reopen", S::JointFailed, "version={version}&reason=%E7%A8%8E%E6%AC%BE%E7%BC%B4%E6%B8%85%E4%BA%86", APPROVER),
    post("/desk/cases/{case}/owed/{material}/met", S::Supplied, ACT, CLERK),
    post("/desk/cases/{case}/owed/{material}/return", S::Supplied, "version={version}&bad-signed=yes&note=", CLERK),
    post("/desk/cases/{case}/grant", S::Accepted, ACT, APPROVER),
    post("/desk/cases/{case}/refuse", S::Accepted, REASONS, APPROVER),
    post("/desk/cases/{case}/issue", S::Granted, ACT, ISSUER),
    post("/desk/cases/{case}/posted", S::ByPost, "version={version}&carrier=%E4%B8%AD%E5%9B%BD%E9%82%AE%E6%94%BF&waybill=EA123456789CN", ISSUER),
    get("/desk/bills", S::Billed, "SS 33 333oo333"),
    // Supervision looks, the treasurer acts; what books by hand is agreed to by another than proposed it.
    get("/desk/money", S::Billed, "SS 33 333oo333"),
    post("/desk/money/fetch", S::Nothing, "provider={provider}&day=2026-03-01", KEEPER_TOLD),
    post("/desk/money/refunds/{refund}/retry", S::RefundFailed, "reason=%E8%B4%A6%E6%88%B7%E5%A5%BD%E4%BA%86", KEEPER),
    post("/desk/money/differences/{difference}/propose", S::Differing, "reason=%E5%B7%B2%E6%A0%B8%E5%AF%B9", KEEPER),
    post("/desk/money/differences/{difference}/answer", S::RepairProposed, "outcome=agree", KEEPER),
    post("/desk/money/settlements", S::Nothing, "channel={provider}&settled_on=2026-03-01&amount=80.00&voucher=%E5%85%A5%E5%BA%93-1", KEEPER),
    post("/desk/money/settlements/{settlement}/confirm", S::SettlementRecorded, "", KEEPER),
    post("/desk/money/settlements/{settlement}/refuse", S::SettlementRecorded, "", KEEPER),
    post("/desk/money/waivers", S::Nothing, "bill_number=1&to=0&basis=x&why=y", KEEPER_TOLD),
    post("/desk/money/waivers/{waiver}/answer", S::WaiverAsked, "outcome=agree", KEEPER),
    // Clerks and treasurers record; of a bill that does not exist nobody does. A treasurer confirms.
    get("/desk/takings", S::Taken, "SS 33 o33oo333"),
    post("/desk/takings", S::Nothing, "bill_number=1&means=counter_pos&slip=POS-0001", "SS 33 r33r3333"),
    post("/desk/takings/{entry}/answer", S::Taken, "outcome=agree", KEEPER),
    post("/desk/takings/refunds/{refund}", S::ToHandBack, "slip={refund}", KEEPER),
    get("/desk/money/report", S::Billed, "SS 33 333oo333"),
    get("/desk/money/report.csv", S::Billed, "SS 33 333oo333"),
    get("/desk/money/report.xlsx", S::Billed, "SS 33 333oo333"),
    get("/desk/jobs", S::FailedJob, "SS 33 3333oo33"),
    post("/desk/jobs/{job}/retry", S::FailedJob, "", "SS 33 3333dd33"),
    get("/desk/spot-checks", S::Nothing, SUPERVISOR),
    post("/desk/spot-checks/draw", S::Nothing, "number=2&seed=", SUPERVISOR_DONE),
    post("/desk/spot-checks/{check}/finding", S::SpotDrawn, "outcome=clear&text=&due=", SUPERVISOR_DONE),
    post("/desk/spot-checks/{check}/fixed", S::SpotFound, "note=%E6%94%B9%E4%BA%86", SUPERVISOR_DONE),
    // Promises are checked by those who decide, each by somebody else than decided.
    get("/desk/follow-ups", S::Nothing, "SS 33 3o333333"),
    post("/desk/follow-ups/{check}", S::ToCheck, "outcome=kept&note=%E9%83%BD%E5%81%9A%E5%88%B0%E4%BA%86", APPROVER),
    post("/desk/follow-ups/breaches/{breach}/ask", S::Breached, "reason=%E5%B7%B2%E7%BB%8F%E6%94%B9%E5%A5%BD", APPROVER),
    post("/desk/follow-ups/breaches/{breach}/answer", S::RepairAsked, "outcome=agree", APPROVER),
    // For a visitor at the counter; without a visit, clerks get nothing of the pages for applicants (above).
    get("/desk/counter", S::Nothing, "SS 33 o3333333"),
    post("/desk/counter/begin", S::Nothing, "name=%E6%AC%A7%E9%98%B3%E6%9D%A5%E4%BA%BA&phone={phone}", CLERK),
    // Of a case that was not taken in here the clerk learns nothing.
    post("/desk/counter/resume", S::Received, "number={case}&shown=%E6%AC%A7%E9%98%B3%E6%9D%A5%E4%BA%BA", "SS 33 r3333333"),
    post("/desk/counter/end", S::Nothing, "", CLERK),
    // The catalogue's editor. Whoever wrote does not review.
    get("/desk/catalogue", S::Nothing, CATALOGUE),
    post("/desk/catalogue/begin", S::Nothing, "slug=food-licence", EDITOR),
    post("/desk/catalogue/new", S::Nothing, "new_slug=another-matter&title=%E5%8F%A6%E4%B8%80%E4%BB%B6", EDITOR),
    upload("/desk/catalogue/import", S::Nothing, "SS 33 333333r3"),
    get("/desk/catalogue/export/{slug}/{kind}", S::Nothing, CATALOGUE),
    get("/desk/catalogue/revisions/{revision}", S::Drafting, CATALOGUE),
    get("/desk/catalogue/revisions/{revision}/edit/{group}", S::Drafting, CATALOGUE),
    post("/desk/catalogue/revisions/{revision}/edit/{group}", S::Drafting, "lock={lock}&0.title=%E6%9F%90%E6%B3%95", EDITOR),
    post("/api/live_rows", S::Drafting, "revision={revision}&group=basis&lock={lock}&cells=0.title%3Dx", "11 33 333333o3"),
    get("/desk/catalogue/revisions/{revision}/preview", S::Drafting, CATALOGUE),
    get("/desk/catalogue/revisions/{revision}/compare", S::Drafting, CATALOGUE),
    get("/desk/catalogue/revisions/{revision}/export.xlsx", S::Drafting, CATALOGUE),
    get("/desk/catalogue/revisions/{revision}/export.toml", S::Drafting, CATALOGUE),
    post("/desk/catalogue/revisions/{revision}/reason", S::Drafting, "lock={lock}&reason=%E6%94%B9", EDITOR),
    post("/desk/catalogue/revisions/{revision}/propose", S::Drafting, "lock={lock}", EDITOR),
    post("/desk/catalogue/revisions/{revision}/discard", S::Drafting, "lock={lock}", EDITOR),
    post("/desk/catalogue/revisions/{revision}/approve", S::Proposed, "lock={lock}&effective={today}", REVIEWER),
    post("/desk/catalogue/revisions/{revision}/return", S::Proposed, "lock={lock}&reason=%E7%BC%BA%E4%BE%9D%E6%8D%AE", REVIEWER),
    // For machines; figures only from this machine, the gallery never in production.
    get("/healthz", S::Nothing, ALL),
    get("/readyz", S::Nothing, ALL),
    get("/metrics", S::Nothing, "44 44 44444444"),
    get("/gallery", S::Nothing, ALL),
];

fn word(cell: char) -> &'static str {
    match cell {
        'o' | 'd' => "✓",
        'S' => "登录",
        '1' => "401",
        '3' => "403",
        '4' => "404",
        _ => "拒",
    }
}

/// The table for people.
pub fn document() -> String {
    let mut text = "# 谁能打开什么、做什么\n\n\
        Generated from `server/tests/matrix/table.rs`: `UPDATE_DOCS=1 cargo test -p server --test matrix`. \
        A stale copy fails the tests.\n\n\
        每一格都由测试真的请求一次。✓ 能打开或办成；登录 = 先去登录页；404 = 连有没有都不告诉；拒 = 说明原因后拒绝。\
        “访客”什么都没有；“有草稿的访客”没登录、在这台设备上开始过一件事；“本人”是草稿、办件、缴款书的主人；“别人”是另一位申请人。\
        别人删除、取下不是自己的东西时也会回到列表页（✓），但什么都不会变，测试同样核对。\n\n\
        | 方法 | 地址 |"
        .to_owned();
    for role in ROLES {
        write!(text, " {role} |").unwrap();
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(ROLES.len()));
    text.push('\n');
    for row in ROWS {
        write!(text, "| {} | `{}` |", row.method, row.path).unwrap();
        for cell in row.cells() {
            write!(text, " {} |", word(cell)).unwrap();
        }
        text.push('\n');
    }
    text
}
