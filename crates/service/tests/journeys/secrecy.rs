//! Personal data at rest and in the logs: nothing in clear.

use crate::support::{FOOD, PROPERTY, TestWorld, in_pieces, pdf, walk};
use domain::policy::Role;
use service::{Session, desk};
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that the program logs from now on, to the last detail.
fn captured() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the only one in this program");
    log
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle.as_bytes())
}

#[tokio::test]
async fn d7_after_a_whole_journey_nothing_personal_lies_in_clear_or_in_the_logs() {
    const BUYER: &str = "13987650001";
    const SELLER: &str = "13987650002";
    let log = captured();
    let world = TestWorld::new().await;
    let wanted = [
        ("scenario", "sale"),
        ("applicant_name", "尉迟敬业"),
        ("seller_name", "慕容出让"),
        ("seller_phone", SELLER),
        ("house_address", "示例县独一无二街九十九号"),
    ];
    let filed = world.submit(BUYER, PROPERTY, &wanted).await;
    let link = world.view(&filed).await.party.unwrap().link;
    let token = link.rsplit('/').next().unwrap().to_owned();
    let seller = world.sign_in(SELLER).await;
    world.service.confirm_party(&seller.applicant, &token, "慕容出让", None, true).await.unwrap();
    let staff = world.staff_with(&[Role::Clerk]).await;
    let clerk = staff.clerk().unwrap();
    let service = &world.service;
    service
        .set_verdict(&clerk, filed.case, "title_deed", Some(&first(&world, "title_deed")), "尉迟敬业的证看不清")
        .await
        .unwrap();
    service.issue_notice(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let sent = in_pieces(pdf("mended"));
    service
        .receive_correction(&filed.person.applicant, filed.case, "title_deed", "尉迟敬业不动产证.pdf", "", sent)
        .await
        .unwrap();
    service.answer_notice(&filed.person.applicant, filed.case).await.unwrap();
    service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let bill = world.view(&filed).await.bill.unwrap();
    service.start_payment(&filed.person.applicant, bill.id, "till", "203.0.113.77").await.unwrap();
    world.till.pay(&world.till.only_order());
    service.check_payment(&filed.person.applicant, bill.id).await.unwrap();
    let approver = world.staff(Role::Approver).await;
    world.finish_parts(&filed, &approver.approver().unwrap()).await;
    service.grant(&approver.approver().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    let issuer = world.staff(Role::Issuer).await;
    service.issue_result(&issuer.issuer().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    world.run_jobs().await;
    let view = world.view(&filed).await;
    let document = view.documents.last().unwrap();
    service.document_pdf(&filed.person.session, document.id).await.unwrap();
    service.verify_document(&document.verify_code).await.unwrap();
    service.track(&view.tracking_code, "0001", "203.0.113.78").await.unwrap();
    service.queue(&staff.reader().unwrap(), &desk::QueueFilter::default()).await.unwrap();
    // What goes wrong is logged as well.
    world.till.down.store(true, std::sync::atomic::Ordering::SeqCst);
    let _ = service.sign_in(&Session::nobody(), BUYER, "000000", false).await;
    let _ = service
        .receive_file(&filed.person.owner, filed.draft, "title_deed", "尉迟敬业.pdf", "", in_pieces(vec![]))
        .await;
    // A draft that is never submitted counts too.
    let (draft, food) = world.answered(&filed.person.owner, FOOD, &[("legal_representative", "尉迟敬业")]).await;
    world.attach_all(&filed.person.owner, draft).await;
    service.housekeeping().await.unwrap();
    world.assert_intact().await;

    let mut secrets: Vec<String> = vec![BUYER.into(), SELLER.into(), "尉迟敬业".into(), "慕容出让".into(), token];
    secrets.extend(["欧阳签名".into(), view.tracking_code.clone(), "203.0.113.7".into(), filed.person.token.clone()]);
    let long_enough = |v: &&String| v.chars().count() >= 6 || (v.len() >= 9 && !v.is_ascii());
    secrets.extend(
        filed.answers.values().chain(food.values()).filter(long_enough).filter(|v| !is_option(&world, v)).cloned(),
    );
    assert!(secrets.iter().any(|s| *s == filed.answers["applicant_id"]) && secrets.len() > 15, "{}", secrets.len());

    let logged = log.0.lock().unwrap().clone();
    assert!(
        contains(&logged, "TRACE") || contains(&logged, "DEBUG") || contains(&logged, "WARN"),
        "something was logged"
    );
    for secret in &secrets {
        assert!(!contains(&logged, secret), "in the logs: {secret}");
    }
    for (name, bytes) in stored(&world).await {
        for secret in &secrets {
            assert!(!contains(&bytes, secret), "in clear in {name}: {secret}");
            // As PostgreSQL shows bytes.
            assert!(!contains(&bytes, &hex::encode(secret)), "in clear in {name}: {secret}");
        }
    }
}

fn first(world: &TestWorld, material: &str) -> String {
    world.service.catalogue().matter(PROPERTY).unwrap().material(material).unwrap().criteria[0].id.clone()
}

/// Values of closed lists are words of the catalogue, not of a person.
fn is_option(world: &TestWorld, value: &str) -> bool {
    world.service.catalogue().matters.iter().any(|m| {
        let fields = m.form.fields().flat_map(|f| f.kind.choices());
        m.questions.iter().flat_map(|q| &q.options).chain(fields).any(|o| o.value == value)
    })
}

/// Every byte at rest: the database's own files, or all rows of all tables, and the objects.
async fn stored(world: &TestWorld) -> Vec<(String, Vec<u8>)> {
    let mut paths = Vec::new();
    walk(&world.base.folder, &mut paths);
    let mut all: Vec<(String, Vec<u8>)> =
        paths.iter().map(|p| (p.display().to_string(), std::fs::read(p).unwrap())).collect();
    if world.base.is_postgres() {
        let tables = world
            .service
            .db
            .read("select table_name from information_schema.tables where table_schema = current_schema()", Vec::new())
            .await
            .unwrap();
        for table in tables {
            let name = table.text("table_name").unwrap();
            let sql: &'static str = format!("select cast(t as text) as line from {name} t").leak();
            let rows = world.service.db.read(sql, Vec::new()).await.unwrap();
            let text: String = rows.iter().map(|r| r.text("line").unwrap()).collect();
            all.push((name, text.into_bytes()));
        }
        assert!(all.len() > 15);
    } else {
        // The newest pages lie in the log beside the file.
        let readable =
            all.iter().any(|(name, bytes)| name.contains("service.db") && contains(bytes, "party_confirmed"));
        assert!(readable, "these are the right files");
    }
    all
}
