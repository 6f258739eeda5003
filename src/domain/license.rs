//! Licence numbers of analysts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose register a licence number is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum LicenseType {
    /// Securities Association of China: `S` or `A` and 13 digits.
    #[serde(rename = "SAC")]
    Sac,
    /// Hong Kong Securities and Futures Commission, central entity number: three letters and three digits.
    #[serde(rename = "SFC")]
    Sfc,
    /// FINRA Central Registration Depository number.
    #[serde(rename = "FINRA")]
    Finra,
    /// Securities and Exchange Board of India: `INH` and nine digits.
    #[serde(rename = "SEBI")]
    Sebi,
}

/// The parts of a SAC registration number: `S`, firm (3 digits), `0`, type, year, month, serial (4 digits).
///
/// Source: `domain.md` §1.1, read off printed numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SacNumber {
    /// `S` (securities firm) or `A` (consultancy) and three digits: names the firm.
    pub firm_prefix: String,
    /// 5 for a securities analyst, 1 for a general registration such as a research assistant.
    pub kind: u8,
    /// Last two digits of the year of registration.
    pub year: u8,
    /// Month of registration, 1 to 12 in a well-formed number.
    pub month: u8,
}

impl SacNumber {
    /// Takes a printed number apart; `None` when it is not a letter and 13 digits with a month 01 to 12.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['S', 'A'])?;
        if digits.len() != 13 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let kind = digits.get(4..5)?.parse().ok()?;
        let year = digits.get(5..7)?.parse().ok()?;
        let month = digits.get(7..9)?.parse().ok()?;
        (1..=12).contains(&month).then(|| Self { firm_prefix: text.chars().take(4).collect(), kind, year, month })
    }

    /// Whether the number is one of a registered securities analyst.
    pub fn is_analyst(&self) -> bool {
        self.kind == 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_number_apart() {
        let number = SacNumber::parse("S0870522020001").unwrap();
        assert_eq!((number.firm_prefix.as_str(), number.kind, number.year, number.month), ("S087", 5, 22, 2));
        assert!(number.is_analyst());
        assert!(!SacNumber::parse("S0600123070027").unwrap().is_analyst());
    }

    #[test]
    fn refuses_malformed_numbers() {
        for text in ["S087052202000", "S0870522130001", "X0870522020001", "S08705220200011", "Ｓ0870522020001"] {
            assert_eq!(SacNumber::parse(text), None, "{text}");
        }
    }
}
