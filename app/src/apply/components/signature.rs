//! 手写签名: a name written with a finger, pen or mouse. Who cannot write so types the name, for
//! which the page has its own field.

use crate::t::islands as t;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Strokes shorter than this in sum (CSS pixels) are a slip, not a name.
const SHORTEST: f64 = 40.0;
/// Bitmap pixels per CSS pixel: sharp in print, and far below the limit of 200 KB.
const SCALE: f64 = 2.0;

/// What is being drawn.
#[derive(Default)]
struct Pen {
    at: Cell<Option<(f64, f64)>>,
    length: Cell<f64>,
}

/// A field to write in; its PNG goes as data URL into a hidden input named `input_name`. Shown only
/// where it works.
#[island]
pub fn SignaturePad(
    /// Name of the form field.
    input_name: String,
) -> impl IntoView {
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    let (alive, picture) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| alive.set(true));
    let pen = StoredValue::new_local(Rc::new(Pen::default()));
    let down = move |event: PointerEvent| {
        let Some((pad, context)) = ready(canvas, pen.get_value().length.get() == 0.0) else { return };
        event.prevent_default();
        // Without capture a stroke ends at the edge, which is no harm.
        let _ = pad.set_pointer_capture(event.pointer_id());
        let at = position(&pad, &event);
        context.begin_path();
        context.arc(at.0, at.1, SCALE * 1.2, 0.0, std::f64::consts::TAU).unwrap_or_default();
        context.fill();
        pen.get_value().at.set(Some(at));
    };
    let moved = move |event: PointerEvent| {
        let pen = pen.get_value();
        let (Some(from), Some((pad, context))) = (pen.at.get(), ready(canvas, false)) else { return };
        let to = position(&pad, &event);
        context.begin_path();
        context.move_to(from.0, from.1);
        context.line_to(to.0, to.1);
        context.stroke();
        pen.length.set(pen.length.get() + (to.0 - from.0).hypot(to.1 - from.1) / SCALE);
        pen.at.set(Some(to));
    };
    let up = move |_: PointerEvent| {
        let pen = pen.get_value();
        if pen.at.take().is_some() && pen.length.get() >= SHORTEST {
            picture.set(canvas.get().and_then(|c| c.to_data_url().ok()).unwrap_or_default());
        }
    };
    let clear = move |_| {
        pen.get_value().length.set(0.0);
        picture.set(String::new());
        ready(canvas, true);
    };
    let state = move || if picture.read().is_empty() { "" } else { t::sign_done() };
    view! {
        <div class="ov-signature" hidden=move || !alive.get()>
            <p class="ov-signature__label">{t::sign_label()}</p>
            <canvas
                class="ov-signature__pad"
                node_ref=canvas
                role="img"
                aria-label=t::sign_label()
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=up
            ></canvas>
            <input type="hidden" name=input_name prop:value=move || picture.get() />
            <div class="ov-signature__row">
                <button type="button" class="ov-button ov-button--quiet" on:click=clear>{t::sign_clear()}</button>
                <span role="status">{state}</span>
            </div>
        </div>
    }
}

/// The canvas and its pen. `fresh` gives white paper in the size that the screen shows now.
fn ready(canvas: NodeRef<leptos::html::Canvas>, fresh: bool) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let pad = canvas.get_untracked()?;
    let context = pad.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    if fresh {
        let side = |css: i32| u32::try_from(css * 2).unwrap_or(0);
        pad.set_width(side(pad.client_width()));
        pad.set_height(side(pad.client_height()));
        // Paper and ink of a document: the same in dark mode.
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, f64::from(pad.width()), f64::from(pad.height()));
        context.set_fill_style_str("#111");
        context.set_stroke_style_str("#111");
        context.set_line_width(SCALE * 2.4);
        context.set_line_cap("round");
        context.set_line_join("round");
    }
    Some((pad, context))
}

/// Where the pointer is, in bitmap pixels.
fn position(pad: &HtmlCanvasElement, event: &PointerEvent) -> (f64, f64) {
    let place = pad.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - place.left()) * f64::from(pad.width()) / place.width().max(1.0);
    let y = (f64::from(event.client_y()) - place.top()) * f64::from(pad.height()) / place.height().max(1.0);
    (x, y)
}

/// The island; its field is called `input_name`.
#[cfg(feature = "ssr")]
pub fn helper(input_name: &str) -> AnyView {
    view! { <SignaturePad input_name=input_name.to_owned() /> }.into_any()
}
