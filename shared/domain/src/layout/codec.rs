//! The bytes of a packed layout: whole numbers of variable length, texts with their length, short decimals.

use super::Point;

/// Writes values one after the other; the reader must read the same kinds in the same order.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub bytes: Vec<u8>,
}

/// Up to here a number of thousandths is exact, with room for its sign and the two bits that say what follows.
const THOUSANDTHS_MAX: f64 = 1e15;

const WHOLE: u64 = 0;
const THOUSANDTHS: u64 = 1;
const EXACT: u64 = 2;

impl Writer {
    /// Seven bits a byte, the low ones first.
    pub fn whole(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Small values of either sign are short.
    pub fn signed(&mut self, value: i64) {
        self.whole(zigzag(value));
    }

    /// Any number, bit for bit; coordinates as people write them take two to four bytes.
    pub fn number(&mut self, value: f64) {
        let thousandths = (value * 1000.0).round();
        // Through a whole number, which has no minus zero.
        let exact = (thousandths as i64 as f64 / 1000.0).to_bits() == value.to_bits();
        if !exact || thousandths.abs() > THOUSANDTHS_MAX {
            self.whole(EXACT);
            self.bytes.extend_from_slice(&value.to_le_bytes());
        } else if thousandths % 1000.0 == 0.0 {
            self.whole(zigzag(value as i64) << 2 | WHOLE);
        } else {
            self.whole(zigzag(thousandths as i64) << 2 | THOUSANDTHS);
        }
    }

    /// A text with its length in bytes before it.
    pub fn text(&mut self, text: &str) {
        self.whole(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Whether there is a value, and the value.
    pub fn optional<T: ?Sized>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        self.bytes.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Both halves of a point.
    pub fn point(&mut self, point: Point) {
        self.number(point.x);
        self.number(point.y);
    }
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Reads what a [`Writer`] wrote. Damaged bytes are an error, never a panic.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    /// Reads from the first byte on.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), String> {
        match self.bytes.len() {
            0 => Ok(()),
            left => Err(format!("{left} bytes too many")),
        }
    }

    /// That many bytes.
    pub fn take(&mut self, len: usize) -> Result<&'b [u8], String> {
        let (taken, rest) = self.bytes.split_at_checked(len).ok_or("ends too early")?;
        self.bytes = rest;
        Ok(taken)
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    /// See [`Writer::whole`].
    pub fn whole(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("has a number that is too long".to_owned())
    }

    /// A whole number below `limit`: an index, or a count.
    pub fn below(&mut self, limit: usize) -> Result<usize, String> {
        match usize::try_from(self.whole()?) {
            Ok(value) if value < limit => Ok(value),
            _ => Err(format!("has a number that is not below {limit}")),
        }
    }

    /// See [`Writer::signed`].
    pub fn signed(&mut self) -> Result<i64, String> {
        Ok(unzigzag(self.whole()?))
    }

    /// See [`Writer::number`].
    pub fn number(&mut self) -> Result<f64, String> {
        let tagged = self.whole()?;
        let value = unzigzag(tagged >> 2);
        match tagged & 3 {
            WHOLE => Ok(value as f64),
            THOUSANDTHS => Ok(value as f64 / 1000.0),
            _ => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(self.take(8)?);
                Ok(f64::from_le_bytes(bytes))
            }
        }
    }

    /// See [`Writer::text`].
    pub fn text(&mut self) -> Result<&'b str, String> {
        let len = self.below(self.bytes.len())?; // The length itself takes a byte of what is left.
        std::str::from_utf8(self.take(len)?).map_err(|error| error.to_string())
    }

    /// See [`Writer::optional`].
    pub fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<Option<T>, String> {
        match self.byte()? {
            0 => Ok(None),
            _ => read(self).map(Some),
        }
    }

    /// As many values as a number below `limit` says, which stands before them.
    pub fn list<T>(&mut self, limit: usize, read: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let len = self.below(limit)?;
        (0..len).map(|_| read(self)).collect()
    }

    /// See [`Writer::point`].
    pub fn point(&mut self) -> Result<Point, String> {
        Ok(Point { x: self.number()?, y: self.number()? })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn minus_zero_stays_minus_zero() {
        let mut writer = Writer::default();
        writer.number(-0.0);
        assert!(Reader::new(&writer.bytes).number().unwrap().is_sign_negative());
    }

    #[test]
    fn coordinates_as_people_write_them_are_short() {
        for (value, len) in [(0.0, 1), (15.0, 1), (1200.0, 2), (12.5, 3), (1.0 / 3.0, 9)] {
            let mut writer = Writer::default();
            writer.number(value);
            assert_eq!(writer.bytes.len(), len, "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back_bit_for_bit(
            number in any::<f64>(), decimal in -10_000_000i64..10_000_000, whole: u64, signed: i64, text: String,
        ) {
            let decimal = decimal as f64 / 1000.0;
            let mut writer = Writer::default();
            writer.number(number);
            writer.number(decimal);
            writer.whole(whole);
            writer.signed(signed);
            writer.text(&text);
            let mut reader = Reader::new(&writer.bytes);
            prop_assert_eq!(reader.number().unwrap().to_bits(), number.to_bits());
            prop_assert_eq!(reader.number().unwrap().to_bits(), decimal.to_bits());
            prop_assert_eq!(reader.whole(), Ok(whole));
            prop_assert_eq!(reader.signed(), Ok(signed));
            prop_assert_eq!(reader.text(), Ok(text.as_str()));
            prop_assert_eq!(reader.end(), Ok(()));
        }

        #[test]
        fn damaged_bytes_never_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.number().is_ok() && reader.text().is_ok() && reader.signed().is_ok() {}
        }
    }
}
