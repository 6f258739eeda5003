//! Language and jurisdiction of a report: which checklist applies.

use super::Context;
use super::find::{Pattern, captures, compile, has};
use crate::document::Part;

/// What the other steps need to know before they read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `zh` or `en`.
    pub language: &'static str,
    /// Whose rules the report follows: `CN`, `HK`, `US`, `EU`, `IN`.
    pub jurisdiction: &'static str,
}

/// The first page of an English report, in characters.
const FRONT: usize = 9000;

static SAC: Pattern = Pattern::new(|| compile(r"\b[SA]\d{13}|[SA]\d{13}"));
static MAINLAND: Pattern = Pattern::new(|| compile(r"中国证监会|中国证券监督管理委员会|中国证券业协会|证券投资咨询"));
static HONG_KONG: Pattern = Pattern::new(|| compile(r"香港证监会|香港证券及期货|证券及期货事务监察委员会|证券及期货条例|SFC"));
/// Words of the entity that issues the report, its telephone codes and its regulator, by jurisdiction.
static ENTITIES: [(&str, Pattern); 4] = [
    ("IN", Pattern::new(|| compile(r"\bINH\d{6,9}|\(India\)|India(?:n)? (?:Private|Pvt|Limited|Equity)|\bNSE\b|\bSEBI\b"))),
    ("HK", Pattern::new(|| compile(r"\(Hong Kong\)|\(Asia Pacific\) Limited|\(Asia\) L|Hong Kong Limited|NIHK|\.com\.hk\b|\.HK\b"))),
    ("EU", Pattern::new(|| compile(r"Securities plc|International plc|Europe(?:an)? Equity Research|Europe SE\b"))),
    ("US", Pattern::new(|| compile(r"Securities LLC|\(\d{3}\) \d{3}-\d{4}|\bET\b|North America Equity|\bEDT\b"))),
];

/// International telephone codes of the analysts.
static DIAL: Pattern = Pattern::new(|| {
    compile(r"(?:\(\+?|\+|\b00)(?P<code>852|86|81|82|886|65|60|66|62|63|61|64|91|44|49|33|34|39|41|31|1)(?:[ )-]|\d{2,4}-)[ -]?\(?\d")
});

/// Whose telephone code it is, among the jurisdictions known here.
fn dialled(code: &str) -> Option<&'static str> {
    Some(match code {
        "852" => "HK",
        "91" => "IN",
        "44" | "49" | "33" | "34" | "39" | "41" | "31" => "EU",
        "1" => "US",
        _ => return None,
    })
}

/// What the telephones of the front page say for a jurisdiction: a colleague abroad says nothing, the first analyst or
/// most of them do.
fn telephones(front: Part<'_>, jurisdiction: &str) -> usize {
    let codes: Vec<Option<&str>> =
        captures(&DIAL, front).take(40).filter_map(|found| Some(dialled(found.name("code")?.as_str()))).collect();
    let own = codes.iter().filter(|code| **code == Some(jurisdiction)).count();
    let leads = codes.first().is_some_and(|code| *code == Some(jurisdiction));
    if leads || own * 2 > codes.len() { own + usize::from(leads) * 2 } else { 0 }
}

/// Tells language and jurisdiction.
pub fn profile(context: &Context<'_>) -> Profile {
    let text = context.text();
    let language = if context.chinese { "zh" } else { "en" };
    let front = context.front(FRONT);
    if context.chinese {
        let mainland = has(&SAC, text) || has(&MAINLAND, text) || !has(&HONG_KONG, text);
        return Profile { language, jurisdiction: if mainland { "CN" } else { "HK" } };
    }
    if has(&SAC, front) {
        return Profile { language, jurisdiction: "CN" };
    }
    let best = ENTITIES
        .iter()
        .map(|(code, pattern)| (*code, captures(pattern, front).take(40).count() + telephones(front, code)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .filter(|(_, count)| *count > 0);
    // A report that names nobody follows the rules it cites; Regulation AC is the commonest.
    Profile { language, jurisdiction: best.map_or("US", |(code, _)| code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn of(text: &str) -> (&'static str, &'static str) {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let profile = profile(&Context::new(&document, &zones));
        (profile.language, profile.jurisdiction)
    }

    #[test]
    fn tells_the_jurisdiction_by_the_issuing_entity() {
        for (text, expected) in [
            ("分析师:吴某 SAC执业证书编号:S0990522020001", ("zh", "CN")),
            ("研究部姓名:林某SFC:BXX040本公司受香港证监会监管", ("zh", "HK")),
            ("Northlake Ltd\nA Person AC\n(852) 2800 0000\nNorthlake Securities (Asia Pacific) Limited", ("en", "HK")),
            ("Harbour\nResearch Analyst\nSEBI Registration INH000000999\n(91 22) 6630 0000", ("en", "IN")),
            ("Harbour\n(1-212) 555-0100\nNorthlake Securities LLC", ("en", "US")),
            ("Northlake\nA Person\n+44 20 0000 0000\nB Person\n(91 22) 6630 0000", ("en", "EU")),
            ("Northlake\nA Person\n(82-2) 000-5725\nB Person\n(82-2) 000 5146\nC Person\n(91-22) 6157 3764", ("en", "US")),
            ("Northlake\nA Person\n(852) 2800 0000\nB Person\n(91-22) 6157 3764", ("en", "HK")),
            ("Northlake\nA Person\n+1-212-555-0100\nB Person\n+852-2501-0000", ("en", "US")),
            ("Harbour\nSAC Registration Number: S1990523020001", ("en", "CN")),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
