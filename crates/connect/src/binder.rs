//! 合并 PDF: the pictures of a slot, each on an A4 page of its own, set with krilla.
//!
//! A photograph that is not cut goes in as it came, byte for byte: nothing of its sharpness is lost. What is cut
//! is drawn anew, so that what was cut off is really gone.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use image::{ImageFormat, codecs::jpeg::JpegEncoder, metadata::Orientation};
use krilla::geom::{Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::{Data, Document as Pdf, SerializeSettings};
use service::ports::bundle::{Arranged, BindError, Kind, PageBinder, Picture};
use tokio::{sync::Semaphore, time::timeout};

use crate::pixels;

/// A4, points.
const LONG: f32 = 841.89;
const SHORT: f32 = 595.276;
/// Ten millimetres, which every printer leaves.
const MARGIN: f32 = 28.35;
/// Of what is drawn anew: no difference can be seen.
const QUALITY: u8 = 92;
/// So long for the only place, and for one document.
const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(45);

/// Binds one document at a time: the pages of a slot are in memory meanwhile.
pub struct Binder {
    place: Arc<Semaphore>,
}

impl Default for Binder {
    fn default() -> Self {
        Self { place: Arc::new(Semaphore::new(1)) }
    }
}

#[async_trait]
impl PageBinder for Binder {
    async fn bind(&self, title: &str, pictures: Vec<Picture>) -> Result<Vec<u8>, BindError> {
        let place = timeout(PATIENCE, self.place.clone().acquire_owned()).await;
        let place = place.map_err(|_| BindError::Late)?.map_err(|_| BindError::Late)?;
        let title = title.to_owned();
        let binding = tokio::task::spawn_blocking(move || {
            let bound = bind(&title, pictures);
            drop(place);
            bound
        });
        match timeout(LONGEST, binding).await {
            Ok(Ok(bound)) => bound,
            // It panicked: a picture is not what a decoder expects.
            Ok(Err(_)) => Err(BindError::Layout),
            Err(_) => Err(BindError::Late),
        }
    }
}

/// A picture that was read.
struct Page {
    kind: Kind,
    arranged: Arranged,
    content: Arc<Vec<u8>>,
}

/// What is drawn on a page, turned clockwise by quarters.
struct Sheet {
    image: Image,
    quarters: u8,
}

fn bind(title: &str, pictures: Vec<Picture>) -> Result<Vec<u8>, BindError> {
    let mut pages = Vec::new();
    for (number, picture) in (1..).zip(pictures) {
        let content = (picture.content)().map_err(|_| BindError::Unreadable(number))?;
        pages.push(Page { kind: picture.kind, arranged: picture.arranged, content: Arc::new(content) });
    }
    match document(title, &pages, true) {
        // Some photograph is of a sort that cannot go in as it is: then all are drawn anew.
        Err(BindError::Layout) => document(title, &pages, false),
        done => done,
    }
}

fn document(title: &str, pages: &[Page], as_it_came: bool) -> Result<Vec<u8>, BindError> {
    let mut pdf = Pdf::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
    for (number, page) in (1..).zip(pages) {
        let sheet = sheet(page, as_it_came).ok_or(BindError::Unreadable(number))?;
        draw(&mut pdf, sheet);
    }
    // No date: the same pictures give the same document.
    pdf.set_metadata(Metadata::new().title(title.to_owned()).language("zh-CN".to_owned()));
    pdf.finish().map_err(|_| BindError::Layout)
}

fn sheet(page: &Page, as_it_came: bool) -> Option<Sheet> {
    let format = pixels::format_of(page.kind)?;
    if as_it_came
        && page.arranged.crop.is_whole()
        && let Some(held) = pixels::orientation(&page.content, format).and_then(quarters)
        && let Some(image) = embedded(format, &page.content)
    {
        return Some(Sheet { image, quarters: (held + page.arranged.turn) % 4 });
    }
    let (picture, orientation) = pixels::decode(&page.content, format)?;
    let picture = pixels::on_white(&pixels::arranged(picture, orientation, page.arranged));
    let mut jpeg = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).ok()?;
    Some(Sheet { image: Image::from_jpeg(Data::from(jpeg), false).ok()?, quarters: 0 })
}

/// How the camera was held, as a turn; none where the picture is mirrored as well.
fn quarters(held: Orientation) -> Option<u8> {
    match held {
        Orientation::NoTransforms => Some(0),
        Orientation::Rotate90 => Some(1),
        Orientation::Rotate180 => Some(2),
        Orientation::Rotate270 => Some(3),
        Orientation::FlipHorizontal
        | Orientation::FlipVertical
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => None,
    }
}

fn embedded(format: ImageFormat, content: &Arc<Vec<u8>>) -> Option<Image> {
    let data = Data::from(content.clone());
    match format {
        ImageFormat::Jpeg => Image::from_jpeg(data, false).ok(),
        ImageFormat::Png => Image::from_png(data, false).ok(),
        _ => None,
    }
}

/// The picture in the middle of an upright or lying A4 page, as large as it fits.
fn draw(pdf: &mut Pdf, sheet: Sheet) {
    let side = |pixels: u32| f32::from(u16::try_from(pixels.max(1)).unwrap_or(u16::MAX));
    let (width, height) = sheet.image.size();
    let (width, height) = (side(width), side(height));
    let (across, down) = if sheet.quarters % 2 == 1 { (height, width) } else { (width, height) };
    let (wide, high) = if across > down { (LONG, SHORT) } else { (SHORT, LONG) };
    let scale = ((wide - 2.0 * MARGIN) / across).min((high - 2.0 * MARGIN) / down);
    let (x, y) = ((wide - across * scale) / 2.0, (high - down * scale) / 2.0);
    let (width, height) = (width * scale, height * scale);
    let turn = match sheet.quarters {
        1 => Transform::from_row(0.0, 1.0, -1.0, 0.0, x + height, y),
        2 => Transform::from_row(-1.0, 0.0, 0.0, -1.0, x + width, y + height),
        3 => Transform::from_row(0.0, -1.0, 1.0, 0.0, x, y + width),
        _ => Transform::from_translate(x, y),
    };
    let mut page = pdf.start_page_with(PageSettings::from_wh(wide, high).unwrap_or_default());
    let mut surface = page.surface();
    if let Some(size) = Size::from_wh(width, height) {
        surface.push_transform(&turn);
        surface.draw_image(sheet.image, size);
        surface.pop();
    }
    surface.finish();
    page.finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::Painter;
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::png::PngEncoder};
    use service::ports::preview::{Crop, PreviewMaker, Wanted};

    /// Left half red, right half white.
    fn half(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { [255, 0, 0] } else { [255, 255, 255] }))
    }

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut jpeg = Vec::new();
        half(width, height).write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 95)).expect("a JPEG");
        jpeg
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = Vec::new();
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(&half(width, height), width, height, ExtendedColorType::Rgb8).expect("a PNG");
        png
    }

    fn picture(kind: Kind, content: Vec<u8>, arranged: Arranged) -> Picture {
        Picture { kind, arranged, content: Box::new(move || Ok(content)) }
    }

    async fn bound(pictures: Vec<Picture>) -> Vec<u8> {
        Binder::default().bind("平面图", pictures).await.expect("bound")
    }

    /// A page as it is seen, 400 pixels long; none behind the last one.
    async fn seen(pdf: &[u8], page: u32) -> Option<RgbImage> {
        let wanted = Wanted { kind: Kind::Pdf, page, edge: 400, arranged: Arranged::default(), quarters: 0 };
        let content = pdf.to_vec();
        let drawn = Painter::default().picture(wanted, Box::new(move || Ok(content))).await.ok()?;
        Some(image::load_from_memory_with_format(&drawn, ImageFormat::Jpeg).expect("a JPEG").to_rgb8())
    }

    fn is_red(page: &RgbImage, x: u32, y: u32) -> bool {
        let [red, green, _] = page.get_pixel(x, y).0;
        red > 200 && green < 80
    }

    #[tokio::test]
    async fn m3_each_picture_is_a_page_in_order_upright_or_lying() {
        let none = Arranged::default();
        let pdf = bound(vec![
            picture(Kind::Jpeg, jpeg(400, 200), none),
            picture(Kind::Png, png(200, 400), none),
            picture(Kind::Jpeg, jpeg(400, 200), none.turned_right()),
        ])
        .await;
        let (first, second) = (seen(&pdf, 1).await.unwrap(), seen(&pdf, 2).await.unwrap());
        assert!(first.width() > first.height(), "lying");
        assert!(is_red(&first, 60, 140) && !is_red(&first, 340, 140), "the left half is red");
        assert!(second.width() < second.height(), "upright");
        assert!(is_red(&second, 80, 200) && !is_red(&second, 200, 200));
        let third = seen(&pdf, 3).await.unwrap();
        assert!(third.width() < third.height(), "turned");
        assert!(is_red(&third, 140, 80) && !is_red(&third, 140, 320), "its left is above");
        assert!(seen(&pdf, 4).await.is_none(), "three pages");
    }

    #[tokio::test]
    async fn m3_an_uncut_photograph_goes_in_as_it_came_and_what_is_cut_off_is_gone() {
        let photo = jpeg(400, 200);
        let within = |pdf: &[u8]| pdf.windows(photo.len()).any(|part| part == photo);
        for arranged in [Arranged::default(), Arranged::default().turned_left()] {
            let pdf = bound(vec![picture(Kind::Jpeg, photo.clone(), arranged)]).await;
            assert!(within(&pdf), "byte for byte");
        }
        let cut = Arranged::default().cut(Crop::new(500, 0, 0, 0).expect("a cut"));
        let pdf = bound(vec![picture(Kind::Jpeg, photo.clone(), cut)]).await;
        assert!(!within(&pdf));
        let page = seen(&pdf, 1).await.unwrap();
        assert!(page.width() < page.height(), "what is left is a square");
        assert!((20..260).step_by(20).all(|x| !is_red(&page, x, 200)), "the red half is gone");
    }

    #[tokio::test]
    async fn m3_the_same_pictures_give_the_same_document_and_a_broken_one_is_named() {
        let pages = || vec![picture(Kind::Png, png(90, 60), Arranged::default())];
        assert_eq!(bound(pages()).await, bound(pages()).await);
        let broken = picture(Kind::Jpeg, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00".to_vec(), Arranged::default());
        let mut all = pages();
        all.push(broken);
        assert_eq!(Binder::default().bind("平面图", all).await, Err(BindError::Unreadable(2)));
    }
}
