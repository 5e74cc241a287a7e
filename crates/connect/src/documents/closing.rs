//! The end of a document: QR code for verification, issuer and date under the seal.

use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};
use service::ports::documents::{Document, DocumentError};

use super::flow::{Flow, Look};
use super::fonts::Style;
use super::marks::{BLACK, GREY, Mark, Role, count};
use super::text::{self, Line, Placed, Setting};

/// Radius of a seal of 42 mm, the size for county departments (国发〔1999〕25号).
const SEAL_RADIUS: f32 = 21.0 * 72.0 / 25.4;
/// Side of the QR code without its quiet zone: 26 mm, large enough for any phone.
const QR_SIDE: f32 = 26.0 * 72.0 / 25.4;
/// Between text and closing.
const GAP: f32 = 14.0;
const CODE: Look = Look { size: 9.0, pitch: 13.0, ink: GREY };
/// Printed in every seal: this system draws no real ones.
const NOTE: &str = "示范印章";

/// Draws the closing; says whether it had to go to a page of its own.
pub(super) fn closing(flow: &mut Flow<'_, '_>, document: &Document) -> Result<bool, DocumentError> {
    let look = Look { size: flow.scale.body, pitch: flow.scale.body * 1.6, ink: BLACK };
    let issuer = text::clean_line(&document.issuer);
    let room = flow.area.width() - QR_SIDE - 40.0;
    let setting = Setting { style: Style::Text, size: look.size, width: room, indent: 0.0, justify: false };
    let names = text::lines(&issuer, setting, flow.faces)?;
    let date = text::lines(&text::clean_line(&document.date), setting, flow.faces)?;
    let codes = code_lines(flow, document)?;

    // Issuer and date sit a little below the middle of the seal (GB/T 9704-2012 §7.3.5.2).
    let below = look.pitch * count(names.len() + date.len());
    let right = (SEAL_RADIUS * 2.0).max(SEAL_RADIUS - 10.0 + below);
    let left = QR_SIDE + 8.0 + CODE.pitch * count(codes.len());
    let height = right.max(left);
    let moved = GAP + height > flow.room();
    if moved {
        flow.break_with_last_row()?;
    }
    flow.y += GAP;
    let top = flow.y;
    signature(flow, names, date, look, &issuer)?;
    if !document.verify_url.is_empty() {
        flow.y = flow.area.bottom - left;
        verification(flow, &document.verify_url, codes)?;
    }
    flow.y = top + height;
    Ok(moved)
}

fn signature(
    flow: &mut Flow<'_, '_>,
    names: Vec<Placed>,
    date: Vec<Placed>,
    look: Look,
    issuer: &str,
) -> Result<(), DocumentError> {
    let widest = names.iter().chain(&date).map(|placed| placed.line.width() * look.size).fold(0.0, f32::max);
    // The date keeps four characters from the right edge, a longer issuer two.
    let inset = if widest > 8.0 * look.size { 2.0 } else { 4.0 };
    let middle = (flow.area.right - inset * look.size - widest / 2.0).min(flow.area.right - SEAL_RADIUS);
    let top = flow.y;
    let centre = (middle, top + SEAL_RADIUS);
    flow.y = centre.1 - 10.0;
    for lines in [names, date] {
        let leaf = flow.structure.paragraph();
        for placed in lines {
            let x = middle - placed.line.width() * look.size / 2.0;
            flow.line(leaf, x, placed, look);
            flow.y += look.pitch;
        }
    }
    let name = text::measure(issuer, Style::Strong, flow.faces)?;
    let note = text::measure(NOTE, Style::Strong, flow.faces)?;
    let leaf = flow.structure.figure(format!("{NOTE}：{}", super::blocks::title(issuer)));
    flow.draw(Role::Leaf(leaf), Mark::Seal { centre, radius: SEAL_RADIUS, name, note });
    Ok(())
}

fn code_lines(flow: &mut Flow<'_, '_>, document: &Document) -> Result<Vec<Line>, DocumentError> {
    let mut lines = Vec::new();
    if !document.verify_url.is_empty() {
        lines.push("扫码核验真伪".to_owned());
    }
    let code = text::clean_line(&document.verify_code);
    if !code.is_empty() {
        lines.push(format!("核验码：{code}"));
    }
    let setting = Setting { style: Style::Text, size: CODE.size, width: QR_SIDE * 2.0, indent: 0.0, justify: false };
    let mut out = Vec::new();
    for line in lines {
        out.extend(text::lines(&line, setting, flow.faces)?.into_iter().map(|placed| placed.line).take(4));
    }
    Ok(out)
}

fn verification(flow: &mut Flow<'_, '_>, url: &str, codes: Vec<Line>) -> Result<(), DocumentError> {
    let code = QRBuilder::new(url)
        .ecl(ECL::M)
        .build()
        .map_err(|error| DocumentError::Layout(format!("verification address does not fit a QR code: {error:?}")))?;
    let rows = squares(&code);
    let module = QR_SIDE / count(code.size);
    let (x, y) = (flow.area.left, flow.y);
    let alt: String = format!("核验二维码：{}", text::clean_line(url)).chars().take(500).collect();
    let leaf = flow.structure.figure(alt);
    flow.draw(Role::Leaf(leaf), Mark::Squares { x, y, module, rows });
    flow.y += QR_SIDE + 8.0;
    for line in codes {
        let leaf = flow.structure.paragraph();
        let x = (flow.area.left + (QR_SIDE - line.width() * CODE.size) / 2.0).max(flow.area.left);
        flow.line(leaf, x, Placed { line, indent: 0.0 }, CODE);
        flow.y += CODE.pitch;
    }
    Ok(())
}

fn squares(code: &QRCode) -> Vec<Vec<bool>> {
    (0..code.size).map(|row| code[row].iter().map(|module| module.value()).collect()).collect()
}
