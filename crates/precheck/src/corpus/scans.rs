//! PDF files of pictures and of nothing.

use super::documents::{saved, saved_packed};
use super::draw::{Page, Random};
use super::sheet::{self, Sheet};
use super::{Case, Label};
use crate::types::Code;
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// What the pages hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
    /// In order: scans of 150 dots per inch and more, or photographs.
    Scan,
    /// Scanned at 50 to 100 dots per inch.
    Coarse,
    /// Pictures of empty paper.
    BlankScan,
    /// Nothing is drawn.
    Empty,
    /// In order: text, drawings, pictures beside text, however small.
    Mixed,
}

/// A4 in points.
const A4: (i64, i64) = (595, 842);

pub(super) fn make(pages: Pages, nth: u32, mut random: Random, mut case: Case) -> Case {
    case.name = format!("扫描{nth}.pdf");
    case.media_type = Some("application/pdf");
    let mut document = Document::with_version("1.5");
    let count = 1 + random.below(2);
    let kids = (0..count).map(|_| page(pages, nth, &mut random, &mut document)).collect();
    finish(&mut document, kids);
    case.bytes = if nth % 2 == 1 { saved_packed(document) } else { saved(document) };
    case.label = match pages {
        Pages::Scan | Pages::Mixed => Label::Good,
        Pages::Coarse => Label::Shows(Code::PdfScanCoarse),
        Pages::BlankScan | Pages::Empty => Label::Shows(Code::PdfBlankPage),
    };
    case
}

fn page(pages: Pages, nth: u32, random: &mut Random, document: &mut Document) -> Object {
    match pages {
        Pages::Scan if nth % 3 == 2 => {
            // A photograph put into a page of as many points as it has pixels.
            let long = 1500;
            let picture = picture(long, random);
            let size = (whole(picture.width), whole(picture.height));
            let image = jpeg(&picture, document);
            image_page(document, image, size, 0, random)
        }
        Pages::Scan => {
            let picture = picture(1760 + random.below(300), random);
            let image = jpeg(&picture, document);
            image_page(document, image, A4, nth % 3, random)
        }
        Pages::Coarse => {
            let picture = picture(590 + random.below(560), random);
            let image = jpeg(&picture, document);
            image_page(document, image, A4, nth % 3, random)
        }
        Pages::BlankScan => {
            let paper = 215 + u8::try_from(random.below(40)).unwrap_or(0);
            let (width, height) = (1240, 1754);
            let noise = random.below(3);
            let grain = |random: &mut Random| u8::try_from(random.below(noise + 1)).unwrap_or(0);
            let data = (0..width * height).map(|_| paper - grain(random)).collect();
            let picture = Page { width, height, data };
            let image = match nth % 3 {
                0 => jpeg(&picture, document),
                1 => flate(&picture, document, 8),
                _ => flate(&picture, document, 1),
            };
            image_page(document, image, A4, nth / 3 % 3, random)
        }
        Pages::Empty => {
            let contents = [
                "",
                "q Q",
                "1 1 1 rg 0 0 595 842 re f",
                "BT /F1 12 Tf 72 700 Td ( ) Tj ET",
                "q 1 g 0 0 595 842 re f Q n",
            ];
            let content = contents[nth as usize % contents.len()];
            let mut dict = dictionary! { "Type" => "Page", "Resources" => Dictionary::new() };
            if nth % 6 != 5 {
                let stream = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
                dict.set("Contents", stream);
            }
            document.add_object(dict).into()
        }
        Pages::Mixed => mixed(nth, random, document),
    }
}

fn mixed(nth: u32, random: &mut Random, document: &mut Document) -> Object {
    let small = jpeg(&picture(300, random), document);
    let content = match nth % 4 {
        0 => "0.5 w 72 72 m 300 300 l S",
        1 => "q 120 0 0 170 72 500 cm /Im0 Do Q BT /F1 12 Tf 72 400 Td (Beside a picture) Tj ET",
        2 => "q 90 0 0 120 450 650 cm /Im0 Do Q",
        _ => "BT /F1 11 Tf 72 700 Td [(T) 20 (ext)] TJ ET",
    };
    let stream = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
    let dict = dictionary! {
        "Type" => "Page", "Contents" => vec![Object::Reference(stream)],
        "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => small } },
    };
    document.add_object(dict).into()
}

fn picture(long: usize, random: &mut Random) -> Page {
    let mut fill = random.another();
    sheet::draw([Sheet::Letter, Sheet::Form][random.below(2)], long, 245, random, &mut fill)
}

fn whole(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(0)
}

fn jpeg(picture: &Page, document: &mut Document) -> Object {
    let dict = image_dict(picture, "DCTDecode", 8, "DeviceRGB");
    document.add_object(Stream::new(dict, picture.jpeg(75)).with_compression(false)).into()
}

fn flate(picture: &Page, document: &mut Document, bits: i64) -> Object {
    let plain = if bits == 1 { vec![0xFF; picture.width.div_ceil(8) * picture.height] } else { picture.data.clone() };
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&plain, 6);
    let dict = image_dict(picture, "FlateDecode", bits, "DeviceGray");
    document.add_object(Stream::new(dict, packed).with_compression(false)).into()
}

fn image_dict(picture: &Page, filter: &str, bits: i64, colours: &str) -> Dictionary {
    dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => whole(picture.width),
        "Height" => whole(picture.height), "BitsPerComponent" => bits,
        "ColorSpace" => colours, "Filter" => filter,
    }
}

/// A page of one picture: drawn directly, scaled in two steps below invisible text, or within a form.
fn image_page(document: &mut Document, image: Object, size: (i64, i64), way: u32, random: &mut Random) -> Object {
    let (wide, high) = size;
    let objects = dictionary! { "Im0" => image };
    let placed = format!("q {wide} 0 0 {high} 0 0 cm /Im0 Do Q");
    let (content, objects) = match way {
        0 => (placed, objects),
        1 => {
            let text = format!("BT 3 Tr /F1 12 Tf 72 {} Td (read by a machine) Tj ET", 100 + random.below(500));
            (
                format!("q 0.24 0 0 .24 0 0 cm {}.5 0 0 {} 0 0 cm /Im0 Do Q {text}", wide * 25 / 6, high * 25 / 6),
                objects,
            )
        }
        _ => {
            let form = dictionary! {
                "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), wide.into(), high.into()],
                "Resources" => dictionary! { "XObject" => objects },
            };
            let form = document.add_object(Stream::new(form, placed.into_bytes()));
            ("/Fm0 Do".to_owned(), dictionary! { "Fm0" => form })
        }
    };
    let mut stream = Stream::new(Dictionary::new(), content.into_bytes());
    if random.below(2) == 0 {
        // A stream that does not get smaller stays as it is.
        let _ = stream.compress();
    }
    let stream = document.add_object(stream);
    let dict = dictionary! {
        "Type" => "Page", "Contents" => stream, "Resources" => dictionary! { "XObject" => objects },
        "MediaBox" => vec![0.into(), 0.into(), wide.into(), high.into()],
    };
    document.add_object(dict).into()
}

fn finish(document: &mut Document, kids: Vec<Object>) {
    let tree = document.new_object_id();
    for kid in &kids {
        if let Ok(dict) = kid.as_reference().and_then(|id| document.get_dictionary_mut(id)) {
            dict.set("Parent", tree);
        }
    }
    let count = whole(kids.len());
    let root = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count,
        "MediaBox" => vec![0.into(), 0.into(), A4.0.into(), A4.1.into()],
    };
    document.objects.insert(tree, Object::Dictionary(root));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
}
