//! Numbers as people read them.

/// How the numbers of a chart are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `1,234`.
    Count,
    /// A share of one: `87.5%`.
    Percent,
    /// With that many decimals: `0.953`.
    Decimal(u8),
    /// Milliseconds: `350 ms`, `1.2 s`, `2 min 5 s`.
    Milliseconds,
    /// Money with its unit before or after: `US$ 0.0123`.
    Money(&'static str),
}

impl Format {
    /// The number in words of this format; `–` for what is none.
    pub fn write(self, value: f64) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        match self {
            Self::Count => grouped(value.round()),
            Self::Percent => {
                let percent = (value * 1000.0).round() / 10.0;
                format!("{}%", plain(percent))
            }
            Self::Decimal(decimals) => format!("{value:.0$}", usize::from(decimals.min(9))),
            Self::Milliseconds => milliseconds(value),
            Self::Money(unit) => {
                let decimals = if value.abs() >= 100.0 || value == 0.0 {
                    0
                } else if value.abs() >= 1.0 {
                    2
                } else {
                    4
                };
                format!("{unit} {value:.decimals$}")
            }
        }
    }
}

fn milliseconds(value: f64) -> String {
    if value < 999.5 {
        format!("{value:.0} ms")
    } else if value < 59_950.0 {
        format!("{:.1} s", value / 1000.0)
    } else {
        let seconds = (value / 1000.0).round();
        format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}

/// A whole number with commas between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if value <= -0.5 { format!("-{text}") } else { text }
}

/// At most one decimal, and none where it is zero; also how coordinates are written.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts of reports are far below 2^52, and a chart shows no more digits")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// Places of an axis from 0 or below to `most`: at most six, at round numbers; the last is at or above `most`.
pub(super) fn ticks(least: f64, most: f64) -> Vec<f64> {
    let span = (most - least.min(0.0)).max(f64::MIN_POSITIVE);
    let rough = span / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough * 0.999).unwrap_or(power * 10.0);
    let mut at = if least < 0.0 { (least / step).floor() } else { 0.0 };
    let mut places = Vec::new();
    while places.len() < 12 {
        places.push(at * step);
        if at * step >= most - step * 1e-6 {
            break;
        }
        at += 1.0;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        for (format, value, expected) in [
            (Format::Count, 1_234_567.0, "1,234,567"),
            (Format::Count, -1200.0, "-1,200"),
            (Format::Count, 999.0, "999"),
            (Format::Percent, 0.8754, "87.5%"),
            (Format::Percent, 1.0, "100%"),
            (Format::Decimal(3), 0.9531, "0.953"),
            (Format::Milliseconds, 350.2, "350 ms"),
            (Format::Milliseconds, 1234.0, "1.2 s"),
            (Format::Milliseconds, 125_000.0, "2 min 5 s"),
            (Format::Money("US$"), 0.012_34, "US$ 0.0123"),
            (Format::Money("US$"), 12.0, "US$ 12.00"),
            (Format::Percent, f64::NAN, "–"),
            (Format::Count, f64::INFINITY, "–"),
        ] {
            assert_eq!(format.write(value), expected);
        }
    }

    #[test]
    fn ticks_are_round_and_reach_the_end() {
        assert_eq!(ticks(0.0, 1.0), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(ticks(0.0, 7.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(-0.3, 1.0), [-0.5, 0.0, 0.5, 1.0]);
        assert_eq!(ticks(0.0, 1234.0).last(), Some(&1500.0));
        assert!(ticks(0.0, 0.0).len() <= 12);
    }
}
