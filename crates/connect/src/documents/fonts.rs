//! Which font files the machine has, and their bytes on demand.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use service::ports::documents::DocumentError;

/// Environment variable naming a directory that is searched before the system's own.
const OVERRIDE: &str = "ONEVISIT_FONTS";

/// Where Debian, Alpine, Fedora, Arch and macOS keep their fonts.
const SYSTEM_ROOTS: &[&str] =
    &["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];

/// Song typefaces first: official documents are set in 宋体/仿宋, not in 黑体.
const TEXT_FILES: &[&str] = &[
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJKsc-Regular.otf",
    "NotoSerifSC-Regular.otf",
    "SourceHanSerifSC-Regular.otf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "Songti.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
];

const STRONG_FILES: &[&str] = &[
    "NotoSerifCJK-Bold.ttc",
    "NotoSerifCJKsc-Bold.otf",
    "NotoSerifSC-Bold.otf",
    "SourceHanSerifSC-Bold.otf",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJKsc-Bold.otf",
    "NotoSansSC-Bold.otf",
    "SourceHanSansSC-Bold.otf",
    "Songti.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
];

/// Fonts with rare characters (生僻字, GB 18030-2022 level 3 and beyond), asked only when the text
/// font has no glyph; last a general one for other scripts' letters and for signs.
const RARE_FILES: &[&str] = &["HanaMinA.ttf", "HanaMinB.ttf", "HanaMinC.otf", "BabelStoneHan.ttf", "DejaVuSans.ttf"];

/// Directories below a root that are looked into.
const DEPTH: u8 = 4;

/// Larger than the largest block for which glibc raises its "give back to the system" threshold.
///
/// A 20 MB buffer freed from below that size makes malloc keep up to twice as much for itself ever
/// after; above it the memory always returns. Only the pages that are written take real memory.
const BUFFER_BYTES: usize = 33 << 20;

/// Refuses anything that cannot be a font before reading it whole.
const LARGEST_FONT: u64 = 96 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Style {
    Text,
    Strong,
}

/// The font files found on this machine, in the order in which they are asked for a glyph.
#[derive(Debug)]
pub struct FontSet {
    files: Vec<FontFile>,
    text: Vec<usize>,
    strong: Vec<usize>,
}

/// One font file; its bytes live as long as somebody renders with them.
#[derive(Debug)]
pub(super) struct FontFile {
    pub(super) path: PathBuf,
    pub(super) style: Style,
    kept: Mutex<Weak<Vec<u8>>>,
}

impl FontSet {
    /// Looks through the directory named by `ONEVISIT_FONTS` (when set) and the system's own.
    pub fn discover() -> Self {
        let mut roots: Vec<PathBuf> = std::env::var_os(OVERRIDE).map(PathBuf::from).into_iter().collect();
        roots.extend(SYSTEM_ROOTS.iter().map(PathBuf::from));
        if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
            roots.push(home.join(".local/share/fonts"));
            roots.push(home.join("Library/Fonts"));
        }
        Self::search(&roots)
    }

    /// Looks through one directory and those below it, and nowhere else.
    pub fn in_directory(directory: &Path) -> Self {
        Self::search(&[directory.to_path_buf()])
    }

    fn search(roots: &[PathBuf]) -> Self {
        let mut seen = Vec::new();
        for root in roots {
            collect(root, DEPTH, &mut seen);
        }
        let mut files = Vec::new();
        let mut pick = |names: &[&str], style: Style| -> Vec<usize> {
            let found = names.iter().filter_map(|name| seen.iter().find(|path| path.ends_with(name)));
            found
                .map(|path| {
                    files.push(FontFile { path: path.clone(), style, kept: Mutex::new(Weak::new()) });
                    files.len() - 1
                })
                .collect()
        };
        let plain = pick(TEXT_FILES, Style::Text);
        let bold = pick(STRONG_FILES, Style::Strong);
        let rare = pick(RARE_FILES, Style::Text);

        // The first of a kind, then the rare characters, then whatever else there is.
        let chain = |first: &[usize], second: &[usize]| {
            let mut order: Vec<usize> = Vec::new();
            let heads = first.first().into_iter().chain(second.first());
            for &index in heads.chain(&rare).chain(first).chain(second) {
                if !order.contains(&index) {
                    order.push(index);
                }
            }
            order
        };
        let text = chain(&plain, &[]);
        let strong = chain(&bold, &plain);
        Self { files, text, strong }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn file(&self, index: usize) -> Option<&FontFile> {
        self.files.get(index)
    }

    /// The files to ask for a glyph, first to last.
    pub(super) fn chain(&self, style: Style) -> &[usize] {
        match style {
            Style::Text => &self.text,
            Style::Strong => &self.strong,
        }
    }
}

impl FontFile {
    /// The file's bytes, shared with every render under way.
    pub(super) fn bytes(&self) -> Result<Arc<Vec<u8>>, DocumentError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept.upgrade() {
            return Ok(bytes);
        }
        let bytes = Arc::new(
            read(&self.path).map_err(|error| DocumentError::Font(format!("{}: {error}", self.path.display())))?,
        );
        *kept = Arc::downgrade(&bytes);
        Ok(bytes)
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > LARGEST_FONT {
        return Err(std::io::Error::other("too large for a font"));
    }
    let wanted = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(64);
    // Small fonts take their own size; large ones are pushed over the threshold.
    let capacity = if wanted < (1 << 20) { wanted } else { wanted.max(BUFFER_BYTES) };
    let mut bytes = Vec::with_capacity(capacity);
    file.take(LARGEST_FONT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn collect(directory: &Path, depth: u8, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, into);
            }
        } else if is_known(&path) {
            into.push(path);
        }
    }
}

fn is_known(path: &Path) -> bool {
    [TEXT_FILES, STRONG_FILES, RARE_FILES].iter().any(|names| names.iter().any(|name| path.ends_with(name)))
}
