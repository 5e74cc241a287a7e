//! 手写签名: a name written with a finger, pen or mouse. Who cannot write so types the name, for
//! which the page has its own field.

use crate::browser::{behaviour, listen, part, show};
use crate::t::islands as t;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Event, HtmlCanvasElement, HtmlElement, HtmlInputElement, PointerEvent};

/// Strokes shorter than this in sum (CSS pixels) are a slip, not a name.
const SHORTEST: i32 = 40;
/// Bitmap pixels per CSS pixel: sharp in print, and far below the limit of 200 KB.
const SCALE: i32 = 2;

/// Paper, ink and what has been written. Places are in bitmap pixels.
struct Pad {
    canvas: HtmlCanvasElement,
    ink: CanvasRenderingContext2d,
    /// Hidden field of the form: a data URL, or empty.
    field: HtmlInputElement,
    status: HtmlElement,
    /// Where the pen is, while it is down.
    at: Cell<Option<(i32, i32)>>,
    length: Cell<i32>,
}

/// A field to write in; its PNG goes as data URL into the hidden input beside it. Shown only where
/// it works.
#[island]
pub fn SignaturePad() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let canvas = part(&holder, "pad")?.dyn_into::<HtmlCanvasElement>().ok()?;
    let clear = part(&holder, "clear")?;
    let pad = Rc::new(Pad {
        ink: canvas.get_context("2d").ok()??.dyn_into().ok()?,
        field: part(&holder, "field")?.dyn_into().ok()?,
        status: part(&holder, "status")?,
        canvas,
        at: Cell::new(None),
        length: Cell::new(0),
    });
    show(&holder, true);
    let me = pad.clone();
    listen(&pad.canvas, "pointerdown", move |event: PointerEvent| me.down(&event));
    let me = pad.clone();
    listen(&pad.canvas, "pointermove", move |event: PointerEvent| me.moved(&event));
    for end in ["pointerup", "pointercancel"] {
        let me = pad.clone();
        listen(&pad.canvas, end, move |_: PointerEvent| me.up());
    }
    listen(&clear, "click", move |_: Event| pad.clear());
    Some(())
}

impl Pad {
    fn down(&self, event: &PointerEvent) {
        if self.length.get() == 0 {
            self.fresh_paper();
        }
        event.prevent_default();
        // Without capture a stroke ends at the edge, which is no harm.
        let _ = self.canvas.set_pointer_capture(event.pointer_id());
        let at = self.place(event);
        self.stroke(at, at);
        self.at.set(Some(at));
    }

    fn moved(&self, event: &PointerEvent) {
        let Some(from) = self.at.get() else { return };
        let to = self.place(event);
        self.stroke(from, to);
        self.length.set(self.length.get() + (to.0 - from.0).abs() + (to.1 - from.1).abs());
        self.at.set(Some(to));
    }

    fn up(&self) {
        if self.at.take().is_some() && self.length.get() >= SHORTEST * SCALE {
            self.field.set_value(&self.canvas.to_data_url().unwrap_or_default());
            self.status.set_text_content(Some(t::sign_done()));
        }
    }

    fn clear(&self) {
        self.length.set(0);
        self.field.set_value("");
        self.status.set_text_content(None);
        self.fresh_paper();
    }

    /// White paper in the size that the screen shows now; the same in dark mode, as it is printed.
    fn fresh_paper(&self) {
        let side = |css: i32| (css * SCALE).unsigned_abs();
        self.canvas.set_width(side(self.canvas.client_width()));
        self.canvas.set_height(side(self.canvas.client_height()));
        let ink = &self.ink;
        ink.set_fill_style_str("#fff");
        ink.fill_rect(0.0, 0.0, f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        ink.set_stroke_style_str("#111");
        ink.set_line_width(f64::from(SCALE * 5) / 2.0);
        ink.set_line_cap("round");
        ink.set_line_join("round");
    }

    /// A line; from a point to itself it is a dot, thanks to the round cap.
    fn stroke(&self, from: (i32, i32), to: (i32, i32)) {
        self.ink.begin_path();
        self.ink.move_to(f64::from(from.0), f64::from(from.1));
        self.ink.line_to(f64::from(to.0), f64::from(to.1));
        self.ink.stroke();
    }

    /// Where the pointer is.
    #[allow(clippy::cast_possible_truncation, reason = "a place on a screen")]
    fn place(&self, event: &PointerEvent) -> (i32, i32) {
        let edge = self.canvas.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - edge.left()) * f64::from(self.canvas.width()) / edge.width().max(1.0);
        let y = (f64::from(event.client_y()) - edge.top()) * f64::from(self.canvas.height()) / edge.height().max(1.0);
        (x as i32, y as i32)
    }
}

/// The island; its form field is called `input_name`.
#[cfg(feature = "ssr")]
pub fn helper(input_name: &str) -> AnyView {
    use crate::ui::{Button, ButtonKind};
    let name = input_name.to_owned();
    view! {
        <div class="ov-signature" data-island hidden>
            <p class="ov-signature__label">{t::sign_label()}</p>
            <canvas class="ov-signature__pad" role="img" aria-label=t::sign_label() data-part="pad"></canvas>
            <input type="hidden" name=name data-part="field" />
            <div class="ov-signature__row">
                <span data-part="clear">
                    <Button kind=ButtonKind::Quiet kind_attr="button">{t::sign_clear()}</Button>
                </span>
                <span role="status" data-part="status"></span>
            </div>
            <SignaturePad />
        </div>
    }
    .into_any()
}
