//! Tables as the page has them.

/// A table; its first row is the head.
#[derive(Clone, Debug)]
pub struct Grid(Vec<Vec<String>>);

impl Grid {
    /// A table with this head.
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    /// As Markdown: numbers, which stand in all columns but the first, to the right where `is_numeric`.
    #[must_use]
    pub fn text(&self, is_numeric: bool) -> String {
        let line = |cells: &Vec<String>| format!("| {} |\n", cells.join(" | "));
        let Some((head, rows)) = self.0.split_first() else { return String::new() };
        let rule = |at: usize| if at > 0 && is_numeric { "--:" } else { "---" };
        let rule: Vec<&str> = (0..head.len()).map(rule).collect();
        let rows: String = rows.iter().map(line).collect();
        format!("{}|{}|\n{rows}", line(head), rule.join("|"))
    }
}

/// A whole number with its thousands apart.
#[must_use]
pub fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number.round() < 0.0 { format!("-{text}") } else { text }
}

/// Dollars to the cent.
#[must_use]
pub fn dollars(amount: f64) -> String {
    let cents = (amount * 100.0).round();
    format!("{}.{:02.0}", whole((cents / 100.0).floor()), cents.rem_euclid(100.0))
}

/// Milliseconds as seconds: to a hundredth below ten, else to a tenth.
#[must_use]
pub fn seconds(ms: i64) -> String {
    #[allow(clippy::cast_precision_loss)] // minutes, in milliseconds
    let seconds = ms as f64 / 1_000.0;
    if ms < 10_000 { format!("{seconds:.2} s") } else { format!("{seconds:.1} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let texts = [0.4, 999.0, 1_000.0, 1_234_567.0, -4_000.0].map(whole);
        assert_eq!(texts, ["0", "999", "1,000", "1,234,567", "-4,000"]);
    }

    #[test]
    fn dollars_have_cents_also_where_they_round_up() {
        assert_eq!([0.005, 1.995, 12_345.6, 0.0].map(dollars), ["0.01", "2.00", "12,345.60", "0.00"]);
    }

    #[test]
    fn short_waits_are_told_to_a_hundredth_of_a_second() {
        assert_eq!([29, 9_994, 61_240].map(seconds), ["0.03 s", "9.99 s", "61.2 s"]);
    }

    #[test]
    fn a_table_has_its_numbers_on_the_right() {
        let mut grid = Grid::new(&["what", "USD"]);
        grid.row(["logs".to_owned(), "1.00".to_owned()]);
        assert_eq!(grid.text(true), "| what | USD |\n|---|--:|\n| logs | 1.00 |\n");
        assert!(grid.text(false).contains("|---|---|"));
    }
}
