//! Official documents (文书) as PDF, set with krilla.
//!
//! The page follows the spirit of GB/T 9704-2012 《党政机关公文格式》: A4, a red issuer's mark
//! over a red rule, Song typeface, the seal over issuer and date. The body is one size smaller than
//! the standard's 三号 so that a receipt with a dozen materials stays on one sheet.
//!
//! Every document is tagged and, where its date can be read, conforms to PDF/A-2a (ISO 19005-2),
//! so that it may go into the electronic archive as it is.

mod blocks;
mod closing;
mod face;
mod flow;
mod fonts;
mod linebreak;
mod marks;
mod paint;
mod picture;
mod shapes;
mod sheet;
mod structure;
mod text;

use service::ports::documents::{Document, DocumentError, DocumentMaker};

pub use fonts::FontSet;

use face::Faces;

/// Turns composed documents into PDF.
///
/// Holds only the paths of the font files. A render reads the files it needs (20–55 MB together),
/// renders that run at the same time share one copy, and the last one to end frees it, so an idle
/// server keeps nothing.
#[derive(Debug)]
pub struct PdfMaker {
    fonts: FontSet,
}

impl PdfMaker {
    /// # Errors
    /// [`DocumentError::Font`] when the set holds no font able to draw Chinese text.
    pub fn new(fonts: FontSet) -> Result<Self, DocumentError> {
        let mut faces = Faces::new(&fonts);
        faces.check()?;
        drop(faces);
        Ok(Self { fonts })
    }
}

impl DocumentMaker for PdfMaker {
    fn render(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        let mut faces = Faces::new(&self.fonts);
        let laid = sheet::lay_out(document, &mut faces)?;
        paint::paint(document, &laid, &faces)
    }
}
