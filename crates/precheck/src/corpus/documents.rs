//! PDF files, good and bad, and a small ZIP archive.

use lopdf::{Dictionary, Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions};
use lopdf::{Stream, StringFormat, dictionary};

/// A document of this many pages with its catalogue.
fn document(pages: usize) -> (Document, ObjectId) {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier",
    });
    let mut kids = Vec::new();
    for number in 1..=pages {
        let text = format!("BT /F1 24 Tf 72 700 Td (Page {number}) Tj ET\n").repeat(4);
        let content = document.add_object(Stream::new(Dictionary::new(), text.into_bytes()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content,
        });
        kids.push(Object::Reference(page));
    }
    let count = i64::try_from(pages).unwrap_or(0);
    let root = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count,
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(tree, Object::Dictionary(root));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    (document, catalog)
}

pub(super) fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("writing to memory");
    bytes
}

pub(super) fn saved_packed(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).expect("writing to memory");
    bytes
}

/// With a cross-reference table, as PDF 1.4 wrote it.
pub(super) fn plain(pages: usize, compressed: bool) -> Vec<u8> {
    let (mut document, _) = document(pages);
    if compressed {
        document.compress();
    }
    saved(document)
}

/// With object streams and a cross-reference stream.
pub(super) fn packed(pages: usize) -> Vec<u8> {
    let (mut document, _) = document(pages);
    document.compress();
    saved_packed(document)
}

/// Encrypted; an empty `password` only restricts what readers allow.
pub(super) fn locked(pages: usize, password: &str, short_key: bool) -> Vec<u8> {
    let (mut document, _) = document(pages);
    let id = Object::String(b"0123456789abcdef".to_vec(), StringFormat::Literal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let state = {
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: password,
            key_length: if short_key { 40 } else { 128 },
            permissions: Permissions::PRINTABLE,
        };
        EncryptionState::try_from(version).expect("a valid request")
    };
    document.encrypt(&state).expect("not encrypted yet");
    saved(document)
}

/// The page tree names a page that is not there.
pub(super) fn lost_page(pages: usize) -> Vec<u8> {
    let (mut document, _) = document(pages);
    let lost = document.page_iter().next();
    document.objects.remove(&lost.unwrap_or((2, 0)));
    saved(document)
}

/// A script that runs on opening, or hidden behind a page's own action.
pub(super) fn script(pages: usize, on_open: bool, as_packed: bool) -> Vec<u8> {
    let (mut document, catalog) = document(pages);
    let text = Object::String(b"app.alert(1)".to_vec(), StringFormat::Literal);
    let action = dictionary! { "S" => "JavaScript", "JS" => text };
    let action = document.add_object(action);
    if on_open {
        set(&mut document, catalog, "OpenAction", Object::Reference(action));
    } else {
        let page = document.page_iter().next().unwrap_or(catalog);
        let actions = Object::Dictionary(dictionary! { "O" => action });
        set(&mut document, page, "AA", actions);
    }
    if as_packed { saved_packed(document) } else { saved(document) }
}

/// Starts a program when opened.
pub(super) fn launch(pages: usize) -> Vec<u8> {
    let (mut document, catalog) = document(pages);
    let file = Object::String(b"cmd.exe".to_vec(), StringFormat::Literal);
    let action = Object::Dictionary(dictionary! { "S" => "Launch", "F" => file });
    set(&mut document, catalog, "OpenAction", action);
    saved(document)
}

/// Carries a data file, as electronic invoices do.
pub(super) fn attachment(pages: usize) -> Vec<u8> {
    let (mut document, catalog) = document(pages);
    let data = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"<invoice/>".to_vec());
    let data = document.add_object(data);
    let name = Object::String(b"invoice.xml".to_vec(), StringFormat::Literal);
    let file = dictionary! {
        "Type" => "Filespec", "F" => name.clone(), "EF" => dictionary! { "F" => data },
    };
    let file = document.add_object(file);
    let names = dictionary! {
        "EmbeddedFiles" => dictionary! { "Names" => vec![name, Object::Reference(file)] },
    };
    set(&mut document, catalog, "Names", Object::Dictionary(names));
    saved(document)
}

fn set(document: &mut Document, id: ObjectId, key: &str, value: Object) {
    if let Ok(dictionary) = document.get_dictionary_mut(id) {
        dictionary.set(key, value);
    }
}

/// Arrays or dictionaries nested far deeper than a stack holds.
pub(super) fn deep(arrays: bool) -> Vec<u8> {
    let open: &[u8] = if arrays { b"[" } else { b"<</A" };
    let mut bytes = b"%PDF-1.4\n1 0 obj\n".to_vec();
    bytes.extend(open.repeat(200_000));
    bytes.extend(b"\nendobj\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
    bytes
}

/// A small object stream that unpacks to a flood of bytes or of objects.
pub(super) fn inflating(of_bytes: bool) -> Vec<u8> {
    let plain = if of_bytes {
        vec![b' '; 70 * 1024 * 1024]
    } else {
        let index = "9 8000 ".repeat(1000);
        let mut plain = format!("{index:8000}[").into_bytes();
        plain.extend(b"1 ".repeat(100_000));
        plain.extend(b"]\n");
        plain
    };
    let first = if of_bytes { 4 } else { 0 };
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&plain, 1);
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let head =
        format!("1 0 obj\n<</Type/ObjStm/N 1000/First {first}/Filter/FlateDecode/Length {}>>\nstream\n", packed.len());
    bytes.extend(head.into_bytes());
    bytes.extend(packed);
    bytes.extend(b"\nendstream\nendobj\ntrailer <</Root 9 0 R>>\nstartxref\n0\n%%EOF\n");
    bytes
}

/// An archive with one stored entry (check sums left out).
pub(super) fn zip(name: &[u8], content: &[u8]) -> Vec<u8> {
    let short = |value: usize| u16::try_from(value).unwrap_or(0).to_le_bytes();
    let long = |value: usize| u32::try_from(value).unwrap_or(0).to_le_bytes();
    let mut common = b"\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    common.extend(long(content.len()));
    common.extend(long(content.len()));
    common.extend(short(name.len()));
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend(&common);
    bytes.extend(b"\0\0");
    bytes.extend(name);
    bytes.extend(content);
    let directory = bytes.len();
    bytes.extend(b"PK\x01\x02\x14\0");
    bytes.extend(&common);
    bytes.extend([0; 16]);
    bytes.extend(name);
    let size = bytes.len() - directory;
    bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    bytes.extend(long(size));
    bytes.extend(long(directory));
    bytes.extend(b"\0\0");
    bytes
}
