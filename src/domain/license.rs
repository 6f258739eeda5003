//! Licence numbers of analysts.

use std::fmt;

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
    /// Takes a printed number apart, or tells what keeps it from being one.
    ///
    /// # Errors
    ///
    /// The first part, read from the left, that does not fit.
    pub fn read(text: &str) -> Result<Self, SacFault> {
        let digits = text.strip_prefix(['S', 'A']).ok_or(SacFault::Letter)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SacFault::Letter);
        }
        if digits.len() != 13 {
            return Err(SacFault::Length(digits.len()));
        }
        let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u8>().ok()).unwrap_or_default();
        let (zero, kind, year, month) = (part(3..4), part(4..5), part(5..7), part(7..9));
        if zero != 0 {
            return Err(SacFault::Zero(zero));
        }
        if !(1..=12).contains(&month) {
            return Err(SacFault::Month(month));
        }
        Ok(Self { firm_prefix: text.chars().take(4).collect(), kind, year, month })
    }

    /// Takes a printed number apart; `None` when it does not have the structure.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// Whether the number is one of a registered securities analyst.
    pub fn is_analyst(&self) -> bool {
        self.kind == 5
    }
}

/// What keeps a printed number from being a SAC number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SacFault {
    /// It is not `S` or `A` and digits.
    Letter,
    /// It has this many digits, not 13.
    Length(usize),
    /// This digit stands behind the firm's, where every number has 0.
    Zero(u8),
    /// This is no month.
    Month(u8),
}

impl fmt::Display for SacFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Letter => f.write_str("is not `S` or `A` and digits"),
            Self::Length(count) => write!(f, "has {count} digits, not 13"),
            Self::Zero(digit) => write!(f, "has {digit} behind the firm's three digits, not 0"),
            Self::Month(month) => write!(f, "has {month:02} where the month of registration stands"),
        }
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

    #[test]
    fn tells_what_does_not_fit() {
        for (text, fault) in [
            ("S087052202000", SacFault::Length(12)),
            ("S08705220200011", SacFault::Length(14)),
            ("S0870522130001", SacFault::Month(13)),
            ("S0871522020001", SacFault::Zero(1)),
            ("B0870522020001", SacFault::Letter),
            ("S08705220200O1", SacFault::Letter),
        ] {
            assert_eq!(SacNumber::read(text), Err(fault), "{text}");
        }
        assert!(SacNumber::read("A0990511040005").is_ok());
    }
}
