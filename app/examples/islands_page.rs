use app::shell::{Assets, Frame, render};
use app::ui::*;
use leptos::prelude::*;
use std::sync::Arc;
fn main() {
    let region = service::Catalogue::load(std::path::Path::new("catalogue")).expect("catalogue");
    let matter = region.matter("birth-registration").expect("m").clone();
    let mut a: Vec<String> = std::env::args().skip(1).collect();
    let wasm = a.remove(0);
    let assets = Assets { css: "/pkg/main.css".into(), boot: "/js/boot.js".into(), app_js: "/pkg/app.js".into(), app_wasm: wasm,
        precheck_worker: "/js/precheck-worker.js".into(), precheck_js: "/pkg/precheck.js".into(), precheck_wasm: "/pkg/precheck_bg.wasm".into() };
    let frame = Frame { title: "t".into(), care: a.iter().any(|x| x == "care"), help_phone: "12345".into(), assets, ..Frame::default() };
    let what = a[0].clone();
    let html = render(&frame, move || match what.as_str() {
        "form" => {
            let draft = service::drafts::DraftView { id: "019a0000-0000-7000-8000-000000000001".parse().expect("id"), matter: matter.clone(),
                answers: std::collections::BTreeMap::default(), version: 3, updated_at: domain::time::Instant(1_763_000_000_000_000), files: vec![], signature: None, submitted: None, carried_over: false };
            let section = draft.matter.form.sections[0].clone();
            let state = app::apply::pages::form::FormState::default();
            app::apply::pages::form::section(&draft, &section, &state, jiff::civil::date(2026, 11, 22))
        }
        "home" => app::catalogue::pages::home::home(&[Arc::clone(&matter)], &[], false, "12345"),
        "upload" => {
            let h = app::apply::components::upload::helper("/upload".into(), field_id("slot-id"), &precheck::Limits::default());
            view! { <FileSlot name="files" input_id="slot-id" title="身份证" upload_action="/upload"> {h} </FileSlot> }.into_any()
        }
        "sign" => app::apply::components::signature::helper("signature"),
        "pay" => app::pay::components::watch::helper("019a0000-0000-7000-8000-000000000001"),
        _ => view! { <h1>"标题"</h1><p>"第一句。第二句！"</p> }.into_any(),
    });
    println!("{html}");
}
