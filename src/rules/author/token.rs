//! Author blocks to tokens: licence numbers, addresses, telephone numbers, roles, labels, and the words between.

use crate::document::Text;
use std::ops::Range;

use crate::domain::record::AuthorRole;
use crate::rules::find::{Pattern, compile, group, has};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A SAC number.
    Sac,
    /// A central entity number of the Hong Kong commission.
    Sfc,
    /// A mail address.
    Mail,
    /// A telephone number.
    Phone,
    /// A role word.
    Role(AuthorRole),
    /// Sales staff and other people who are no authors.
    Outsider,
    /// Any other word of the block.
    Label,
    /// Words between.
    Words,
}

/// One piece of an author block, in bytes of the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// The pieces known by their shape or their word. `[SA]` and exactly 13 digits, whatever is glued behind; 12 digits
/// only behind a label, since that is a misprint. A domain ends before digits and capitals (`.com.cn021-…`).
static PIECE: Pattern = Pattern::new(|| {
    compile(concat!(
        r"(?P<sac>[SA]\d{12,13})",
        r"|(?P<register>SAC\s?(?:执业)?(?:证书)?(?:编[号码])?\s?(?:[Nn][Oo])?[.:]?)",
        r"|(?:SFC|香港证监会|CE)[^\n:\dA-Z编]{0,4}(?:CE|HK)?\s?(?:[Nn][Oo]\.?|[Rr]ef\.?|(?:的)?(?:牌照|持牌人)?(?:的)?(?:中央)?编[号码]|牌照|[Ll]icen[cs]e)?\s?(?:[Nn]o\.?|[Nn]umber)?\s?[:.]?\s?(?P<sfc>[A-Z]{3}\d{3})",
        r"|中央编[号码][:\s]{0,2}(?P<central>[A-Z]{3}\d{3})",
        r"|(?P<phone>\(?\+?\(?(?:86|852)\)?[-\s)]{0,2}\(?0?\d{2,4}\)?[-\s]?\d{4}[-\s]?\d{3,4}(?:-\d{1,5})?|\(?0\d{2,3}\)?[-\s—–]\s?\d{7,8}(?:[-转*]\d{1,5})?|\b0\d{9,11}|1[3-9]\d{9})",
        r"|(?P<mail>[A-Za-z0-9._+-]{2,40}@[A-Za-z0-9-]+(?:\.[a-z0-9-]*[a-z]{1,}){1,3}|[A-Z0-9._-]{2,40}@[A-Z0-9-]+\.COM(?:\.CN)?)",
        r"|(?P<registration>(?:证券)?分析师(?:执业)?登记(?:编[号码]|号))",
        r"|(?P<outsider>(?:高级|资深|区域|机构|股票)*销售(?:副?总监|负责人|副?总经理|经理|助理|交易员?|代表|主管)?|机构业务|客户经理|投资顾问|合规|质控|客服|实习生)",
        r"|(?P<both>(?:证券)?(?:分析师|研究员)(?:及|与|和|/)(?:研究)?(?:联系人|助理))",
        r"|(?P<assistant>(?:证券|行业|高级)*(?:研究|分析师?|研究员)助理|助理(?:研究员|分析[师员])|研究支持|数据支持人?)",
        r"|(?P<contact>(?:报告|本报告|研究)?联系人|联络人|聯[絡繫]人|(?:责任|执行|本期)?编辑)",
        r"|(?P<analyst>(?:证券|首席|高级|资深|联席|行业|宏观|策略)*(?:分析[师師员員]|研究[员員]|经济学\s?家|策略师)|姓名)",
        r"|(?P<label>(?:一般)?(?:证券)?(?:投资咨询)?(?:业务)?(?:执业|从业)?(?:资格)?证书?(?:编[号码]|号码?)|(?:一般)?(?:证券)?(?:投资咨询)?(?:业务|执业|从业)?资格(?:编[号码]|证)|执业(?:资格)?(?:证书?)?(?:编[号码]|号)?|(?:執業|資格)(?:證書)?(?:編[號碼]|號)?|證書(?:編[號碼]|號)|执证(?:编[号码])?|登记(?:编[号码])|编[号码]|CE\s?[Nn][Oo]\.?|[Nn][Oo]\.|(?:联系)?(?:电话|方式|邮箱)|电子邮[件箱]|邮件|邮箱|[Ee]-?[Mm][Aa][Ii][Ll]|T[Ee][Ll]|Phone|手机|传真|报告(?:撰写人|作者)|撰写人|作者|覆盖研究员|研究人员|团队成员|CFA|FRM|CPA|ACCA|博士|硕士)",
    ))
});

/// Words of a watermark before the reader's address, in characters.
const WATERMARK: usize = 36;
/// Before the address of the reader a copy was made for; nothing but his own name stands between.
static FOR_READER: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:仅供|专供|只供|提供给|授权(?:给|用户)?|下载(?:者|人|用户|自)?|用户(?:名|账号)?|账号|读者|接收人|水印|exclusive(?:ly)? (?:use (?:of|by)|for)|(?:downloaded|accessed|printed|viewed) by|(?:prepared|provided|licen[sc]ed|delivered|sent|distributed|intended) (?:exclusively |solely |only )?(?:for|to)|for the (?:sole |personal |exclusive )?use (?:of|by)|recipient|reader|user(?: ?id| ?name)?)\s?[:\s(<]{0,3}(?:[^\s\d,;:()<>/|@、。]{1,20}[ ,(<]{0,2}){0,3}$",
    )
});
/// Behind it.
static USED_BY: Pattern = Pattern::new(|| compile(r"(?i)^[\s)>,]{0,2}(?:专用|使用|下载|阅读|only)"));

/// A letter and 13 digits.
pub(super) const SAC_LENGTH: usize = 14;

/// Cuts `window` of `text` into tokens; blanks and marks between are no tokens, other words are.
pub(super) fn tokens(text: &Text, window: Range<usize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let searched = text.part(window.clone());
    let words = searched.as_str();
    let mut at = 0;
    let Some(pattern) = PIECE.as_ref() else {
        return tokens;
    };
    for found in pattern.captures_iter(searched) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        let kinds = [
            ("sac", Kind::Sac),
            ("sfc", Kind::Sfc),
            ("central", Kind::Sfc),
            ("mail", Kind::Mail),
            ("phone", Kind::Phone),
            ("outsider", Kind::Outsider),
            // 分析师及联系人 heads people of whom nobody is said to be the one or the other.
            ("both", Kind::Role(AuthorRole::Analyst)),
            ("assistant", Kind::Role(AuthorRole::Assistant)),
            ("contact", Kind::Role(AuthorRole::Contact)),
            ("analyst", Kind::Role(AuthorRole::Analyst)),
            ("register", Kind::Label),
            ("registration", Kind::Label),
            ("label", Kind::Label),
        ];
        let Some((range, kind)) = kinds.into_iter().find_map(|(name, kind)| group(&found, name).map(|range| (range, kind))) else {
            continue;
        };
        let labelled = tokens.last().is_some_and(|last: &Token| last.kind == Kind::Label);
        if kind == Kind::Sac
            && range.len() < SAC_LENGTH
            && !(labelled && words.get(at..range.start).is_some_and(|gap| gap.chars().count() < 4))
        {
            continue;
        }
        let mut range = range;
        if kind == Kind::Sac && labelled && one_too_many(words, &range) {
            range.end += 1;
        }
        let kind = if kind == Kind::Mail && watermark(words, &range) { Kind::Label } else { kind };
        push_words(&mut tokens, words, at..range.start.min(whole.start()), window.start);
        tokens.push(Token { kind, range: window.start + range.start..window.start + range.end });
        at = range.end;
    }
    push_words(&mut tokens, words, at..words.len(), window.start);
    tokens
}

/// A misprint with a 14th digit: a mark or a blank follows it, so it begins no telephone, page or date.
fn one_too_many(words: &str, range: &Range<usize>) -> bool {
    let mut rest = words.get(range.end..).unwrap_or_default().chars();
    range.len() == SAC_LENGTH
        && rest.next().is_some_and(|c| c.is_ascii_digit())
        && rest.next().is_none_or(|c| matches!(c, ' ' | '\n' | '\t' | ')' | ',' | ';' | '|'))
}

/// Whether an address is the mark of whoever this copy was made for (`domain.md` §5: distributors' watermarks).
pub(super) fn watermark(words: &str, range: &Range<usize>) -> bool {
    let before = words.get(..range.start).unwrap_or_default();
    let near = before.char_indices().rev().nth(WATERMARK - 1).map_or(before, |(at, _)| before.get(at..).unwrap_or_default());
    let after = words.get(range.end..).unwrap_or_default();
    has(&FOR_READER, near.rsplit(['。', '\n']).next().unwrap_or_default()) || has(&USED_BY, after)
}

fn push_words(tokens: &mut Vec<Token>, words: &str, gap: Range<usize>, base: usize) {
    if words.get(gap.clone()).is_some_and(|words| !words.is_empty()) {
        tokens.push(Token { kind: Kind::Words, range: base + gap.start..base + gap.end });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Kind, &str)> {
        tokens(&Text::from(text), 0..text.len()).into_iter().map(|token| (token.kind, &text[token.range])).collect()
    }

    #[test]
    fn glued_numbers_come_apart() {
        let found = cut("执业证号:S0600520070004021-60199793zhang@x.com.cnS0600520090004li@x.com");
        let words: Vec<&str> =
            found.iter().filter(|(kind, _)| !matches!(kind, Kind::Label | Kind::Words)).map(|(_, words)| *words).collect();
        assert_eq!(words, ["S0600520070004", "021-60199793", "zhang@x.com.cn", "S0600520090004", "li@x.com"]);
    }

    #[test]
    fn a_number_a_digit_short_counts_behind_its_label_only() {
        assert!(cut("资格证书编码:S119051909001(10%)").contains(&(Kind::Sac, "S119051909001")));
        assert!(cut("执业证书编号:S11905190900111 电话").contains(&(Kind::Sac, "S11905190900111")));
        assert!(cut("执业证书编号:S1190519090011021-60199793").contains(&(Kind::Sac, "S1190519090011")));
        assert!(!cut("批号 S119051909001 生产").iter().any(|(kind, _)| *kind == Kind::Sac));
    }

    #[test]
    fn an_address_of_a_reader_is_no_address() {
        for text in [
            "本报告仅供 reader@fund.cn 使用",
            "下载用户:王某 reader@fund.cn",
            "reader@fund.cn专用",
            "For the exclusive use of reader@fund.cn",
            "Downloaded by Ann Field (reader@fund.cn)",
        ] {
            assert!(!cut(text).iter().any(|(kind, _)| *kind == Kind::Mail), "{text}");
        }
        assert!(cut("林乔 linqiao@wj.cn 仅供客户参考").iter().any(|(kind, _)| *kind == Kind::Mail));
    }

    #[test]
    fn numbers_of_the_hong_kong_commission_in_every_wording() {
        for text in [
            "SFC CE No. ZQH417",
            "SFC CE Ref:ZQH417",
            "SFC 中央编号:ZQH417",
            "香港证监会牌照的中央编号:ZQH417",
            "SFC执业编号ZQH417",
            "CE编号:ZQH417",
            "SFC HK No. ZQH417",
            "香港证监会牌照:ZQH417",
        ] {
            assert!(cut(text).contains(&(Kind::Sfc, "ZQH417")), "{text}");
        }
    }

    #[test]
    fn roles_are_told_apart() {
        for (text, role) in [
            ("证券分析师助理", AuthorRole::Assistant),
            ("助理研究员", AuthorRole::Assistant),
            ("研究助理", AuthorRole::Assistant),
            ("首席分析师", AuthorRole::Analyst),
            ("证券分析师", AuthorRole::Analyst),
            ("报告联系人", AuthorRole::Contact),
            ("分析师及联系人", AuthorRole::Analyst),
        ] {
            assert_eq!(cut(text), [(Kind::Role(role), text)], "{text}");
        }
    }

    #[test]
    fn a_number_of_the_hong_kong_commission_is_parted_from_a_telephone() {
        let found = cut("SFCNo.BPX762021-28972072hu@x.com");
        assert_eq!(found[0], (Kind::Sfc, "BPX762"));
        assert_eq!(found[1], (Kind::Phone, "021-28972072"));
    }
}
