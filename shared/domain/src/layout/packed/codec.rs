//! The bytes of a packed layout: whole numbers of variable length, texts with their length, short decimals.

use super::super::drawing::Point;

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
        self.step(0.0, value);
    }

    /// How far a number is from the one before, bit for bit all the same: seats of a row differ by their step.
    pub fn step(&mut self, before: f64, value: f64) {
        let Some(thousandths) = exact_thousandths(value) else {
            self.whole(EXACT);
            self.bytes.extend_from_slice(&value.to_le_bytes());
            return;
        };
        let step = thousandths - exact_thousandths(before).unwrap_or(0);
        match step % 1000 {
            0 => self.whole(zigzag(step / 1000) << 2 | WHOLE),
            _ => self.whole(zigzag(step) << 2 | THOUSANDTHS),
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

    /// Bytes with their length before them, so that a reader can pass over them.
    pub fn block(&mut self, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.whole(inner.bytes.len() as u64);
        self.bytes.append(&mut inner.bytes);
    }

    /// How many values follow, and the values.
    pub fn list<T>(&mut self, values: &[T], write: impl Fn(&mut Self, &T)) {
        self.whole(values.len() as u64);
        values.iter().for_each(|value| write(self, value));
    }

    /// Values of which many are like the one before: how many are alike, and what they are.
    pub fn runs<T: PartialEq>(&mut self, values: impl Iterator<Item = T>, write: impl Fn(&mut Self, &T)) {
        let mut values = values.peekable();
        while let Some(value) = values.next() {
            let mut alike = 1;
            while values.next_if(|next| *next == value).is_some() {
                alike += 1;
            }
            self.whole(alike);
            write(self, &value);
        }
    }

    /// Both halves of a point.
    pub fn point(&mut self, point: Point) {
        self.number(point.x);
        self.number(point.y);
    }
}

/// The thousandths that a number is, where it is nothing else.
fn exact_thousandths(value: f64) -> Option<i64> {
    let scaled = value * 1000.0;
    // Half up or down and cut: `round` is a call on processors that have no such instruction.
    let thousandths = (scaled + 0.5_f64.copysign(scaled)) as i64;
    // A whole number has no minus zero, so that one is said exactly.
    let is_exact = (thousandths as f64 / 1000.0).to_bits() == value.to_bits();
    (is_exact && scaled.abs() <= THOUSANDTHS_MAX).then_some(thousandths)
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
        self.step(0.0)
    }

    /// See [`Writer::step`].
    pub fn step(&mut self, before: f64) -> Result<f64, String> {
        let tagged = self.whole()?;
        let step = match tagged & 3 {
            WHOLE => unzigzag(tagged >> 2).checked_mul(1000),
            THOUSANDTHS => Some(unzigzag(tagged >> 2)),
            _ => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(self.take(8)?);
                return Ok(f64::from_le_bytes(bytes));
            }
        };
        let thousandths = step.and_then(|step| step.checked_add(exact_thousandths(before).unwrap_or(0)));
        thousandths.map(|value| value as f64 / 1000.0).ok_or_else(|| "has a number that is too large".to_owned())
    }

    /// See [`Writer::text`].
    pub fn text(&mut self) -> Result<&'b str, String> {
        std::str::from_utf8(self.block()?.bytes).map_err(|error| error.to_string())
    }

    /// See [`Writer::optional`].
    pub fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<Option<T>, String> {
        match self.byte()? {
            0 => Ok(None),
            _ => read(self).map(Some),
        }
    }

    /// See [`Writer::block`].
    pub fn block(&mut self) -> Result<Self, String> {
        let len = self.below(self.bytes.len())?; // The length itself takes a byte of what is left.
        Ok(Self { bytes: self.take(len)? })
    }

    /// See [`Writer::list`]; less than `limit` values.
    pub fn list<T>(&mut self, limit: usize, read: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let len = self.below(limit)?;
        (0..len).map(|_| read(self)).collect()
    }

    /// See [`Writer::runs`]; exactly `len` values.
    pub fn runs<T: Clone>(
        &mut self,
        len: usize,
        read: impl Fn(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut values = Vec::with_capacity(len);
        while values.len() < len {
            let alike = self.below(len - values.len() + 1)?;
            let value = read(self)?;
            values.extend(std::iter::repeat_n(value, alike));
        }
        Ok(values)
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
            writer.step(number, decimal);
            writer.step(decimal, number);
            writer.step(decimal, -decimal);
            writer.whole(whole);
            writer.signed(signed);
            writer.text(&text);
            let mut reader = Reader::new(&writer.bytes);
            prop_assert_eq!(reader.number().unwrap().to_bits(), number.to_bits());
            prop_assert_eq!(reader.number().unwrap().to_bits(), decimal.to_bits());
            prop_assert_eq!(reader.step(number).unwrap().to_bits(), decimal.to_bits());
            prop_assert_eq!(reader.step(decimal).unwrap().to_bits(), number.to_bits());
            prop_assert_eq!(reader.step(decimal).unwrap().to_bits(), (-decimal).to_bits());
            prop_assert_eq!(reader.whole(), Ok(whole));
            prop_assert_eq!(reader.signed(), Ok(signed));
            prop_assert_eq!(reader.text(), Ok(text.as_str()));
            prop_assert_eq!(reader.end(), Ok(()));
        }

        #[test]
        fn damaged_bytes_never_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            let mut before = 1e12;
            while let Ok(number) = reader.step(before)
                && reader.text().is_ok()
                && reader.signed().is_ok()
            {
                before = number;
            }
        }
    }
}
