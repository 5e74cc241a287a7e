//! Pictures of documents, drawn with whole numbers.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// Small repeatable random numbers (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self(seed | 1);
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// An independent sequence.
    pub(super) fn another(&mut self) -> Self {
        Self::new(self.next())
    }

    /// 0 to `limit` - 1.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap_or(0)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

/// How the picture was lit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Good,
    Dark,
    Bright,
}

/// A grey picture of a page.
#[derive(Clone)]
pub(super) struct Page {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Page {
    /// A page with lines of strokes like print, on some with a table, on some lying on a desk.
    pub(super) fn document(random: &mut Random, long: usize, landscape: bool) -> Self {
        let short = long * (62 + random.below(14)) / 100;
        let (width, height) = if landscape { (long, short) } else { (short, long) };
        let paper = u8::try_from(222 + random.below(28)).unwrap_or(240);
        let mut page = Self { width, height, data: vec![paper; width * height] };
        let ink = u8::try_from(20 + random.below(70)).unwrap_or(40);
        let margin = long / 14;
        if random.below(3) == 0 {
            page.desk(u8::try_from(60 + random.below(60)).unwrap_or(90), margin / 2);
        }
        // Letters grow with the resolution: the same page, photographed closer.
        let size = (long * (14 + random.below(12)) / 800).max(7);
        let thick = (long * (2 + random.below(2)) / 1000).max(1);
        let filled = 30 + random.below(60);
        let mut y = margin + size;
        while y + 2 * size < height - margin {
            let end = width - margin - random.below(width / 3);
            let mut x = margin + if random.below(4) == 0 { 2 * size } else { 0 };
            while x + size < end && y * 100 < height * filled {
                page.letter(random, x, y, size, thick, ink);
                x += size + size / 4;
            }
            y += size * 7 / 4;
        }
        page.letter(random, width / 2, height / 2, size, thick, ink);
        if random.below(2) == 0 {
            let (left, top) = (margin, height * 2 / 3);
            for row in 0..5 {
                page.stroke(left, top + row * 2 * size, width - 2 * margin, thick, ink);
            }
            page.stroke(left, top, thick, 8 * size, ink);
            page.stroke(width - margin, top, thick, 8 * size, ink);
        }
        page
    }

    fn desk(&mut self, grey: u8, border: usize) {
        for y in 0..self.height {
            for x in 0..self.width {
                let inside = (border..self.width - border).contains(&x) && (border..self.height - border).contains(&y);
                if !inside {
                    self.data[y * self.width + x] = grey;
                }
            }
        }
    }

    /// Strokes in a square cell, as a Chinese character has them.
    pub(super) fn letter(&mut self, random: &mut Random, x: usize, y: usize, size: usize, thick: usize, ink: u8) {
        for _ in 0..3 + random.below(4) {
            let (dx, dy) = (random.below(size / 2), random.below(size));
            let length = size / 3 + random.below(size / 2);
            match random.below(3) {
                0 => self.stroke(x + dx, y + dy, length.min(size - dx), thick, ink),
                1 => self.stroke(x + dx, y + dy / 3, thick, length, ink),
                _ => {
                    for step in 0..length.min(size - dx) {
                        self.stroke(x + dx + step, y + dy / 3 + step, thick, thick, ink);
                    }
                }
            }
        }
    }

    pub(super) fn stroke(&mut self, x: usize, y: usize, width: usize, height: usize, ink: u8) {
        for row in y..(y + height).min(self.height) {
            for column in x..(x + width).min(self.width) {
                self.data[row * self.width + column] = ink;
            }
        }
    }

    /// Out of focus: three box means, close to a normal distribution with a standard deviation of
    /// 1.4, 2.4 and 4.5 pixels.
    pub(super) fn blur(&mut self, strength: usize) {
        let radius = strength + usize::from(strength > 2);
        for _ in 0..3 {
            self.box_mean(radius, 1, self.width, self.height, self.width);
            self.box_mean(radius, self.width, self.height, self.width, 1);
        }
    }

    /// A lens in focus: weights 1, 2, 1 each way, a standard deviation of 0.7 pixels.
    pub(super) fn soften(&mut self) {
        let ways = [(1, self.width, self.height, self.width), (self.width, self.height, self.width, 1)];
        for (step, length, lines, line_step) in ways {
            let source = self.data.clone();
            for line in 0..lines {
                for at in 1..length - 1 {
                    let here = line * line_step + at * step;
                    let around = usize::from(source[here - step]) + usize::from(source[here + step]);
                    let mean = (around + 2 * usize::from(source[here])) / 4;
                    self.data[here] = u8::try_from(mean).unwrap_or(255);
                }
            }
        }
    }

    fn box_mean(&mut self, radius: usize, step: usize, length: usize, lines: usize, line_step: usize) {
        let source = self.data.clone();
        for line in 0..lines {
            let start = line * line_step;
            for at in 0..length {
                let from = at.saturating_sub(radius);
                let to = (at + radius).min(length - 1);
                let sum: usize = (from..=to).map(|i| usize::from(source[start + i * step])).sum();
                let mean = sum / (to - from + 1);
                self.data[start + at * step] = u8::try_from(mean).unwrap_or(255);
            }
        }
    }

    /// Light falling off to one side, exposure, and the noise of a sensor.
    pub(super) fn light(&mut self, light: Light, random: &mut Random) {
        let (gain, offset) = match light {
            Light::Good => (100, 0),
            Light::Dark => (14 + random.below(12), 4),
            Light::Bright => (16 + random.below(14), 215),
        };
        let shade = random.below(22);
        let noise = random.below(6);
        for y in 0..self.height {
            for x in 0..self.width {
                let value = &mut self.data[y * self.width + x];
                let shaded = usize::from(*value) * (100 - shade * x / self.width) / 100;
                let grain = random.below(2 * noise + 1);
                let exposed = (shaded * gain / 100 + offset + grain).saturating_sub(noise);
                *value = u8::try_from(exposed.min(255)).unwrap_or(255);
            }
        }
    }

    /// A hand that moved: the mean along one direction.
    pub(super) fn smear(&mut self, length: usize, sideways: bool) {
        if sideways {
            self.box_mean(length / 2, 1, self.width, self.height, self.width);
        } else {
            self.box_mean(length / 2, self.width, self.height, self.width, 1);
        }
    }

    fn rgb(&self) -> Vec<u8> {
        let warm = |value: &u8| [*value, value.saturating_sub(2), value.saturating_sub(9)];
        self.data.iter().flat_map(warm).collect()
    }

    fn size(&self) -> (u32, u32) {
        (u32::try_from(self.width).unwrap_or(0), u32::try_from(self.height).unwrap_or(0))
    }

    pub(super) fn jpeg(&self, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = self.size();
        JpegEncoder::new_with_quality(&mut bytes, quality)
            .write_image(&self.rgb(), width, height, ExtendedColorType::Rgb8)
            .expect("a drawn page can be encoded");
        bytes
    }

    pub(super) fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = self.size();
        let (data, color) = if self.width.is_multiple_of(2) {
            (self.data.clone(), ExtendedColorType::L8)
        } else {
            (self.rgb(), ExtendedColorType::Rgb8)
        };
        PngEncoder::new(&mut bytes).write_image(&data, width, height, color).expect("a drawn page can be encoded");
        bytes
    }
}

/// Puts an EXIF block with this orientation behind the start marker of a JPEG.
pub(super) fn turn(jpeg: &mut Vec<u8>, orientation: u8, big_endian: bool) {
    let mut block = b"\xFF\xE1\x00\x22Exif\0\0".to_vec();
    if big_endian {
        block.extend(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        block.extend([orientation, 0, 0, 0, 0, 0, 0]);
    } else {
        block.extend(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0");
        block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    }
    jpeg.splice(2..2, block);
}

/// The head of a PNG that claims this size, with a few bytes of data.
pub(super) fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\x04IDATx\x9C\x03\0\0\0\0\0\0\0\0\0IEND\xAEB`\x82");
    bytes
}
