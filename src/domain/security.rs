//! Security codes and the exchanges they name.

/// A listed security named by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Code with the exchange suffix in the Wind/tushare form, `600519.SH`, `00700.HK`.
    pub symbol: String,
    /// ISO 10383 market identifier code, `XSHG`.
    pub mic: &'static str,
}

/// Suffixes as printed (Wind, Yahoo, Bloomberg, Reuters), the suffix we write and the ISO 10383 market.
const EXCHANGES: &[(&[&str], &str, &str)] = &[
    (&["SH", "SS"], "SH", "XSHG"),
    (&["SZ"], "SZ", "XSHE"),
    (&["BJ"], "BJ", "BJSE"),
    (&["HK"], "HK", "XHKG"),
    (&["TW", "TT"], "TW", "XTAI"),
    (&["T", "JP"], "T", "XTKS"),
    (&["KS"], "KS", "XKRX"),
    (&["SI", "SP"], "SI", "XSES"),
    (&["NS"], "NS", "XNSE"),
    (&["BO"], "BO", "XBOM"),
    (&["N"], "N", "XNYS"),
    (&["O", "OQ"], "O", "XNAS"),
];

/// Reads a printed code: `600519`, `600519.SH`, `000963 CH`, `700 HK`, `0700.HK`, `3008 TT`.
///
/// A bare six-digit code is a mainland one and its prefix names the exchange (60, 68, 900 Shanghai; 00, 30, 200
/// Shenzhen; 43, 83, 87, 92 Beijing: `domain.md` §4). Anything else needs its suffix. `None` where the code does
/// not name one market beyond doubt.
pub fn symbol(code: &str) -> Option<Symbol> {
    let code = code.trim().trim_matches(['(', ')', '（', '）']);
    let (number, suffix) = match code.rsplit_once(['.', ' ', '\u{a0}']) {
        Some((number, suffix)) => (number.trim(), suffix.trim().to_ascii_uppercase()),
        // Tables print the suffix without a blank as well: 000963CH, 0700HK.
        None => ["CH", "HK"]
            .iter()
            .find_map(|suffix| Some((code.strip_suffix(suffix)?, (*suffix).to_owned())))
            .filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()))
            .unwrap_or_else(|| (code, String::new())),
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    if suffix.is_empty() || suffix == "CH" {
        if !digits || number.len() != 6 {
            return None;
        }
        let (suffix, mic) = mainland(number)?;
        return Some(Symbol { symbol: format!("{number}.{suffix}"), mic });
    }
    let (_, written, mic) = EXCHANGES.iter().find(|(known, ..)| known.contains(&suffix.as_str()))?;
    if matches!(*written, "SH" | "SZ" | "BJ") && (!digits || number.len() != 6) {
        return None;
    }
    let number = if *written == "HK" && digits { format!("{number:0>5}") } else { number.to_ascii_uppercase() };
    Some(Symbol { symbol: format!("{number}.{written}"), mic })
}

/// Whether a six-digit code carries the suffix of another mainland exchange than its first digits name: `600519.SZ`.
pub fn exchange_differs(code: &str) -> bool {
    let code = code.trim().trim_matches(['(', ')', '（', '）']);
    let Some((number, suffix)) = code.rsplit_once(['.', ' ']) else { return false };
    let Some((named, _)) = (number.len() == 6).then(|| mainland(number)).flatten() else { return false };
    let suffix = suffix.to_ascii_uppercase();
    let written = EXCHANGES.iter().find(|(known, ..)| known.contains(&suffix.as_str())).map(|(_, written, _)| *written);
    written.is_some_and(|written| matches!(written, "SH" | "SZ" | "BJ") && written != named)
}

fn mainland(code: &str) -> Option<(&'static str, &'static str)> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
    if starts(&["60", "68", "900"]) {
        Some(("SH", "XSHG"))
    } else if starts(&["00", "30", "200"]) {
        Some(("SZ", "XSHE"))
    } else if starts(&["43", "83", "87", "92"]) {
        Some(("BJ", "BJSE"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_market() {
        for (code, expected) in [
            ("300896", "300896.SZ"),
            ("300896.SZ", "300896.SZ"),
            ("000963 CH", "000963.SZ"),
            ("688366", "688366.SH"),
            ("000963CH", "000963.SZ"),
            ("0700HK", "00700.HK"),
            ("700 HK", "00700.HK"),
            ("0700.HK", "00700.HK"),
            ("3008 TT", "3008.TW"),
            ("600519.SS", "600519.SH"),
        ] {
            assert_eq!(symbol(code).map(|s| s.symbol).as_deref(), Some(expected), "{code}");
        }
    }

    #[test]
    fn a_suffix_of_another_exchange_is_told() {
        for code in ["600519.SZ", "000963.SH", "(300896 SS)"] {
            assert!(exchange_differs(code), "{code}");
        }
        for code in ["600519.SH", "600519.SS", "000963 CH", "300896", "0700.HK", "159915.SZ", "830799.BJ"] {
            assert!(!exchange_differs(code), "{code}");
        }
    }

    #[test]
    fn does_not_guess() {
        for code in ["", "123456", "0700", "ABC", "60051.SH", "5 00", "买入.SH"] {
            assert_eq!(symbol(code), None, "{code}");
        }
    }
}
