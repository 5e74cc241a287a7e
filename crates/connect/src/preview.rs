//! 预览: pages of uploaded files drawn anew as plain JPEG.
//!
//! What strangers sent is drawn here by the `image` crate and by `hayro`. Bounds: bytes and pixels before
//! decoding (of a PDF what all its streams come to, for `hayro` unpacks without end), two drawings at a time, a time after which nobody waits any more. A drawing that never ends
//! keeps its place, so that at most two threads can be lost to hostile files; then there are no previews,
//! and all else goes on.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use hayro::{
    RenderCache, RenderSettings, hayro_interpret::InterpreterSettings, hayro_syntax::Pdf,
    vello_cpu::color::palette::css::WHITE,
};
use image::{DynamicImage, RgbImage, codecs::jpeg::JpegEncoder};
use service::ports::preview::{Content, Crop, Kind, PreviewError, PreviewMaker, Wanted};
use tokio::{sync::Semaphore, time::timeout};

use crate::edges;
use crate::pixels::{arranged, decode, fitted, format_of, on_white, turned};

/// Drawings at a time.
const PLACES: usize = 2;
/// So long for a place: a page with many pictures asks for all of them at once.
const PATIENCE: Duration = Duration::from_secs(20);
/// So long for one picture.
const LONGEST: Duration = Duration::from_secs(10);
/// Most bytes that all streams of a PDF may come to, unpacked.
const MAX_UNPACKED: usize = 256 << 20;
/// Good enough to read small print, a tenth of the size of the original.
const QUALITY: u8 = 80;

/// Draws previews, few at a time.
pub struct Painter {
    places: Arc<Semaphore>,
}

impl Default for Painter {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)) }
    }
}

#[async_trait]
impl PreviewMaker for Painter {
    async fn picture(&self, wanted: Wanted, content: Content) -> Result<Vec<u8>, PreviewError> {
        self.work(move || draw(wanted, content)).await
    }

    async fn edges(&self, kind: Kind, turn: u8, content: Content) -> Result<Option<Crop>, PreviewError> {
        self.work(move || outline(kind, turn, content)).await
    }
}

impl Painter {
    /// In one of the few places, and not for ever.
    async fn work<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> Result<T, PreviewError> + Send + 'static,
    ) -> Result<T, PreviewError> {
        let place = timeout(PATIENCE, self.places.clone().acquire_owned()).await;
        let place = place.map_err(|_| PreviewError::Late)?.map_err(|_| PreviewError::Late)?;
        let drawing = tokio::task::spawn_blocking(move || {
            let drawn = task();
            drop(place);
            drawn
        });
        match timeout(LONGEST, drawing).await {
            Ok(Ok(drawn)) => drawn,
            // It panicked: the file is not what a decoder expects.
            Ok(Err(_)) => Err(PreviewError::Unreadable),
            Err(_) => Err(PreviewError::Late),
        }
    }
}

fn draw(wanted: Wanted, content: Content) -> Result<Vec<u8>, PreviewError> {
    let content = content().map_err(|_| PreviewError::Unreadable)?;
    let picture = if wanted.kind == Kind::Pdf { page(content, wanted)? } else { photo(&content, wanted)? };
    let picture = turned(picture, wanted.quarters);
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    on_white(&picture).write_with_encoder(encoder).map_err(|_| PreviewError::Unreadable)?;
    Ok(jpeg)
}

/// A picture, upright as the camera noted, as its owner has arranged it, and brought to size.
fn photo(content: &[u8], wanted: Wanted) -> Result<DynamicImage, PreviewError> {
    if wanted.page != 1 {
        return Err(PreviewError::NoPage);
    }
    let format = format_of(wanted.kind).ok_or(PreviewError::Unreadable)?;
    let (picture, orientation) = decode(content, format).ok_or(PreviewError::Unreadable)?;
    // Made small before it is turned, and so much larger as the cut takes away.
    let picture = fitted(picture, wanted.arranged.crop.before_cut(wanted.edge));
    Ok(fitted(arranged(picture, orientation, wanted.arranged), wanted.edge))
}

/// Where the document lies in a picture.
fn outline(kind: Kind, turn: u8, content: Content) -> Result<Option<Crop>, PreviewError> {
    let content = content().map_err(|_| PreviewError::Unreadable)?;
    let format = format_of(kind).ok_or(PreviewError::Unreadable)?;
    let (picture, orientation) = decode(&content, format).ok_or(PreviewError::Unreadable)?;
    let mut picture = fitted(picture, edges::EDGE);
    picture.apply_orientation(orientation);
    let picture = DynamicImage::ImageRgb8(on_white(&turned(picture, turn)));
    Ok(edges::find(&picture.to_luma8()))
}

/// A page of a PDF, on white paper.
fn page(content: Vec<u8>, wanted: Wanted) -> Result<DynamicImage, PreviewError> {
    if !precheck::expanded_within(&content, MAX_UNPACKED) {
        return Err(PreviewError::Unreadable);
    }
    let pdf = Pdf::new(content).map_err(|_| PreviewError::Unreadable)?;
    let index = usize::try_from(wanted.page).ok().and_then(|n| n.checked_sub(1)).ok_or(PreviewError::NoPage)?;
    let page = pdf.pages().get(index).ok_or(PreviewError::NoPage)?;
    let (width, height) = page.render_dimensions();
    let edge = f32::from(u16::try_from(wanted.edge).unwrap_or(u16::MAX));
    let scale = edge / width.max(height);
    // A page of no size, or a line without breadth.
    if !scale.is_finite() || width.min(height) * scale < 1.0 {
        return Err(PreviewError::Unreadable);
    }
    #[allow(clippy::needless_update, reason = "how many settings there are differs between the renderer's versions")]
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let drawn = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let pixels: Vec<u8> = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    let picture = RgbImage::from_raw(u32::from(drawn.width()), u32::from(drawn.height()), pixels);
    picture.map(DynamicImage::ImageRgb8).ok_or(PreviewError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbaImage, codecs::png::PngEncoder};
    use service::ports::preview::Arranged;
    use std::fmt::Write;

    fn wanted(kind: Kind, edge: u32) -> Wanted {
        Wanted { kind, page: 1, edge, arranged: Arranged::default(), quarters: 0 }
    }

    async fn drawn(wanted: Wanted, content: Vec<u8>) -> Result<RgbImage, PreviewError> {
        let jpeg = Painter::default().picture(wanted, Box::new(move || Ok(content))).await?;
        assert!(!jpeg.windows(4).any(|w| w == b"Exif"), "no metadata");
        Ok(image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).expect("a JPEG").to_rgb8())
    }

    /// Left half red, right half clear.
    fn half(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbaImage::from_fn(width, height, |x, _| {
            image::Rgba(if x < width / 2 { [255, 0, 0, 255] } else { [0, 0, 0, 0] })
        });
        let mut png = Vec::new();
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(&picture, width, height, ExtendedColorType::Rgba8).expect("a PNG");
        png
    }

    /// The same as a JPEG that says how the camera was held (EXIF tag 0x0112).
    fn held(orientation: u8) -> Vec<u8> {
        let picture = RgbImage::from_fn(80, 40, |x, _| Rgb(if x < 40 { [255, 0, 0] } else { [255, 255, 255] }));
        let mut jpeg = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 95)).expect("a JPEG");
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let mut with = jpeg[..2].to_vec();
        with.extend([0xff, 0xe1]);
        with.extend(length);
        with.extend(exif);
        with.extend(&jpeg[2..]);
        with
    }

    fn is_red(pixel: Rgb<u8>) -> bool {
        pixel.0[0] > 200 && pixel.0[1] < 80
    }

    fn is_white(pixel: Rgb<u8>) -> bool {
        pixel.0.iter().all(|c| *c > 230)
    }

    #[tokio::test]
    async fn m3_pictures_are_made_small_and_stand_on_white() {
        let picture = drawn(wanted(Kind::Png, 240), half(960, 480)).await.unwrap();
        assert_eq!((picture.width(), picture.height()), (240, 120));
        assert!(is_red(*picture.get_pixel(30, 60)) && is_white(*picture.get_pixel(210, 60)));
        let small = drawn(wanted(Kind::Png, 240), half(90, 60)).await.unwrap();
        assert_eq!((small.width(), small.height()), (90, 60), "never enlarged");
        let turned = Wanted { quarters: 1, ..wanted(Kind::Png, 240) };
        let turned = drawn(turned, half(960, 480)).await.unwrap();
        assert_eq!((turned.width(), turned.height()), (120, 240));
        assert!(is_red(*turned.get_pixel(60, 30)), "the left is up");
    }

    #[tokio::test]
    async fn m3_photographs_stand_upright_and_lose_what_the_camera_noted() {
        let upright = drawn(wanted(Kind::Jpeg, 240), held(1)).await.unwrap();
        assert_eq!((upright.width(), upright.height()), (80, 40));
        // 6: turn it a quarter clockwise.
        let turned = drawn(wanted(Kind::Jpeg, 240), held(6)).await.unwrap();
        assert_eq!((turned.width(), turned.height()), (40, 80));
        assert!(is_red(*turned.get_pixel(20, 10)) && is_white(*turned.get_pixel(20, 70)));
    }

    #[tokio::test]
    async fn m3_a_picture_is_shown_turned_and_cut_in_full_sharpness() {
        // The left half is red: turned it is above, and the cut takes it away.
        let turn = Arranged::default().turned_right();
        let cut = turn.cut(Crop::new(0, 500, 0, 0).expect("a cut"));
        let shown = |arranged| Wanted { arranged, ..wanted(Kind::Png, 240) };
        let turned = drawn(shown(turn), half(960, 480)).await.unwrap();
        assert_eq!((turned.width(), turned.height()), (120, 240));
        assert!(is_red(*turned.get_pixel(60, 60)) && is_white(*turned.get_pixel(60, 200)));
        let cut = drawn(shown(cut), half(960, 480)).await.unwrap();
        assert_eq!((cut.width(), cut.height()), (240, 240), "as large as it may be");
        assert!(is_white(*cut.get_pixel(20, 20)) && is_white(*cut.get_pixel(220, 220)));
        // What the camera noted comes first.
        let held = drawn(Wanted { arranged: turn, ..wanted(Kind::Jpeg, 240) }, held(6)).await.unwrap();
        assert_eq!((held.width(), held.height()), (80, 40), "two quarters");
        assert!(is_white(*held.get_pixel(10, 20)) && is_red(*held.get_pixel(70, 20)));
    }

    #[tokio::test]
    async fn m3_the_edges_of_a_document_are_found_in_the_picture_as_it_is_turned() {
        let picture = RgbImage::from_fn(400, 200, |x, y| {
            Rgb(if (80..360).contains(&x) && (40..180).contains(&y) { [240; 3] } else { [40; 3] })
        });
        let mut png = Vec::new();
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(&picture, 400, 200, ExtendedColorType::Rgb8).expect("a PNG");
        let edges = async |turn: u8| {
            let png = png.clone();
            Painter::default().edges(Kind::Png, turn, Box::new(move || Ok(png))).await
        };
        let near = |found: Crop, wanted: [u16; 4]| {
            let off = found.edges().iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
            assert!(off.is_some_and(|off| off <= 12), "{found:?}, not {wanted:?}");
        };
        near(edges(0).await.unwrap().expect("it stands out"), [192, 192, 92, 92]);
        near(edges(1).await.unwrap().expect("it stands out"), [92, 192, 192, 92]);
        let plain = Painter::default().edges(Kind::Pdf, 0, Box::new(|| Ok(sheet()))).await;
        assert_eq!(plain, Err(PreviewError::Unreadable), "not a picture");
    }

    /// One page: black above, paper below.
    fn sheet() -> Vec<u8> {
        let content = "0 0 0 rg 0 421 595 421 re f";
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> >>".to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        ];
        let mut out = "%PDF-1.5\n".to_owned();
        let mut table = "0000000000 65535 f \n".to_owned();
        for (index, object) in objects.iter().enumerate() {
            writeln!(table, "{:010} 00000 n ", out.len()).unwrap();
            write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1).unwrap();
        }
        let start = out.len();
        write!(out, "xref\n0 5\n{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").unwrap();
        out.into_bytes()
    }

    #[tokio::test]
    async fn m3_pages_of_a_pdf_are_drawn_on_paper() {
        let picture = drawn(wanted(Kind::Pdf, 400), sheet()).await.unwrap();
        assert!((399..=401).contains(&picture.height()), "{}", picture.height());
        assert!(picture.get_pixel(100, 50).0.iter().all(|c| *c < 30), "ink");
        assert!(is_white(*picture.get_pixel(100, 350)), "paper");
        let beyond = Wanted { page: 2, ..wanted(Kind::Pdf, 400) };
        assert_eq!(drawn(beyond, sheet()).await, Err(PreviewError::NoPage));
    }

    #[tokio::test]
    async fn m3_a_pdf_that_unpacks_without_end_is_not_opened() {
        let mut bomb = sheet();
        bomb.extend(b"9 0 obj\n<< /Subtype /Image /Width 100000 /Height 100000 >>\nendobj\n");
        assert_eq!(drawn(wanted(Kind::Pdf, 400), bomb).await, Err(PreviewError::Unreadable));
    }

    #[tokio::test]
    async fn m3_a_pdf_whose_streams_come_to_more_than_the_bound_gets_no_picture_and_does_no_harm() {
        // Two bytes for each 128: four megabytes that come to a little more than the bound.
        let runs = [129_u8, 0].repeat(MAX_UNPACKED / 128 + 1);
        let mut bomb = sheet();
        bomb.extend(format!("9 0 obj\n<< /Filter /RunLengthDecode /Length {} >>\nstream\n", runs.len()).into_bytes());
        bomb.extend(runs);
        bomb.extend(b"\nendstream\nendobj\n");
        let painter = Painter::default();
        let outcome = painter.picture(wanted(Kind::Pdf, 400), Box::new(move || Ok(bomb))).await;
        assert_eq!(outcome, Err(PreviewError::Unreadable));
        assert_eq!(painter.places.available_permits(), PLACES, "its place is free again");
        assert!(painter.picture(wanted(Kind::Pdf, 400), Box::new(|| Ok(sheet()))).await.is_ok(), "the next is drawn");
    }

    #[tokio::test]
    async fn m3_what_cannot_be_drawn_is_said_and_harms_nothing() {
        let mut cut = half(300, 300);
        cut.truncate(40);
        for (kind, content) in [
            (Kind::Png, cut),
            (Kind::Jpeg, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00".to_vec()),
            (Kind::Pdf, b"%PDF-1.5\nnothing".to_vec()),
            (Kind::Pdf, Vec::new()),
        ] {
            let outcome = drawn(wanted(kind, 400), content).await;
            assert!(matches!(outcome, Err(PreviewError::Unreadable | PreviewError::NoPage)), "{kind:?}");
        }
        let painter = Painter::default();
        let panics: Content = Box::new(|| -> std::io::Result<Vec<u8>> { panic!("a decoder gives up") });
        assert_eq!(painter.picture(wanted(Kind::Png, 400), panics).await, Err(PreviewError::Unreadable));
        assert_eq!(painter.places.available_permits(), PLACES, "its place is free again");
    }
}
