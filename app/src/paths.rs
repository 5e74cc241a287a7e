//! Every address of the product, typed. Routes in `server` use the same constants.

use domain::ids::{BillId, CaseId, DocumentId, DraftId, FileId, TransferId, Uuid};

pub const HOME: &str = "/";
pub const FIGURES: &str = "/matters/figures";
pub const MATTERS_INDEX: &str = "/matters/index.txt";
pub const MATTERS: &str = "/matters";
pub const LISTS: &str = "/lists";
pub const PLACES: &str = "/places";
/// 各部门: windows, posts, phones.
pub const BODIES: &str = "/bodies";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_IN_CODE: &str = "/sign-in/code";
pub const SIGN_OUT: &str = "/sign-out";
pub const MODE: &str = "/mode";
pub const CASES: &str = "/cases";
pub const LICENCES: &str = "/licences";
pub const MINE: &str = "/mine";
pub const TRACK: &str = "/track";
pub const VERIFY: &str = "/verify";
/// 惠民惠企政策.
pub const BENEFITS: &str = "/benefits";
/// What fits me, with consent.
pub const BENEFIT_MATCH: &str = "/benefits/match";
/// POST: withdraws the consent.
pub const BENEFIT_WITHDRAW: &str = "/benefits/withdraw";
pub const HELP: &str = "/help";
pub const STUCK: &str = "/help/stuck";
pub const PRIVACY: &str = "/help/privacy";
pub const DESK: &str = "/desk";
pub const DESK_SIGN_IN: &str = "/desk/sign-in";
pub const DESK_BILLS: &str = "/desk/bills";
pub const DESK_JOBS: &str = "/desk/jobs";
/// 退款、对账、减免
pub const DESK_MONEY: &str = "/desk/money";
/// POST: fetches a channel's bill of a day.
pub const DESK_MONEY_FETCH: &str = "/desk/money/fetch";
/// POST: records what a channel paid into the treasury account.
pub const DESK_SETTLEMENTS: &str = "/desk/money/settlements";
/// POST: asks to lower a bill.
pub const DESK_WAIVERS: &str = "/desk/money/waivers";
/// 收费日报; with `.csv` or `.xlsx` as a file. GET: `day`.
pub const DESK_REPORT: &str = "/desk/money/report";
/// 窗口收款; POST records a payment.
pub const DESK_TAKINGS: &str = "/desk/takings";
/// 窗口代办
pub const DESK_COUNTER: &str = "/desk/counter";
/// POST: begins a visit.
pub const DESK_COUNTER_BEGIN: &str = "/desk/counter/begin";
/// POST: ends it.
pub const DESK_COUNTER_END: &str = "/desk/counter/end";
/// POST: the visitor is here again.
pub const DESK_COUNTER_RESUME: &str = "/desk/counter/resume";
pub const SPOT_CHECKS: &str = "/desk/spot-checks";
/// POST: draws guides.
pub const SPOT_CHECKS_DRAW: &str = "/desk/spot-checks/draw";

/// 承诺核查.
pub const FOLLOW_UPS: &str = "/desk/follow-ups";

/// POST: what a check has found.
pub fn follow_up(check: &str) -> String {
    format!("{FOLLOW_UPS}/{check}")
}
/// POST: asks the channel once more for a refund that it refused.
pub fn retry_refund(number: &str) -> String {
    format!("{DESK_MONEY}/refunds/{}/retry", encode(number))
}
/// POST: `propose` or `answer`, for the repair of a difference.
pub fn difference(id: &str, act: &str) -> String {
    format!("{DESK_MONEY}/differences/{id}/{act}")
}
/// POST: somebody else confirms a settlement.
pub fn confirm_settlement(id: &str) -> String {
    format!("{DESK_SETTLEMENTS}/{id}/confirm")
}
/// POST: a settlement was recorded wrongly.
pub fn refuse_settlement(id: &str) -> String {
    format!("{DESK_SETTLEMENTS}/{id}/refuse")
}
/// POST: somebody else answers a waiver.
pub fn answer_waiver(id: &str) -> String {
    format!("{DESK_WAIVERS}/{id}/answer")
}
/// The bill with this 缴款码, to be paid at a window.
pub fn takings_of(bill_number: &str) -> String {
    format!("{DESK_TAKINGS}?number={}#take", encode(bill_number))
}
/// POST: somebody else confirms what was recorded at a window, or does not.
pub fn answer_taking(id: &str) -> String {
    format!("{DESK_TAKINGS}/{id}/answer")
}
/// POST: records that money was handed back.
pub fn hand_refund(number: &str) -> String {
    format!("{DESK_TAKINGS}/refunds/{}", encode(number))
}
/// POST: `ask` or `answer`, for the repair of a broken promise.
pub fn repair(breach: &str, act: &str) -> String {
    format!("{FOLLOW_UPS}/breaches/{breach}/{act}")
}

pub const DESK_CATALOGUE: &str = "/desk/catalogue";

/// POST: `begin`, `new` or `import`.
pub fn revision_act(act: &str) -> String {
    format!("/desk/catalogue/{act}")
}
/// The offered version as a file: `xlsx` or `toml`.
pub fn export(slug: &str, kind: &str) -> String {
    format!("/desk/catalogue/export/{slug}/{kind}")
}
pub fn revision(id: Uuid) -> String {
    format!("/desk/catalogue/revisions/{id}")
}
/// GET `preview`, `compare`, `export.xlsx`, `export.toml`; POST `reason`, `propose`, `discard`,
/// `approve`, `return`.
pub fn revision_page(id: Uuid, page: &str) -> String {
    format!("/desk/catalogue/revisions/{id}/{page}")
}
/// A group of elements, shown and (POST) saved.
pub fn revision_group(id: Uuid, group: &str) -> String {
    format!("/desk/catalogue/revisions/{id}/edit/{group}")
}
pub fn guide(slug: &str) -> String {
    format!("/matters/{slug}")
}
/// One department or township government, by its id in the region file.
pub fn body(id: &str) -> String {
    format!("{BODIES}/{}", encode(id))
}
/// One of the public lists, by its key.
pub fn public_list(key: &str) -> String {
    format!("{LISTS}/{key}")
}
/// An entry of a public list.
pub fn list_entry(key: &str, id: &str) -> String {
    format!("{LISTS}/{key}#entry-{id}")
}
/// Places near home that take a matter.
pub fn places_for(slug: &str) -> String {
    format!("{PLACES}?matter={slug}")
}
/// POST: what was found in a drawn guide.
pub fn spot_finding(check: &str) -> String {
    format!("{SPOT_CHECKS}/{check}/finding")
}
/// POST: a finding is put right.
pub fn spot_fixed(check: &str) -> String {
    format!("{SPOT_CHECKS}/{check}/fixed")
}
pub fn claim(benefit: &str) -> String {
    format!("/benefits/{benefit}/claim")
}
/// POST: begins a draft, or offers the open one again.
pub fn start(slug: &str) -> String {
    format!("/matters/{slug}/start")
}
/// A personal list for everybody: the guide's version it was made by, and the choices as
/// `domain::catalogue::encode_choices` writes them.
pub fn personal_list(slug: &str, version: Option<u32>, choices: &str) -> String {
    let version = version.map(|v| format!("v={v}"));
    let choices = (!choices.is_empty()).then(|| format!("a={}", encode(choices)));
    let query = version.into_iter().chain(choices).collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/matters/{slug}/list{mark}{query}")
}
pub fn draft(id: DraftId) -> String {
    format!("/apply/{id}")
}
pub fn questions(id: DraftId) -> String {
    format!("/apply/{id}/questions")
}
/// One question a page; `questions` shows the next open one.
pub fn question(id: DraftId, question: &str) -> String {
    format!("/apply/{id}/questions/{question}")
}
/// All questions on one page.
pub fn whole_questions(id: DraftId) -> String {
    format!("/apply/{id}/questions/all")
}
pub fn outcome(id: DraftId) -> String {
    format!("/apply/{id}/outcome")
}
pub fn field(id: DraftId, section: &str, field: &str) -> String {
    format!("{}?at={field}#{}", form(id, section), crate::ui::field_id(field))
}

pub fn form(id: DraftId, section: &str) -> String {
    format!("/apply/{id}/form/{section}")
}
pub fn materials(id: DraftId) -> String {
    format!("/apply/{id}/materials")
}
/// POST multipart: adds files to a slot.
pub fn upload(id: DraftId, material: &str) -> String {
    format!("/uploads/drafts/{id}/{material}")
}
/// 文件归类: files that were sent at once get their materials; shown, and (POST) confirmed.
pub fn many(id: DraftId) -> String {
    format!("/apply/{id}/materials/many")
}
/// POST: begins a resumable upload into a slot (tus 1.0); `/known` below it asks for known content.
pub fn transfers(id: DraftId, material: &str) -> String {
    format!("/tus/drafts/{id}/{material}")
}
/// POST: the same for a reopened material.
pub fn correction_transfers(id: CaseId, material: &str) -> String {
    format!("/tus/cases/{id}/{material}")
}
/// HEAD, PATCH, DELETE: one resumable upload.
pub fn transfer(id: TransferId) -> String {
    format!("/tus/{id}")
}
/// 以后再补: the promise to hand a material in later, shown and (POST) signed.
pub fn defer(id: DraftId, material: &str) -> String {
    format!("/apply/{id}/materials/{material}/later")
}
/// 告知承诺 in place of a material, shown and (POST) signed.
pub fn promise(id: DraftId, material: &str) -> String {
    format!("/apply/{id}/materials/{material}/promise")
}
/// POST: takes a file out of its slot.
pub fn remove_file(id: DraftId, file: FileId) -> String {
    format!("/apply/{id}/files/{file}/remove")
}
/// POST: consents to asking the licence store for this draft, and asks it.
pub fn licences(id: DraftId) -> String {
    format!("/apply/{id}/licences")
}
/// POST: asks once more under that consent.
pub fn licences_again(id: DraftId) -> String {
    format!("/apply/{id}/licences/again")
}
/// POST: withdraws that consent.
pub fn licences_withdraw(id: DraftId) -> String {
    format!("/apply/{id}/licences/withdraw")
}
/// POST: fills a slot in one `way`: `licence`, `number`, `earlier`; or takes its `values` into the form.
pub fn slot_way(id: DraftId, material: &str, way: &str) -> String {
    format!("/apply/{id}/slots/{material}/{way}")
}
/// POST: empties a slot that was filled without a file.
pub fn remove_fill(id: DraftId, material: &str) -> String {
    format!("/apply/{id}/fills/{material}/remove")
}
pub fn report(id: DraftId) -> String {
    format!("/apply/{id}/report")
}
pub fn sign(id: DraftId) -> String {
    format!("/apply/{id}/sign")
}
pub fn submit(id: DraftId) -> String {
    format!("/apply/{id}/submit")
}
/// GET asks, POST deletes.
pub fn delete_draft(id: DraftId) -> String {
    format!("/apply/{id}/delete")
}
pub fn case(id: CaseId) -> String {
    format!("/cases/{id}")
}
/// The page after submission.
pub fn receipt(id: CaseId) -> String {
    format!("/cases/{id}/receipt")
}
pub fn correction(id: CaseId) -> String {
    format!("/cases/{id}/correction")
}
/// POST multipart: re-sends a reopened material.
pub fn correction_upload(id: CaseId, material: &str) -> String {
    format!("/uploads/cases/{id}/{material}")
}
pub fn correction_remove(id: CaseId, file: FileId) -> String {
    format!("/cases/{id}/files/{file}/remove")
}
/// What is owed, on the case's page.
pub fn owed(id: CaseId) -> String {
    format!("/cases/{id}#owed")
}
/// POST multipart: puts files into the slot of an owed material.
pub fn owed_upload(id: CaseId, material: &str) -> String {
    format!("/uploads/owed/{id}/{material}")
}
/// POST: hands in what lies in the slot.
pub fn supply(id: CaseId, material: &str) -> String {
    format!("/cases/{id}/owed/{material}")
}
/// Where the result is sent; POST saves it.
pub fn delivery(id: CaseId) -> String {
    format!("/cases/{id}/delivery")
}
pub fn withdraw(id: CaseId) -> String {
    format!("/cases/{id}/withdraw")
}
/// GET: what undoing means; POST: undoes the submission.
pub fn undo(id: CaseId) -> String {
    format!("/cases/{id}/undo")
}
pub fn bill(id: BillId) -> String {
    format!("/bills/{id}")
}
/// 缴费记录
pub const BILLS: &str = "/bills";
/// POST: makes a link by which somebody else may pay.
pub fn make_pay_link(id: BillId) -> String {
    format!("/bills/{id}/link")
}
/// POST: the link opens nothing any more.
pub fn withdraw_pay_link(id: BillId) -> String {
    format!("/bills/{id}/link/withdraw")
}
/// 请别人代付; POST opens an order.
pub fn pay_link(token: &str) -> String {
    format!("/pay/{}", encode(token))
}
/// POST: “I have paid, check again”, of whoever pays by the link.
pub fn check_pay_link(token: &str) -> String {
    format!("{}/check", pay_link(token))
}
/// POST: opens an order and leads to the cashier.
pub fn pay(id: BillId) -> String {
    format!("/bills/{id}/pay")
}
/// POST: “I have paid, check again”.
pub fn check_payment(id: BillId) -> String {
    format!("/bills/{id}/check")
}
pub fn invitation(token: &str) -> String {
    format!("/join/{token}")
}
pub fn document(id: DocumentId) -> String {
    format!("/documents/{id}")
}
/// The content, by a short-lived link; see `links`.
pub fn file(id: FileId) -> String {
    format!("/files/{id}")
}
/// A page as a picture, by a short-lived link; see `links`.
pub fn preview(id: FileId, page: u32) -> String {
    format!("/files/{id}/preview/{page}")
}
/// The page about a file.
pub fn file_view(id: FileId) -> String {
    format!("/files/{id}/view")
}
/// The same, where a link had run out.
pub fn file_view_again(id: FileId) -> String {
    format!("/files/{id}/view?old=1")
}
/// The same at a page of the file, turned clockwise by quarters, fitted or large.
pub fn look_at(id: FileId, page: u32, quarters: u8, large: bool) -> String {
    let zoom = if large { "&zoom=1" } else { "" };
    format!("/files/{id}/view?page={page}&turn={}{zoom}", u16::from(quarters) * 90)
}
/// 页面整理: turn, cut and order a file of an open slot; shown, and (POST) done.
pub fn adjust(id: FileId) -> String {
    format!("/files/{id}/adjust")
}
/// 有效期: the day on the paper in whose slot this file lies (POST).
pub fn proof_day(id: FileId) -> String {
    format!("/files/{id}/day")
}
/// 合并 PDF of a slot, as it was handed in in that round.
pub fn bundle(case: CaseId, material: &str, round: i64) -> String {
    format!("/files/bundles/{case}/{material}/{round}")
}
pub fn verify(code: &str) -> String {
    format!("/verify/{code}")
}
pub fn desk_case(id: CaseId) -> String {
    format!("/desk/cases/{id}")
}
/// POST: one of `verdict`, `accept`, `notice`, `return`, `refuse-acceptance`, `special/start`,
/// `special/end`, `parts/PART/finish`, `parts/PART/fail`, `parts/PART/reopen`, `owed/MATERIAL/met`,
/// `owed/MATERIAL/return`, `grant`, `refuse`, `issue`, `posted`.
pub fn desk_act(id: CaseId, act: &str) -> String {
    format!("/desk/cases/{id}/{act}")
}
/// Only own paths may be returned to: one slash, no scheme, no control characters.
pub fn safe_return(path: &str) -> &str {
    // Browsers drop tabs and line breaks from addresses, so any control character is refused.
    let odd = |c: char| c.is_control() || c == '\\';
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(odd);
    if own { path } else { HOME }
}
/// The sign-in page that leads back to `to`.
pub fn sign_in_and_return(to: &str) -> String {
    format!("{SIGN_IN}?return={}", encode(to))
}
/// Percent-encodes a query value.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}
