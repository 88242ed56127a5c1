//! Amounts in answers, which count in the currency's major unit, as the minor units of the table.

/// The amount that a JSON number's text says, in minor units; none where the currency has no such amount.
pub(crate) fn minor(text: &str, currency: &str) -> Option<i64> {
    let decimals = decimals(currency);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction:0<decimals$}");
    let is_plain = !whole.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_plain && fraction.len() <= decimals { digits.parse().ok() } else { None }
}

/// The decimals of a currency's amounts, by ISO 4217.
fn decimals(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XAG" | "XAU" | "XBA" | "XBB" | "XBC" | "XBD" | "XDR" | "XOF" | "XPD" | "XPF" | "XPT"
        | "XSU" | "XTS" | "XUA" | "XXX" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn amounts_count_in_the_currencys_smallest_coin() {
        for (text, currency, minor_units) in [
            ("150", "USD", Some(15_000)),
            ("12.5", "USD", Some(1_250)),
            ("0.07", "EUR", Some(7)),
            ("150.0", "JPY", Some(150)),
            ("1.125", "KWD", Some(1_125)),
            ("1.5", "JPY", None),
            ("1.005", "USD", None),
            ("1.-5", "KWD", None),
            ("1e3", "USD", None),
            ("-1", "USD", None),
            ("", "USD", None),
        ] {
            assert_eq!(minor(text, currency), minor_units, "{text} {currency}");
        }
    }
}
