//! A guide changes while people are under way: cases keep their version, drafts are told what is new.

use crate::support::{FOOD, TestWorld, code_of, shipped};
use domain::catalogue::Change;
use domain::policy::Role;
use service::Catalogue;
use std::fs;
use std::path::Path;

/// The shipped catalogue with a second version of the food licence; the first one is kept as a past one.
fn second_version(folder: &Path) -> Catalogue {
    for part in ["", "calendar", "matters"] {
        fs::create_dir_all(folder.join(part)).unwrap();
        for entry in fs::read_dir(shipped().join(part)).unwrap().flatten().filter(|e| e.path().is_file()) {
            fs::copy(entry.path(), folder.join(part).join(entry.file_name())).unwrap();
        }
    }
    fs::create_dir_all(folder.join("past")).unwrap();
    let file = folder.join("matters/food-licence.toml");
    let old = fs::read_to_string(&file).unwrap();
    fs::write(folder.join("past/food-licence.1.toml"), &old).unwrap();
    let new = old
        .replace("\nversion = 1\n", "\nversion = 2\n")
        .replace("\nstatement = \"", "\nstatement = \"（新的承诺）")
        .replace(
            "id = \"floor_plan\"\nname = \"经营场所平面图\"",
            "id = \"floor_plan_new\"\nname = \"经营场所布局图\"",
        );
    assert!(new.contains("version = 2") && new.contains("（新的承诺）") && new.contains("经营场所布局图"));
    fs::write(&file, new).unwrap();
    Catalogue::load(folder).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[tokio::test]
async fn c4_cases_keep_their_version_and_drafts_are_told_what_changed() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340120", FOOD, &[]).await;
    let other = world.sign_in("13912340121").await;
    let (draft, _) = world.answered(&other.owner, FOOD, &[]).await;
    world.service.sign(&other.owner, draft, "欧阳签名", None, true).await.unwrap();
    assert!(world.service.draft(&other.owner, draft).await.unwrap().carried_over.is_none());

    let service = world.restarted_with(second_version(&world.base.folder.join("second")));
    // The case goes on under the version it was filed under.
    let case = service.my_case(&filed.person.applicant, filed.case).await.unwrap();
    assert_eq!((case.matter.version, case.case.matter.version), (1, 1));
    assert!(case.matter.material("floor_plan").is_some());
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    service.accept(&clerk, filed.case, case.version).await.unwrap();

    // The draft goes on under the new one and says what is different; what was signed is signed anew.
    let view = service.draft(&other.owner, draft).await.unwrap();
    assert_eq!(view.matter.version, 2);
    let changes = view.carried_over.expect("it was carried over");
    for expected in [
        Change::MaterialAdded("经营场所布局图".into()),
        Change::MaterialRemoved("经营场所平面图".into()),
        Change::Statement,
    ] {
        assert!(changes.contains(&expected), "{expected:?} in {changes:?}");
    }
    assert!(!changes.contains(&Change::Fee) && !changes.contains(&Change::Limit), "{changes:?}");
    assert!(view.signature.is_none(), "another statement, another signature");
    assert_eq!(code_of(service.submit(&other.applicant, draft).await), "sign.missing");
}

#[test]
fn c4_a_past_version_must_be_older_than_the_offered_one() {
    let folder = std::env::temp_dir().join(format!("onevisit-past-{}", std::process::id()));
    second_version(&folder);
    let current = fs::read_to_string(folder.join("matters/food-licence.toml")).unwrap();
    fs::write(folder.join("past/food-licence.again.toml"), current).unwrap();
    let errors = Catalogue::load(&folder).unwrap_err();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].rule, "past_version");
    assert!(errors[0].line > 0);
}
