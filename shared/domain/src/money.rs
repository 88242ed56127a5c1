//! Money in minor units. A price comes in as a JSON number, is checked once, and is an integer from there on.

use iso_currency::Currency as Iso;
use serde_json::Number;
use std::ops::Add;

/// An amount in the minor units of its event's currency (cents, yen, fils).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minor(pub i64);

impl Add for Minor {
    type Output = Minor;
    fn add(self, other: Minor) -> Minor {
        Minor(self.0 + other.0)
    }
}

impl std::iter::Sum for Minor {
    fn sum<I: Iterator<Item = Minor>>(amounts: I) -> Minor {
        amounts.fold(Minor(0), Add::add)
    }
}

/// A currency of ISO 4217, which knows how many decimals its prices have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(Iso);

impl Currency {
    /// Reads a three-letter code.
    ///
    /// # Errors
    /// The code is none of ISO 4217.
    pub fn parse(code: &str) -> Result<Self, String> {
        Iso::from_code(code).map(Self).ok_or_else(|| "must be a currency code of ISO 4217, such as EUR".to_owned())
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Reads a price, exactly.
    ///
    /// # Errors
    /// It is negative, above a thousand million, or finer than the currency's smallest coin.
    pub fn minor(self, price: &Number) -> Result<Minor, String> {
        let (digits, decimals) = decimal(price).ok_or("must be a plain number")?;
        if digits < 0 {
            return Err("must not be negative".to_owned());
        }
        let most = self.decimals();
        if decimals > most {
            return Err(format!("has more than the {most} decimals of {}", self.code()));
        }
        let minor = digits.checked_mul(10_i64.pow(most - decimals)).filter(|m| *m <= 1_000_000_000 * 10_i64.pow(most));
        minor.map(Minor).ok_or_else(|| "must be at most 1,000,000,000".to_owned())
    }

    /// The amount as a JSON number in the currency's major unit.
    #[must_use]
    pub fn number(self, amount: Minor) -> Number {
        let units = 10_i64.pow(self.decimals());
        if amount.0 % units == 0 {
            return Number::from(amount.0 / units);
        }
        // Below 2^53 minor units the nearest double prints back as the same decimal.
        #[allow(clippy::cast_precision_loss)]
        Number::from_f64(amount.0 as f64 / units as f64).unwrap_or_else(|| Number::from(0))
    }
}

/// The digits of a number and how many of them stand behind the point: `12.50` is `(125, 1)`.
fn decimal(number: &Number) -> Option<(i64, u32)> {
    let text = number.to_string();
    if text.contains(['e', 'E']) {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, u32::try_from(fraction.len()).ok()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn minor(code: &str, price: serde_json::Value) -> Result<Minor, String> {
        Currency::parse(code).unwrap().minor(price.as_number().unwrap())
    }

    #[test]
    fn prices_are_read_exactly() {
        assert_eq!(minor("USD", json!(150.00)), Ok(Minor(15_000)));
        assert_eq!(minor("USD", json!(0.1)), Ok(Minor(10)));
        assert_eq!(minor("EUR", json!(19.99)), Ok(Minor(1_999)));
        assert_eq!(minor("JPY", json!(1200)), Ok(Minor(1_200)));
        assert_eq!(minor("KWD", json!(1.125)), Ok(Minor(1_125)));
    }

    #[test]
    fn prices_that_no_till_could_take_are_refused() {
        assert!(minor("USD", json!(-1)).is_err());
        assert!(minor("USD", json!(0.001)).is_err());
        assert!(minor("JPY", json!(0.5)).is_err());
        assert!(minor("USD", json!(1e30)).is_err());
        assert!(minor("USD", json!(1_000_000_001)).is_err());
        assert!(Currency::parse("XXY").is_err());
    }

    /// Currencies of no, two, three and four decimals.
    fn currencies() -> impl Strategy<Value = Currency> {
        prop::sample::select(&["JPY", "KRW", "USD", "EUR", "KWD", "BHD", "CLF"][..])
            .prop_map(|code| Currency::parse(code).unwrap())
    }

    /// A currency and an amount that a price of its may have, with the price as people write it.
    fn prices() -> impl Strategy<Value = (Currency, Minor, String)> {
        currencies().prop_flat_map(|currency| {
            let units = 10_i64.pow(currency.decimals());
            let amounts = prop_oneof![0..=units * 100, 0..=units * 1_000_000_000];
            amounts.prop_map(move |amount| (currency, Minor(amount), written(currency, amount)))
        })
    }

    /// The amount by integers alone, without zeros at its end.
    fn written(currency: Currency, amount: i64) -> String {
        let decimals = currency.decimals() as usize;
        let digits = format!("{amount:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        format!("{whole}.{fraction}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    proptest! {
        #[test]
        fn an_amount_goes_out_as_it_came_in((currency, amount, _) in prices()) {
            prop_assert_eq!(currency.minor(&currency.number(amount)), Ok(amount));
        }

        #[test]
        fn an_amount_is_printed_to_the_last_coin((currency, amount, text) in prices()) {
            prop_assert_eq!(currency.number(amount).to_string(), text.clone());
            let price: Number = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(currency.minor(&price), Ok(amount));
        }

        #[test]
        fn a_sum_is_exact_and_printed_exactly(
            currency in currencies(), amounts in prop::collection::vec(0_i64..1_000_000_000_000, 0..200),
        ) {
            let sum: Minor = amounts.iter().copied().map(Minor).sum();
            prop_assert_eq!(sum, Minor(amounts.iter().sum()));
            prop_assert_eq!(currency.number(sum).to_string(), written(currency, sum.0));
        }

        #[test]
        fn a_price_finer_than_the_smallest_coin_is_refused(
            (currency, amount, _) in prices(), finer in 1_i64..10,
        ) {
            // One digit more than the currency has; above this a double cannot hold it.
            prop_assume!(amount.0 < 1_000_000_000_000);
            let decimals = currency.decimals() as usize + 1;
            let digits = format!("{:0>width$}", amount.0 * 10 + finer, width = decimals + 1);
            let (whole, fraction) = digits.split_at(digits.len() - decimals);
            let price: Number = serde_json::from_str(&format!("{whole}.{fraction}")).unwrap();
            prop_assert!(currency.minor(&price).is_err(), "{}", price);
        }

        #[test]
        fn no_number_becomes_an_amount_below_zero_or_above_the_limit(currency in currencies(), number: f64) {
            if let Some(Ok(amount)) = Number::from_f64(number).map(|price| currency.minor(&price)) {
                let most = 1_000_000_000 * 10_i64.pow(currency.decimals());
                prop_assert!((0..=most).contains(&amount.0));
                prop_assert_eq!(currency.number(amount).as_f64(), Some(number + 0.0));
            }
        }
    }
}
