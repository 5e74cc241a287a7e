//! Turns `locales/LANG/ROOM.toml` into `t::room::key()` functions: a missing text or a missing
//! argument is a compile error, and texts that the browser never uses are not sent to it.
//! A text missing in English falls back to Chinese, which is complete.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

type Texts = BTreeMap<String, BTreeMap<String, String>>;

fn main() {
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build.rs");
    let zh = load(Path::new("locales/zh-CN"));
    let en = load(Path::new("locales/en"));
    for (room, keys) in &en {
        for key in keys.keys() {
            assert!(zh.get(room).is_some_and(|k| k.contains_key(key)), "en/{room}.toml: {key} is not in zh-CN");
        }
    }
    let mut code = String::new();
    for (room, keys) in &zh {
        let _ = writeln!(code, "/// Texts of `{room}`.\npub mod {room} {{");
        for (key, text) in keys {
            let english = en.get(room).and_then(|k| k.get(key)).unwrap_or(text);
            function(&mut code, key, text, english);
        }
        lookup(&mut code, keys, en.get(room));
        code.push_str("}\n");
    }
    let out = env::var("OUT_DIR").expect("set by cargo");
    fs::write(Path::new(&out).join("texts.rs"), code).expect("OUT_DIR is writable");
}

fn load(folder: &Path) -> Texts {
    let mut texts = Texts::new();
    let Ok(entries) = fs::read_dir(folder) else { return texts };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let room = path.file_stem().expect("has a stem").to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).expect("readable");
        let keys: BTreeMap<String, String> =
            toml::from_str(&source).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        texts.insert(room, keys);
    }
    texts
}

/// `key = "…{name}…"` becomes a function with one argument for each placeholder, in order.
fn function(code: &mut String, key: &str, zh: &str, en: &str) {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = zh;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { panic!("{key}: unclosed placeholder") };
        if !names.contains(&name) {
            names.push(name);
        }
        rest = tail;
    }
    let _ = writeln!(code, "/// {}", zh.replace('\n', " "));
    let ident = key.replace(['.', '-'], "_");
    if names.is_empty() {
        let _ = writeln!(code, "pub fn {ident}() -> &'static str {{ crate::locale::pick({zh:?}, {en:?}) }}");
    } else {
        let args: Vec<String> = names.iter().map(|n| format!("{n}: impl std::fmt::Display")).collect();
        let _ = writeln!(
            code,
            "pub fn {ident}({}) -> String {{ if crate::locale::is_english() {{ format!({en:?}) }} else {{ format!({zh:?}) }} }}",
            args.join(", ")
        );
    }
}

/// `by_key`: for stable codes that come from `domain` or over the wire; placeholders are left in.
fn lookup(code: &mut String, keys: &BTreeMap<String, String>, english: Option<&BTreeMap<String, String>>) {
    code.push_str(
        "/// The template of a stable code.\npub fn by_key(key: &str) -> Option<&'static str> { Some(match key {\n",
    );
    for (key, zh) in keys {
        let en = english.and_then(|k| k.get(key)).unwrap_or(zh);
        let _ = writeln!(code, "{key:?} => crate::locale::pick({zh:?}, {en:?}),");
    }
    code.push_str("_ => return None }) }\n");
}
