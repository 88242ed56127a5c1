//! Gzip for answers.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// The level for what is answered once, or for a second: 10,000 seats in curved rows come to some 140 KB; at level 2 they missed the
/// budget of 150 KB (`make bench`).
pub const LIVE_LEVEL: u32 = 4;
/// The level for what is zipped once a second in every instance: at the next ones it misses its budget of CPU, and at this one it is
/// a fifth of its budget of bytes (`make bench`).
pub const FOLLOWED_LEVEL: u32 = 1;
/// The level for what is zipped once in the life of a function.
pub const LASTING_LEVEL: u32 = 9;

/// A text, gzipped at a level from 1 (quick) to 9 (small).
#[must_use]
pub fn gzip(text: &str, level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::new(level));
    let written = encoder.write_all(text.as_bytes());
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_zipped_reads_as_it_was() {
        let text = "seat ä, ".repeat(10_000);
        for level in [1, 4, 9] {
            let zipped = gzip(&text, level);
            let mut read = String::new();
            flate2::read::GzDecoder::new(&zipped[..]).read_to_string(&mut read).unwrap();
            assert!(read == text && zipped.len() < text.len() / 50, "{level}");
        }
    }
}
