//! Where the document lies in a photograph, in whole numbers only.
//!
//! Only what stands out clearly from its ground has an outline; of a white page on a white table
//! nothing is said.

use crate::small::Grid;

/// Levels that are tried, and the last of them.
const LEVEL_STEP: u8 = 8;
const LAST_LEVEL: u8 = 232;
/// An edge is sharp when the cells on its sides differ by so many levels ...
const LEAST_STEP: u8 = 24;
/// ... and so much of the edge must be sharp, in percent.
const LEAST_SHARP: usize = 75;
/// Smallest document, in percent of the picture.
const LEAST_SHARE: usize = 3;
/// Largest, in percent: what fills the picture has no outline to speak of.
const MOST_SHARE: usize = 97;
/// A document is convex: so much of its hull it fills, in percent ...
const LEAST_FILLED: i64 = 93;
/// ... and has four corners: so much of the upright box around it the hull fills, in percent.
const LEAST_SQUARE: i64 = 80;
/// A table has writing on at most so much of it, in percent.
const MOST_WRITTEN: usize = 4;
/// A document has writing on at least so much of it; a head and shoulders before a wall have none.
const LEAST_WRITTEN: usize = 5;
/// A border of the picture counts as touched from this share of its length, in percent ...
const TOUCHED: usize = 20;
/// ... and as clear below this one.
const CLEAR: usize = 3;

/// The document's place in the picture.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Its area, in percent of the picture.
    pub share: usize,
    /// Borders of the picture that cut it.
    pub touched: usize,
    /// Borders that it keeps away from.
    pub clear: usize,
    /// Slope of its sides, in thousandths; 0 is straight, 176 ten degrees.
    pub slope: u32,
}

/// Looks for the document; `None` when nothing stands out.
///
/// A shadow may be darker than the step from table to paper, so no single level parts them: every
/// level is tried, and what has a sharp edge all around is believed.
pub(crate) fn find(grid: &Grid) -> Option<Outline> {
    let levels = || (1_u8..).map(|step| step * LEVEL_STEP).take_while(|level| *level <= LAST_LEVEL);
    let bright = levels().filter_map(|level| believed(grid, &grid.largest(|at| grid.data[at] > level)));
    if let Some((_, outline)) = bright.max_by_key(|(sharp, outline)| (*sharp, outline.share)) {
        return Some(outline);
    }
    let dark = levels().filter_map(|level| believed(grid, &grid.largest(|at| grid.data[at] <= level)));
    dark.max_by_key(|(sharp, outline)| (*sharp, outline.share)).map(|(_, outline)| outline)
}

/// The outline of a part with the share of its edge that is sharp, in percent. Only if that is
/// high, and if the writing is within: a portrait, a seal, a label on a page is not the document.
fn believed(grid: &Grid, part: &[usize]) -> Option<(usize, Outline)> {
    let cells = grid.data.len();
    if part.len() * 100 < cells * LEAST_SHARE || part.len() * 100 > cells * MOST_SHARE {
        return None;
    }
    let (outline, inside) = outline_of(grid, part)?;
    let (sharp, edge) = edge(grid, &inside);
    let sharp = sharp * 100 / edge.max(1);
    (sharp >= LEAST_SHARP && is_what_is_written_on(grid, &inside)).then_some((sharp, outline))
}

/// Cells along the edge that differ clearly from the cell behind their neighbour outside, and all.
fn edge(grid: &Grid, inside: &[bool]) -> (usize, usize) {
    let (mut sharp, mut all) = (0, 0);
    for at in (0..inside.len()).filter(|at| inside[*at]) {
        for beside in grid.beside(at).filter(|beside| !inside[*beside]) {
            let behind = (2 * beside).checked_sub(at).filter(|behind| *behind < inside.len()).unwrap_or(beside);
            let within = (2 * at).checked_sub(beside).filter(|within| *within < inside.len()).unwrap_or(at);
            all += 1;
            sharp += usize::from(grid.data[within].abs_diff(grid.data[behind]) >= LEAST_STEP);
        }
    }
    (sharp, all)
}

fn outline_of(grid: &Grid, part: &[usize]) -> Option<(Outline, Vec<bool>)> {
    let cells = grid.data.len();
    let mut inside = vec![false; cells];
    for at in part {
        inside[*at] = true;
    }
    // Dark print, a photo, a stamp: holes belong to the document.
    let outside = reached_from_border(grid, &inside);
    let inside: Vec<bool> = outside.iter().map(|outside| !outside).collect();
    let area = inside.iter().filter(|inside| **inside).count();
    let hull = hull(grid, &inside);
    let hull_area = doubled_area(&hull);
    if i64::try_from(area).ok()? * 200 < hull_area * LEAST_FILLED {
        return None;
    }
    let (dx, dy) = direction(grid, &hull)?;
    if hull_area * 50 < box_area(&hull, dx, dy)? * LEAST_SQUARE {
        return None;
    }
    let (width, height) = (grid.width, grid.height);
    let sides = [
        (inside[..width].iter().filter(|i| **i).count(), width),
        (inside[cells - width..].iter().filter(|i| **i).count(), width),
        (inside.iter().step_by(width).filter(|i| **i).count(), height),
        (inside[width - 1..].iter().step_by(width).filter(|i| **i).count(), height),
    ];
    let outline = Outline {
        share: area * 100 / cells,
        touched: sides.iter().filter(|(count, of)| count * 100 >= of * TOUCHED).count(),
        clear: sides.iter().filter(|(count, of)| count * 100 < of * CLEAR).count(),
        slope: u32::try_from(dy.abs() * 1000 / dx.max(1)).ok()?,
    };
    Some((outline, inside))
}

/// Whether the writing is on this part and not around it; its own edge is none.
fn is_what_is_written_on(grid: &Grid, inside: &[bool]) -> bool {
    let mut near = inside.to_vec();
    for at in (0..inside.len()).filter(|at| inside[*at]) {
        for beside in grid.beside(at) {
            near[beside] = true;
        }
    }
    let written = |part: &dyn Fn(usize) -> bool, percent: usize| {
        let cells = (0..near.len()).filter(|at| part(*at));
        let (all, inked) = cells.fold((0, 0), |(all, inked), at| (all + 1, inked + usize::from(grid.inked[at])));
        inked * 100 > all * percent
    };
    !written(&|at| !near[at], MOST_WRITTEN)
        && written(&|at| inside[at] && grid.beside(at).all(|beside| inside[beside]), LEAST_WRITTEN)
}

/// Cells not inside that hang together with the border of the picture.
fn reached_from_border(grid: &Grid, inside: &[bool]) -> Vec<bool> {
    let mut reached = vec![false; inside.len()];
    let mut open = Vec::new();
    for at in 0..inside.len() {
        let (x, y) = (at % grid.width, at / grid.width);
        if !inside[at] && (x == 0 || y == 0 || x + 1 == grid.width || y + 1 == grid.height) {
            reached[at] = true;
            open.push(at);
        }
    }
    while let Some(at) = open.pop() {
        for cell in grid.beside(at) {
            if !inside[cell] && !reached[cell] {
                reached[cell] = true;
                open.push(cell);
            }
        }
    }
    reached
}

type Point = (i64, i64);

/// Twice the area of the triangle; positive for a left turn.
fn turn(a: Point, b: Point, c: Point) -> i64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// The convex hull of the corners of all cells inside (Andrew's monotone chain).
fn hull(grid: &Grid, inside: &[bool]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    // The outermost cells of each row are enough; rows come sorted.
    for (y, row) in (0_i64..).zip(inside.chunks_exact(grid.width)) {
        let ends = [row.iter().position(|i| *i), row.iter().rposition(|i| *i).map(|x| x + 1)];
        for x in ends.into_iter().flatten().filter_map(|x| i64::try_from(x).ok()) {
            points.extend([(y, x), (y + 1, x)]);
        }
    }
    points.sort_unstable();
    points.dedup();
    let mut hull: Vec<Point> = Vec::new();
    for upper in [false, true] {
        let from = hull.len();
        let mut add = |point: Point| {
            while hull.len() >= from + 2 && turn(hull[hull.len() - 2], hull[hull.len() - 1], point) <= 0 {
                hull.pop();
            }
            hull.push(point);
        };
        for at in 0..points.len() {
            add(points[if upper { points.len() - 1 - at } else { at }]);
        }
        hull.pop();
    }
    // Points are (row, column) for the sorting; from here on (column, row).
    hull.into_iter().map(|(y, x)| (x, y)).collect()
}

fn edges(hull: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    hull.iter().copied().zip(hull.iter().copied().cycle().skip(1))
}

fn doubled_area(hull: &[Point]) -> i64 {
    edges(hull).map(|(a, b)| a.0 * b.1 - a.1 * b.0).sum::<i64>().abs()
}

/// Mean direction of the sides, each turned by quarters to point right. Sides that the border of
/// the picture cuts say nothing. Converging sides, as a tilted camera makes them, even out.
fn direction(grid: &Grid, hull: &[Point]) -> Option<Point> {
    let (right, bottom) = (i64::try_from(grid.width).ok()?, i64::try_from(grid.height).ok()?);
    let (mut along, mut across) = (0, 0);
    for (a, b) in edges(hull) {
        let at_border = (a.0 == b.0 && (a.0 == 0 || a.0 == right)) || (a.1 == b.1 && (a.1 == 0 || a.1 == bottom));
        if at_border {
            continue;
        }
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (dx, dy) = if dx.abs() >= dy.abs() { (dx, dy) } else { (dy, -dx) };
        let sign = dx.signum();
        along += dx * sign;
        across += dy * sign;
    }
    (along > 0).then_some((along, across))
}

/// Area of the box around the hull whose sides have this direction.
fn box_area(hull: &[Point], dx: i64, dy: i64) -> Option<i64> {
    let extent = |of: &dyn Fn(&Point) -> i64| {
        let values = || hull.iter().map(of);
        Some(values().max()? - values().min()?)
    };
    let long = extent(&|(x, y)| x * dx + y * dy)?;
    let high = extent(&|(x, y)| y * dx - x * dy)?;
    Some(long * high / (dx * dx + dy * dy).max(1))
}
