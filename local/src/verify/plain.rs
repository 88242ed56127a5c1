//! Text of others as a terminal may show it: a name with control characters in it could wipe or colour lines that were printed before.

use std::fmt::{self, Write};

/// Shows a text on one line, with everything escaped that is not printed as itself.
pub struct Plain<'a>(pub &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                // These `escape_debug` escapes for the sake of a literal's quotes alone.
                '"' | '\'' => f.write_char(character)?,
                other => write!(f, "{}", other.escape_debug())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_as_itself_stays_and_all_else_is_escaped() {
        assert_eq!(Plain("1. Rang “früh”, it's 座席").to_string(), "1. Rang “früh”, it's 座席");
        let moves = "a\u{1b}[2J\r\n\u{9b}1A\u{202e}b\\";
        assert_eq!(Plain(moves).to_string(), r"a\u{1b}[2J\r\n\u{9b}1A\u{202e}b\\");
    }
}
