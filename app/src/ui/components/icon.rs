//! Inline SVG icons.

use leptos::prelude::*;

/// The pictures of the design system, drawn as 24 × 24 strokes in the colour of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the pictures")]
pub enum Symbol {
    ArrowLeft,
    ArrowRight,
    Bell,
    Calendar,
    Camera,
    Case,
    Check,
    Clock,
    Close,
    Download,
    Error,
    Family,
    File,
    Help,
    Home,
    Info,
    Licence,
    Menu,
    Pause,
    Pay,
    Person,
    Phone,
    Pin,
    Print,
    Search,
    Speak,
    Star,
    Trash,
    Upload,
    Warning,
}

impl Symbol {
    /// Every symbol, for the gallery and its test.
    pub const ALL: [Self; 30] = [
        Self::ArrowLeft,
        Self::ArrowRight,
        Self::Bell,
        Self::Calendar,
        Self::Camera,
        Self::Case,
        Self::Check,
        Self::Clock,
        Self::Close,
        Self::Download,
        Self::Error,
        Self::Family,
        Self::File,
        Self::Help,
        Self::Home,
        Self::Info,
        Self::Licence,
        Self::Menu,
        Self::Pause,
        Self::Pay,
        Self::Person,
        Self::Phone,
        Self::Pin,
        Self::Print,
        Self::Search,
        Self::Speak,
        Self::Star,
        Self::Trash,
        Self::Upload,
        Self::Warning,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::ArrowLeft => "M20 12H4m6-6-6 6 6 6",
            Self::ArrowRight => "m9 5 7 7-7 7",
            Self::Bell => "M6 17V11a6 6 0 0 1 12 0v6l2 1H4zm4 4h4M12 3v2",
            Self::Calendar => "M4 6h16v14H4zM4 10.5h16M8 3v5m8-5v5",
            Self::Camera => "M3 8h4.5L9 5h6l1.5 3H21v11H3zm9 2a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 12 10",
            Self::Case => "M6 3h8l4 4v14H6zm8 0v4h4m-9 8 2.2 2.2L15 13",
            Self::Check => "m4 12.5 5.5 5.5L20 7",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 4.5V12l3.2 2",
            Self::Close => "m6 6 12 12M18 6 6 18",
            Self::Download => "M12 4v11m-4.5-4.5L12 15l4.5-4.5M4 20h16",
            Self::Error => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 4.5V13m0 3.2v.1",
            Self::Family => {
                "M8 4.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M2.5 20c.5-8 10.5-8 11 0M16.5 8.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M15 16c3-1.5 6.2.5 6.5 4"
            }
            Self::File => "M6 3h8l4 4v14H6zm8 0v4h4M9 12h6m-6 4h6",
            Self::Help => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.3 9.5c.2-3.3 5.4-3 5.2 0-.1 1.9-2.5 2-2.5 4m0 3v.1",
            Self::Home => "m4 11 8-7 8 7v9h-5.5v-6h-5v6H4z",
            Self::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 8v5.5m0-9v.1",
            Self::Licence => {
                "M3 5h18v14H3zm5.5 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5.5 16c.4-2.3 5.6-2.3 6 0M15 10h3.5M15 14h3.5"
            }
            Self::Menu => "M4 6h16M4 12h16M4 18h16",
            Self::Pause => "M8 5v14m8-14v14",
            Self::Pay => "m7 4 5 7.5L17 4m-5 7.5V20m-5-7.5h10M7 16.2h10",
            Self::Person => "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 20.5c1-7.3 15-7.3 16 0",
            Self::Phone => {
                "M5 4h4l1.8 4.8-2.3 1.5a11 11 0 0 0 5.2 5.2l1.5-2.3L20 15v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1"
            }
            Self::Pin => {
                "M12 21c-4-4.5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6.5-6.5 11m0-13.3a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6"
            }
            Self::Print => "M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 13.5h10v7H7z",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13m4.7 11.2L20.5 20.5",
            Self::Speak => "M4 9.5h3.5L12.5 5v14l-5-4.5H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6a8.5 8.5 0 0 1 0 12",
            Self::Star => "m12 3.5 2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17.1 6.7 20l1.1-6L3.4 9.8l6-.8z",
            Self::Trash => "M4 7h16M9.5 7V4h5v3M6 7l1 13h10l1-13m-8 4v5.5m4-5.5v5.5",
            Self::Upload => "M12 16V5M7.5 9.5 12 5l4.5 4.5M4 20h16",
            Self::Warning => "M12 4 2.5 20h19zm0 6v4.5m0 2.7v.1",
        }
    }
}

/// An icon. Decorative by default (`aria-hidden`), because it always stands beside words; where it
/// stands alone give `label`, which becomes its accessible name.
#[component]
pub fn Icon(
    /// Which picture.
    symbol: Symbol,
    /// Accessible name, only when no words stand beside the icon.
    #[prop(optional, into)]
    label: super::Words,
) -> impl IntoView {
    let hidden = (!label.is_some()).then_some("true");
    let role = label.is_some().then_some("img");
    view! {
        <svg
            class="ov-icon"
            viewBox="0 0 24 24"
            width="24"
            height="24"
            focusable="false"
            aria-hidden=hidden
            role=role
            aria-label=label.into_option()
        >
            <path d=symbol.path()></path>
        </svg>
    }
}
