//! A patch of reflected light on a document (反光), in whole numbers only.

use crate::small::Grid;

/// Brighter than this nothing can be read.
const BLOWN: u8 = 250;
/// The paper itself must be darker than this, else the patch cannot be told from it.
const PAPER_MOST: u8 = 238;
/// Smallest and largest patch, in thousandths of the picture.
const PATCH: (usize, usize) = (3, 350);
/// Distances from the patch at which the light is measured, in cells.
const RINGS: [(usize, usize); 3] = [(2, 2), (4, 5), (8, 9)];
/// Darker than this is table or print, which says nothing.
const PAPER_LEAST: u8 = 120;
/// So much of each ring must be paper, in percent.
const PAPER_SHARE: usize = 40;
/// Light fades away from a reflection by at least so many levels from the first ring to the second;
/// a white label has a sharp edge.
const FADE: u8 = 4;
/// And by so many to the last.
const FADE_IN_ALL: u8 = 8;

/// Whether a reflection hides a part of the document.
pub(crate) fn found(grid: &Grid) -> bool {
    let cells = grid.data.len();
    let mut patch = grid.largest(|at| grid.data[at] >= BLOWN);
    if patch.len() * 1000 < cells * PATCH.0 || patch.len() * 1000 > cells * PATCH.1 {
        return false;
    }
    let mut distance = vec![usize::MAX; cells];
    for at in &patch {
        distance[*at] = 0;
    }
    let mut next = 0;
    while next < patch.len() {
        let at = patch[next];
        let reach = distance[at];
        next += 1;
        if reach == RINGS[2].1 {
            continue;
        }
        for cell in grid.beside(at) {
            if distance[cell] == usize::MAX {
                distance[cell] = reach + 1;
                patch.push(cell);
            }
        }
    }
    let mut levels = [0_u8; 3];
    for (level, (from, to)) in levels.iter_mut().zip(RINGS) {
        let ring: Vec<u8> =
            patch.iter().filter(|at| (from..=to).contains(&distance[**at])).map(|at| grid.data[*at]).collect();
        let mut paper: Vec<u8> = ring.iter().copied().filter(|level| *level >= PAPER_LEAST).collect();
        if paper.is_empty() || paper.len() * 100 < ring.len() * PAPER_SHARE {
            return false;
        }
        let middle = paper.len() / 2;
        *level = *paper.select_nth_unstable(middle).1;
    }
    let [near, middle, far] = levels;
    far <= PAPER_MOST && middle >= far && near >= middle.saturating_add(FADE) && near >= far.saturating_add(FADE_IN_ALL)
}
