//! The few largest of many, none of the others kept.

/// Collects the `most` rows of greatest weight, greatest first; of equal ones those that came first.
pub(super) struct Top<K, T> {
    most: usize,
    rows: Vec<(K, T)>,
    offered: usize,
}

impl<K: Ord, T> Top<K, T> {
    pub(super) fn new(most: usize) -> Top<K, T> {
        Top { most, rows: Vec::new(), offered: 0 }
    }

    /// Offers a row, which is made only if it is among them.
    pub(super) fn offer(&mut self, weight: K, make: impl FnOnce() -> T) {
        self.offered += 1;
        let at = self.rows.partition_point(|(other, _)| *other >= weight);
        if at < self.most {
            self.rows.insert(at, (weight, make()));
            self.rows.truncate(self.most);
        }
    }

    /// How many were offered and are not among them.
    pub(super) fn left_out(&self) -> usize {
        self.offered - self.rows.len()
    }

    pub(super) fn into_rows(self) -> Vec<(K, T)> {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_kept_in_order_and_the_others_counted() {
        let mut top = Top::new(3);
        for (at, weight) in [4, 9, 4, 1, 9, 2].into_iter().enumerate() {
            top.offer(weight, || at);
        }
        assert_eq!(top.left_out(), 3);
        assert_eq!(top.into_rows(), [(9, 1), (9, 4), (4, 0)]);
    }

    #[test]
    fn a_row_that_is_not_among_them_is_never_made() {
        let mut top = Top::new(1);
        top.offer(2, || ());
        top.offer(1, || unreachable!("it weighs less"));
        assert_eq!(top.left_out(), 1);
    }
}
