//! The words of a verdict: limits, kinds, codes, findings, report.

use serde::{Deserialize, Serialize};

/// What one material of the catalogue asks of its files (材料的文件要求).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Largest size in bytes.
    pub max_bytes: u64,
    /// Images: the longer side should have at least so many pixels; below it is only advice.
    pub min_long_edge_px: u32,
    /// PDF: largest number of pages.
    pub max_pdf_pages: u32,
    /// Kinds that are taken.
    pub accepts: Vec<Kind>,
    /// Portraits for licences: the shape that is asked for.
    #[serde(default)]
    pub aspect: Option<Aspect>,
}

/// Shape of a licence photo (证件照宽高比): width to height, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aspect {
    pub width: u32,
    pub height: u32,
}

impl Aspect {
    /// Whether a picture of this size has the shape, but for four percent: cameras and rounding
    /// never hit it to the pixel.
    pub fn fits(self, width: u32, height: u32) -> bool {
        let is = u64::from(width) * u64::from(self.height);
        let wanted = u64::from(height) * u64::from(self.width);
        is.abs_diff(wanted) <= wanted / 25
    }
}

impl std::fmt::Display for Aspect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.width, self.height)
    }
}

impl Default for Limits {
    /// 20 MiB, 1000 pixels, 50 pages, all kinds, any shape.
    fn default() -> Self {
        Self {
            max_bytes: 20 * 1024 * 1024,
            min_long_edge_px: 1000,
            max_pdf_pages: 50,
            accepts: vec![Kind::Jpeg, Kind::Png, Kind::Pdf],
            aspect: None,
        }
    }
}

/// A kind of file we take (可接收的文件类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Jpeg,
    Png,
    Pdf,
}

impl Kind {
    /// Stable name, also the usual file extension except for `jpeg`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// Registered media type (RFC 2046, RFC 8118).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }
}

/// What the content of a file is, whatever its name says (按内容识别的类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetectedKind {
    Jpeg,
    Png,
    Pdf,
    /// HEIC, HEIF or AVIF: the usual format of newer phones.
    Heic,
    Webp,
    Gif,
    Bmp,
    Tiff,
    /// A ZIP archive that is none of the two below.
    Zip,
    /// Office Open XML: docx, xlsx, pptx.
    Ooxml,
    /// OFD 版式文档 (GB/T 33190).
    Ofd,
    /// Compound file: doc, xls, ppt, wps of the older kind.
    OldOffice,
    /// RAR or 7z.
    Archive,
    /// HTML, SVG or other XML: anything a browser could run.
    Html,
    /// A sound or film.
    Video,
    /// A program.
    Program,
    Empty,
    Unknown,
}

impl DetectedKind {
    /// The kind as one we may take, or `None`.
    pub fn accepted(self) -> Option<Kind> {
        match self {
            Self::Jpeg => Some(Kind::Jpeg),
            Self::Png => Some(Kind::Png),
            Self::Pdf => Some(Kind::Pdf),
            _ => None,
        }
    }

    /// Stable name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Heic => "heic",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Zip => "zip",
            Self::Ooxml => "ooxml",
            Self::Ofd => "ofd",
            Self::OldOffice => "old_office",
            Self::Archive => "archive",
            Self::Html => "html",
            Self::Video => "video",
            Self::Program => "program",
            Self::Empty => "empty",
            Self::Unknown => "unknown",
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 必须改: the file cannot be submitted. Only for what is exactly decidable.
    MustFix,
    /// 建议改: it will probably be sent back by the clerk.
    Advice,
    /// 提醒: good to know.
    Note,
}

/// What was found. The string form is stable: it is stored, logged and keys the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    Empty,
    TooBig,
    WrongType,
    Heic,
    NameMismatch,
    HiddenContent,
    PdfBroken,
    PdfEncrypted,
    PdfRestricted,
    PdfNoPages,
    PdfTooManyPages,
    PdfActiveContent,
    PdfAttachment,
    PdfTooComplex,
    PdfBlankPage,
    PdfScanCoarse,
    ImageBroken,
    ImageTooManyPixels,
    ResolutionLow,
    AspectOff,
    Blurred,
    TooDark,
    TooBright,
    Blank,
    Glare,
    Skewed,
    Cropped,
    TooFar,
    Screenshot,
    Sideways,
    SameFile,
    NearDuplicate,
    /// Said by the server while the scanner has not answered, never by the pre-check.
    Scanning,
    /// The same, of a file in which the scanner found a virus.
    Infected,
    /// 有效期, by the day that its owner has said: said of a slot as a whole, beside its first file. Which day is
    /// asked and what follows is decided by `domain::catalogue::Validity`, never by the pre-check.
    ProofUndated,
    ProofNoEnd,
    ProofFuture,
    ProofTooOld,
    ProofExpired,
}

impl Code {
    /// All codes, in the order of the documentation.
    pub const ALL: [Self; 39] = [
        Self::Empty,
        Self::TooBig,
        Self::WrongType,
        Self::Heic,
        Self::NameMismatch,
        Self::HiddenContent,
        Self::PdfBroken,
        Self::PdfEncrypted,
        Self::PdfRestricted,
        Self::PdfNoPages,
        Self::PdfTooManyPages,
        Self::PdfActiveContent,
        Self::PdfAttachment,
        Self::PdfTooComplex,
        Self::PdfBlankPage,
        Self::PdfScanCoarse,
        Self::ImageBroken,
        Self::ImageTooManyPixels,
        Self::ResolutionLow,
        Self::AspectOff,
        Self::Blurred,
        Self::TooDark,
        Self::TooBright,
        Self::Blank,
        Self::Glare,
        Self::Skewed,
        Self::Cropped,
        Self::TooFar,
        Self::Screenshot,
        Self::Sideways,
        Self::SameFile,
        Self::NearDuplicate,
        Self::Scanning,
        Self::Infected,
        Self::ProofUndated,
        Self::ProofNoEnd,
        Self::ProofFuture,
        Self::ProofTooOld,
        Self::ProofExpired,
    ];

    /// Stable name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooBig => "too_big",
            Self::WrongType => "wrong_type",
            Self::Heic => "heic",
            Self::NameMismatch => "name_mismatch",
            Self::HiddenContent => "hidden_content",
            Self::PdfBroken => "pdf_broken",
            Self::PdfEncrypted => "pdf_encrypted",
            Self::PdfRestricted => "pdf_restricted",
            Self::PdfNoPages => "pdf_no_pages",
            Self::PdfTooManyPages => "pdf_too_many_pages",
            Self::PdfActiveContent => "pdf_active_content",
            Self::PdfAttachment => "pdf_attachment",
            Self::PdfTooComplex => "pdf_too_complex",
            Self::PdfBlankPage => "pdf_blank_page",
            Self::PdfScanCoarse => "pdf_scan_coarse",
            Self::ImageBroken => "image_broken",
            Self::ImageTooManyPixels => "image_too_many_pixels",
            Self::ResolutionLow => "resolution_low",
            Self::AspectOff => "aspect_off",
            Self::Blurred => "blurred",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::Blank => "blank",
            Self::Glare => "glare",
            Self::Skewed => "skewed",
            Self::Cropped => "cropped",
            Self::TooFar => "too_far",
            Self::Screenshot => "screenshot",
            Self::Sideways => "sideways",
            Self::SameFile => "same_file",
            Self::NearDuplicate => "near_duplicate",
            Self::Scanning => "scanning",
            Self::Infected => "infected",
            Self::ProofUndated => "proof_undated",
            Self::ProofNoEnd => "proof_no_end",
            Self::ProofFuture => "proof_future",
            Self::ProofTooOld => "proof_too_old",
            Self::ProofExpired => "proof_expired",
        }
    }
}

/// One thing found in a file (预检发现).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: Code,
    pub level: Level,
    /// Values for the sentence, such as `("pages", "12")`; never user text except the slot's name.
    pub detail: Vec<(String, String)>,
}

impl Finding {
    /// A finding without details.
    pub fn new(code: Code, level: Level) -> Self {
        Self { code, level, detail: Vec::new() }
    }

    /// Adds one value for the sentence.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.detail.push((key.to_owned(), value.into()));
        self
    }

    /// The value of a detail, if it is there.
    pub fn detail(&self, key: &str) -> Option<&str> {
        let (_, value) = self.detail.iter().find(|(name, _)| name == key)?;
        Some(value)
    }
}

/// The verdict on one file (预检结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub kind: DetectedKind,
    /// Pages of a PDF that could be read.
    pub pages: Option<u32>,
    /// Width of an image as stored, in pixels, before [`Report::rotation`].
    pub width: Option<u32>,
    /// Height of an image as stored, in pixels.
    pub height: Option<u32>,
    /// Clockwise turn in degrees (0, 90, 180, 270) that shows the image upright, from EXIF.
    pub rotation: u16,
    /// Whether the image must also be mirrored left to right before it is turned, from EXIF.
    pub mirrored: bool,
    /// Steepness of an image's edges in percent: 100 like drawn, below 40 out of focus. `None`
    /// where there is too little to judge.
    pub sharpness: Option<u32>,
    /// What an image looks like, for [`crate::near_duplicate`].
    #[serde(default)]
    pub fingerprint: Option<String>,
    pub findings: Vec<Finding>,
}

impl Report {
    /// An empty verdict on a file of this kind.
    pub fn new(kind: DetectedKind) -> Self {
        Self {
            kind,
            pages: None,
            width: None,
            height: None,
            rotation: 0,
            mirrored: false,
            sharpness: None,
            fingerprint: None,
            findings: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Whether something must be changed before the file can be submitted.
    pub fn must_fix(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::MustFix)
    }

    /// Whether a finding with this code is there.
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}
