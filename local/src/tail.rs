//! A log that grows: the lines that have come since it was last looked at.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// A file that others append to.
pub struct Tail {
    path: PathBuf,
    position: u64,
    /// The beginning of a line whose end is not there yet.
    rest: Vec<u8>,
}

impl Tail {
    /// A log from what is written to it next; it need not be there yet.
    pub fn from_end_of(path: PathBuf) -> Self {
        let position = fs::metadata(&path).map(|file| file.len()).unwrap_or_default();
        Self { path, position, rest: Vec::new() }
    }

    /// The whole lines that were added, without their ends. Where the file cannot be read now, they come with the next look.
    pub fn lines(&mut self) -> Vec<String> {
        let before = self.rest.len();
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.position))?;
            file.read_to_end(&mut self.rest)
        });
        if read.is_err() {
            self.rest.truncate(before);
        }
        self.position += u64::try_from(self.rest.len() - before).unwrap_or_default();
        let end = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let whole: Vec<u8> = self.rest.drain(..end).collect();
        String::from_utf8_lossy(&whole).lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use super::*;

    #[test]
    fn lines_come_whole_once_and_in_order() {
        let path = std::env::temp_dir().join(format!("tail-{:016x}", fastrand::u64(..)));
        let mut tail = Tail::from_end_of(path.clone());
        assert!(tail.lines().is_empty(), "there is no file yet");
        fs::write(&path, "one\ntw").unwrap();
        assert_eq!(tail.lines(), ["one"]);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"o\nthree\n").unwrap();
        assert_eq!(tail.lines(), ["two", "three"]);
        assert!(tail.lines().is_empty());
        assert!(Tail::from_end_of(path.clone()).lines().is_empty());
        fs::remove_file(path).unwrap();
    }
}
