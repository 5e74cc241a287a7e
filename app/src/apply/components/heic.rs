//! HEIC, in which newer phones take their photos: where the browser itself can open such a photo, it goes on as
//! JPEG. Elsewhere nothing happens here, and the pre-check says exactly what to do.

use crate::browser::{document, get, put, wait_for, window};
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use precheck::DetectedKind;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// So many bytes tell what a file is.
const HEAD: f64 = 64.0;
/// What every phone can draw; a larger picture would come out white, so it is made smaller.
const MOST_PIXELS: f64 = 16_777_216.0;
/// Good enough for small print.
const QUALITY: f64 = 0.92;
const JPEG: &str = "image/jpeg";

/// The photo as JPEG under the same name, at full size and upright; none where the file is something else, or this
/// browser cannot open it.
pub(super) async fn as_jpeg(file: &File) -> Option<File> {
    if !is_heic(file).await? {
        return None;
    }
    // Decoders turn the picture as its own header says.
    let opening = call(&window(), "createImageBitmap", &[file])?.dyn_into::<Promise>().ok()?;
    let picture = JsFuture::from(opening).await.ok()?;
    let canvas = drawn(&picture)?;
    let content = wait_for(|done| {
        if call(&canvas, "toBlob", &[&done, &JPEG.into(), &QUALITY.into()]).is_none() {
            let _ = done.call0(&JsValue::NULL);
        }
    })
    .await;
    named(&content, &jpeg_name(&file.name()))
}

/// By content: names and types of such files are often wrong.
async fn is_heic(file: &File) -> Option<bool> {
    let head = file.slice_with_f64_and_f64(0.0, HEAD).ok()?;
    let bytes = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(precheck::detect(&Uint8Array::new(&bytes).to_vec()) == DetectedKind::Heic)
}

/// A canvas with the picture on it.
fn drawn(picture: &JsValue) -> Option<JsValue> {
    let side = |name| get(picture, name)?.as_f64().filter(|side| *side >= 1.0);
    let (width, height) = (side("width")?, side("height")?);
    let scale = (MOST_PIXELS / (width * height)).sqrt().min(1.0);
    let (width, height) = ((width * scale).floor(), (height * scale).floor());
    let canvas: JsValue = document().create_element("canvas").ok()?.into();
    put(&canvas, "width", &width.into());
    put(&canvas, "height", &height.into());
    let ink = call(&canvas, "getContext", &[&"2d".into()])?;
    call(&ink, "drawImage", &[picture, &0.into(), &0.into(), &width.into(), &height.into()])?;
    // Frees its memory at once.
    let _ = call(picture, "close", &[]);
    Some(canvas)
}

/// The content as a file of this name; none where it is no content.
fn named(content: &JsValue, name: &str) -> Option<File> {
    content.dyn_ref::<Blob>()?;
    let (parts, kind, arguments) = (Array::new(), Object::new(), Array::new());
    parts.push(content);
    put(&kind, "type", &JPEG.into());
    arguments.push(&parts);
    arguments.push(&name.into());
    arguments.push(&kind);
    let maker = get(&window(), "File")?.dyn_into::<Function>().ok()?;
    Reflect::construct(&maker, &arguments).ok()?.dyn_into::<File>().ok()
}

/// Calls a method; none where there is none, or it refuses.
fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let method = get(object, name)?.dyn_into::<Function>().ok()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    method.apply(object, &list).ok()
}

/// `IMG_0001.HEIC` becomes `IMG_0001.jpg`.
fn jpeg_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [if stem.is_empty() { name } else { stem }, ".jpg"].concat()
}

#[cfg(test)]
mod tests {
    use super::jpeg_name;

    #[test]
    fn m3_a_turned_photo_keeps_its_name_but_for_the_ending() {
        for (name, jpeg) in
            [("IMG_0001.HEIC", "IMG_0001.jpg"), ("身份证.正面.heic", "身份证.正面.jpg"), ("照片", "照片.jpg")]
        {
            assert_eq!(jpeg_name(name), jpeg);
        }
        assert_eq!(jpeg_name(".heic"), ".heic.jpg");
    }
}
