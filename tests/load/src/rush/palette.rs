//! The colours of a report, on a light and on a dark ground, by the names under which its style sheet knows them.

/// A colour: its name, on the light ground, on the dark one.
pub type Ink = (&'static str, u32, u32);

pub const GROUND: Ink = ("ground", 0x00FF_FFFF, 0x0014_181D);
pub const PANEL: Ink = ("panel", 0x00F5_F7F9, 0x001C_2229);
pub const TEXT: Ink = ("text", 0x0017_1C22, 0x00E8_ECF0);
pub const QUIET: Ink = ("quiet", 0x0050_5B67, 0x00A9_B4BF);
pub const RULE: Ink = ("rule", 0x00D5_DBE1, 0x0037_404A);
pub const BLUE: Ink = ("blue", 0x001D_5FA8, 0x0079_B4F2);
pub const GREEN: Ink = ("green", 0x001A_7A43, 0x0066_D193);
pub const AMBER: Ink = ("amber", 0x00A8_5000, 0x00F5_A95C);
pub const RED: Ink = ("red", 0x00B4_2318, 0x00FF_8F85);
pub const VIOLET: Ink = ("violet", 0x006A_3DB0, 0x00C3_A4F8);

const ALL: [Ink; 10] = [GROUND, PANEL, TEXT, QUIET, RULE, BLUE, GREEN, AMBER, RED, VIOLET];

/// The colours as variables of a style sheet, for whichever ground the reader's browser asks for.
pub fn variables() -> String {
    let of = |pick: fn(&Ink) -> u32| -> String {
        ALL.iter().map(|ink| format!("--{}:#{:06x};", ink.0, pick(ink))).collect()
    };
    let (light, dark) = (of(|ink| ink.1), of(|ink| ink.2));
    format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}")
}

/// Puts variables in the place of the light colours in a drawing, so that it follows the page.
pub fn follow_the_page(svg: &str) -> String {
    ALL.iter()
        .fold(svg.to_owned(), |svg, ink| svg.replace(&format!("\"#{:06X}\"", ink.1), &format!("\"var(--{})\"", ink.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: u32) -> f64 {
        let part = |shift: u32| {
            let value = f64::from((colour >> shift) & 0xFF) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    fn contrast(one: u32, other: u32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn whatever_is_read_stands_out_from_both_grounds() {
        for ink in [TEXT, QUIET, BLUE, GREEN, AMBER, RED, VIOLET] {
            for ground in [GROUND, PANEL] {
                // 4.5:1 is what WCAG 2.2 asks of text (1.4.3); of lines in plots it asks 3:1 (1.4.11).
                let found = [contrast(ink.1, ground.1), contrast(ink.2, ground.2)];
                assert!(found.iter().all(|found| *found >= 4.5), "{} on {}: {found:?}", ink.0, ground.0);
            }
        }
    }

    #[test]
    fn a_drawing_takes_its_colours_from_the_page() {
        assert_eq!(
            follow_the_page("<g fill=\"#1D5FA8\" stroke=\"#123456\"/>"),
            "<g fill=\"var(--blue)\" stroke=\"#123456\"/>"
        );
        assert!(variables().contains("--blue:#1d5fa8;") && variables().contains("--blue:#79b4f2;"));
    }
}
