//! Authors of Chinese reports: people, numbers and addresses paired in every layout.
//!
//! Blocks are stretches where role words, SAC numbers and mail addresses stand close together. Inside, a name is what
//! stands between them; a role before a name holds for the names after it, a role behind a name for that name alone.
//! Numbers that come in a run of their own are paired in order (`domain.md` T14).

use std::ops::Range;

use super::pair::Pairing;
use super::token::{Kind, Token, tokens};
use super::{Person, name};
use crate::domain::record::AuthorRole;
use crate::rules::Context;
use crate::rules::find::{Pattern, captures, compile, has, is_han};

/// Pieces of a block may be this far apart, in bytes.
const GAP: usize = 110;
/// No block is longer, in bytes.
const LONGEST: usize = 6000;
/// No report names more people.
const MOST: usize = 150;
/// Words before the first piece of a block that may hold its name, in characters.
const LEAD: usize = 24;

static ANCHOR: Pattern = Pattern::new(|| {
    compile(
        r"[SA]\d{12,13}|[A-Za-z0-9._+-]{2,40}@[A-Za-z0-9-]+\.|分析[师師员員]|研究[员員]|联系人|聯[絡繫]人|研究助理|SFC[^\n]{0,12}[A-Z]{3}\d{3}|(?:姓名|作者|撰写人)[:\s]",
    )
});
/// A piece by which a stretch is a block at all.
static PROOF: Pattern = Pattern::new(|| {
    compile(
        r"[SA]\d{13}|(?:编[号码]|证书|证号)[:\s]*[SA]\d{12}|SFC[^\n]{0,12}[A-Z]{3}\d{3}|(?:资格|登记|执业|执证)编[号码][:\s]*[SA]\d{12}|(?:分析[师師员員]|研究[员員])\s?[:\s]?\s?\p{Han}{2,4}[\s:(]{0,3}(?:电话|邮箱|[Tt][Ee][Ll]|[Ee]-?[Mm][Aa]|\d|[A-Za-z0-9._-]+@)",
    )
});

/// On the first page a signature alone is a block: `研究员:陈某`.
static SIGNED: Pattern = Pattern::new(|| {
    compile(r"(?:分析[师師员員]|研究[员員]|作者|撰写人|姓名)\s?:\s?(?:\p{Han}{2,4}|[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z.'-]*){1,3})")
});
/// There too names with their telephone and address: firms other than brokers print neither role nor number.
static LISTED: Pattern = Pattern::new(|| {
    compile(r"(?P<name>\p{Han}{2,24})[\s:,(]{0,3}(?:[\d+()][\d()+ -]{6,24})?[\s:,)]{0,3}(?P<mail>[A-Za-z0-9._+-]{3,40}@[A-Za-z0-9-]+\.)")
});
/// Lists of sales staff and service addresses.
static STAFF: Pattern = Pattern::new(|| compile(r"销售|客服|热线|合规|通讯录|机构业务"));
/// The first page, in bytes.
const FRONT: usize = 6000;
/// A role on a line below a name stands no further behind it, in characters.
const BEHIND: usize = 40;
/// Behind a role word that a sentence is about.
static STATEMENT: Pattern = Pattern::new(|| compile(r"^(?:的)?(?:申明|声明|承诺|披露|认证|保证)"));

/// Every person of every author block, in order of place; one person may come back several times.
pub(super) fn people(context: &Context<'_>) -> Vec<Person> {
    let text = context.text();
    let mut anchors: Vec<Range<usize>> = captures(&ANCHOR, text).filter_map(|found| found.get(0).map(|whole| whole.range())).collect();
    anchors.dedup();
    let mut people = Vec::new();
    let mut block: Option<Range<usize>> = None;
    let last = usize::MAX..usize::MAX;
    for anchor in anchors.into_iter().chain(std::iter::once(last)) {
        if people.len() > MOST {
            break;
        }
        match &mut block {
            Some(open) if anchor.start != usize::MAX && anchor.start.saturating_sub(open.end) <= GAP && open.len() < LONGEST => {
                open.end = anchor.end.max(open.end);
            }
            _ => {
                if let Some(done) = block.take()
                    && let Some(roles) = proven(context, &done)
                {
                    read_block(context, done, roles, &mut people);
                }
                block = (anchor.start != usize::MAX).then_some(anchor);
            }
        }
    }
    people
}

/// Whether a stretch is an author block, and if so whether its people must have a role or a number.
fn proven(context: &Context<'_>, block: &Range<usize>) -> Option<bool> {
    let text = context.text();
    let words = context.slice(block.start..text.floor_char_boundary((block.end + 40).min(text.len())));
    if has(&PROOF, words.trim()) || has(&PROOF, context.slice(block.clone())) || block.start < FRONT && has(&SIGNED, words) {
        return Some(true);
    }
    let start = block.start - context.before(block.start, LEAD).len();
    let listed = block.start < FRONT && !has(&STAFF, context.slice(start..block.end)) && {
        captures(&LISTED, context.slice(start..block.end)).any(|found| {
            let (name, mail) = (found.name("name"), found.name("mail"));
            name.zip(mail).is_some_and(|(name, mail)| spelt(name.as_str(), mail.as_str()))
        })
    };
    listed.then_some(false)
}

/// Whether the words before an address end with a name, or with one and a unit, that the address spells.
fn spelt(words: &str, mail: &str) -> bool {
    name::at_end(words, Some(mail)).or_else(|| name::before_trade(words)).is_some_and(|name| name::fits_mail(name, mail))
}

fn read_block(context: &Context<'_>, block: Range<usize>, roles: bool, people: &mut Vec<Person>) {
    let text = context.text();
    let start = block.start - context.before(block.start, LEAD).len();
    let end = block.end + context.after(block.end, 40).len();
    let tokens = tokens(text, start..end);
    let from = people.len();
    let mut role: Option<(AuthorRole, Range<usize>)> = None;
    let mut outsider = false;
    let mut pairing = Pairing::from(from);
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Words => {
                let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                for found in names(text, token, before, tokens.get(at + 1), &tokens, at) {
                    pairing.name(text, people);
                    people.push(Person { name: found, role: role.clone(), outsider, ..Person::default() });
                }
            }
            Kind::Role(kind) => {
                let place = token.range.clone();
                if leads(text, &tokens, at) {
                    role = Some((kind, place));
                    outsider = false;
                } else if let Some(person) = people.get_mut(from..).and_then(<[Person]>::last_mut).filter(|person| {
                    // 有关分析师的申明 below the block gives nobody a role.
                    text.get(person.name.end..place.start)
                        .is_some_and(|between| !between.contains('\n') || between.chars().count() < BEHIND)
                        && !has(&STATEMENT, context.after(place.end, 6))
                }) {
                    person.role = Some((kind, place));
                }
            }
            Kind::Outsider => outsider = true,
            Kind::Sac | Kind::Sfc | Kind::Phone | Kind::Mail => pairing.attribute(token),
            Kind::Label => {}
        }
    }
    pairing.settle(text, people);
    if let Some(block) = people.get_mut(from..) {
        for person in block.iter_mut() {
            person.outsider |= roles && person.role.is_none() && person.sac.is_none() && person.sfc.is_none();
        }
    }
    let kept: Vec<Person> = people.drain(from..).filter(|person| !person.outsider && stated(text, person)).collect();
    people.extend(kept);
}

/// A name alone needs something that says it is an author's: a number, an address or a role with a colon.
fn stated(text: &str, person: &Person) -> bool {
    let attribute = person.sac.is_some() || person.sfc.is_some() || person.mail.is_some() || person.phone.is_some();
    let led = person.role.as_ref().is_some_and(|(_, place)| {
        place.end <= person.name.start && text.get(place.end..person.name.start).is_some_and(|between| between.chars().count() < 30)
    });
    attribute || led
}

/// Whether a role word stands before the name it belongs to.
fn leads(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    let after = text.get(token.range.end..).unwrap_or_default();
    if after.starts_with(')') && text.get(..token.range.start).is_some_and(|before| before.ends_with('(')) {
        return false;
    }
    // A heading of its own is above its people, unless a name stands right before it.
    let heading = text.get(..token.range.start).is_some_and(|before| before.trim_end_matches(' ').ends_with('#'))
        && tokens.iter().take(at).rev().find(|before| !is_mark(text, before)).is_some_and(|before| before.kind != Kind::Words);
    if heading || after.trim_start_matches([' ', '\n']).starts_with(':') {
        return true;
    }
    let Some(next) = tokens.get(at + 1) else {
        return false;
    };
    let words = text.get(next.range.clone()).unwrap_or_default();
    if next.kind != Kind::Words {
        return false;
    }
    if words.trim().is_empty() {
        return tokens.get(at + 2).is_some_and(|next| matches!(next.kind, Kind::Role(_)));
    }
    let mail = mail_after(text, tokens, at + 1);
    match runs(words).first().and_then(|run| words.get(run.clone())) {
        Some(run) => name::at_start(run, mail).is_some(),
        None => latin(words).is_some(),
    }
}

/// Whether a token is marks between others.
fn is_mark(text: &str, token: &Token) -> bool {
    token.kind == Kind::Words && !text.get(token.range.clone()).is_some_and(|words| words.contains(char::is_alphanumeric))
}

/// The next mail address within a few tokens.
fn mail_after<'a>(text: &'a str, tokens: &[Token], at: usize) -> Option<&'a str> {
    let near = tokens.get(at..)?.iter().take(8);
    near.take_while(|token| {
        token.kind != Kind::Words || text.get(token.range.clone()).is_some_and(|words| words.chars().filter(|c| is_han(*c)).count() < 9)
    })
    .find(|token| token.kind == Kind::Mail)
    .and_then(|token| text.get(token.range.clone()))
}

/// The stretches of Chinese characters in `words`.
fn runs(words: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in words.char_indices() {
        if is_han(c) || c == '·' {
            match runs.last_mut() {
                Some(last) if last.end == at => last.end = at + c.len_utf8(),
                _ => runs.push(at..at + c.len_utf8()),
            }
        }
    }
    runs
}

/// Names in the words between two pieces.
fn names(text: &str, token: &Token, before: Option<&Token>, after: Option<&Token>, tokens: &[Token], at: usize) -> Vec<Range<usize>> {
    let words = text.get(token.range.clone()).unwrap_or_default();
    let base = token.range.start;
    let runs = runs(words);
    let mail = mail_after(text, tokens, at);
    let place = |run: &Range<usize>, name: &str, at_end: bool| {
        if at_end { base + run.end - name.len()..base + run.end } else { base + run.start..base + run.start + name.len() }
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    // Behind a role: a name or a list of names.
    let behind_role = before.is_some_and(|before| matches!(before.kind, Kind::Role(_)))
        || (before.is_some_and(|before| before.kind == Kind::Label)
            && before
                .and_then(|before| text.get(before.range.clone()))
                .is_some_and(|words| matches!(words, "作者" | "撰写人" | "报告撰写人" | "报告作者")));
    let numbers = |token: &Token| matches!(token.kind, Kind::Sac | Kind::Sfc | Kind::Mail | Kind::Phone);
    let behind_number = before.is_some_and(|before| numbers(before) && before.range.end == base);
    let attribute = after.is_some_and(|after| (numbers(after) || after.kind == Kind::Label) && after.range.start == token.range.end);
    if behind_role {
        let mut end = 0;
        for run in &runs {
            let between = words.get(end..run.start).unwrap_or_default();
            if !between.chars().all(|c| matches!(c, ':' | ' ' | '\n' | '\t' | '、' | ',' | '/' | ';'))
                || (end > 0 && between.contains("\n\n"))
            {
                break;
            }
            let piece = words.get(run.clone()).unwrap_or_default();
            let last = run.end == words.trim_end().len();
            // A line's end or the next piece ends the name; so does the label of another field (`…/陈望日期:`).
            let ends = words.get(run.end..).is_some_and(|rest| rest.starts_with('\n') || rest.is_empty() && attribute);
            let piece = if words.get(run.end..).is_some_and(|rest| rest.starts_with(':')) { unlabelled(piece) } else { piece };
            let labelled = piece.len() < run.len();
            let announced = (between.contains(':') || end > 0 && (ends || labelled))
                && (last || labelled)
                && (name::is_announced(piece) || (ends || labelled) && !between.contains('\n') && name::is_unknown(piece));
            let Some(name) = Some(piece).filter(|_| announced).or_else(|| name::at_start(piece, mail.filter(|_| last))) else {
                break;
            };
            let whole = name.len() == piece.len();
            // A name glued to other words counts only where a role word with a colon announces it.
            if !(whole || between.contains(':') || end == 0) {
                break;
            }
            found.push(place(run, name, false));
            if !whole || labelled {
                break;
            }
            end = run.end;
        }
    }
    if behind_role && runs.is_empty() {
        found.extend(latin(words).map(|range| base + range.start..base + range.end));
    }
    // Right before a piece: the last run, or the one before a title (`首席`, `所长`).
    let piece_after =
        after.is_some_and(|after| matches!(after.kind, Kind::Sac | Kind::Sfc | Kind::Mail | Kind::Phone | Kind::Label | Kind::Role(_)));
    if piece_after && !after.is_some_and(|after| leading_role(text, tokens, at + 1, after)) {
        for run in runs.iter().rev().take(2) {
            let piece = words.get(run.clone()).unwrap_or_default();
            let tail = words.get(run.end..).unwrap_or_default();
            // 毕业于某大学,曾任研究员: a life, no signature.
            let life = piece.contains("毕业");
            if life || tail.chars().filter(|c| !c.is_whitespace()).count() > 14 || tail.contains(['。', '》', '%']) {
                break;
            }
            let start = base + run.start;
            // A name that fills its line up to the piece is whole, whatever its surname means besides: `于某某 分析员`.
            let whole = piece.chars().count() == 3
                && name::is_chinese(piece)
                && words.get(..run.start).is_some_and(|before| {
                    before.ends_with('\n')
                        || before.is_empty() && behind_number && after.is_some_and(|after| matches!(after.kind, Kind::Role(_)))
                })
                && tail.chars().all(|c| c == ' ');
            let name = Some(start..base + run.end)
                .filter(|_| whole)
                .or_else(|| name::before_trade(piece).and_then(|name| piece.rfind(name).map(|at| start + at..start + at + name.len())))
                .or_else(|| name::at_end(piece, mail).map(|name| base + run.end - name.len()..base + run.end));
            if let Some(range) = name {
                if found.iter().all(|other| other.end <= range.start || range.end <= other.start) {
                    found.push(range);
                }
                break;
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// A name without the label of the next field glued behind it.
fn unlabelled(piece: &str) -> &str {
    const LABELS: &[&str] = &["发布日期", "报告日期", "日期", "时间", "类别", "机构", "行业", "评级", "来源", "电话", "邮箱", "联系人"];
    LABELS.iter().find_map(|label| piece.strip_suffix(label)).filter(|name| name::is_unknown(name)).unwrap_or(piece)
}

/// A Latin name, alone between a role and a piece.
fn latin(words: &str) -> Option<Range<usize>> {
    let name = name::latin(words.trim_matches([':', ' ', '\n', '\t', '(', ')', ',']))?;
    words.find(name).map(|at| at..at + name.len())
}

/// Whether the piece behind is a role that announces the next name: then the words before it are its adjective.
fn leading_role(text: &str, tokens: &[Token], at: usize, after: &Token) -> bool {
    matches!(after.kind, Kind::Role(_)) && leads(text, tokens, at)
}
