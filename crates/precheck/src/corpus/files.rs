//! Files of every kind, good and broken: pages drawn flat, foreign formats, PDF files.

use super::draw::{self, Light, Page, Random};
use super::{Case, Label, Recipe, blank_case, documents};
use crate::types::Code;

pub(super) fn make(recipe: Recipe, nth: u32, mut random: Random) -> Case {
    let mut case = blank_case(nth);
    match recipe {
        Recipe::Jpeg
        | Recipe::LargeJpeg
        | Recipe::Png
        | Recipe::Blurred(_)
        | Recipe::BlurredPng(_)
        | Recipe::Dark
        | Recipe::Bright
        | Recipe::Turned
        | Recipe::Tiny
        | Recipe::CutJpeg
        | Recipe::CutPng
        | Recipe::WrongExtension
        | Recipe::JpegWithZip
        | Recipe::TooBig => picture(recipe, nth, &mut random, &mut case),
        Recipe::Empty | Recipe::Html | Recipe::ZipAsPdf | Recipe::Word | Recipe::Heic | Recipe::Bomb => {
            foreign(recipe, nth, &mut random, &mut case);
        }
        _ => pdf(recipe, nth, &mut random, &mut case),
    }
    case
}

fn picture(recipe: Recipe, nth: u32, random: &mut Random, case: &mut Case) {
    let long = if recipe == Recipe::LargeJpeg { 1900 } else { 700 + random.below(200) };
    let long = if recipe == Recipe::Tiny { 240 + random.below(120) } else { long };
    let mut page = Page::document(random, long, nth % 3 == 1);
    match recipe {
        Recipe::Blurred(strength) | Recipe::BlurredPng(strength) => {
            page.blur(usize::from(strength));
            case.label = Label::Blurred(strength);
        }
        Recipe::Dark => {
            page.light(Light::Dark, random);
            case.label = Label::Dark;
        }
        Recipe::Bright => {
            page.light(Light::Bright, random);
            case.label = Label::Bright;
        }
        // Half of them as soft as a lens makes them, half as crisp as a scanner.
        _ => {
            if nth % 2 == 1 {
                page.soften();
            }
            page.light(Light::Good, random);
        }
    }
    if matches!(recipe, Recipe::Png | Recipe::BlurredPng(_) | Recipe::CutPng) {
        "材料.png".clone_into(&mut case.name);
        case.media_type = Some("image/png");
        case.bytes = page.png();
    } else {
        case.bytes = page.jpeg(80 + u8::try_from(random.below(16)).unwrap_or(0));
    }
    let length = case.bytes.len();
    match recipe {
        Recipe::Turned => {
            draw::turn(&mut case.bytes, 2 + u8::try_from(nth).unwrap_or(0) % 7, nth.is_multiple_of(2));
            case.label = Label::Remark(Code::Sideways);
        }
        Recipe::Tiny => case.label = Label::Remark(Code::ResolutionLow),
        Recipe::CutJpeg | Recipe::CutPng => {
            // The first cuts fall into the header, the last one takes a few bytes only.
            let parts = [length / 200, length / 50, length / 4, length / 2, length * 9 / 10, length - 3];
            case.bytes.truncate(parts[nth as usize % parts.len()].max(24));
            case.label = Label::Refused(Code::ImageBroken);
        }
        Recipe::WrongExtension => {
            let names = ["户口本.png", "户口本.pdf", "户口本.gif"];
            names[nth as usize % names.len()].clone_into(&mut case.name);
            case.label = Label::Remark(Code::NameMismatch);
        }
        Recipe::JpegWithZip => {
            case.bytes.extend(documents::zip(b"a.txt", b"hidden"));
            case.label = Label::Refused(Code::HiddenContent);
        }
        Recipe::TooBig => {
            case.limits.max_bytes = length as u64 - 1;
            case.label = Label::Refused(Code::TooBig);
        }
        _ => {}
    }
}

fn foreign(recipe: Recipe, nth: u32, random: &mut Random, case: &mut Case) {
    let (bytes, code) = match recipe {
        Recipe::Html => {
            let heads = ["<!DOCTYPE html><html>", "\u{FEFF}\n <script>alert(1)</script>", "<svg onload=x>"];
            let head = heads[nth as usize % heads.len()];
            (head.as_bytes().to_vec(), Code::WrongType)
        }
        Recipe::ZipAsPdf => {
            "证明.pdf".clone_into(&mut case.name);
            case.media_type = Some("application/pdf");
            (documents::zip(b"readme.txt", &random.bytes(300)), Code::WrongType)
        }
        Recipe::Word => {
            "合同.pdf".clone_into(&mut case.name);
            (documents::zip(b"[Content_Types].xml", &random.bytes(300)), Code::WrongType)
        }
        Recipe::Heic => {
            let mut bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
            bytes.extend(random.bytes(500));
            (bytes, Code::Heic)
        }
        Recipe::Bomb => {
            "扫描.png".clone_into(&mut case.name);
            case.media_type = Some("image/png");
            let sizes = [(10_000, 60_000), (60_000, 100), (11_000, 11_000), (u32::MAX, u32::MAX)];
            let (width, height) = sizes[nth as usize % sizes.len()];
            (draw::png_claiming(width, height), Code::ImageTooManyPixels)
        }
        _ => (Vec::new(), Code::Empty),
    };
    case.bytes = bytes;
    case.label = Label::Refused(code);
}

fn pdf(recipe: Recipe, nth: u32, random: &mut Random, case: &mut Case) {
    case.name = format!("证明材料{nth}.pdf");
    case.media_type = Some("application/pdf");
    let pages = 1 + random.below(case.limits.max_pdf_pages as usize);
    let (bytes, label) = match recipe {
        Recipe::Pdf => (documents::plain(pages, nth.is_multiple_of(2)), Label::Good),
        Recipe::PackedPdf => (documents::packed(pages), Label::Good),
        Recipe::LockedPdf => {
            (documents::locked(pages, "geheim", nth.is_multiple_of(2)), Label::Refused(Code::PdfEncrypted))
        }
        Recipe::RestrictedPdf => {
            (documents::locked(pages, "", nth.is_multiple_of(2)), Label::Remark(Code::PdfRestricted))
        }
        Recipe::CutPdf => {
            let mut bytes =
                if nth.is_multiple_of(2) { documents::plain(pages, true) } else { documents::packed(pages) };
            let length = bytes.len();
            let parts = [length / 20, length / 4, length / 2, length * 3 / 4, length * 19 / 20];
            bytes.truncate(parts[nth as usize % parts.len()].max(20));
            (bytes, Label::Refused(Code::PdfBroken))
        }
        Recipe::GarbagePdf => {
            let mut bytes = b"%PDF-1.7\n".to_vec();
            bytes.extend(random.bytes(4000));
            if nth.is_multiple_of(2) {
                bytes.extend(b"\nstartxref\n0\n%%EOF\n");
            }
            (bytes, Label::Refused(Code::PdfBroken))
        }
        Recipe::NoPages => (documents::plain(0, false), Label::Refused(Code::PdfNoPages)),
        Recipe::LostPage => (documents::lost_page(pages), Label::Refused(Code::PdfBroken)),
        Recipe::Script => {
            let bytes = documents::script(pages, nth.is_multiple_of(2), nth.is_multiple_of(3));
            (bytes, Label::Refused(Code::PdfActiveContent))
        }
        Recipe::Launch => (documents::launch(pages), Label::Refused(Code::PdfActiveContent)),
        Recipe::Attachment => (documents::attachment(pages), Label::Remark(Code::PdfAttachment)),
        Recipe::ManyPages => (documents::plain(21 + pages, true), Label::Refused(Code::PdfTooManyPages)),
        Recipe::PdfWithZip => {
            let mut bytes = documents::plain(pages, false);
            bytes.extend(documents::zip(b"evil.jar", b"hidden"));
            (bytes, Label::Refused(Code::HiddenContent))
        }
        Recipe::DeepPdf => (documents::deep(nth.is_multiple_of(2)), Label::Refused(Code::PdfTooComplex)),
        _ => (documents::inflating(nth.is_multiple_of(2)), Label::Refused(Code::PdfTooComplex)),
    };
    case.bytes = bytes;
    case.label = label;
}
