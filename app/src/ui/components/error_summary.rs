//! All errors of a form in one list at the top.

use super::{Heading, Icon, Symbol, Words, field_id, texts::texts};
use leptos::prelude::*;

/// One error: which field, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Form field name; the link leads to its control. Empty for an error of the whole form.
    pub field: String,
    /// The same sentence as at the field.
    pub message: String,
}

impl FieldError {
    /// An error from its parts.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The error summary; renders nothing without errors.
///
/// Contract: id `errors`; redirect to `…#errors` after a failed POST, and the browser moves there
/// without scripts. A11y: `role="alert"`, `tabindex="-1"` (takes the focus), links put the focus on
/// the control; also prefix the page title with 错误.
#[component]
pub fn ErrorSummary(
    /// In the order of the fields on the page.
    errors: Vec<FieldError>,
    /// By default 有几处需要改一下.
    #[prop(optional, into)]
    title: Words,
    /// Level of its heading.
    #[prop(default = 2)]
    heading_level: u8,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items = errors
            .into_iter()
            .map(|error| {
                if error.field.is_empty() {
                    view! { <li>{error.message}</li> }.into_any()
                } else {
                    let href = format!("#{}", field_id(&error.field));
                    view! { <li><a href=href>{error.message}</a></li> }.into_any()
                }
            })
            .collect_view();
        view! {
            <div class="ov-error-summary" id="errors" role="alert" tabindex="-1">
                <div class="ov-error-summary__head">
                    <Icon symbol=Symbol::Error />
                    <Heading
                        level=heading_level
                        text=title.unwrap_or(texts().error_summary)
                        class="ov-error-summary__title"
                    />
                </div>
                <ul class="ov-error-summary__list" role="list">
                    {items}
                </ul>
            </div>
        }
    })
}
