//! Words by which a clause is a risk.

use crate::rules::find::{Pattern, compile, has};

/// Words by which a clause is a risk.
pub(super) static RISKY: Pattern = Pattern::new(|| {
    compile(
        r"风险|下行|问题|事件|事故|减值|违约|流失|积压|缺失|过高|高企|走弱|走高|收缩|亏损|不足|疲弱|低迷|失控|处罚|不及|低于|超预期|不达|加剧|下滑|下降|恶化|波动|不确定|放缓|趋严|趋缓|反复|减弱|爆发|收紧|扰动|变化|上升|变动|失败|延期|滞后|偏慢|偏弱|疲软|受阻|流失|上涨|蔓延|冲击|摩擦|降价|衰退|紧缩|升级|回落|压力|制裁|竞争|下行|弱于|慢于|小于|转弱|过剩|紧缺|短缺|紧张|缺货|加严|延缓|难以|缓慢|激烈|瓶颈|贬值|萎缩|干预|受到?\p{Han}{0,6}影响|風險|問題|減值|違約|虧損|處罰|低於|超預期|不達|加劇|惡化|波動|不確定|放緩|趨嚴|反覆|減弱|收緊|變化|變動|失敗|延後|延期|滯後|疲軟|上漲|衝擊|降價|壓力|競爭|轉弱|過剩|緊張|貶值|萎縮",
    )
});

/// Whether a text begins with a short clause that is a risk.
pub(super) fn risky(text: &str) -> bool {
    let head: String = text.chars().take_while(|c| !matches!(c, '。' | ';' | '\n')).take(60).collect();
    has(&RISKY, &head) && head.chars().count() < 50
}

/// A comma parts two risks when what stands before it already says what is bad.
pub(super) fn clause_ends(words: &str, at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let clause: String =
        before.chars().rev().take_while(|c| !matches!(c, ',' | '、' | ';' | '。' | '\n')).collect::<Vec<_>>().into_iter().rev().collect();
    // 随着市场变化,模型可能失效: the first clause is no risk of its own.
    if ["随着", "如果", "若", "倘若", "由于", "假如", "当"].iter().any(|word| clause.trim_start().starts_with(word)) {
        return false;
    }
    // What a risk leads to belongs to it.
    if words.get(at..).is_some_and(|rest| rest.starts_with(',') && has(&LEADS, rest.get(1..).unwrap_or_default())) {
        return false;
    }
    has(&RISKY_END, &clause)
        || words.get(at..).is_some_and(|rest| rest.starts_with(',')) && has(&LEADS, &clause)
        || words.matches(['、', ',']).count() > 0 && !words.get(at..).is_some_and(|rest| rest.starts_with('、')) && has(&RISKY, &clause)
}

/// Endings of a whole risk.
pub(super) static RISKY_END: Pattern = Pattern::new(|| {
    compile(
        r"(?:风险|预期|下行|问题|事件|事故|减值|违约|积压|缺失|高企|走弱|走高|收缩|亏损|疲弱|低迷|失控|处罚|不达|压力|竞争|趋缓|衰退|回升|加快|延后|推迟|受限|收窄|退坡|减少|加剧|下滑|下降|恶化|波动|确定性|放缓|趋严|反复|减弱|爆发|收紧|扰动|变化|上升|变动|失败|延期|滞后|偏慢|偏弱|疲软|受阻|流失|上涨|蔓延|冲击|摩擦|降价|衰退|偏好|升级|回落|不足|过快|过高|紧缺|短缺|紧张|缺货|过剩|加严|延缓|缓慢|激烈|瓶颈|贬值|萎缩|受\p{Han}{2,6}影响|風險|預期|問題|減值|違約|虧損|處罰|不達|加劇|惡化|波動|確定性|放緩|趨嚴|反覆|減弱|收緊|變化|變動|失敗|延後|滯後|疲軟|上漲|衝擊|降價|壓力|競爭|過剩|緊張|貶值|萎縮)$",
    )
});

/// Words a clause begins with that goes on with what was said before it.
static LEADS: Pattern =
    Pattern::new(|| compile(r"^(?:影响|导致|造成|使得|从而|进而|则|将|可能|如果|若|但|以及|并且|并对|并将|引发|拖累|带来)"));

/// The mark between the items of a section that is one sentence with marks of one kind, whose items need not end with a risk's word.
pub(super) fn list_mark(sentence: &str) -> Option<char> {
    let mark = match (sentence.contains('、'), sentence.contains(',')) {
        (true, false) => '、',
        (false, true) => ',',
        _ => return None,
    };
    let items: Vec<&str> = sentence.split(mark).collect();
    let count = |item: &&str| item.chars().count();
    let short = items.iter().filter(|item| count(item) < 4).count();
    // `原材料、人工、运输成本上升` shares its last words.
    let whole = items.len() > 2 && short <= usize::from(items.len() > 3 && mark == '、');
    let fits = |item: &&str| mark == '、' || count(item) <= 20 && !has(&LEADS, *item);
    let last = items.last().is_some_and(|item| has(&RISKY, *item));
    (whole && last && items.iter().all(fits)).then_some(mark)
}

/// The mark at which an item of a longer list falls into risks of its own: 、 between whole risks, a comma between 风险 and 风险.
pub(super) fn inner_mark(item: &str) -> Option<char> {
    let whole = |part: &str| part.chars().count() > 3 && has(&RISKY_END, part);
    if item.contains('、') && !item.contains(',') && item.split('、').all(whole) {
        return Some('、');
    }
    (item.contains(',') && item.split(',').all(|part| part.ends_with("风险"))).then_some(',')
}

/// The marks before the items of a list, those of symbol fonts too.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '■' | '❑' | '⚫' | '◆' | '●' | '◼' | '◾' | '➢' | '\u{e000}'..='\u{f8ff}')
}
