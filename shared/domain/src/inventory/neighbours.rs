//! Who sits beside whom. Each seat has at most one neighbour on either side, and whoever walks along a row in one direction
//! comes to its end.

/// The neighbours of every seat, by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    left: Vec<Option<u32>>,
    right: Vec<Option<u32>>,
}

impl Neighbours {
    /// That many seats, each alone.
    pub(crate) fn none(seats: usize) -> Self {
        Self { left: vec![None; seats], right: vec![None; seats] }
    }

    /// Seats two side by side. False where there is no such seat, or one has a neighbour on that side already: then nothing
    /// has changed.
    pub(crate) fn join(&mut self, left: u32, right: u32) -> bool {
        let (Some(to_the_right), Some(to_the_left)) =
            (self.right.get_mut(left as usize), self.left.get_mut(right as usize))
        else {
            return false;
        };
        if to_the_right.is_some() || to_the_left.is_some() {
            return false;
        }
        (*to_the_right, *to_the_left) = (Some(right), Some(left));
        true
    }

    /// Whether every row has an end: of the seats that were joined, none sits to the left of itself.
    pub(crate) fn come_to_an_end(&self) -> bool {
        let firsts = (0..).zip(&self.left).filter(|(_, left)| left.is_none()).map(|(at, _)| at);
        let in_rows: usize =
            firsts.map(|first| std::iter::successors(Some(first), |&seat| self.right_of(seat)).count()).sum();
        in_rows == self.left.len()
    }

    /// The seat to the left of this one.
    #[must_use]
    pub fn left_of(&self, seat: u32) -> Option<u32> {
        self.left.get(seat as usize).copied().flatten()
    }

    /// The seat to the right of this one.
    #[must_use]
    pub fn right_of(&self, seat: u32) -> Option<u32> {
        self.right.get(seat as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_are_joined_are_each_others_neighbours() {
        let mut neighbours = Neighbours::none(3);
        assert!(neighbours.join(2, 0));
        assert_eq!((neighbours.right_of(2), neighbours.left_of(0)), (Some(0), Some(2)));
        assert_eq!((neighbours.left_of(2), neighbours.right_of(0), neighbours.right_of(1)), (None, None, None));
    }

    #[test]
    fn a_side_that_is_taken_stays_as_it_is() {
        let mut neighbours = Neighbours::none(3);
        assert!(neighbours.join(0, 1));
        for (left, right) in [(0, 2), (2, 1), (0, 1), (0, 3), (3, 0)] {
            assert!(!neighbours.join(left, right), "{left} {right}");
        }
        assert_eq!((neighbours.right_of(0), neighbours.left_of(2)), (Some(1), None));
    }

    #[test]
    fn a_row_that_closes_on_itself_has_no_end() {
        let mut neighbours = Neighbours::none(4);
        assert!(neighbours.join(0, 1) && neighbours.join(1, 2));
        assert!(neighbours.come_to_an_end());
        assert!(neighbours.join(2, 0));
        assert!(!neighbours.come_to_an_end());
        let mut alone = Neighbours::none(1);
        assert!(alone.join(0, 0) && !alone.come_to_an_end());
    }
}
