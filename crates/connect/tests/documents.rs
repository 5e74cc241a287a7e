//! The documents, read back with independent tools: poppler's `pdftotext`, `pdfinfo` and `pdftoppm`
//! (package poppler-utils) and the QR reader `rqrr`.

use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use connect::documents::{FontSet, PdfMaker};
use image::{GrayImage, ImageFormat, Luma};
use service::ports::documents::{Block, Document, DocumentError, DocumentMaker};

fn maker() -> PdfMaker {
    PdfMaker::new(FontSet::discover()).expect("Noto CJK is installed (fonts-noto-cjk)")
}

fn notice() -> Document {
    let materials = [
        "营业执照副本（复印件一份，加盖公章）",
        "法定代表人身份证明（原件核验，复印件一份）；委托办理的，还应提交授权委托书及受托人身份证明",
        "经营场所使用证明：自有房产提交不动产权证书，租赁房产提交租赁合同（租期不少于 1 年）",
    ];
    Document {
        title: "行政许可申请材料补正告知书".to_owned(),
        number: "示市监补〔2026〕12号".to_owned(),
        issuer: "示范县市场监督管理局".to_owned(),
        date: "2026年11月22日".to_owned(),
        blocks: vec![
            Block::Paragraph { text: "㺭𠮷餐饮服务有限公司：".to_owned(), indent: false },
            Block::Paragraph {
                text: "你（单位）于2026年11月20日提出的“食品经营许可证（新办）”申请（办件编号：SF-2026-1120-000318），\
                       经审查，申请材料不齐全。根据《中华人民共和国行政许可法》第三十二条第一款第四项的规定，\
                       现将需要补正的全部内容一次性告知如下："
                    .to_owned(),
                indent: true,
            },
            Block::Numbered(materials.iter().map(|text| (*text).to_owned()).collect()),
            Block::Rows(vec![
                ("补正期限".to_owned(), "2026年12月4日前（10个工作日）".to_owned()),
                (
                    "补正方式".to_owned(),
                    "登录“一次办”网上补正，或到县政务服务中心二楼 12 号窗口提交；邮寄补正的，以寄出的邮戳日为准。"
                        .to_owned(),
                ),
                ("联系电话".to_owned(), "0571-8888 1234（工作日 9:00—17:00）".to_owned()),
            ]),
            Block::Paragraph {
                text: "逾期未补正的，视为放弃申请；补正后可以重新提出申请。".to_owned(), indent: true
            },
        ],
        verify_url: "https://onevisit.example.gov.cn/verify/7KQ4M2XHD9".to_owned(),
        verify_code: "7KQ4-M2XH-D9".to_owned(),
        footer: "咨询电话 0571-12345　如对本告知书有异议，可拨打 12345 政务服务便民热线或到“办不成事”反映窗口反映。"
            .to_owned(),
    }
}

/// A file in the temporary directory that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(ending: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("onevisit-{}-{number}{ending}", std::process::id())))
    }

    fn with(bytes: &[u8]) -> Self {
        let scratch = Self::new(".pdf");
        std::fs::write(&scratch.0, bytes).expect("temporary directory is writable");
        scratch
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("poppler-utils is installed");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    // Older popplers mistake the boolean that ISO 32000-1 table 321 asks for; all else is an error.
    let complaints = stderr.lines().filter(|line| !line.contains("Suspects object is wrong type")).count();
    assert!(output.status.success() && complaints == 0, "{command:?}: {stderr}");
    String::from_utf8(output.stdout).expect("asked for UTF-8")
}

/// The text in logical order without any white space: line breaks are the layout's affair.
fn text(pdf: &[u8]) -> String {
    let file = Scratch::with(pdf);
    squeeze(&run(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file.0).arg("-")))
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}

fn info(pdf: &[u8], field: &str) -> String {
    let file = Scratch::with(pdf);
    let all = run(Command::new("pdfinfo").args(["-enc", "UTF-8"]).arg(&file.0));
    let line = all.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.unwrap_or_default().trim().to_owned()
}

fn raster(pdf: &[u8], page: usize, dots: u32) -> GrayImage {
    let file = Scratch::with(pdf);
    let target = Scratch::new("");
    let page = page.to_string();
    run(Command::new("pdftoppm")
        .args(["-gray", "-png", "-singlefile", "-f", &page, "-r", &dots.to_string()])
        .arg(&file.0)
        .arg(&target.0));
    let picture = Scratch(target.0.with_extension("png"));
    image::open(&picture.0).expect("poppler wrote a PNG").into_luma8()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.to_owned(), indent: true }
}

#[test]
fn m9_text_is_complete_and_extractable_with_rare_characters() {
    let document = notice();
    let pdf = maker().render(&document).unwrap();
    let text = text(&pdf);
    for part in [&document.title, &document.number, &document.issuer, &document.date, &document.footer] {
        assert!(text.contains(&squeeze(part)), "{part} missing in {text}");
    }
    assert!(text.contains("7KQ4-M2XH-D9"));
    assert!(text.contains("第1页共1页"), "{text}");
    for block in &document.blocks {
        match block {
            Block::Paragraph { text: part, .. } => assert!(text.contains(&squeeze(part)), "{part}"),
            Block::Numbered(items) => {
                for (number, item) in (1..).zip(items) {
                    assert!(text.contains(&squeeze(&format!("{number}.{item}"))), "{item}");
                }
            }
            Block::Rows(rows) => {
                for (label, value) in rows {
                    assert!(text.contains(&squeeze(&format!("{label}{value}"))), "{label}");
                }
            }
            Block::Heading(_) | Block::Picture { .. } => {}
        }
    }
}

#[test]
fn m9_one_page_is_small_tagged_archival_and_named() {
    let pdf = maker().render(&notice()).unwrap();
    assert!(pdf.len() <= 150_000, "{} bytes", pdf.len());
    assert_eq!(info(&pdf, "Pages"), "1");
    assert_eq!(info(&pdf, "Page size"), "595.276 x 841.89 pts (A4)");
    assert_eq!(info(&pdf, "Title"), "行政许可申请材料补正告知书 示市监补〔2026〕12号");
    assert_eq!(info(&pdf, "Author"), "示范县市场监督管理局");
    assert_eq!(info(&pdf, "Producer"), "一次办 OneVisit");
    assert_eq!(info(&pdf, "Tagged"), "yes");
    let raw = String::from_utf8_lossy(&pdf);
    assert!(raw.contains("<pdfaid:part>2</pdfaid:part>"), "PDF/A-2 is claimed only when krilla has checked it");
    assert!(raw.contains("<pdfaid:conformance>A</pdfaid:conformance>"));
    assert!(raw.contains("/Lang"));
}

#[test]
fn m9_same_input_gives_the_same_file() {
    let maker = maker();
    assert_eq!(maker.render(&notice()).unwrap(), maker.render(&notice()).unwrap());
}

#[test]
fn m9_qr_code_decodes_to_the_verification_address() {
    let document = notice();
    let pdf = maker().render(&document).unwrap();
    let picture = raster(&pdf, 1, 150);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap()).0[0]
    });
    let grids = prepared.detect_grids();
    let contents: Vec<String> = grids.iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect();
    assert_eq!(contents, [document.verify_url]);
}

#[test]
fn long_document_counts_its_pages_and_never_ends_with_a_lone_seal() {
    let maker = maker();
    for paragraphs in 8..32_usize {
        let mut document = notice();
        document.blocks = (1..=paragraphs)
            .map(|number| {
                paragraph(&format!(
                    "第{number}段。本段说明申请人应当依照规定提交材料，并对材料的真实性负责。{}",
                    "依法办理，".repeat(9)
                ))
            })
            .collect();
        let pdf = maker.render(&document).unwrap();
        let pages: usize = info(&pdf, "Pages").parse().unwrap();
        assert!((2..=6).contains(&pages), "{pages}");
        let all = text(&pdf);
        for page in 1..=pages {
            assert!(all.contains(&format!("第{page}页共{pages}页")), "{all}");
        }
        let file = Scratch::with(&pdf);
        let page = pages.to_string();
        let last = run(Command::new("pdftotext").args(["-raw", "-f", &page]).arg(&file.0).arg("-"));
        assert!(last.contains("依法办理"), "only the closing on the last of {pages} pages: {last}");
    }
}

#[test]
fn tall_table_cells_and_lists_go_on_over_pages() {
    let long = "材料审查意见：申请材料齐全，符合法定形式。".repeat(120);
    let mut document = notice();
    document.blocks = vec![
        Block::Heading("一、审查意见".to_owned()),
        Block::Rows(vec![("意见".to_owned(), long.clone()), ("结论".to_owned(), String::new())]),
        Block::Numbered((0..30).map(|number| format!("材料之{number}：{}", "复印件，".repeat(12))).collect()),
    ];
    let pdf = maker().render(&document).unwrap();
    let pages: usize = info(&pdf, "Pages").parse().unwrap();
    assert!(pages >= 4, "{pages}");
    let all = text(&pdf);
    assert!(all.contains("一、审查意见"));
    // Page feet stand between the pieces of the cell.
    assert_eq!(all.matches("申请材料齐全").count(), 120);
    assert!(all.contains("30.材料之29："));
}

#[test]
fn hostile_text_is_laid_out_inside_the_page() {
    let maker = maker();
    let endless = "W".repeat(10_000);
    let mut document = notice();
    document.title = format!("{}\u{202e}书知告", "很长的标题".repeat(40));
    document.number = "\u{0}\u{1b}[31m〔2026〕1号\u{7}".to_owned();
    document.verify_code = "X".repeat(300);
    document.footer = "脚注".repeat(3_000);
    document.blocks = vec![
        paragraph(&endless),
        paragraph(&"，".repeat(2_000)),
        paragraph("张\u{202e}三\u{2066}\u{0}\u{8}四\u{200b}\u{feff}"),
        paragraph("ﷺ שלום مرحبا 🀄👨‍👩‍👧 \u{e000}\u{10ffff} e\u{301}\u{301}\u{301}"),
        paragraph(&"\n".repeat(5_000)),
        paragraph(&" ".repeat(5_000)),
        paragraph(""),
        Block::Numbered(vec![String::new(), "\u{0}".to_owned()]),
        Block::Rows(vec![("标".repeat(500), endless.clone()), (String::new(), String::new())]),
    ];
    let pdf = maker.render(&document).unwrap();
    let all = text(&pdf);
    assert!(all.contains("张三四"), "direction overrides and controls are gone");
    assert!(!all.contains('\u{202e}'));
    assert_eq!(all.matches('W').count(), 20_000);
    // The margins stay white.
    let pages: usize = info(&pdf, "Pages").parse().unwrap();
    for page in 1..=pages {
        let picture = raster(&pdf, page, 36);
        let edge = picture.width() - 20;
        let dark = picture
            .enumerate_pixels()
            .filter(|(x, y, _)| *x < 20 || *x > edge || *y < 20 || *y > picture.height() - 18);
        assert!(dark.clone().all(|(.., ink)| *ink == Luma([255])), "something in the margin of page {page}");
    }
}

#[test]
fn characters_without_glyph_are_shown_as_stand_in_but_copied_truly() {
    let mut document = notice();
    // Two unassigned code points that no font draws.
    document.blocks = vec![paragraph("甲\u{3ffa0}乙\u{3ffa1}丙")];
    let pdf = maker().render(&document).unwrap();
    assert!(text(&pdf).contains("甲\u{3ffa0}乙\u{3ffa1}丙"), "{}", text(&pdf));
}

#[test]
fn endless_document_is_refused() {
    let mut document = notice();
    document.blocks = vec![paragraph(&"字".repeat(400_000))];
    assert!(matches!(maker().render(&document), Err(DocumentError::Layout(_))));
}

fn signature() -> Vec<u8> {
    let picture = GrayImage::from_fn(320, 120, |x, y| if (x + y * 3) % 40 < 6 { Luma([0]) } else { Luma([255]) });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).expect("writing to memory");
    png.into_inner()
}

#[test]
fn signature_is_drawn_and_broken_pictures_are_refused() {
    let maker = maker();
    let dark = |document: &Document| {
        let picture = raster(&maker.render(document).unwrap(), 1, 36);
        picture.pixels().filter(|ink| ink.0[0] < 160).count()
    };
    let mut document = notice();
    document.blocks = vec![Block::Picture { png: signature(), caption: "申请人签名：".to_owned() }];
    let with = dark(&document);
    document.blocks = vec![paragraph("申请人签名：")];
    assert!(with > dark(&document) + 200);

    for png in [Vec::new(), b"not a picture".to_vec(), signature()[..60].to_vec()] {
        document.blocks = vec![Block::Picture { png, caption: String::new() }];
        assert!(matches!(maker.render(&document), Err(DocumentError::Layout(_))));
    }
}

#[test]
fn no_font_is_an_error_at_start() {
    let empty = std::env::temp_dir().join("onevisit-no-fonts-here");
    assert!(matches!(PdfMaker::new(FontSet::in_directory(&empty)), Err(DocumentError::Font(_))));
}

#[test]
fn renders_that_run_together_agree() {
    let maker = maker();
    let expected = maker.render(&notice()).unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| maker.render(&notice()).unwrap())).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

/// Prints milliseconds and, on Linux, memory; writes `target` files to look at.
/// Run: `cargo test --release -p connect --test documents -- --ignored --nocapture measure`.
#[test]
#[ignore = "a measurement, not a check"]
fn measure() {
    let memory = |label: &str| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let of =
            |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim().to_owned();
        println!("{label}: now {} peak {}", of("VmRSS:"), of("VmHWM:"));
    };
    memory("start");
    let maker = maker();
    memory("maker");
    let mut document = notice();
    document.blocks.push(Block::Picture { png: signature(), caption: "申请人签名：".to_owned() });
    for _ in 0..5 {
        let begun = std::time::Instant::now();
        let pdf = maker.render(&document).unwrap();
        println!("{} bytes in {} ms", pdf.len(), begun.elapsed().as_millis());
        memory("after");
    }
    if let Some(directory) = std::env::var_os("ONEVISIT_PDF_OUT").map(PathBuf::from) {
        std::fs::write(directory.join("notice.pdf"), maker.render(&document).unwrap()).unwrap();
        document.blocks = (0..26)
            .map(|_| paragraph(&"申请人应当依照规定提交材料，并对材料的真实性负责（复印件须核对原件）；".repeat(4)))
            .collect();
        document.blocks.insert(0, Block::Heading("一、关于申请材料的说明".to_owned()));
        std::fs::write(directory.join("long.pdf"), maker.render(&document).unwrap()).unwrap();
    }
}
