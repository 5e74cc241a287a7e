//! Changing the catalogue: two people, an effective date, and nobody's case touched by it.

use crate::support::{FOOD, TestWorld};
use domain::catalogue::RevisionStatus;
use domain::ids::Uuid;
use domain::policy::Role;
use service::revisions::{RevisionView, Row, Sheet, rows_of, typed_rows};
use service::{CatalogueReader, Editor, Failure, Reviewer};

struct Office {
    world: TestWorld,
    editor: Editor,
    reviewer: Reviewer,
    reader: CatalogueReader,
}

impl Office {
    async fn open() -> Self {
        let world = TestWorld::new().await;
        let (one, two) = (world.staff(Role::Editor).await, world.staff(Role::Reviewer).await);
        let (editor, reader) = (one.editor().unwrap(), one.catalogue_reader().unwrap());
        Self { editor, reader, reviewer: two.reviewer().unwrap(), world }
    }

    async fn look(&self, id: Uuid) -> RevisionView {
        self.world.service.revision(&self.reader, id).await.unwrap()
    }

    /// Changes one cell of the matter itself.
    async fn change(&self, id: Uuid, column: &str, text: &str) {
        let view = self.look(id).await;
        let mut row = view.sheet.rows("matter")[0].clone();
        row.insert(column.to_owned(), text.to_owned());
        self.world.service.save_rows(&self.editor, id, view.lock, "matter", vec![row]).await.unwrap();
    }

    /// A food licence with a shorter promise, proposed.
    async fn proposed(&self) -> Uuid {
        let service = &self.world.service;
        let id = service.begin_revision(&self.editor, FOOD).await.unwrap();
        self.change(id, "promised_amount", "6").await;
        service.save_reason(&self.editor, id, self.look(id).await.lock, "压缩时限").await.unwrap();
        service.propose(&self.editor, id, self.look(id).await.lock).await.unwrap();
        id
    }

    async fn promised(&self) -> (u32, u32) {
        let matter = self.world.service.matter_of(FOOD).await.unwrap();
        (matter.version, matter.promised.amount)
    }
}

fn code(outcome: Result<(), Failure>) -> String {
    outcome.map_or_else(|failure| failure.code(), |()| "done".into())
}

#[tokio::test]
async fn c4_drafted_proposed_reviewed_by_another_published_on_its_day_and_superseded() {
    let office = Office::open().await;
    let service = &office.world.service;
    let (version, before) = office.promised().await;
    assert_ne!(before, 6);
    let id = office.proposed().await;
    let tomorrow = service.today().tomorrow().unwrap();
    let lock = office.look(id).await.lock;
    service.approve(&office.reviewer, id, lock, tomorrow).await.unwrap();
    assert_eq!(office.look(id).await.line.status, RevisionStatus::Reviewed);
    service.housekeeping().await.unwrap();
    assert_eq!(office.promised().await, (version, before), "not before its day");
    office.world.pass(86_400);
    service.housekeeping().await.unwrap();
    assert_eq!(office.promised().await, (version + 1, 6));
    assert_eq!(office.look(id).await.line.status, RevisionStatus::Published);
    let found = service.catalogue().search("食品经营许可");
    assert_eq!((found[0].slug.as_str(), found[0].version), (FOOD, version + 1), "search knows the new version");

    let next = office.proposed_again("5").await;
    let lock = office.look(next).await.lock;
    service.approve(&office.reviewer, next, lock, service.today()).await.unwrap();
    assert_eq!(office.promised().await, (version + 2, 5), "today means at once");
    assert_eq!(office.look(id).await.line.status, RevisionStatus::Superseded);
}

impl Office {
    async fn proposed_again(&self, days: &str) -> Uuid {
        let service = &self.world.service;
        let id = service.begin_revision(&self.editor, FOOD).await.unwrap();
        self.change(id, "promised_amount", days).await;
        service.save_reason(&self.editor, id, self.look(id).await.lock, "再压缩").await.unwrap();
        service.propose(&self.editor, id, self.look(id).await.lock).await.unwrap();
        id
    }
}

#[tokio::test]
async fn c4_a_case_and_a_draft_keep_what_they_were_begun_under() {
    let office = Office::open().await;
    let service = &office.world.service;
    let (version, before) = office.promised().await;
    let filed = office.world.submit("13912345001", FOOD, &[("stage", "new")]).await;
    let person = office.world.sign_in("13912345002").await;
    let draft = service.start_draft(&person.owner, FOOD).await.unwrap();
    let id = office.proposed().await;
    service.approve(&office.reviewer, id, office.look(id).await.lock, service.today()).await.unwrap();
    let view = office.world.view(&filed).await;
    assert_eq!((view.matter.version, view.matter.promised.amount), (version, before));
    let draft = service.draft(&person.owner, draft).await.unwrap();
    assert_eq!(draft.matter.version, version + 1, "carried over");
    assert_eq!(draft.carried_over, Some(vec![domain::catalogue::Change::Limit]), "and told what changed");
}

#[tokio::test]
async fn c4_whoever_wrote_or_proposed_does_not_review() {
    let office = Office::open().await;
    let service = &office.world.service;
    let both = office.world.staff_with(&[Role::Editor, Role::Reviewer]).await;
    let id = office.proposed().await;
    let view = office.look(id).await;
    service.return_revision(&office.reviewer, id, view.lock, "时限的依据没写清").await.unwrap();
    let view = office.look(id).await;
    assert_eq!((view.line.status, view.review_note.as_str()), (RevisionStatus::Draft, "时限的依据没写清"));
    // One with both roles puts a word in: from then on that person is a writer.
    let mut row = view.sheet.rows("matter")[0].clone();
    row.insert("promised_basis".into(), "示例县市场监督管理局公开承诺（2026 年）".into());
    service.save_rows(&both.editor().unwrap(), id, view.lock, "matter", vec![row]).await.unwrap();
    service.propose(&office.editor, id, office.look(id).await.lock).await.unwrap();
    let lock = office.look(id).await.lock;
    let own = service.approve(&both.reviewer().unwrap(), id, lock, service.today()).await;
    assert_eq!(code(own), "revision.same_person");
    assert_eq!(code(service.approve(&office.reviewer, id, lock, service.today()).await), "done");
}

#[tokio::test]
async fn c3_nothing_incomplete_is_proposed_and_all_of_it_is_named() {
    let office = Office::open().await;
    let service = &office.world.service;
    let id = service.begin_matter(&office.editor, "bridge-permit", "占道许可").await.unwrap();
    let view = office.look(id).await;
    assert!(view.matter.is_none() && view.problems.len() > 20, "{}", view.problems.len());
    for label in ["实施编码", "实施主体", "申请人声明"] {
        assert!(view.problems.iter().any(|p| p.text.contains(label)), "{label} is not named");
    }
    service.save_reason(&office.editor, id, view.lock, "新事项").await.unwrap();
    let lock = office.look(id).await.lock;
    assert_eq!(code(service.propose(&office.editor, id, lock).await), "revision.incomplete");
    assert!(matches!(service.matter_of("bridge-permit").await, Err(Failure::NotFound)), "not offered");
}

#[tokio::test]
async fn c4_two_people_never_overwrite_each_other_silently() {
    let office = Office::open().await;
    let service = &office.world.service;
    let id = service.begin_revision(&office.editor, FOOD).await.unwrap();
    assert_eq!(service.begin_revision(&office.editor, FOOD).await.unwrap(), id, "one open version of a matter");
    let seen = office.look(id).await.lock;
    office.change(id, "summary", "先保存的人写的简介。").await;
    let late = service.save_rows(&office.editor, id, seen, "basis", vec![Row::new()]).await;
    assert_eq!(code(late), "conflict");
    assert!(!office.look(id).await.sheet.rows("basis").is_empty(), "nothing was lost");
}

#[tokio::test]
async fn c3_a_broken_file_changes_nothing_and_a_right_one_becomes_a_draft() {
    let office = Office::open().await;
    let service = &office.world.service;
    let good = Sheet::of(&service.matter_of(FOOD).await.unwrap());
    let mut bad = good.clone();
    bad.0.get_mut("materials").unwrap()[0].insert("necessity".into(), "大概".into());
    bad.0.get_mut("matter").unwrap()[0].remove("title");
    let problems = service.import_sheet(&office.editor, &bad).await.unwrap().unwrap_err();
    assert!(problems.len() >= 2, "{problems:?}");
    assert!(service.revisions(&office.reader, None).await.unwrap().is_empty(), "nothing was begun");
    let mut better = good.clone();
    better.0.get_mut("matter").unwrap()[0].insert("summary".into(), "开饭馆、卖吃的，先办这个证。".into());
    let id = service.import_sheet(&office.editor, &better).await.unwrap().unwrap();
    let view = office.look(id).await;
    assert_eq!(view.sheet.cell("matter", 0, "summary"), "开饭馆、卖吃的，先办这个证。");
    assert!(view.problems.is_empty() && view.line.based_on > 0);
}

#[tokio::test]
async fn c4_each_change_is_audited_by_its_cell() {
    let office = Office::open().await;
    let id = office.proposed().await;
    let history = office.look(id).await.history;
    let actions: Vec<&str> = history.iter().map(|h| h.action.as_str()).collect();
    assert_eq!(actions, ["revision_begun", "revision_saved", "revision_saved", "revision_proposed"]);
    assert!(history[1].detail.contains("承诺时限"), "{:?}", history[1]);
    assert!(history.iter().all(|h| !h.who.is_empty() && h.who != "系统"), "by name: {history:?}");
}

#[test]
fn c3_rows_are_moved_and_left_out_as_the_form_says() {
    let row = |n: usize, key: &str, value: &str| (format!("{n}.{key}"), value.to_owned());
    let names = |rows: Vec<Row>| rows.iter().map(|r| r["id"].clone()).collect::<Vec<_>>();
    let three = || vec![row(0, "id", "a"), row(1, "id", "b"), row(2, "id", "c")];
    assert_eq!(names(rows_of(three())), ["a", "b", "c"]);
    let mut up = three();
    up.push(row(2, "@place", "1"));
    assert_eq!(names(rows_of(up)), ["c", "a", "b"]);
    let mut down = three();
    down.push(row(0, "@place", "2"));
    assert_eq!(names(rows_of(down)), ["b", "a", "c"]);
    let mut without = three();
    without.push(row(1, "@drop", "true"));
    assert_eq!(names(rows_of(without)), ["a", "c"]);
    assert_eq!(names(typed_rows("0.id=%E7%94%B2&lock=3&x=1")), ["甲"]);
}
