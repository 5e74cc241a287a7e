//! 裁边: the four edges of a picture, drawn inwards by finger, mouse or arrow keys. The number fields below
//! hold the same values; without WebAssembly they are all there is.

use crate::browser::{behaviour, by_id, listen, part, show};
use crate::ui::field_id;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent, PointerEvent};

/// Names of the fields, of the handles and of the properties that place them.
const EDGES: [&str; 4] = ["left", "top", "right", "bottom"];
/// The opposite of each.
const OPPOSITE: [usize; 4] = [2, 3, 0, 1];
/// The keys that move an edge inwards and outwards.
const KEYS: [[&str; 2]; 4] =
    [["ArrowRight", "ArrowLeft"], ["ArrowDown", "ArrowUp"], ["ArrowLeft", "ArrowRight"], ["ArrowUp", "ArrowDown"]];
/// Cut off at most from both sides together, in per cent.
const MOST: f64 = 90.0;
/// One press of a key, in per cent.
const STEP: f64 = 1.0;

struct Frame {
    stage: HtmlElement,
    fields: [HtmlInputElement; 4],
    handles: [HtmlElement; 4],
    /// The edge that is being drawn.
    drawn: Cell<Option<usize>>,
}

/// Brings the handles of a picture to life.
#[island]
pub fn CropFrame() -> impl IntoView {
    behaviour(attach)
}

fn attach(stage: HtmlElement) -> Option<()> {
    let field = |at: usize| by_id(&field_id(EDGES[at]))?.dyn_into::<HtmlInputElement>().ok();
    let frame = Rc::new(Frame {
        fields: [field(0)?, field(1)?, field(2)?, field(3)?],
        handles: [part(&stage, EDGES[0])?, part(&stage, EDGES[1])?, part(&stage, EDGES[2])?, part(&stage, EDGES[3])?],
        drawn: Cell::new(None),
        stage,
    });
    show(&part(&frame.stage, "frame")?, true);
    for at in 0..EDGES.len() {
        frame.place(at);
        let handle = &frame.handles[at];
        show(handle, true);
        let me = frame.clone();
        listen(handle, "pointerdown", move |event: PointerEvent| me.grasp(at, &event));
        let me = frame.clone();
        listen(handle, "pointermove", move |event: PointerEvent| me.draw(&event));
        for end in ["pointerup", "pointercancel"] {
            let me = frame.clone();
            listen(handle, end, move |_: PointerEvent| me.drawn.set(None));
        }
        let me = frame.clone();
        listen(handle, "keydown", move |event: KeyboardEvent| me.press(at, &event));
        let me = frame.clone();
        listen(&frame.fields[at], "input", move |_: Event| me.place(at));
    }
    if let Some(lead) = by_id("crop-lead") {
        show(lead.unchecked_ref(), true);
    }
    Some(())
}

impl Frame {
    /// What a field holds, in per cent.
    fn share(&self, at: usize) -> f64 {
        self.fields[at].value().trim().parse().unwrap_or(0.0)
    }

    fn set(&self, at: usize, share: f64) {
        let most = (MOST - self.share(OPPOSITE[at])).max(0.0);
        // One digit behind the point is finer than a finger.
        let share = (share.clamp(0.0, most) * 10.0).round() / 10.0;
        self.fields[at].set_value(&share.to_string());
        self.place(at);
    }

    /// Puts the edge where its field says.
    fn place(&self, at: usize) {
        let share = self.share(at).clamp(0.0, MOST).to_string();
        // Fails only for properties that no browser knows.
        let _ = self.stage.style().set_property(&["--", EDGES[at]].concat(), &[&share, "%"].concat());
        let _ = self.handles[at].set_attribute("aria-valuenow", &share);
        let _ = self.handles[at].set_attribute("aria-valuetext", &[&share, "%"].concat());
    }

    fn grasp(&self, at: usize, event: &PointerEvent) {
        event.prevent_default();
        // Without capture the finger has to stay on the handle, which is no harm.
        let _ = self.handles[at].set_pointer_capture(event.pointer_id());
        let _ = self.handles[at].focus();
        self.drawn.set(Some(at));
    }

    fn draw(&self, event: &PointerEvent) {
        let Some(at) = self.drawn.get() else { return };
        let edge = self.stage.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let (within, side) = match at {
            0 => (x - edge.left(), edge.width()),
            1 => (y - edge.top(), edge.height()),
            2 => (edge.right() - x, edge.width()),
            _ => (edge.bottom() - y, edge.height()),
        };
        self.set(at, within * 100.0 / side.max(1.0));
    }

    fn press(&self, at: usize, event: &KeyboardEvent) {
        let key = event.key();
        let [inwards, outwards] = KEYS[at];
        let by = if key == inwards {
            STEP
        } else if key == outwards {
            -STEP
        } else {
            return;
        };
        event.prevent_default();
        self.set(at, self.share(at) + by);
    }
}

/// The picture with its handles, which show once they work. `shares` are the values of the fields now, in
/// per cent: left, top, right, bottom.
#[cfg(feature = "ssr")]
pub fn helper(src: String, alt: String, shares: &[String; 4]) -> AnyView {
    use crate::t::pages as t;
    let names = [t::handle_left(), t::handle_top(), t::handle_right(), t::handle_bottom()];
    let handles = EDGES
        .into_iter()
        .zip(names)
        .zip(shares)
        .map(|((edge, name), share)| {
            let class = format!("ov-crop__handle ov-crop__handle--{edge}");
            let across = if matches!(edge, "left" | "right") { "horizontal" } else { "vertical" };
            let (now, text) = (share.clone(), format!("{share}%"));
            view! {
                <button
                    type="button"
                    class=class
                    data-part=edge
                    hidden
                    role="slider"
                    aria-label=name
                    aria-orientation=across
                    aria-valuemin="0"
                    aria-valuemax="90"
                    aria-valuenow=now
                    aria-valuetext=text
                ></button>
            }
        })
        .collect_view();
    view! {
        <div class="ov-crop" data-island>
            <img class="ov-crop__image" src=src alt=alt />
            <div class="ov-crop__frame" data-part="frame" hidden></div>
            {handles}
            <CropFrame />
        </div>
    }
    .into_any()
}
