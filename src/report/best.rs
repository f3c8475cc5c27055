//! The best of many, without keeping the many.

/// Keeps the rows of the largest keys, and counts all.
pub(super) struct Best<K, T> {
    most: usize,
    of: usize,
    rows: Vec<(K, T)>,
    /// Whatever is not above it cannot be among them.
    floor: Option<K>,
}

impl<K: Ord + Clone, T> Best<K, T> {
    /// Of at most `most` rows, at least one.
    pub(super) fn new(most: usize) -> Best<K, T> {
        Best { most: most.max(1), of: 0, rows: Vec::new(), floor: None }
    }

    /// Makes the row only where it may be among the best.
    pub(super) fn push(&mut self, key: K, row: impl FnOnce() -> T) {
        self.of += 1;
        if self.floor.as_ref().is_some_and(|floor| key <= *floor) {
            return;
        }
        self.rows.push((key, row()));
        if self.rows.len() >= 2 * self.most {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.rows.sort_by(|a, b| b.0.cmp(&a.0));
        self.rows.truncate(self.most);
        self.floor = if self.rows.len() == self.most { self.rows.last().map(|(key, _)| key.clone()) } else { None };
    }

    /// Largest key first, and how many are not among them.
    pub(super) fn finish(mut self) -> (Vec<T>, usize) {
        self.cut();
        let left = self.of - self.rows.len();
        (self.rows.into_iter().map(|(_, row)| row).collect(), left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_kept_in_order_whatever_the_order_they_came_in() {
        let mut best = Best::new(3);
        for key in [5, 1, 9, 2, 8, 3, 7, 4, 6] {
            best.push(key, || key * 10);
        }
        assert_eq!(best.finish(), (vec![90, 80, 70], 6));
    }

    #[test]
    fn a_row_that_cannot_be_among_them_is_not_made() {
        let mut best = Best::new(1);
        best.push(2, || 2);
        best.push(3, || 3);
        best.push(1, || unreachable!("it is less than the one that is kept"));
        assert_eq!(best.finish(), (vec![3], 2));
    }
}
