//! What a value must look like, whatever the words say: a code has digits, an address an `@`, a name is no heading.

use crate::domain::security::symbol;

use super::near::is_han;

/// A security code as printed: `600519`, `300896.SZ`, `700 HK`, `AAPL.O`.
pub(super) fn is_code(text: &str) -> bool {
    let bare = text.trim().trim_matches(['(', ')', '[', ']']);
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ' ' | '-' | '/'));
    plain
        && bare.len() <= 16
        && (symbol(bare).is_some()
            || (3..=6).contains(&digits)
            || (digits == 0 && (1..=10).contains(&bare.len()) && bare == bare.to_uppercase()))
}

/// A licence number: `S` and 13 digits, `ABC123`, `INH…`; never an address or a telephone.
pub(super) fn is_license(text: &str) -> bool {
    let bare = text.trim();
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    bare.starts_with(|c: char| c.is_ascii_alphabetic())
        && bare.chars().all(|c| c.is_ascii_alphanumeric())
        && digits >= 3
        && bare.len() <= 20
}

/// An e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.trim().split_once('@') else { return false };
    !user.is_empty() && host.contains('.') && !text.trim().contains(char::is_whitespace)
}

/// A telephone number.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')' | '/' | '.' | ';' | ',' | '转' | '－'));
    plain && (7..=40).contains(&digits)
}

/// A person's name, Chinese or Latin; no heading, no firm, no number.
pub(super) fn is_person(text: &str) -> bool {
    const NEVER: &[&str] = &[
        "证券",
        "研究",
        "分析",
        "公司",
        "联系",
        "电话",
        "有限",
        "执业",
        "团队",
        "行业",
        "报告",
        "资格",
        "首席",
        "邮箱",
        "编号",
        "银行",
        "经理",
        "助理",
        "securities",
        "research",
        "analyst",
        "limited",
        "bank",
        "department",
        "team",
        "contact",
        "capital",
    ];
    let bare = text.trim();
    let han = bare.chars().filter(|c| is_han(*c)).count();
    let lower = bare.to_lowercase();
    let single = bare.chars().count() < 2;
    let long = if han > 0 { han > 4 && !bare.contains('·') } else { bare.len() > 48 };
    !long && !single && !bare.chars().any(|c| c.is_ascii_digit() || c == '@') && !NEVER.iter().any(|word| lower.contains(word))
}

/// A title of words of its own: no date, no pointer to a disclaimer, not only the mark or the series every report carries.
pub(super) fn is_title(text: &str) -> bool {
    const NEVER: &[&str] = &[
        "请务必阅读",
        "免责声明",
        "免责条款",
        "信息披露和重要声明",
        "请阅读",
        "disclosure",
        "disclaimer",
        "finra",
        "@",
        "执业证书",
        "please read",
    ];
    const MARKS: &[&str] = &[
        "证券研究报告",
        "研究报告",
        "公司研究",
        "行业研究",
        "公司点评",
        "行业点评",
        "公司深度",
        "行业深度",
        "公司报告",
        "行业报告",
        "行业周报",
        "行业月报",
        "行业日报",
        "策略研究",
        "宏观研究",
        "点评报告",
        "深度报告",
        "动态报告",
        "公司",
        "行业",
        "证券",
        "研究",
        "报告",
        "周报",
        "点评",
        "equity research",
        "research",
        "equity",
        "asia pacific",
        "global",
        "company update",
        "industry",
        "internet",
        "sector",
        "report",
        "note",
    ];
    let lower = text.trim().to_lowercase();
    if NEVER.iter().any(|word| lower.contains(word)) {
        return false;
    }
    let mut rest = lower;
    for date in crate::domain::date::find_dates(&rest.clone()).iter().rev() {
        rest.replace_range(date.start..date.end, " ");
    }
    for mark in MARKS {
        rest = rest.replace(mark, " ");
    }
    rest.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

/// A company's name; no sector, no word that stands for one.
pub(super) fn is_company(text: &str) -> bool {
    const NEVER: &[&str] = &[
        "行业",
        "板块",
        "产业链",
        "标的",
        "指数",
        "个股",
        "相关公司",
        "上市公司",
        "龙头企业",
        "龙头公司",
        "sector",
        "industry",
        "companies",
    ];
    let bare = text.trim();
    let lower = bare.to_lowercase();
    let chars = bare.chars().count();
    (2..=48).contains(&chars)
        && bare.chars().any(char::is_alphabetic)
        && !NEVER.iter().any(|word| lower.contains(word))
        && !matches!(lower.as_str(), "公司" | "本公司" | "企业" | "the company" | "company")
}

/// Whether a name says what kind of company bears it, as a full legal name does: `有限公司`, `Limited`, `Berhad`.
pub(super) fn is_legal_name(name: &str) -> bool {
    const FORMS: [&str; 35] = [
        "co",
        "company",
        "corp",
        "corporation",
        "inc",
        "incorporated",
        "ltd",
        "limited",
        "llc",
        "llp",
        "lp",
        "plc",
        "ag",
        "sa",
        "nv",
        "bv",
        "se",
        "gmbh",
        "bhd",
        "berhad",
        "pte",
        "pty",
        "tbk",
        "pcl",
        "kk",
        "spa",
        "ab",
        "asa",
        "na",
        "as",
        "oyj",
        "kgaa",
        "ulc",
        "pjsc",
        "sas",
    ];
    let spelt = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    name.contains("公司")
        || name.contains("株式会社")
        || name.contains("合伙")
        || name.contains("合夥")
        || name.split([' ', ',', '(', ')']).any(|word| FORMS.contains(&spelt(word).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told() {
        for code in ["600519", "300896.SZ", "700 HK", "0700.HK", "3008 TT", "AAPL"] {
            assert!(is_code(code), "{code}");
        }
        for code in ["S0990520010001", "贵州茅台", "021-12345678", "Tencent", ""] {
            assert!(!is_code(code), "{code}");
        }
        assert!(is_license("S0990520010001") && is_license("ZQH417") && is_license("INH000009999"));
        assert!(!is_license("021-12345678") && !is_license("a@b.cn") && !is_license("分析师"));
        assert!(is_email("a.b@c.com.cn") && !is_email("a@b") && !is_email("张三"));
        assert!(is_phone("021-53686888") && is_phone("(8621)6888 0000") && !is_phone("S0990520010001") && !is_phone("123"));
        assert!(is_person("张三") && is_person("欧阳明德") && is_person("John Smith") && is_person("阿依古丽·买买提"));
        assert!(!is_person("证券分析师") && !is_person("张三1") && !is_person("望江证券研究所") && !is_person("张"));
        for title in ["周观点:配音大模型进入收费阶段", "Backlog turns into software", "三季报低于预期,下调至“卖出”", "7月,大暑将至"]
        {
            assert!(is_title(title), "{title}");
        }
        for title in [
            "证券研究报告",
            "行业研究 / 行业周报",
            "19 Mar 2026",
            "请务必阅读正文之后的免责条款部分1/3",
            "Asia Pacific Equity Research",
            "EQUITY: INTERNET",
        ] {
            assert!(!is_title(title), "{title}");
        }
        assert!(is_company("澄明机械") && is_company("Tencent") && !is_company("医药行业") && !is_company("公司") && !is_company("600519"));
    }

    #[test]
    fn legal_names_say_their_form() {
        for name in ["望江证券股份有限公司", "Northlake Securities Co., Ltd.", "Northlake S.A.", "Harbour (Asia) Limited", "Quay Berhad"]
        {
            assert!(is_legal_name(name), "{name}");
        }
        for name in ["望江证券", "NORTHLAKE SECURITIES", "望江证券研究所", "Northlake Research"] {
            assert!(!is_legal_name(name), "{name}");
        }
    }
}
