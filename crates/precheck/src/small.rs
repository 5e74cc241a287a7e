//! A picture brought down to the size at which it is judged.

/// The picture is judged at this size of its longer side: what a clerk sees on a screen.
const WORK_EDGE: usize = 1024;
/// Side of a cell of the [`Grid`] in pixels of the small picture.
const CELL: usize = 8;
/// Writing is darker than its ground by so many levels.
const INK: u8 = 40;

/// The brightness of a picture, row by row from the top left.
#[derive(Debug)]
pub(crate) struct Luma {
    pub width: u32,
    pub height: u32,
    pub data: Vec<u8>,
}

impl Luma {
    /// `None` when the number of pixels does not fit the size.
    pub(crate) fn new(width: u32, height: u32, data: Vec<u8>) -> Option<Self> {
        let pixels = u64::from(width) * u64::from(height);
        (pixels > 0 && data.len() as u64 == pixels).then_some(Self { width, height, data })
    }
}

/// A picture at the working size.
pub(crate) struct Small {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Small {
    /// Box average; a picture that is small already is taken as it is.
    pub(crate) fn of(luma: &Luma) -> Self {
        let (from_w, from_h) = (luma.width as usize, luma.height as usize);
        let long = from_w.max(from_h);
        if long <= WORK_EDGE {
            return Self { width: from_w, height: from_h, data: luma.data.clone() };
        }
        let width = (from_w * WORK_EDGE / long).max(1);
        let height = (from_h * WORK_EDGE / long).max(1);
        let data = average(&luma.data, (from_w, from_h), (width, height));
        Self { width, height, data }
    }

    pub(crate) fn histogram(&self) -> [usize; 256] {
        let mut counts = [0; 256];
        for value in &self.data {
            counts[usize::from(*value)] += 1;
        }
        counts
    }

    /// The paper or table below whatever is written: the upper quartile of each cell.
    pub(crate) fn grid(&self) -> Grid {
        let (width, height) = (self.width / CELL, self.height / CELL);
        let mut data = Vec::with_capacity(width * height);
        let mut inked = Vec::with_capacity(width * height);
        let mut cell = [0_u8; CELL * CELL];
        for y in 0..height {
            for x in 0..width {
                for (row, out) in cell.chunks_exact_mut(CELL).enumerate() {
                    let at = (y * CELL + row) * self.width + x * CELL;
                    out.copy_from_slice(&self.data[at..at + CELL]);
                }
                let ground = *cell.select_nth_unstable(CELL * CELL * 3 / 4).1;
                let darkest = *cell.select_nth_unstable(CELL * CELL / 16).1;
                data.push(ground);
                inked.push(ground - darkest.min(ground) >= INK);
            }
        }
        Grid { width, height, data, inked }
    }
}

fn average(data: &[u8], (from_w, from_h): (usize, usize), (width, height): (usize, usize)) -> Vec<u8> {
    let mut out = Vec::with_capacity(width * height);
    for y in 0..height {
        let top = y * from_h / height;
        let rows = top..((y + 1) * from_h / height).max(top + 1);
        for x in 0..width {
            let left = x * from_w / width;
            let columns = left..((x + 1) * from_w / width).max(left + 1);
            let (mut sum, mut count) = (0_u64, 0_u64);
            for row in rows.clone() {
                let line = &data[row * from_w..][columns.clone()];
                sum += line.iter().map(|value| u64::from(*value)).sum::<u64>();
                count += line.len() as u64;
            }
            out.push(u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
        }
    }
    out
}

/// The brightness that `per_mille` of the values do not exceed.
pub(crate) fn level_at(counts: &[usize; 256], values: usize, per_mille: usize) -> u8 {
    let wanted = values * per_mille / 1000;
    let mut seen = 0;
    for (level, count) in (0_u8..=255).zip(counts) {
        seen += count;
        if seen > wanted {
            return level;
        }
    }
    255
}

/// Brightness of the ground, cell by cell.
pub(crate) struct Grid {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
    /// Whether something is written on it.
    pub inked: Vec<bool>,
}

impl Grid {
    /// The cells beside, above and below this one.
    pub(crate) fn beside(&self, at: usize) -> impl Iterator<Item = usize> {
        let (x, y, width) = (at % self.width, at / self.width, self.width);
        let sides = [
            (x > 0).then(|| at - 1),
            (x + 1 < width).then_some(at + 1),
            (y > 0).then(|| at - width),
            (y + 1 < self.height).then_some(at + width),
        ];
        sides.into_iter().flatten()
    }

    /// The largest connected part of the cells that are `wanted`.
    pub(crate) fn largest(&self, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut seen = vec![false; self.data.len()];
        let mut largest = Vec::new();
        for start in 0..self.data.len() {
            if seen[start] || !wanted(start) {
                continue;
            }
            seen[start] = true;
            let mut part = vec![start];
            let mut next = 0;
            while next < part.len() {
                for cell in self.beside(part[next]) {
                    if !seen[cell] && wanted(cell) {
                        seen[cell] = true;
                        part.push(cell);
                    }
                }
                next += 1;
            }
            if part.len() > largest.len() {
                largest = part;
            }
        }
        largest
    }
}
