//! What a second has: units of which no more are given than it has, and buckets that fill up again.

/// Units of one second, which begins on the full second of virtual time.
#[derive(Clone, Debug)]
pub struct Second {
    most: u32,
    at: i64,
    given: u32,
}

impl Second {
    /// A second of so many units.
    #[must_use]
    pub fn of(most: u32) -> Self {
        Self { most, at: 0, given: 0 }
    }

    /// What is left of the second that this moment (in milliseconds) is in.
    pub fn left(&mut self, now: i64) -> u32 {
        let second = now.div_euclid(1_000);
        if second != self.at {
            (self.at, self.given) = (second, 0);
        }
        self.most.saturating_sub(self.given)
    }

    /// Gives units, as many as are left at most; says what has been given in this second by now.
    pub fn give(&mut self, now: i64, units: u32) -> u32 {
        let given = units.min(self.left(now));
        self.given += given;
        self.given
    }

    /// Has more or fewer units from now on.
    pub fn set(&mut self, most: u32) {
        self.most = most;
    }

    /// How many units it has.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.most
    }
}

/// A bucket of tokens: full at first, filled up again at a rate.
#[derive(Clone, Debug)]
pub struct Bucket {
    size: f64,
    per_ms: f64,
    tokens: f64,
    at: i64,
}

impl Bucket {
    /// A bucket of so many tokens, filled with so many in each second.
    #[must_use]
    pub fn of(size: u32, per_second: f64) -> Self {
        Self { size: f64::from(size), per_ms: per_second / 1_000.0, tokens: f64::from(size), at: 0 }
    }

    /// Whether there is a token at this moment.
    pub fn has(&mut self, now: i64) -> bool {
        let passed = now.saturating_sub(self.at).max(0);
        self.at = self.at.max(now);
        #[allow(clippy::cast_precision_loss)] // minutes, in milliseconds
        let filled = self.tokens + passed as f64 * self.per_ms;
        self.tokens = filled.min(self.size);
        self.tokens >= 1.0
    }

    /// Takes a token, if there is one.
    pub fn take(&mut self, now: i64) -> bool {
        let has = self.has(now);
        if has {
            self.tokens -= 1.0;
        }
        has
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_gives_no_more_than_it_has_and_the_next_begins_anew() {
        let mut second = Second::of(10);
        assert_eq!(second.give(1_000, 7), 7);
        assert_eq!(second.left(1_999), 3);
        assert_eq!(second.give(1_999, 7), 10);
        assert_eq!(second.left(2_000), 10);
    }

    #[test]
    fn a_bucket_gives_its_size_at_once_and_then_its_rate() {
        let mut bucket = Bucket::of(5, 2.0);
        assert_eq!((0..20).filter(|_| bucket.take(0)).count(), 5);
        assert_eq!((0..20).filter(|_| bucket.take(1_000)).count(), 2);
        assert_eq!((0..20).filter(|_| bucket.take(60_000)).count(), 5, "it never holds more than its size");
    }
}
